"""The page on which a case goes over to another playbook, and what staff and resident read afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from heshi.cases.models import Case
from heshi.people.models import Staff
from tests.cast import County
from tests.files import PHONE, OpenCase
from tests.web.desk import at_desk, case_page


def send(desk: Client, case: Case, **changed: Any) -> Any:
    """Send the form of the page."""
    told = {"position": "whistled", "why": "这是买卖纠纷，不是投诉", "revision": case.revision}
    return desk.post(f"/desk/cases/{case.number}/way/", told | changed)


def test_it_says_what_it_would_mean_before_anything_is_written(
    open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff, client: Client
) -> None:
    case, desk = open_case(book="canonical"), at_desk(client, dispatcher)
    assert f"/desk/cases/{case.number}/way/" in case_page(desk, case)

    first = desk.get(f"/desk/cases/{case.number}/way/").content.decode()
    seen = desk.get(f"/desk/cases/{case.number}/way/?to={books['shulan_liubu']}").content.decode()

    assert "改按哪一种" in first
    assert "接着走的时限" in seen
    assert "派单，" in seen
    assert "（从登记那天算）" in seen
    assert Case.objects.get(pk=case.pk).revision == case.revision


def test_staff_and_resident_read_that_it_changed_and_why(
    open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff, client: Client
) -> None:
    case, desk = open_case(book="canonical"), at_desk(client, dispatcher)

    answer = send(desk, case, version=books["shulan_liubu"])

    assert answer.status_code == 302
    case.refresh_from_db()
    page = case_page(desk, case)
    assert (case.playbook_id, "改换办法" in page, "这是买卖纠纷" in page) == (
        books["shulan_liubu"],
        True,
        True,
    )
    resident = Client()
    resident.post("/follow/", {"number": case.number, "last_four": PHONE[-4:]})
    told = resident.get(f"/follow/{case.number}/").content.decode()
    assert "您的事改按" in told
    assert "这是买卖纠纷，不是投诉" in told


def test_without_a_reason_or_on_an_old_page_it_comes_back_as_typed(
    open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff, client: Client
) -> None:
    case, desk = open_case(book="canonical"), at_desk(client, dispatcher)

    silent = send(desk, case, version=books["shulan_liubu"], why="")
    stale = send(desk, case, version=books["shulan_liubu"], revision=case.revision + 3)

    assert (silent.status_code, stale.status_code) == (422, 422)
    assert "请写明为什么改换办法" in silent.content.decode()
    assert "刚刚有人先办理了这件案件" in stale.content.decode()
    assert "这是买卖纠纷，不是投诉" in stale.content.decode()


@pytest.mark.parametrize("who", ["officer", "clerk"])
def test_others_find_no_such_door(
    who: str, open_case: OpenCase, county: County, books: dict[str, UUID], client: Client
) -> None:
    case = open_case(book="canonical")
    desk = at_desk(client, county.staff[who])

    answer = desk.get(f"/desk/cases/{case.number}/way/")

    assert answer.status_code in (403, 404)


def test_an_unknown_playbook_is_not_found(
    open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff, client: Client
) -> None:
    case, desk = open_case(book="canonical"), at_desk(client, dispatcher)

    assert desk.get(f"/desk/cases/{case.number}/way/?to={UUID(int=5)}").status_code == 404
    assert desk.get(f"/desk/cases/{case.number}/way/?to=x").status_code == 200
