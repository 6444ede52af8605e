"""At the desk: the two likeliest kinds with one press each, the way that then belongs to the case, and the method at the window."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from heshi.cases.models import Case
from heshi.people.models import Staff
from tests.cast import VILLAGES, County
from tests.journey.test_sorting import COMMITTEE, VAGUE, dispatched, rules, said, state
from tests.web.desk import at_desk, case_page

__all__ = ["rules"]
pytestmark = pytest.mark.usefixtures("rules")


def press(desk: Client, case: Case, **sent: Any) -> HttpResponse:
    """Press a button that says what a case is about."""
    answer: Any = desk.post(f"/desk/cases/{case.number}/sort/", {"revision": case.revision, **sent})
    return answer  # type: ignore[no-any-return]


def choices_on(page: str) -> list[str]:
    """Return what the buttons of a page would say."""
    return [part.partition('"')[0] for part in page.split('name="choice" value="')[1:]]


def test_the_case_page_shows_the_likeliest_and_one_press_sends_it(clerk: Staff, client: Client) -> None:
    case, desk = said(topic="11"), at_desk(client, clerk)

    page = case_page(desk, case)
    answer = press(desk, case, choice="dispute 11")

    assert "先定是哪一类" in page
    assert "类别待定 · 其他劳动争议" in page
    assert choices_on(page) == [f"{kind} 11" for kind, _p in case.facts["suggested"]["kinds"]]  # type: ignore[index]
    assert answer.status_code == 302
    assert state(case) == ("labour", "applied", COMMITTEE)
    told = case_page(desk, case)
    assert "已定为“矛盾纠纷 · 其他劳动争议”，由甲镇调委会承办，按“劳动争议调解（十五日内）”办理。" in told
    assert "先定是哪一类" not in told
    assert "定类别和事项" in told


def test_the_queue_shows_the_two_likeliest_and_goes_on_in_the_queue(
    dispatcher: Staff, client: Client
) -> None:
    case, desk = said(), at_desk(client, dispatcher)
    kept: Any = case.facts["suggested"]

    page = desk.get("/desk/?only=unsure").content.decode()
    first, second = choices_on(page)
    answer = press(desk, case, choice=second, back="queue")

    assert [first.partition(" ")[0], second.partition(" ")[0]] == [kind for kind, _p in kept["kinds"]]
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    assert Case.objects.get(pk=case.pk).kind == kept["kinds"][1][0]
    assert "没有等人定类别的案件。" in desk.get("/desk/?only=unsure").content.decode()


def test_where_kind_and_topic_are_open_the_page_offers_each_with_each(
    dispatcher: Staff, client: Client
) -> None:
    case, desk = said(), at_desk(client, dispatcher)

    shown = choices_on(case_page(desk, case))

    kept: Any = case.facts["suggested"]
    assert len(shown) == 4
    assert set(shown) == {f"{kind} {topic}" for kind, _p in kept["kinds"] for topic, _q in kept["topics"]}


def test_neither_of_them_is_chosen_from_the_lists(dispatcher: Staff, client: Client) -> None:
    case, desk = said(), at_desk(client, dispatcher)

    page = desk.get(f"/desk/cases/{case.number}/sort/").content.decode()
    wrong = press(desk, case, kind="gossip", topic="11")
    empty = press(desk, case, kind="", topic="")
    right = press(desk, case, kind="petition_matter", topic="08")

    assert "都不是，自己选" in page
    assert (wrong.status_code, "名单里没有这一项" in wrong.content.decode()) == (422, True)
    assert (empty.status_code, "请选诉求类别。" in empty.content.decode()) == (422, True)
    assert right.status_code == 302
    assert (Case.objects.get(pk=case.pk).kind, state(case)) == (
        "petition_matter",
        ("shulan_liubu", "whistled", "dept_housing"),
    )


def test_pressed_twice_it_is_done_once_and_a_lost_race_is_told(
    clerk: Staff, dispatcher: Staff, client: Client
) -> None:
    case, desk = said(), at_desk(client, dispatcher)
    press(at_desk(Client(), clerk), case, choice="dispute 11")

    same = press(desk, case, choice="dispute 11")
    other = press(desk, case, choice="praise 18")

    assert same.status_code == 302
    assert (other.status_code, "刚刚有人先办理了这件案件" in other.content.decode()) == (409, True)
    assert Case.objects.get(pk=case.pk).revision == 2


@pytest.mark.parametrize("who", ["officer", "mediator"])
def test_others_are_not_asked(who: str, county: County, client: Client) -> None:
    case = said(kind="dispute", topic="11")
    desk = at_desk(client, county.staff[who])

    answer = press(desk, case, choice="praise 18")

    assert answer.status_code in {403, 404}
    assert "待定类别" not in desk.get("/desk/").content.decode()
    assert Case.objects.get(pk=case.pk).kind == "dispute"


def test_a_step_that_corrects_the_kind_offers_the_way_and_going_there_hands_it_over(
    county: County, dispatcher: Staff, client: Client
) -> None:
    case, desk = said(kind="complaint", topic="18"), at_desk(client, dispatcher)
    desk.post(
        f"/desk/cases/{case.number}/steps/dispatch",
        {"revision": 1, "unit": str(county.housing.pk), "kind": "dispute", "topic": "11"},
    )

    page = case_page(desk, case)
    address = page.partition("/way/?to=")[2].partition('"')[0]
    seen = desk.get(f"/desk/cases/{case.number}/way/?to={address}").content.decode()
    case.refresh_from_db()
    sent = {"version": address, "position": "applied", "why": "是劳动争议", "revision": case.revision}
    answer = desk.post(f"/desk/cases/{case.number}/way/", sent)

    assert "改过类别、事项以后，这件事该按“劳动争议调解（十五日内）”办理。" in page
    assert "改交甲镇调委会" in seen
    assert answer.status_code == 302
    assert state(case) == ("labour", "applied", COMMITTEE)
    assert "该换一种办法" not in case_page(desk, case)


def test_correcting_a_case_that_was_sent_leads_to_the_way_that_belongs_to_it(
    county: County, dispatcher: Staff, client: Client
) -> None:
    case, desk = said(kind="complaint", topic="18"), at_desk(client, dispatcher)
    dispatched(case, dispatcher, county, kind="complaint", topic="18")
    case.refresh_from_db()
    assert "类别、事项不对？改一改" in case_page(desk, case)

    answer = press(desk, case, kind="dispute", topic="10")

    assert answer.headers["Location"].startswith(f"/desk/cases/{case.number}/way/?to=")
    assert state(case) == ("shulan_liubu", "called", "dept_housing")


def test_a_clerk_who_may_not_change_the_way_is_told_whom_to_ask(
    county: County, clerk: Staff, dispatcher: Staff, client: Client
) -> None:
    case, desk = said(kind="complaint", topic="18"), at_desk(client, clerk)
    dispatched(case, dispatcher, county, kind="complaint", topic="18")
    case.refresh_from_db()

    answer = press(desk, case, kind="dispute", topic="10")

    assert answer.headers["Location"] == f"/desk/cases/{case.number}/"
    assert "要改换的，请转告分流员、督办员或领导。" in case_page(desk, case)


def test_the_resident_reads_what_was_made_of_it_and_no_guess(clerk: Staff) -> None:
    case = said(phone="13800001234")
    resident = Client()
    resident.post("/follow/", {"number": case.number, "last_four": "1234"})
    before = resident.get(f"/follow/{case.number}/").content.decode()

    press(at_desk(Client(), clerk), case, choice="dispute 11")
    after = resident.get(f"/follow/{case.number}/").content.decode()

    assert "已经登记，正在核对是什么事" in before
    assert "%" not in before.partition("<main")[2]
    assert (
        "工作人员看过了您说的事，定为“矛盾纠纷 · 其他劳动争议”，按“劳动争议调解（十五日内）”办理。" in after
    )


def test_the_story_of_a_held_case_tells_no_guess_as_if_it_were_so(dispatcher: Staff, client: Client) -> None:
    held, sure, desk = said(), said(kind="complaint", topic="18"), at_desk(client, dispatcher)

    assert [case_page(desk, case).count("<dt>诉求类别</dt>") for case in (held, sure)] == [0, 1]


def window(desk: Client, **said: str) -> dict[str, str]:
    """Return the window's form filled in."""
    form = desk.get("/desk/window/").context["form"]
    keys = {name: str(form[name].value()) for name in ("key", "visit")}
    return {"name": "邻居甲", "body": VAGUE, "place": VILLAGES[0], "done": "yes", **keys, **said}


