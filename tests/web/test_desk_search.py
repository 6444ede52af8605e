"""At the window: somebody has lost her number, and the clerk finds her matter by what she left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from heshi.cases.models import Case, Opening
from heshi.people.models import Staff
from tests.cast import County
from tests.files import PHONE, OpenCase
from tests.web.desk import at_desk
from tests.web.resident import NAMED, reported

pytestmark = pytest.mark.usefixtures("books")

CARD = "11010519491231002X"
MOST_QUERIES = 12
"""As many as any list may ask."""


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def asked(desk: Client, text: str) -> Any:
    """Return the page that answers a question."""
    return desk.get("/desk/search/", {"q": text})


def numbers(page: Any) -> list[str]:
    """Return the numbers of the cases that a page shows."""
    return [row.case.number for row, _excerpt, _by in page.context["rows"]]


@pytest.mark.parametrize("brought", ["card", "telephone", "name"])
def test_bring_your_identity_card_to_the_window(
    brought: str, county: County, client: Client, clerk: Staff
) -> None:
    case = reported(client, who=NAMED | {"name": "吴𠮷祥", "identity_no": "110105 19491231 002x"})
    receipt = client.get("/report/receipt/").content.decode()
    assert "忘了编号，带身份证件到窗口就能查" in receipt

    told = {"card": CARD, "telephone": "139-0000-1234", "name": "吴𠮷祥"}[brought]
    page = asked(at_desk(Client(), clerk), told)

    word = {"card": "证件号码", "telephone": "电话号码", "name": "姓名"}[brought]
    assert numbers(page) == [case.number]
    assert f"按{word}查到，已记入这件案件的打开记录" in page.content.decode()
    assert re.search(
        f"窗口甲（和安县综治中心）（按{word}查到）", client.get(f"/follow/{case.number}/").content.decode()
    )


def test_without_the_card_number_the_telephone_she_left_is_enough(client: Client, clerk: Staff) -> None:
    case = reported(client)
    receipt = client.get("/report/receipt/").content.decode()

    found = asked(at_desk(Client(), clerk), NAMED["phone"])

    assert "带身份证件到窗口，报上您留的电话就能查" in receipt
    assert numbers(found) == [case.number]


def test_who_left_nothing_is_told_that_the_window_cannot_find_it(client: Client) -> None:
    reported(client, who={"contact": "anonymous", "identity_no": CARD})

    page = client.get("/report/receipt/").content.decode()

    assert "编号丢了，窗口也查不到" in page
    assert "到窗口就能查" not in page


def test_a_slip_in_the_card_number_is_asked_about_and_another_document_is_not(client: Client) -> None:
    client.post("/report/", {"body": "路灯坏了，请来修。"})

    slip = client.post("/report/who/", NAMED | {"identity_no": CARD[:-1] + "1"})
    passport = client.post("/report/who/", NAMED | {"identity_no": "护照 E12345678"})

    assert (slip.status_code, "这个身份证号好像不对" in slip.content.decode()) == (422, True)
    assert passport.status_code == 302


def test_only_the_finding_itself_is_noted_and_only_where_something_was_found(
    case: Case, dispatcher: Staff, mediator: Staff, client: Client
) -> None:
    desk = at_desk(client, dispatcher)
    for text in ("路灯", "13900000000", PHONE, PHONE, case.number):
        asked(desk, text)
    asked(at_desk(Client(), mediator), PHONE)

    noted = Opening.objects.values_list("staff_id", "why", "unmasked")
    assert list(noted) == [(dispatcher.pk, "按电话号码查到", False)]


def test_whoever_had_opened_the_file_before_is_noted_for_searching_as_well(
    case: Case, dispatcher: Staff, client: Client
) -> None:
    desk = at_desk(client, dispatcher)
    desk.get(f"/desk/cases/{case.number}/")

    asked(desk, PHONE)

    assert sorted(Opening.objects.values_list("why", flat=True)) == ["", "按电话号码查到"]


@pytest.mark.parametrize(
    "text",
    ["2026030101", "热线:2026030101", "热线：2026030101", "GD-2026-77", "gd－2026－77", "043188881234", "7"],
)
def test_numbers_of_other_systems_lead_to_the_case(
    text: str, open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    told = {"external_number": "GD-2026-77"}
    case = open_case("hot", source="import", source_key="热线:2026030101", facts=told)
    open_case("order", source="api", source_key="hotline:043188881234", facts={"external_number": "7"})
    desk = at_desk(client, dispatcher)

    found = numbers(asked(desk, text))

    assert len(found) == 1
    assert (found[0] == case.number) == (text not in {"043188881234", "7"})
    assert not Opening.objects.exists()


def test_what_she_says_and_who_she_is_are_found_together(
    open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    hers = open_case("hers", parties=[{"name": "吴𠮷祥"}])
    about_her = open_case("about", body="吴𠮷祥把路堵了。", parties=[{"name": "邻居乙"}])

    page = asked(at_desk(client, dispatcher), "吴𠮷祥")

    assert numbers(page) == [hers.number, about_her.number]
    assert list(Opening.objects.values_list("case_id", flat=True)) == [hers.pk]


def test_a_mobile_number_nobody_left_is_no_mistyped_case_number(
    case: Case, dispatcher: Staff, client: Client
) -> None:
    page = asked(at_desk(client, dispatcher), "13900009999").content.decode()

    assert "有一位不对" not in page
    assert "您能看到的案件里没有" in page


def test_finding_a_person_asks_few_questions(
    open_case: OpenCase, dispatcher: Staff, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:  # fmt: skip
    desk = at_desk(client, dispatcher)
    open_case("0")
    asked(desk, PHONE)
    for index in range(3):
        open_case(f"n{index}")

    with django_assert_max_num_queries(MOST_QUERIES):
        page = asked(desk, PHONE)

    assert len(numbers(page)) == 4
