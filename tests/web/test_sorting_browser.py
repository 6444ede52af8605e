"""Sorting in a real browser: a press in the queue, a press on the file, the way that is offered, the method at the window."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from heshi.cases.models import Case
from heshi.people.models import Staff
from heshi.web.kit.names import names
from tests.cast import County
from tests.journey.test_sorting import COMMITTEE, VAGUE, dispatched, rules, said, state
from tests.web.test_desk_browser import Seat, seat

__all__ = ["rules", "seat"]
pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db", "rules"),
]  # fmt: skip
PICTURES = os.environ.get("HESHI_PICTURES", "")


def seen(page: Page, name: str) -> None:
    """Find nothing to complain about, nothing wider than the window; keep a picture where one is asked for."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("script", [True, False])
def test_one_press_in_the_queue(seat: Seat, county: County, script: bool) -> None:
    case = said()
    desk = seat("dispatcher", script=script)

    desk.get_by_role("link", name="待定类别").click()
    desk.get_by_role("button", name=re.compile("^咨询 ")).click()

    expect(desk.get_by_role("status")).to_contain_text("已定为“咨询 · 其他”，由县住房和城乡建设局承办")
    expect(desk).to_have_url(re.compile(r"/desk/$"))
    assert state(case) == ("shulan_liubu", "whistled", "dept_housing")


def test_one_press_on_the_file_by_keyboard(seat: Seat, county: County) -> None:
    case = said(topic="11")
    desk = seat("clerk")
    desk.goto(f"/desk/cases/{case.number}/")

    desk.get_by_role("link", name="都不是").focus()
    desk.keyboard.press("Enter")
    desk.get_by_label("诉求类别").select_option("矛盾纠纷")
    desk.get_by_role("button", name="定下来").press("Enter")

    expect(desk.get_by_role("status")).to_contain_text("由甲镇调委会承办，按“劳动争议调解（十五日内）”办理")
    assert state(case) == ("labour", "applied", COMMITTEE)


def test_put_right_later_it_is_offered_its_way(seat: Seat, county: County, dispatcher: Staff) -> None:
    case = said(kind="complaint", topic="18")
    dispatched(case, dispatcher, county, kind="complaint", topic="18")
    desk = seat("dispatcher")
    desk.goto(f"/desk/cases/{case.number}/")

    desk.get_by_role("link", name="类别、事项不对？改一改").click()
    desk.get_by_label("诉求类别").select_option("矛盾纠纷")
    desk.get_by_label("事项", exact=True).select_option("拖欠农民工工资")
    desk.get_by_role("button", name="定下来").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("改换办法")
    expect(desk.get_by_text("改交甲镇调委会")).to_be_visible()
    desk.get_by_label("为什么改换").fill("是拖欠工资，不是投诉")
    desk.get_by_role("button", name="改按“劳动争议调解（十五日内）”办理").click()

    expect(desk.get_by_role("status")).to_contain_text("已改换办法")
    assert state(case) == ("labour", "applied", COMMITTEE)


def test_the_window_chooses_a_method(seat: Seat, county: County) -> None:
    desk = seat("clerk")
    desk.goto("/desk/window/")
    desk.get_by_label("说了什么事").fill(VAGUE)
    with desk.expect_response("**/suggest"):
        desk.get_by_label("姓名").focus()
    expect(desk.get_by_text("没有把握的不替您填")).to_be_visible()
    expect(desk.get_by_label("诉求类别")).to_have_value("")

    desk.get_by_label("按哪种办法办").select_option("劳动争议调解（十五日内）")
    desk.get_by_role("button", name="登记", exact=True).click()

    expect(desk.get_by_role("heading", level=1)).to_have_text("登记回执")
    assert state(Case.objects.get()) == ("labour", "applied", COMMITTEE)


@pytest.mark.parametrize(
    ("reading", "width"), [("normal", 1440), ("large", 1440), ("normal", 390), ("large", 390)]
)
def test_axe_finds_nothing(
    seat: Seat, county: County, dispatcher: Staff, live_server: LiveServer, reading: str, width: int
) -> None:
    names.forget()
    held, half = said(), said("路的事还没有人管，再说一遍。", topic="16")
    sent = said(kind="complaint", topic="18")
    dispatched(sent, dispatcher, county, kind="dispute", topic="11")
    page = seat("dispatcher", reading=reading, width=width)

    for name, address in (
        ("queue", "?only=unsure"),
        ("held", f"cases/{held.number}/"),
        ("half", f"cases/{half.number}/"),
        ("sort", f"cases/{held.number}/sort/"),
        ("resort", f"cases/{sent.number}/sort/"),
        ("window", "window/"),
    ):
        page.goto(f"/desk/{address}")
        seen(page, f"{name}-{reading}-{width}")
    page.goto(f"/desk/cases/{sent.number}/sort/")
    page.get_by_label("诉求类别").select_option("矛盾纠纷")
    page.get_by_label("事项", exact=True).select_option("拖欠农民工工资")
    page.get_by_role("button", name="定下来").click()
    seen(page, f"way-{reading}-{width}")
    page.goto(f"/desk/cases/{sent.number}/")
    seen(page, f"offer-{reading}-{width}")
