"""The window: one visit, several matters, nothing typed is lost."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from heshi.cases.models import Case, Event, Party, Remark
from heshi.people.models import Staff
from tests.cast import VILLAGES, County
from tests.web.desk import at_desk

pytestmark = pytest.mark.usefixtures("books")
WINDOW = "/desk/window/"
PERSON = {"name": "邻居乙", "phone": "13900005678", "address": "甲一村 3 组", "identity_no": ""}
MATTER = {
    "body": "楼上漏水，找了物业三次没人管。",
    "kind": "",
    "topic": "",
    "place": VILLAGES[0],
    "place_text": "3 号楼",
}


def filled(desk: Client, **changed: Any) -> dict[str, Any]:
    """Return the form as the page gave it, filled in."""
    form = desk.get(WINDOW).context["form"]
    return {
        "key": form["key"].value(),
        "visit": form["visit"].value(),
        **PERSON,
        **MATTER,
        "done": "yes",
        **changed,
    }


def test_a_matter_told_at_the_window_becomes_a_case(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)

    answer = desk.post(WINDOW, filled(desk))
    receipt = desk.get(answer["Location"]).content.decode()

    case = Case.objects.get()
    spoken = f"{case.number[:4]}-{case.number[4:8]}-{case.number[8:]}"
    assert (case.source, case.place, case.visit is not None) == ("window", VILLAGES[0], True)
    assert (Party.objects.get().name, Event.objects.get().actor_label) == (
        "邻居乙",
        "窗口甲（和安县综治中心）",
    )
    assert (spoken in receipt, "5678" in receipt) == (True, True)


def test_one_visit_several_matters(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)

    again = desk.post(WINDOW, filled(desk, more="yes"))
    kept = desk.get(again["Location"]).context["form"]
    receipt = desk.get(desk.post(WINDOW, filled(desk, body="路灯不亮。"))["Location"]).content.decode()

    assert ([kept[name].value() for name in PERSON], kept["body"].value()) == (list(PERSON.values()), None)
    assert Case.objects.count() == 2
    assert Case.objects.values("visit").distinct().count() == 1
    assert ("楼上漏水" in receipt, "路灯不亮" in receipt) == (True, True)


def test_the_next_visitor_starts_empty(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    desk.post(WINDOW, filled(desk, more="yes"))

    desk.post(WINDOW, {"new": "yes"})

    page = desk.get(WINDOW)
    assert "邻居乙" not in page.content.decode()
    assert page.context["visit"].slips == []


def test_pressing_twice_makes_one_case(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)

    answers = [desk.post(WINDOW, given)["Location"] for _twice in range(2)]

    assert answers[0] == answers[1]
    assert Case.objects.count() == 1


def test_without_a_telephone_there_is_a_code(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)

    page = desk.get(desk.post(WINDOW, filled(desk, name="", phone=""))["Location"]).content.decode()

    assert "查询码" in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"body": ""}, "body"), ({"body": " \x00 "}, "body"), ({"body": "字" * 100_000}, "body"), ({"kind": "nonsense"}, "kind"),
        ({"place": "000"}, "place"), ({"key": "x"}, "key"),
    ],
)  # fmt: skip
def test_a_mistake_comes_back_with_everything_typed(
    changed: dict[str, str], field: str | None, clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)

    answer = desk.post(WINDOW, filled(desk, address="乙二村 8 号", **changed))

    form = answer.context["form"]
    assert (answer.status_code, "乙二村 8 号" in answer.content.decode(), Case.objects.count()) == (
        422,
        True,
        0,
    )
    assert set(form.errors) == {field or "__all__"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"phone": "138****8001"}, "电话“138****8001”：电话被遮住了几位"), ({"phone": "123"}, "电话“123”：电话打不通"),
        ({"phone": "13800138001（儿子）"}, "取了第一个能打通的"), ({"identity_no": "99010019800101001X"}, "证件号码核对不上"),
        ({"identity_no": "E12345678"}, "不是现行身份证号，请对照证件"), ({"name": "甲" * 500}, "这一格太长"),
    ],
)  # fmt: skip
def test_a_doubtful_extra_is_taken_as_it_is_written_and_told_while_she_is_still_there(
    changed: dict[str, str], said: str, clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)

    page = desk.get(desk.post(WINDOW, filled(desk, **changed))["Location"]).content.decode()

    assert "趁人还在请核对" in page
    assert said in page
    assert [remark.text for remark in Remark.objects.all()] == list(changed.values())


def test_each_receipt_names_the_digits_its_matter_was_registered_with(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    desk.post(WINDOW, filled(desk, phone="138 0013 8001", more="yes"))

    page = desk.get(
        desk.post(WINDOW, filled(desk, phone="13900139002", body="第二件。"))["Location"]
    ).content.decode()

    assert page.index("（8001）") < page.index("（9002）")


def test_the_next_visitor_gets_nobody_elses_numbers(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    desk.post(WINDOW, filled(desk, name="前一位", phone="13700004321"))
    given = filled(desk, name="后一位", phone="13600002468", body="另一位的事。")

    page = desk.get(desk.post(WINDOW, given)["Location"]).content.decode()

    assert page.count('class="receipt-number"') == 1
    assert "（2468）" in page
    assert Case.objects.values("visit").distinct().count() == 2


def test_the_suggestion_fills_only_what_was_left_open(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    words = {"body": "物业公司不修电梯，还乱收物业费。", "kind": "praise"}

    plain = desk.post(WINDOW, filled(desk, suggest="yes", **words))
    part = desk.post(f"{WINDOW}suggest", filled(desk, **words))

    for page in (plain.content.decode(), part.content.decode()):
        assert all(
            words in page for words in ('value="praise" selected', 'value="17" selected', "系统建议：")
        )
    assert plain.context["form"]["name"].value() == "邻居乙"
    assert "<html" not in part.content.decode()
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 200),
        ("dispatcher", 200),
        ("township_clerk", 200),
        ("officer", 403),
        ("auditor", 403),
        ("leader", 403),
    ],
)
def test_who_registers(who: str, status: int, county: County, client: Client) -> None:
    desk = at_desk(client, county.staff[who])

    posted = desk.post(WINDOW, {**PERSON, **MATTER, "key": uuid.uuid4(), "visit": uuid.uuid4()})

    assert desk.get(WINDOW).status_code == status
    assert (posted.status_code, Case.objects.count()) == ((302, 1) if status == 200 else (403, 0))


def test_a_receipt_of_another_visit_is_not_shown(clerk: Staff, county: County, client: Client) -> None:
    answer = at_desk(client, clerk).get(f"/desk/window/receipt/{uuid.uuid4()}")

    assert (answer.status_code, answer["Location"]) == (302, WINDOW)
