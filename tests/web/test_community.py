"""The pages of the community room: what is due, answers kept and guarded, campaigns with both numbers, few questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from heshi.community.actions import mark_done, skip
from heshi.community.models import Campaign, Occurrence
from heshi.people.models import Staff
from tests.cast import TOWNSHIPS, County
from tests.community.books import TODAY, book, duty, open_file, publish, seat
from tests.community.test_campaigns import begin
from tests.queries import questions
from tests.web.community import CAMPAIGNS, MOST_QUERIES, WEEK, in_march, read, running, words
from tests.web.desk import at_desk

__all__ = ["book", "in_march", "open_file", "running"]
pytestmark = pytest.mark.django_db


def listed(answer: Any) -> dict[str, list[str]]:
    """Return the titles in each list of a page."""
    return {each["name"]: [line.duty.title for line in each["lines"]] for each in answer.context["lists"]}


def press(desk: Client, one: Occurrence, how: str, **given: Any) -> HttpResponse:
    return cast("HttpResponse", desk.post(f"{WEEK}{one.pk}/{how}", {"revision": one.revision, **given}))


def on(days: int) -> Any:
    return TODAY + timedelta(days=days)


@pytest.fixture
def busy_week(county: County, dispatcher: Staff) -> dict[str, Occurrence]:
    """Give the county centre a duty in every state."""
    made = {
        name: duty(county, title=name, due_on=on(days))
        for name, days in (
            ("昨天的", -1),
            ("上周的", -7),
            ("今天的", 0),
            ("明天的", 1),
            ("下周的", 8),
            ("做了的", -2),
            ("没做的", -3),
        )
    }
    at = timezone.now()
    mark_done(duty=made["做了的"], by=seat(dispatcher), words="看了 6 件。", reason="前一天停电。", at=at)
    skip(duty=made["没做的"], by=seat(dispatcher), reason="与县里会议冲突。", at=at + timedelta(seconds=1))
    return made


def test_a_duty_whose_playbook_is_not_there_takes_no_list_away(
    client: Client, dispatcher: Staff, busy_week: dict[str, Occurrence]
) -> None:
    Occurrence.objects.filter(pk=busy_week["明天的"].pk).update(version_id=UUID(int=7))

    answer = at_desk(client, dispatcher).get(WEEK)

    assert (answer.status_code, listed(answer)["coming"]) == (200, ["下周的"])


def test_the_week_in_four_lists(client: Client, dispatcher: Staff, busy_week: dict[str, Occurrence]) -> None:
    answer = at_desk(client, dispatcher).get(WEEK)

    assert listed(answer) == {
        "overdue": ["昨天的", "上周的"], "today": ["今天的"], "coming": ["明天的", "下周的"], "recent": ["没做的", "做了的"],
    }  # fmt: skip
    page = words(answer)
    for said in ("过了 7 天", "今天", "明天", "8 天后", "每周三、周五", "由分流员做", "看了 6 件。", "单位的说明： 前一天停电。",
                 "没有做的原因： 与县里会议冲突。", "不评个人"):  # fmt: skip
        assert said in page, said
    assert "分流员甲" not in page.split("辖区内该做的")[1]  # whoever filled it in is nobody's business here


def test_nobody_has_anything_to_do_yet(client: Client, officer: Staff) -> None:
    assert "您的单位没有按日子该做的事" in read(at_desk(client, officer))


def test_a_put_off_day_says_so(client: Client, county: County, dispatcher: Staff) -> None:
    duty(county, planned_on=on(-2), due_on=TODAY)

    assert "原定2026年2月28日（星期六），遇休息日，顺延到下一个工作日" in read(at_desk(client, dispatcher))


def test_the_area_of_a_centre_is_another_list(
    client: Client, county: County, township_dispatcher: Staff
) -> None:
    duty(county, f"centre_{TOWNSHIPS[0]}", title="本级的")
    duty(county, f"committee_{TOWNSHIPS[0]}", title="调委会的", role="mediator")
    duty(county, f"committee_{TOWNSHIPS[1]}", title="乙镇的", role="mediator")
    desk = at_desk(client, township_dispatcher)

    assert listed(desk.get(WEEK))["today"] == ["本级的"]
    assert sorted(listed(desk.get(f"{WEEK}?whose=area"))["today"]) == ["本级的", "调委会的"]


@pytest.mark.parametrize(("name", "today"), [("auditor", 2), ("officer", 0), ("mediator", 1), ("leader", 2)])
def test_who_sees_an_area(name: str, today: int, client: Client, county: County) -> None:
    duty(county, f"committee_{TOWNSHIPS[0]}", role="mediator")
    duty(county, f"centre_{TOWNSHIPS[1]}")

    answer = at_desk(client, county.staff[name]).get(f"{WEEK}?whose=area")

    assert len(listed(answer)["today"]) == today
    assert ("辖区内该做的" in words(answer)) == (name in ("auditor", "leader"))


@pytest.mark.parametrize(
    ("name", "forms"), [("dispatcher", 2), ("leader", 2), ("clerk", 0), ("statistician", 0), ("auditor", 0)]
)
def test_only_those_who_may_get_a_form(name: str, forms: int, client: Client, county: County) -> None:
    one = duty(county)
    desk = at_desk(client, county.staff[name])

    answers = [f"/desk/community/{one.pk}/done", f"/desk/community/{one.pk}/skip"]
    for address in (WEEK, f"{WEEK}{one.pk}/"):
        page = desk.get(address).content.decode()
        assert sum(f'action="{answer}"' in page for answer in answers) == forms


def test_a_long_list_is_paged_on_its_own(client: Client, county: County, dispatcher: Staff) -> None:
    for number in range(45):
        duty(county, title=f"第 {number} 次", due_on=on(-1 - number))
        duty(county, title=f"往后 {number}", due_on=on(1 + number), rhythm="meeting")
    desk = at_desk(client, dispatcher)

    for name, title in (("overdue", "第"), ("coming", "往后")):
        seen, address = [], f"{WEEK}?only={name}"
        while address:
            (shown,) = desk.get(address).context["lists"]
            seen += [line.duty.title for line in shown["lines"]]
            address = shown["following"]
        assert seen == [f"{title} {number}" + (" 次" if name == "overdue" else "") for number in range(45)]
    assert "还有，全部列出" in read(desk)
    assert "翻页地址不完整" in read(desk, f"{WEEK}?only=overdue&after=x", 422)


@pytest.mark.parametrize("address", ["?only=<script>", "?whose=all", "?after=zz"])
def test_strange_questions_are_left_out(address: str, client: Client, dispatcher: Staff) -> None:
    assert at_desk(client, dispatcher).get(WEEK + address).status_code == 200


def test_answering_from_the_list(client: Client, county: County, dispatcher: Staff) -> None:
    one, other = duty(county, title="例会"), duty(county, title="排查", rhythm="meeting")
    desk = at_desk(client, dispatcher)

    answer = press(desk, one, "done", words="看了 6 件。")
    press(desk, other, "skip", reason="停电。")

    assert (answer.status_code, answer["Location"]) == (302, WEEK)
    page = read(desk)
    assert "已记下：和安县综治中心“例会”做了。" in page
    assert listed(desk.get(WEEK))["recent"] == ["排查", "例会"]


@pytest.mark.parametrize(
    ("how", "given", "sentence"),
    [
        ("done", {"words": " "}, "请写明做了什么"),
        ("done", {"words": "长" * 2001}, "最多写 2000 个字"),
        ("done", {"words": "做了", "reason": "晚" * 2001}, "最多写 2000 个字"),
        ("done", {"words": "做了", "revision": "x"}, "页面打开得太久"),
        ("skip", {"reason": ""}, "请写明没有做的原因"),
    ],
)
def test_wrong_words_come_back_with_a_sentence(
    how: str, given: dict[str, str], sentence: str, client: Client, county: County, dispatcher: Staff
) -> None:
    one = duty(county, due_on=on(-1))

    answer = press(at_desk(client, dispatcher), one, how, **given)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert all(value.strip() in answer.content.decode() for value in given.values())
    one.refresh_from_db()
    assert (one.state, one.revision) == ("open", 1)


def test_the_second_to_answer_keeps_her_words(
    client: Client, county: County, dispatcher: Staff, leader: Staff
) -> None:
    one = duty(county)
    press(at_desk(client, dispatcher), one, "skip", reason="停电。")

    late = press(at_desk(client, leader), one, "done", words="其实开了。")

    assert late.status_code == 409
    page = late.content.decode()
    assert ("刚刚有人填过" in page, "停电。" in page, ">\n其实开了。</textarea>" in page) == (
        True,
        True,
        True,
    )
    one.refresh_from_db()
    assert (one.state, press(client, one, "done", words="其实开了。").status_code) == ("skipped", 302)


def test_words_that_can_no_longer_be_sent_can_be_copied(
    client: Client, county: County, dispatcher: Staff, leader: Staff
) -> None:
    one = duty(county)
    press(at_desk(client, dispatcher), one, "done", words="开了。")

    late = press(at_desk(client, leader), one, "skip", reason="以为没有开。")

    assert late.status_code == 409
    page = words(late)
    assert ("您刚才写的，没有存" in page, "以为没有开。" in page, "已经填好，不用再填" in page) == (
        True,
        True,
        True,
    )


def test_pressing_twice_is_not_a_race(client: Client, county: County, dispatcher: Staff) -> None:
    one = duty(county)
    desk = at_desk(client, dispatcher)

    answers = [press(desk, one, "done", words="开了。").status_code for _time in range(2)]

    one.refresh_from_db()
    assert (answers, one.revision) == ([302, 302], 2)


def test_a_duty_that_a_new_version_dropped_gives_the_words_back(
    client: Client, county: County, dispatcher: Staff
) -> None:
    one = duty(county)
    Occurrence.objects.all().delete()

    answer = press(at_desk(client, dispatcher), one, "done", words="开了。")

    assert answer.status_code == 404
    assert ("可能预案换了新版" in words(answer), "开了。" in words(answer)) == (True, True)


@pytest.mark.parametrize(("name", "status"), [("clerk", 403), ("officer", 404), ("statistician", 403)])
def test_others_are_refused_and_nothing_moves(name: str, status: int, client: Client, county: County) -> None:
    one = duty(county)

    answer = press(at_desk(client, county.staff[name]), one, "done", words="我替您填了。")

    assert (answer.status_code, "我替您填了。" in words(answer)) == (status, True)
    one.refresh_from_db()
    assert one.state == "open"


def test_a_stranger_is_asked_to_sign_in(client: Client, county: County) -> None:
    one = duty(county)

    for address in (WEEK, CAMPAIGNS, f"{WEEK}{one.pk}/", f"{CAMPAIGNS}start"):
        assert client.get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["dispatcher", "township_dispatcher", "mediator", "auditor"])
@pytest.mark.parametrize(
    "address", [WEEK, f"{WEEK}?whose=area", f"{WEEK}?only=today", CAMPAIGNS, f"{CAMPAIGNS}start"]
)
def test_the_number_of_queries_is_steady(
    name: str, address: str, client: Client, county: County, dispatcher: Staff
) -> None:
    publish()
    desk, counts, place = at_desk(client, county.staff[name]), [], iter(("990100", *TOWNSHIPS))
    status = 403 if name in ("mediator", "auditor") and address.endswith("start") else 200
    for size in (1, 2):  # one row of everything, then three
        for number in range(size):
            for unit in ("county_centre", f"centre_{TOWNSHIPS[0]}", f"committee_{TOWNSHIPS[0]}"):
                for days in (-1, 0, 1):
                    plain = on(10 * size + 3 * number + days)
                    duty(county, unit, due_on=on(days), planned_on=plain, title=f"{size}{number}")
                done = duty(county, unit, due_on=on(-3), planned_on=on(-10 * size - number))
                mark_done(duty=done, by=seat(dispatcher), words="做了", at=timezone.now())
            begin(dispatcher, place=next(place))
        read(desk, address, status)
        with questions() as seen:
            read(desk, address, status)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= MOST_QUERIES


@pytest.mark.parametrize("kind", ["duty", "campaign"])
def test_a_single_page_asks_few_questions(
    kind: str, client: Client, county: County, leader: Staff, running: Campaign
) -> None:
    address = f"{WEEK}{duty(county).pk}/" if kind == "duty" else f"{CAMPAIGNS}{running.pk}/"
    desk = at_desk(client, leader)
    read(desk, address)

    with questions() as seen:
        read(desk, address)

    assert len(seen) <= MOST_QUERIES
