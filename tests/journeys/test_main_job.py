"""The main job in a real browser, on the real pages: from a resident's words to her rating, and into the figures."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from heshi.cases.models import Case
from tests.journeys.counter import Seat, archive_faults, digits_in, passages, worker_turn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("rules")]

WORDS = "村口的路灯坏了半个月，晚上看不见路，老人摔了一跤。"
PHONE = "13900001234"
DISPATCHER, OFFICER = "分流员甲（和安县综治中心）", "住建承办员甲（县住房和城乡建设局）"


def report(phone: Page, server: LiveServer) -> str:
    """Report on the telephone and return the number on the receipt."""
    phone.goto(server.url)
    phone.get_by_role("link", name="说说发生了什么").click()
    phone.get_by_label("发生了什么事？").fill(WORDS)
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("哪个乡镇（街道）？").select_option(label="甲镇")
    phone.get_by_label("哪个村（社区）？").select_option(label="甲一村")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_label("留下姓名和电话").check()
    phone.get_by_label("怎么称呼您？").fill("邻居甲")
    phone.get_by_label("您的电话").fill(PHONE)
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    phone.get_by_role("button", name="确认，交给中心").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您告诉我们")
    return digits_in(phone.locator(".receipt-number").inner_text())


def take_up(desk: Page) -> None:
    """Open the one case in the queue."""
    desk.get_by_role("link", name="待办").click()
    desk.get_by_role("link", name="村口的路灯坏了").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("村口的路灯坏了")


def press(desk: Page, label: str, position: str, **answers: str) -> None:
    """Fill a step's form, press its button, and see where the case stands now."""
    act = desk.locator("details.act").filter(
        has=desk.locator("summary", has_text=re.compile(f"^{re.escape(label)}$"))
    )
    if act.get_attribute("open") is None:
        act.locator("summary").click()
    for field, words in answers.items():
        if act.locator(f"[name={field}]").evaluate("one => one.tagName") == "SELECT":
            act.locator(f"[name={field}]").select_option(label=words)
        else:
            act.locator(f"[name={field}]").fill(words)
    act.get_by_role("button", name=label, exact=True).click()
    expect(desk.get_by_role("status").filter(has_text=f"现在处于“{position}”")).to_be_visible()


def sort(desk: Page) -> None:
    """Say with one press that it is what it most looks like: nobody is sure of so few words."""
    desk.get_by_role("link", name="待办").click()
    desk.get_by_role("link", name="待定类别").click()
    desk.get_by_role("button", name=re.compile("^求助 .* · 其他")).click()
    expect(desk.get_by_role("status")).to_contain_text("已定为“求助 · 其他”，由县住房和城乡建设局承办")


def dispatch(desk: Page) -> None:
    """Send the case to the department it was suggested for."""
    sort(desk)
    take_up(desk)
    press(desk, "派单吹哨", "待报到", unit="县住房和城乡建设局", kind="求助", topic="其他", board="民生事项")


def answer(desk: Page, reply: str) -> None:
    """Arrive, confer, set about it, answer."""
    take_up(desk)
    press(desk, "报到", "已报到")
    press(desk, "会商", "已会商", plan="先看现场")
    press(desk, "落实", "落实中")
    press(desk, "反馈（答复群众）", "待评价", done="换了灯泡和线。", reply=reply, outcome="已解决")


def rate(phone: Page, *, solved: str, score: str, words: str = "") -> None:
    """Say on the telephone whether it is solved and how well."""
    card = phone.locator("section.card").filter(has=phone.get_by_role("heading", name="请您评价"))
    card.get_by_label(solved, exact=True).check()
    card.get_by_label(score).check()
    card.get_by_label("想说的话").fill(words)
    card.get_by_role("button", name="评价").click()
    expect(phone.get_by_role("status")).to_contain_text("“评价”已经记下")


def follow(phone: Page, server: LiveServer, number: str) -> None:
    """Find the case by number and four digits, as on another day."""
    phone.goto(f"{server.url}/follow/")
    phone.get_by_label("编号").fill(number)
    phone.get_by_label("四位数字").fill(PHONE[-4:])
    phone.get_by_role("button", name="查看").click()
    expect(phone.get_by_role("heading", name="现在到哪一步")).to_be_visible()


def figures(desk: Page) -> dict[str, str]:
    """Return each rate of the statistics page with its two numbers, as they stand there."""
    desk.get_by_role("link", name="统计").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("统计")
    labels = desk.locator(".figure-label").all_inner_texts()
    notes = desk.locator(".figure-note:not(.figure-few)").all_inner_texts()
    return dict(zip(labels, notes, strict=True))


