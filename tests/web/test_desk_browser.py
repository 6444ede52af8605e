"""The desk in a real browser: nothing for axe to complain about, a window without a mouse, a race between two people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from heshi.cases.actions import take_step
from heshi.cases.models import Case
from heshi.playbooks.actions import publish_shelf
from tests.cast import NOON, PASSWORD, County
from tests.files import acting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Seat = Callable[..., Page]


@pytest.fixture
def seat(live_server: LiveServer, browser: Browser) -> Iterator[Seat]:
    """Give a function that signs somebody in and returns her window; a complaint of the browser fails the test."""
    contexts, complaints = [], []

    def sit_down(who: str, *, script: bool = True, reading: str = "normal", width: int = 1440) -> Page:
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script,
            viewport={"width": width, "height": 900},
        )  # fmt: skip
        context.add_cookies([{"name": "reading", "value": reading, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.goto("/sign-in/?next=/desk/")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/desk/")
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


@pytest.mark.parametrize(
    ("reading", "width"), [("normal", 1440), ("large", 1440), ("normal", 390), ("large", 390)]
)
def test_axe_finds_nothing(
    reading: str, width: int, transactional_db: None, seat: Seat, county: County, busy_desk: dict[str, Case]
) -> None:
    page = seat("dispatcher", reading=reading, width=width)
    number, whistled = busy_desk["fresh"].number, busy_desk["sent"]
    publish_shelf(at=NOON, only={"source_fix"})
    called = {"responders": [str(county.centre.pk), str(county.units["court"].pk)], "whistle_words": "来看看"}
    take_step(
        case=whistled,
        step="call_units",
        actor=acting(county.staff["dispatcher"], whistled),
        at=NOON,
        answers=called,
    )

    for address in (
        "",
        "cases/",
        f"cases/{number}/",
        f"cases/{busy_desk['closed'].number}/",
        "search/?q=路灯",
        f"cases/{whistled.number}/",
        "tasks/",
        "gather/",
        "window/",
        "notices/",
    ):
        page.goto(f"/desk/{address}")
        found = [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]
        assert (address, found) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_window_needs_no_mouse(transactional_db: None, seat: Seat, busy_desk: dict[str, Case]) -> None:
    page = seat("clerk")
    page.goto("/desk/window/")
    keys = page.keyboard

    expect(page.get_by_label("姓名")).to_be_focused()
    for words in ("邻居丙", "13700001111", "", "", "甲二村"):
        keys.type(words)
        keys.press("Tab")
    with page.expect_response("**/suggest"):
        keys.type("物业公司不修电梯，还乱收物业费。")
        keys.press("Tab")
    expect(page.get_by_label("事项")).to_have_value("17")
    page.get_by_label("具体地点").focus()
    keys.press("Enter")

    expect(page.get_by_role("heading", name="登记回执")).to_be_visible()
    expect(page.get_by_role("button", name="下一位")).to_be_focused()
    assert Case.objects.filter(source="window", topic="17").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_two_people_press_the_same_button(
    script: bool,
    transactional_db: None,
    seat: Seat,
    busy_desk: dict[str, Case],
) -> None:
    first, second = seat("dispatcher", script=script), seat("township_dispatcher", script=script)
    address = f"/desk/cases/{busy_desk['fresh'].number}/"
    for page in (first, second):
        page.goto(address)
        page.locator("#step-note summary").click()
        page.locator("#note_note").fill("已电话联系。" if page is first else "我也联系过了。")

    for page in (first, second):
        page.locator("#step-note").get_by_role("button", name="记一笔", exact=True).click()

    expect(first.get_by_text("“记一笔”已办好")).to_be_visible()
    expect(second.get_by_text("刚刚有人先办理了这件案件")).to_be_visible()
    expect(second.locator("#note_note")).to_have_value("我也联系过了。")
    expect(second.locator(".timeline").get_by_text("已电话联系。")).to_be_visible()

    second.locator("#step-note").get_by_role("button", name="记一笔", exact=True).click()

    expect(second.get_by_text("“记一笔”已办好")).to_be_visible()
    assert busy_desk["fresh"].events.count() == 3
