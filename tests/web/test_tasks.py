"""Tasks on the pages: what other units ask, what the resident can bring, one file made from many."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from heshi.cases.actions import take_step
from heshi.cases.models import Case, TaskRow, Tie
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_shelf
from tests.cast import NOON, County
from tests.files import OpenCase, acting, walk
from tests.queries import questions
from tests.web.desk import at_desk, case_page
from tests.web.test_resident_follow import find

MOST_QUERIES = 9
ACCEPT = {"kind": "complaint", "topic": "18"}
WHY = {"title": "路灯没人管", "why": "交付以后没有写明由谁管护。"}


def at_work(case: Case, county: County, dispatcher: Staff, officer: Staff) -> Case:
    """Bring a case of the common playbook to where the housing department works on it."""
    unit = {"unit": str(county.housing.pk)}
    return walk(
        case, (dispatcher, "accept", ACCEPT), (dispatcher, "dispatch", unit), (officer, "take_up", {})
    )


@pytest.fixture
def working(open_case: OpenCase, county: County, dispatcher: Staff, officer: Staff) -> Case:
    return at_work(open_case(book="canonical"), county, dispatcher, officer)


def call(case: Case, county: County, dispatcher: Staff, *units: str) -> Case:
    named = {"responders": [str(county.units[unit].pk) for unit in units], "whistle_words": "到村口来看看"}
    return walk(case, (dispatcher, "call_units", named))


def press_on(desk: Client, case: Case, number: int, step: str, **answers: Any) -> Any:
    given = {"revision": case.revision, **answers}
    return desk.post(f"/desk/cases/{case.number}/tasks/{number}/{step}", given)


def test_the_dispatcher_ticks_units_and_each_becomes_a_task(
    working: Case, county: County, dispatcher: Staff, client: Client
) -> None:
    units = [str(county.units[code].pk) for code in ("dept_hr", "court")]
    given = {"revision": working.revision, "responders": units, "whistle_words": "来看看"}

    answer = at_desk(client, dispatcher).post(f"/desk/cases/{working.number}/steps/call_units", given)

    assert answer.status_code == 302
    assert TaskRow.objects.filter(case=working).count() == 2
    page = case_page(client, working)
    for words in (
        "分头在办（2 项没完）",
        "吹哨报到 · 县人力资源和社会保障局",
        "待报到",
        "撤哨（不用来了）",
        "县人力资源和社会保障局，来看看",
    ):
        assert words in page, words


def test_a_unit_finds_what_is_asked_of_it_and_does_it(
    working: Case, county: County, dispatcher: Staff, other_officer: Staff, client: Client
) -> None:
    call(working, county, dispatcher, "dept_hr")
    desk = at_desk(client, other_officer)

    queue, listed = desk.get("/desk/").content.decode(), desk.get("/desk/tasks/").content.decode()
    page = case_page(desk, working)
    answer = press_on(desk, working, 1, "report_in", arrival_note="两个人到了")
    after = case_page(desk, working)

    assert "请我单位配合的（1）" in queue
    assert f"/desk/cases/{working.number}/#task-1" in listed
    assert "到村口来看看" in listed
    assert 'id="step-report_in-1"' in page
    assert 'id="step-feed_back"' not in page
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/cases/{working.number}/")
    assert "谁到场、到哪里：两个人到了" in after
    assert 'id="step-report_in-1"' not in after


def test_what_is_wrong_on_a_task_comes_back_with_every_word(
    working: Case, county: County, dispatcher: Staff, client: Client
) -> None:
    call(working, county, dispatcher, "dept_hr")
    desk = at_desk(client, dispatcher)

    empty = press_on(desk, working, 1, "release", release_reason="")
    stale = desk.post(
        f"/desk/cases/{working.number}/tasks/1/release",
        {"revision": working.revision - 1, "release_reason": "不用来了呀"},
    )
    missing = press_on(desk, working, 7, "release", release_reason="不用来了呀")

    assert (empty.status_code, stale.status_code, missing.status_code) == (422, 409, 404)
    assert "不用来了呀" in stale.content.decode()
    assert "案件里没有第 7 项" in missing.content.decode()
    assert TaskRow.objects.get(case=working).state == "called"


def test_the_list_of_tasks_costs_the_same_for_one_and_for_three(
    open_case: OpenCase,
    county: County,
    dispatcher: Staff,
    officer: Staff,
    other_officer: Staff,
    client: Client,
) -> None:
    desk, asked = at_desk(client, other_officer), []
    assert "没有请您单位配合的事" in desk.get("/desk/tasks/").content.decode()
    for count in (1, 2):
        for number in range(count):
            case = at_work(open_case(f"c{count}{number}", book="canonical"), county, dispatcher, officer)
            call(case, county, dispatcher, "dept_hr")
        desk.get("/desk/tasks/")
        with questions() as seen:
            desk.get("/desk/tasks/")
        asked.append(len(seen))

    assert asked[0] == asked[1] <= MOST_QUERIES


def test_a_case_with_tasks_costs_no_more_than_others(
    working: Case, county: County, dispatcher: Staff, client: Client
) -> None:
    call(working, county, dispatcher, "dept_hr", "court", "petition_bureau")
    desk = at_desk(client, dispatcher)
    case_page(desk, working)

    with questions() as seen:
        case_page(desk, working)

    assert len(seen) <= MOST_QUERIES


def test_the_resident_brings_a_missing_paper(working: Case, officer: Staff, client: Client) -> None:
    walk(working, (officer, "list_gaps", {"gaps": "身份证复印件\n租房合同", "gaps_due": "2026-03-12"}))
    find(client, working.number, "1234")

    page = client.get(f"/follow/{working.number}/").content.decode()
    given = {"task": "2", "revision": working.revision, "supplied_note": "合同拍了照"}
    answer = client.post(f"/follow/{working.number}/step/supply", given)
    odd = client.post(f"/follow/{working.number}/step/supply", {"task": "99", "revision": working.revision})

    assert "分头在办的事" in page
    assert "待补材料 · 您" in page
    assert answer.status_code == 302
    assert odd.status_code in {404, 409, 422}
    assert list(TaskRow.objects.order_by("number").values_list("state", flat=True)) == ["missing", "supplied"]


def test_whoever_was_joined_follows_the_matter_and_reads_nothing_of_the_other_person(
    open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    main, other = open_case("main", book="canonical"), open_case("other", book="canonical")
    walk(main, (None, "add_words", {"added": "我家在三楼东户"}))
    walk(other, (dispatcher, "join", {"into": main.number, "join_reason": "同一盏路灯"}))
    main.refresh_from_db()
    take_step(case=main, step="accept", actor=acting(dispatcher, main), at=NOON, answers=ACCEPT)
    find(client, other.number, "1234")

    page = client.get(f"/follow/{other.number}/").content.decode()

    assert "一起办的那件到哪一步了" in page
    assert "您的诉求已经受理，正在确定承办单位" in page
    assert "三楼东户" not in page


def test_a_letter_is_made_from_what_recurs(
    open_case: OpenCase, supervisor: Staff, client: Client, books: dict[str, Any]
) -> None:
    publish_shelf(at=NOON, only={"source_fix"})
    cases = [open_case(f"lamp{number}") for number in range(3)]
    desk = at_desk(client, supervisor)

    page = desk.get("/desk/gather/?topic=18").content.decode()
    version = page.split('<option value="')
    few = desk.post("/desk/gather/", {**WHY, "version": _version(page), "number": [cases[0].number]})
    made = desk.post(
        "/desk/gather/", {**WHY, "version": _version(page), "number": [case.number for case in cases]}
    )

    assert version
    assert "甲镇：其他" in page
    assert "3 件" in page
    assert few.status_code == 422
    assert "请选 3 到 200 件案件，现在选了 1 件" in few.content.decode()
    assert "交付以后没有写明由谁管护" in few.content.decode()
    opened = Case.objects.get(kind="source_fix")
    assert (made.status_code, made["Location"], Tie.objects.count()) == (
        302,
        f"/desk/cases/{opened.number}/",
        3,
    )
    assert "依据的案件" in case_page(desk, opened)
    assert "据此提出的" in case_page(desk, cases[0])


def _version(page: str) -> str:
    """Return the key of the playbook that the page offers."""
    select = page[page.index('name="version"') :]
    return select[select.index('value="') + 7 :].split('"')[0]


@pytest.mark.parametrize("who", ["officer", "clerk", "statistician"])
def test_others_make_no_letters(who: str, county: County, client: Client, books: dict[str, Any]) -> None:
    publish_shelf(at=NOON, only={"source_fix"})

    answer = at_desk(client, county.staff[who]).get("/desk/gather/")

    assert answer.status_code == 403
    assert "要由" in answer.content.decode()


def test_looking_for_a_common_cause_costs_the_same_for_one_and_for_three(
    open_case: OpenCase, supervisor: Staff, client: Client, books: dict[str, Any]
) -> None:
    publish_shelf(at=NOON, only={"source_fix"})
    desk, asked = at_desk(client, supervisor), []
    for number in range(3):
        open_case(f"lamp{number}")
        desk.get("/desk/gather/")
        with questions() as seen:
            desk.get("/desk/gather/")
        asked.append(len(seen))

    assert asked[0] == asked[2] <= MOST_QUERIES
