"""The pages of campaigns: both numbers in words, started and ended by a form, everything typed kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from heshi.community.actions import end_campaign
from heshi.community.models import Campaign
from heshi.people.models import Staff
from tests.cast import TOWNSHIPS, County
from tests.community.books import CODE, TODAY, book, open_file, publish, seat
from tests.web.community import CAMPAIGNS, in_march, read, running, words
from tests.web.desk import at_desk

__all__ = ["book", "in_march", "open_file", "running"]
pytestmark = pytest.mark.django_db


def test_a_campaign_in_numbers_and_words(client: Client, officer: Staff, running: Campaign) -> None:
    desk = at_desk(client, officer)

    for address in (CAMPAIGNS, f"{CAMPAIGNS}{running.pk}/"):
        page = read(desk, address)
        for said in ("三十天整治隐患", "已计入 1 件，目标 3 件 （33.3%），还差 2 件", "另有 2 件还在办，1 件办结了但没有计入",
                     "第 1 天，还剩 29 天", "数于2026年3月2日 12:00，每 5 分钟数一次"):  # fmt: skip
            assert said in page, said
    assert '<progress max="3" value="1" aria-label=' in desk.get(CAMPAIGNS).content.decode()
    assert "其中“类别”是风险隐患的" in page
    assert "“类别”是风险隐患，且“办理结果”是已解决。" in page
    assert re.search(r"甲镇 1 2 1 合计 1 2 1", page)


def test_a_campaign_beyond_its_target(client: Client, dispatcher: Staff, running: Campaign) -> None:
    Campaign.objects.update(tally={TOWNSHIPS[0]: [5, 0, 0]})

    page = read(at_desk(client, dispatcher), CAMPAIGNS)

    assert "已计入 5 件，目标 3 件 （166.7%），达到目标。" in page


def test_campaigns_that_ended_say_how(
    client: Client, officer: Staff, leader: Staff, running: Campaign
) -> None:
    end_campaign(campaign=running, by=seat(leader), words="雨季提前。", at=timezone.now())
    desk = at_desk(client, officer)

    page = read(desk, CAMPAIGNS)

    assert ("现在没有正在进行的行动" in page, "1 / 3 件（33.3%）" in page, "提前结束" in page) == (
        True,
        True,
        True,
    )
    assert "为什么提前结束： 雨季提前。" in read(desk, f"{CAMPAIGNS}{running.pk}/")


def test_no_campaign_at_all(client: Client, officer: Staff) -> None:
    assert "现在没有正在进行的行动" in read(at_desk(client, officer), CAMPAIGNS)


def test_starting_one(client: Client, dispatcher: Staff) -> None:
    publish()
    desk = at_desk(client, dispatcher)
    asked = {"campaign": f"{CODE}/hazards", "place": TOWNSHIPS[0], "starts_on": f"{TODAY}"}

    form = read(desk, f"{CAMPAIGNS}start")
    answer = desk.post(f"{CAMPAIGNS}start", asked)
    again = desk.post(f"{CAMPAIGNS}start", asked)

    made = Campaign.objects.get()
    assert "三十天整治隐患（30 天，目标 3 件）" in form
    assert (answer.status_code, answer["Location"]) == (302, f"{CAMPAIGNS}{made.pk}/")
    assert (again.status_code, "在这里已经在进行" in words(again)) == (409, True)
    assert f'value="{TOWNSHIPS[0]}" selected' in again.content.decode()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"campaign": ""}, "请选一项行动"),
        ({"campaign": "nothing/at_all"}, "列表里没有这一项"),
        ({"place": "123"}, "列表里没有这个地方"),
        ({"starts_on": "soon"}, "日期请写成"),
        ({"starts_on": "2027-03-02"}, "今天前后 31 天以内"),
        ({"campaign": f"{CODE}/quick"}, "随时间变化，数不准"),
    ],
)
def test_what_cannot_be_started_comes_back_filled_in(
    asked: dict[str, str], sentence: str, client: Client, leader: Staff
) -> None:
    publish()
    told = {"campaign": f"{CODE}/hazards", "place": TOWNSHIPS[1], "starts_on": f"{TODAY}"} | asked

    answer = at_desk(client, leader).post(f"{CAMPAIGNS}start", told)

    assert (answer.status_code, sentence in words(answer), Campaign.objects.count()) == (422, True, 0)


@pytest.mark.parametrize(
    ("name", "status"),
    [("leader", 200), ("supervisor", 200), ("township_dispatcher", 200), ("clerk", 403), ("officer", 403)],
)
def test_who_gets_the_form_to_start(name: str, status: int, client: Client, county: County) -> None:
    publish()
    desk = at_desk(client, county.staff[name])

    assert desk.get(f"{CAMPAIGNS}start").status_code == status
    assert ("发起一次行动" in read(desk, CAMPAIGNS)) == (status == 200)


def test_without_a_playbook_there_is_nothing_to_start(client: Client, leader: Staff) -> None:
    assert "施行中的预案还没有写行动" in read(at_desk(client, leader), f"{CAMPAIGNS}start")


def test_ending_one(client: Client, leader: Staff, clerk: Staff, running: Campaign) -> None:
    address = f"{CAMPAIGNS}{running.pk}/"
    refused = at_desk(Client(), clerk).post(f"{address}end", {"words": "不办了。"})
    desk = at_desk(client, leader)

    empty = desk.post(f"{address}end", {"words": ""})
    ended = desk.post(f"{address}end", {"words": "雨季提前。"})
    again = desk.post(f"{address}end", {"words": "再来一次。"})

    assert (refused.status_code, "不办了。" in words(refused)) == (403, True)
    assert (empty.status_code, "请用一两句话写明为什么提前结束" in words(empty)) == (422, True)
    assert (ended.status_code, again.status_code, "再来一次。" in words(again)) == (302, 409, True)
    running.refresh_from_db()
    assert running.ended_words == "雨季提前。"


def test_a_campaign_that_is_not_there(client: Client, leader: Staff) -> None:
    page = read(at_desk(client, leader), f"{CAMPAIGNS}00000000-0000-0000-0000-000000000000/", 404)

    assert "没有找到这次行动" in page