def test_from_her_words_to_her_rating_and_into_the_figures(
    live_server: LiveServer, phone: Page, seat: Seat
) -> None:
    number = report(phone, live_server)
    dispatcher, officer = seat("dispatcher"), seat("officer")

    dispatch(dispatcher)
    answer(officer, "路灯已修好，请您晚上看看亮不亮。")
    phone.context.clear_cookies()
    follow(phone, live_server, number)
    expect(phone.get_by_text("路灯已修好，请您晚上看看亮不亮。").first).to_be_visible()
    rate(phone, solved="是", score="5 分 · 很满意", words="修得快")
    worker_turn()

    expect(phone.locator("section.card").first).to_contain_text("已经办结")
    case = Case.objects.get()
    assert passages(case) == [
        ("register", "", "registered", "群众"),
        ("sorted", "registered", "whistled", DISPATCHER),
        ("dispatch", "whistled", "called", DISPATCHER),
        ("arrive", "called", "arrived", OFFICER),
        ("confer", "arrived", "conferred", OFFICER),
        ("handle", "conferred", "acting", OFFICER),
        ("feed_back", "acting", "answered", OFFICER),
        ("rate", "answered", "closed", "群众"),
    ]
    assert (case.number, case.position, case.outcome, case.is_open, case.unit.code) == (
        number, "closed", "solved", False, "dept_housing",
    )  # fmt: skip
    assert archive_faults() == []
    assert figures(dispatcher) == {
        "受理": "1 / 登记 1 件",
        "已答复": "1 / 受理 1 件",
        "已解决": "1 / 已答复 1 件",
        "已答复未解决": "0 / 已答复 1 件",
        "按期答复": "1 / 已答复 1 件",
        "曾超期": "0 / 登记 1 件",
        "参评": "1 / 已答复 1 件",
        "满意": "1 / 参评 1 件",
        "重办": "0 / 已答复 1 件",
    }
    month = f"{timezone.localdate():%Y-%m}"
    row = dispatcher.get_by_role("row", name=re.compile(f"^{month}"))
    assert row.inner_text().split() == [month, "1", "1", "1", "0", "0"]


def test_a_bad_rating_reopens_the_case(live_server: LiveServer, phone: Page, seat: Seat) -> None:
    number = report(phone, live_server)
    dispatch(seat("dispatcher"))
    officer = seat("officer")
    answer(officer, "已经派人看过。")
    follow(phone, live_server, number)

    rate(phone, solved="否", score="1 分 · 很不满意", words="灯还是不亮")

    expect(phone.get_by_text("承办单位正在落实办理。").first).to_be_visible()
    take_up(officer)
    expect(officer.get_by_text("灯还是不亮")).to_be_visible()
    press(
        officer, "反馈（答复群众）", "待评价", done="换了整条线。", reply="这次真的亮了。", outcome="已解决"
    )
    follow(phone, live_server, number)
    rate(phone, solved="是", score="4 分 · 满意")
    worker_turn()
    case = Case.objects.get()
    assert passages(case)[6:] == [
        ("feed_back", "acting", "answered", OFFICER),
        ("rate", "answered", "acting", "群众"),
        ("feed_back", "acting", "answered", OFFICER),
        ("rate", "answered", "closed", "群众"),
    ]
    assert (case.facts["solved"], case.facts["score"], case.outcome) == (True, 4, "solved")
    assert {name: note for name, note in figures(seat("leader")).items() if name in ("已解决", "重办")} == {
        "已解决": "1 / 已答复 1 件",
        "重办": "1 / 已答复 1 件",
    }


def test_the_loser_of_a_race_is_told_and_keeps_what_she_typed(
    live_server: LiveServer, phone: Page, seat: Seat
) -> None:
    report(phone, live_server)
    first, second = seat("dispatcher"), seat("township_dispatcher")
    sort(first)
    take_up(first)
    take_up(second)
    act = second.locator("#step-refuse")
    act.locator("summary").click()
    act.get_by_label("理由和其他途径").fill("这件事归供电所，请打 95598。")
    act.get_by_label("去向").select_option(label="转有权机关")

    press(first, "派单吹哨", "待报到", unit="县住房和城乡建设局", kind="求助", topic="其他")
    act.get_by_role("button", name="不予受理并告知").click()

    alert = second.get_by_role("alert")
    expect(alert).to_contain_text("刚刚有人先办理了这件案件")
    expect(alert).to_contain_text("这件事归供电所，请打 95598。")
    expect(alert).to_contain_text("转有权机关")
    assert passages(Case.objects.get()) == [
        ("register", "", "registered", "群众"),
        ("sorted", "registered", "whistled", DISPATCHER),
        ("dispatch", "whistled", "called", DISPATCHER),
    ]