def test_the_window_can_choose_a_method(clerk: Staff, client: Client) -> None:
    desk = at_desk(client, clerk)

    page = desk.get("/desk/window/").content.decode()
    answer = desk.post("/desk/window/", window(desk, method="labour"))

    assert "按哪种办法办" in page
    assert page.index('label="本县在用"') < page.index('value="labour"') < page.index('label="其他"')
    assert answer.status_code == 302
    assert state(Case.objects.get()) == ("labour", "applied", COMMITTEE)


def test_without_one_the_rules_choose_and_a_weak_guess_waits(clerk: Staff, client: Client) -> None:
    desk = at_desk(client, clerk)

    desk.post("/desk/window/", window(desk))
    desk.post("/desk/window/", window(desk, kind="complaint", topic="18", name="邻居乙"))

    assert sorted(state(case) for case in Case.objects.all()) == [
        ("canonical", "registered", "centre_990100001"),
        ("shulan_liubu", "whistled", "dept_housing"),
    ]


def test_a_method_that_is_not_in_force_comes_back_with_everything_typed(clerk: Staff, client: Client) -> None:
    desk = at_desk(client, clerk)

    answer = desk.post("/desk/window/", window(desk, method="no_such_way"))

    assert (answer.status_code, VAGUE in answer.content.decode(), Case.objects.count()) == (422, True, 0)


