"""The pages of lists: queue, everything, search, notices; who is let in and what it costs."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from heshi.cases.models import Case
from heshi.notices.models import Notice
from heshi.people.models import Staff
from tests.cast import County
from tests.consequences import drawn
from tests.files import OpenCase, walk
from tests.web.desk import at_desk

MOST_QUERIES = 12
PAGES = ["", "?only=mine", "?only=overdue", "cases/", "search/?q=路灯", "notices/"]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("who", ["dispatcher", "township_dispatcher", "officer", "auditor"])
def test_a_list_asks_few_questions(
    who: str, address: str, open_case: OpenCase, county: County, client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for index in range(3):
        open_case(f"n{index}")
    desk = at_desk(client, county.staff[who])
    desk.get(f"/desk/{address}")

    with django_assert_max_num_queries(MOST_QUERIES):
        answer = desk.get(f"/desk/{address}")

    assert answer.status_code == 200


def test_the_queue_shows_until_when_and_what(case: Case, dispatcher: Staff, client: Client) -> None:
    page = at_desk(client, dispatcher).get("/desk/").content.decode()

    for words in (
        "路灯坏了",
        "已超期",
        "已吹哨",
        "县住房和城乡建设局",
        "投诉 · 其他 · 甲镇 甲一村",
        f"/desk/cases/{case.number}/",
    ):
        assert words in page, words


def test_pages_follow_each_other(open_case: OpenCase, dispatcher: Staff, client: Client) -> None:
    numbers = {open_case(f"n{index}").number for index in range(33)}
    desk = at_desk(client, dispatcher)

    first = desk.get("/desk/cases/")
    second = desk.get(first.context["following"])

    shown = [row.case.number for page in (first, second) for row in page.context["rows"]]
    assert (len(shown), set(shown), second.context["following"], second.context["first"]) == (
        33,
        numbers,
        "",
        "/desk/cases/",
    )


@pytest.mark.parametrize(
    ("who", "words"), [("statistician", "您的岗位不查看案件"), ("admin_sys", "您的岗位不查看案件")]
)
def test_who_sees_no_case_is_told_so(
    who: str, words: str, case: Case, county: County, client: Client
) -> None:
    desk = at_desk(client, county.staff[who])

    page = desk.get("/desk/").content.decode()

    assert words in page
    assert ("统计" in page) == (who == "statistician")
    assert (
        case.title
        not in page
        + desk.get("/desk/cases/").content.decode()
        + desk.get("/desk/search/?q=路灯").content.decode()
    )


@pytest.mark.parametrize(
    ("who", "doors"),
    [
        ("dispatcher", {"待办", "全部案件", "窗口登记", "统计"}), ("clerk", {"待办", "全部案件", "窗口登记", "统计"}),
        ("officer", {"待办", "全部案件"}), ("auditor", {"待办", "全部案件", "统计"}), ("statistician", {"统计"}), ("admin_sys", set()),
    ],
)  # fmt: skip
def test_each_sees_the_doors_she_may_take(who: str, doors: set[str], county: County, client: Client) -> None:
    page = at_desk(client, county.staff[who]).get("/desk/notices/").content.decode()
    frame = page[page.index('aria-label="工作台"') : page.index("<main")]

    assert {door for door in ("待办", "全部案件", "窗口登记", "统计") if door in frame} == doors


def test_a_number_leads_straight_to_its_case(
    case: Case, dispatcher: Staff, mediator: Staff, client: Client
) -> None:
    spoken = f"{case.number[:4]}－{case.number[4:8]} {case.number[8:]}".replace("－", "-")
    found = at_desk(client, dispatcher).get("/desk/search/", {"q": spoken})
    hidden = at_desk(Client(), mediator).get("/desk/search/", {"q": case.number})

    assert (found.status_code, found["Location"]) == (302, f"/desk/cases/{case.number}/")
    assert (hidden.status_code, "没有找到这个编号的案件" in hidden.content.decode()) == (404, True)


def test_a_slip_in_a_number_is_said(case: Case, dispatcher: Staff, client: Client) -> None:
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)

    page = at_desk(client, dispatcher).get("/desk/search/", {"q": wrong}).content.decode()

    assert "有一位不对" in page


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("灯", 422), ("，", 422), ("路" * 61, 422), ("<b>路灯", 200), ("%_'\"\\", 422), ("\x00路灯", 200),
        ("'; drop table--", 200),
    ],
)  # fmt: skip
def test_hostile_questions(text: str, status: int, case: Case, dispatcher: Staff, client: Client) -> None:
    answer = at_desk(client, dispatcher).get("/desk/search/", {"q": text})

    assert answer.status_code == status
    assert "<b>路灯" not in answer.content.decode()


@pytest.mark.parametrize("address", ["?after=x", "cases/?after=%F0%9F", "search/?q=路灯&after=zz"])
def test_a_broken_page_address_says_what_to_do(
    address: str, case: Case, dispatcher: Staff, client: Client
) -> None:
    answer = at_desk(client, dispatcher).get(f"/desk/{address}")

    assert (answer.status_code, "翻页地址不完整" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "address",
    ["?unit=x", "?only=<script>", "?unit=00000000-0000-0000-0000-000000000000", "notices/?before=x"],
)
def test_strange_filters_are_left_out(address: str, case: Case, dispatcher: Staff, client: Client) -> None:
    assert at_desk(client, dispatcher).get(f"/desk/{address}").status_code == 200


def test_notices_are_counted_read_and_linked(
    case: Case, county: County, dispatcher: Staff, officer: Staff, client: Client
) -> None:
    walk(case, (dispatcher, "dispatch", {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}))
    drawn("notices")
    desk = at_desk(client, officer)

    before = desk.get("/desk/notices/").content.decode()
    keys = [str(key) for key in Notice.objects.filter(channel="inbox").values_list("pk", flat=True)]
    desk.post("/desk/notices/read", {"notice": [*keys, "nonsense"]})
    after = desk.get("/desk/notices/").content.decode()

    assert ("未读</span>1" in before, f"/desk/cases/{case.number}/" in before) == (True, True)
    assert ("未读" in after, "吹哨" in after) == (False, True)


def test_nobody_reads_the_notices_of_others_away(
    case: Case, county: County, dispatcher: Staff, mediator: Staff, client: Client
) -> None:
    walk(case, (dispatcher, "dispatch", {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}))
    drawn("notices")
    keys = [str(key) for key in Notice.objects.filter(channel="inbox").values_list("pk", flat=True)]

    at_desk(client, mediator).post("/desk/notices/read", {"notice": keys})

    assert keys
    assert Notice.objects.filter(channel="inbox").exclude(read_at=None).count() == 0


def test_nothing_of_the_desk_stays_in_a_cache(case: Case, dispatcher: Staff, client: Client) -> None:
    assert "no-store" in at_desk(client, dispatcher).get("/desk/")["Cache-Control"]
