"""The page of a case: what it shows, which buttons it offers, and what happens when one is pressed."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from heshi.cases.models import Case, Event, Opening
from heshi.cases.queries import history
from heshi.intake.actions import store_attachment
from heshi.people.models import Staff
from heshi.understanding.models import Correction
from tests.cast import NOON, County
from tests.files import OpenCase, walk
from tests.web.desk import BODY, at_desk, bands_of, case_page, press

REFUSE = {"refuse_reason": "这件事归法院管，可以起诉。", "outcome": "transferred_to_court"}
MOST_QUERIES = 9


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(drawn, "PNG")
    return drawn.getvalue()


def dispatch_to(county: County) -> dict[str, Any]:
    return {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}


def test_the_page_tells_the_whole_story(
    case: Case, county: County, dispatcher: Staff, client: Client
) -> None:
    walk(case, (dispatcher, "dispatch", dispatch_to(county)))

    page = case_page(at_desk(client, dispatcher), case)

    told = "路灯坏了 村口的路灯坏了半个月 待报到 派单吹哨 分流员甲 县住房和城乡建设局 甲一村 投诉 报到 依据："
    assert [words for words in told.split() if words not in page] == []


def test_personal_fields_are_masked(case: Case, dispatcher: Staff, client: Client) -> None:
    page = case_page(at_desk(client, dispatcher), case)

    assert "138＊＊＊＊1234" in page
    assert "邻＊＊" in page
    assert "13800001234" not in page
    assert "邻居甲" not in page


def test_unmasking_takes_a_reason_and_is_noted(case: Case, dispatcher: Staff, client: Client) -> None:
    desk = at_desk(client, dispatcher)

    refused = desk.post(f"/desk/cases/{case.number}/unmask", {"why": "看看"})
    shown = desk.post(f"/desk/cases/{case.number}/unmask", {"why": "电话约定上门时间"})

    assert (
        refused.status_code,
        "13800001234" in refused.content.decode(),
        "看看" in refused.content.decode(),
    ) == (422, False, True)
    assert (shown.status_code, "13800001234" in shown.content.decode()) == (200, True)
    noted = Opening.objects.filter(unmasked=True).values_list("staff_id", "label", "why")
    assert list(noted) == [(dispatcher.pk, "分流员甲（和安县综治中心）", "电话约定上门时间")]


def test_an_opening_is_noted_once_an_hour(
    case: Case, dispatcher: Staff, clerk: Staff, client: Client
) -> None:
    for person in (dispatcher, dispatcher, clerk):
        case_page(at_desk(client, person), case)

    assert sorted(Opening.objects.values_list("label", "unmasked")) == [
        ("分流员甲（和安县综治中心）", False), ("窗口甲（和安县综治中心）", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status", "buttons"),
    [
        ("dispatcher", 200, {"dispatch", "refuse", "add_papers", "note", "sponsor"}),
        ("clerk", 200, {"add_papers", "note"}),
        ("supervisor", 200, {"note", "supervise"}),
        ("leader", 200, {"note", "supervise", "sponsor"}),
        ("officer", 200, {"add_papers", "note"}),
        ("liaison", 200, {"add_papers", "note"}),
        ("township_dispatcher", 200, {"dispatch", "refuse", "add_papers", "note", "sponsor"}),
        ("grid_worker", 200, {"add_papers", "note"}),
        ("auditor", 200, set()),
        ("mediator", 404, set()),
        ("other_officer", 404, set()),
        ("judge", 404, set()),
        ("statistician", 404, set()),
        ("admin_sys", 404, set()),
    ],
)
def test_each_sees_exactly_her_buttons(
    who: str, status: int, buttons: set[str], case: Case, county: County, client: Client
) -> None:
    answer = at_desk(client, county.staff[who]).get(f"/desk/cases/{case.number}/")

    assert answer.status_code == status
    offered = {button.step.code for button in answer.context["file"].buttons} if status == 200 else set()
    assert offered == buttons


def test_pressing_a_button_moves_the_case(
    case: Case, county: County, dispatcher: Staff, client: Client
) -> None:
    answer = press(at_desk(client, dispatcher), case, "dispatch", dispatch_to(county))

    case.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/cases/{case.number}/")
    assert (case.position, case.unit_id) == ("called", county.housing.pk)


def test_the_unit_asked_for_is_prefilled_with_the_suggestion(
    case: Case, county: County, dispatcher: Staff, client: Client
) -> None:
    answer = at_desk(client, dispatcher).get(f"/desk/cases/{case.number}/")

    form = next(button.form for button in answer.context["file"].buttons if button.step.code == "dispatch")
    assert [form[name].value() for name in ("unit", "kind", "topic")] == [
        str(county.housing.pk),
        "complaint",
        "18",
    ]


def test_a_missing_answer_comes_back_with_everything_typed(
    case: Case, dispatcher: Staff, client: Client
) -> None:
    answer = press(at_desk(client, dispatcher), case, "refuse", {"refuse_reason": "归法院管", "outcome": ""})

    page = answer.content.decode()
    assert (answer.status_code, "归法院管" in page, "请选“去向”" in page) == (422, True, True)
    assert Event.objects.count() == 1


def test_two_people_press_one_button(
    case: Case, county: County, dispatcher: Staff, township_dispatcher: Staff, client: Client
) -> None:
    press(at_desk(Client(), township_dispatcher), case, "dispatch", dispatch_to(county))

    late = press(at_desk(client, dispatcher), case, "refuse", REFUSE)

    page = late.content.decode()
    assert late.status_code == 409
    assert "刚刚有人先办理了这件案件" in page
    assert REFUSE["refuse_reason"] in page
    assert "待报到" in page
    assert [event.step for event in history(case)] == ["register", "dispatch"]


def test_a_note_that_came_second_can_be_sent_again(
    case: Case, dispatcher: Staff, clerk: Staff, client: Client
) -> None:
    desk = at_desk(client, clerk)
    press(at_desk(Client(), dispatcher), case, "note", {"note": "先记一笔"})

    late = press(desk, case, "note", {"note": "我也记一笔"})
    form = cast("Any", late).context["form"]
    again = press(desk, case, "note", {"note": form["note"].value(), "revision": form["revision"].value()})

    assert (late.status_code, form["note"].value(), again.status_code) == (409, "我也记一笔", 302)
    assert [event.body.facts.get("note") for event in history(case)] == [None, "先记一笔", "我也记一笔"]


def test_pressing_twice_is_no_race(case: Case, dispatcher: Staff, client: Client) -> None:
    desk = at_desk(client, dispatcher)

    answers = [press(desk, case, "note", {"note": "电话联系过了"}).status_code for _twice in range(2)]

    assert answers == [302, 302]
    assert [event.step for event in history(case)] == ["register", "note"]


def test_other_words_from_a_second_page_are_no_echo_and_come_back(
    case: Case, dispatcher: Staff, client: Client
) -> None:
    desk = at_desk(client, dispatcher)
    first = press(desk, case, "note", {"note": "电话联系过了"})
    second = press(desk, case, "note", {"note": "又去看了现场"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "又去看了现场" in second.content.decode()
    assert Event.objects.filter(case=case, step="note").count() == 1


def test_whose_button_it_is_is_said_before_anything_has_to_be_filled_in(
    case: Case, clerk: Staff, client: Client
) -> None:
    answer = press(at_desk(client, clerk), case, "refuse", {"refuse_reason": "归法院管"})

    page = answer.content.decode()
    assert (answer.status_code, "要由" in page, "归法院管" in page, "请选“去向”" in page) == (
        403,
        True,
        True,
        False,
    )
    assert Event.objects.count() == 1


def test_a_button_of_somebody_else_is_refused(case: Case, clerk: Staff, client: Client) -> None:
    answer = press(at_desk(client, clerk), case, "refuse", REFUSE)

    assert (answer.status_code, REFUSE["refuse_reason"] in answer.content.decode()) == (403, True)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("who", ["auditor", "mediator", "statistician"])
def test_who_only_checks_changes_nothing(who: str, case: Case, county: County, client: Client) -> None:
    desk = at_desk(client, county.staff[who])

    steps = press(desk, case, "note", {"note": "改一笔"}).status_code
    unmasked = desk.post(f"/desk/cases/{case.number}/unmask", {"why": "想看看是谁"})

    assert (steps, unmasked.status_code) in {(403, 403), (404, 404)}
    assert "13800001234" not in unmasked.content.decode()
    assert (Event.objects.count(), Opening.objects.filter(unmasked=True).count()) == (1, 0)


def test_what_was_decided_otherwise_is_remembered(
    open_case: OpenCase, county: County, dispatcher: Staff, client: Client
) -> None:
    case = open_case(
        facts={
            "suggested": {
                "kind": "complaint",
                "kind_p": 0.7,
                "topic": "17",
                "topic_p": 0.6,
                "words": ["路灯"],
            }
        }
    )

    press(at_desk(client, dispatcher), case, "dispatch", dispatch_to(county))

    assert list(Correction.objects.values_list("field", "suggested", "corrected")) == [("topic", "17", "18")]


def test_a_case_that_leaves_her_sight_leads_back_to_the_queue(
    case: Case, county: County, officer: Staff, dispatcher: Staff, client: Client
) -> None:
    walk(case, (dispatcher, "dispatch", dispatch_to(county)))

    kept = press(at_desk(client, officer), case, "send_back", {"return_reason": "不归我们管。"})

    assert kept["Location"] == f"/desk/cases/{case.number}/"


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999999999999", "0"])
def test_a_strange_revision_changes_nothing(
    revision: str, case: Case, dispatcher: Staff, client: Client
) -> None:
    answer = press(at_desk(client, dispatcher), case, "note", {"note": "记一笔", "revision": revision})

    assert (answer.status_code, "记一笔" in answer.content.decode()) == (409, True)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\x00空", "😀" * 300, "{{ 7 }}{% now %}", "字" * 100_000]
)
def test_hostile_words_are_kept_as_words_or_refused(
    text: str, case: Case, dispatcher: Staff, client: Client
) -> None:
    desk = at_desk(client, dispatcher)

    answer = press(desk, case, "note", {"note": text})
    page = case_page(desk, case)

    assert answer.status_code in {302, 422}
    assert "<script>alert(1)" not in page + answer.content.decode()


def test_strange_addresses_are_not_found(case: Case, dispatcher: Staff, client: Client) -> None:
    desk = at_desk(client, dispatcher)

    assert desk.get("/desk/cases/123456789012/").status_code in {404, 422}
    assert desk.get("/desk/cases/abc/").status_code in {404, 422}
    assert press(desk, case, "no_such_step", {}).status_code == 404
    assert desk.get(f"/desk/cases/{case.number}/attachments/{case.pk}").status_code == 404
    assert desk.get(f"/desk/cases/{case.number[:4]}-{case.number[4:8]}-{case.number[8:]}/").status_code == 302


def test_nobody_comes_in_without_signing_in(case: Case, client: Client) -> None:
    for address in ("", "cases/", f"cases/{case.number}/", "search/?q=路灯", "window/", "notices/"):
        answer = client.get(f"/desk/{address}")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


def test_the_page_asks_few_questions(
    busy_desk: dict[str, Case],
    dispatcher: Staff,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    desk = at_desk(client, dispatcher)
    case_page(desk, busy_desk["closed"])

    with django_assert_max_num_queries(MOST_QUERIES):
        page = case_page(desk, busy_desk["closed"])

    assert "可能是同一件事" in page
    assert "系统的建议" in page


def test_a_repeat_out_of_her_sight_is_not_shown(
    busy_desk: dict[str, Case], open_case: OpenCase, county: County, officer: Staff, client: Client
) -> None:
    twin = open_case(
        "twin", title="路灯坏了", body=BODY, bands=bands_of(BODY), unit_id=county.units["dept_hr"].pk
    )

    hidden = case_page(at_desk(client, officer), busy_desk["fresh"])
    shown = case_page(at_desk(Client(), county.staff["dispatcher"]), busy_desk["fresh"])

    assert (twin.number in hidden, twin.number in shown) == (False, True)


def test_an_attachment_is_opened_by_who_sees_the_case(
    open_case: OpenCase, dispatcher: Staff, mediator: Staff, client: Client
) -> None:
    paper = store_attachment(kind="photo", name="路灯.png", content=picture(), at=NOON)
    case = open_case(attachments=[paper.pk])
    address = f"/desk/cases/{case.number}/attachments/{paper.pk}"

    shown = at_desk(client, dispatcher).get(address)
    hidden = at_desk(Client(), mediator).get(address)

    assert address in case_page(at_desk(client, dispatcher), case)
    assert (shown.status_code, shown["X-Content-Type-Options"]) == (200, "nosniff")
    assert b"".join(cast("Any", shown).streaming_content)
    assert hidden.status_code == 404