def test_a_weak_guess_is_shown_at_the_window_and_not_filled_in(clerk: Staff, client: Client) -> None:
    desk = at_desk(client, clerk)

    weak = desk.post("/desk/window/suggest", window(desk)).content.decode()
    strong = desk.post("/desk/window/suggest", window(desk, body="咨询：请问怎么办理")).content.decode()

    assert "系统建议：求助（26%）" in weak
    assert "selected" not in weak.partition("</select>")[0].replace('value="" selected', "")
    assert 'value="inquiry" selected' in strong


def test_the_queue_asks_no_more_for_three_than_for_one(
    dispatcher: Staff, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk = at_desk(client, dispatcher)
    said()
    desk.get("/desk/")  # what is kept in the process
    one = asked_for(desk)
    said(kind="complaint")
    said(topic="11")

    with django_assert_num_queries(one):
        assert desk.get("/desk/").content.decode().count('name="choice"') == 6


def asked_for(desk: Client) -> int:
    """Return how many questions the queue puts to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        desk.get("/desk/")
    return len(asked)


def test_no_form_of_a_held_case_is_filled_with_a_guess(dispatcher: Staff, client: Client) -> None:
    held, half = said(), said(kind="complaint")
    desk = at_desk(client, dispatcher)

    forms = {
        case.pk: desk.get(f"/desk/cases/{case.number}/").context["file"].buttons for case in (held, half)
    }

    first = {
        case.pk: {(button.form["kind"].value(), button.form["topic"].value()) for button in forms[case.pk] if "kind" in button.form.fields}
        for case in (held, half)
    }  # fmt: skip
    assert first == {held.pk: {("", "")}, half.pk: {("complaint", "")}}
    assert not any(button.is_open for button in forms[held.pk])


def test_whoever_screens_a_held_case_has_said_what_it_is_about(
    county: County, dispatcher: Staff, client: Client
) -> None:
    case, desk = said(), at_desk(client, dispatcher)

    answer = desk.post(
        f"/desk/cases/{case.number}/steps/screen", {"revision": 1, "kind": "dispute", "topic": "11"}
    )

    assert answer.status_code == 302
    page = case_page(desk, Case.objects.get(pk=case.pk))
    assert "该按“劳动争议调解（十五日内）”办理" in page
    assert "先定是哪一类" not in page
    assert "没有等人定类别的案件。" in desk.get("/desk/?only=unsure").content.decode()
