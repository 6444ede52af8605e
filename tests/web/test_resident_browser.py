"""The resident's pages in a real browser: readable by everybody, with a script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from heshi.cases.models import Case
from tests.web.resident import WORDS

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("books")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SMALLEST = """() => {
  const seen = (one) => one.getClientRects().length > 0 && !one.closest(".sr-only, .skip");
  const inline = (one) => one.matches("p a, li a, label input, dd a[href^=tel]");
  const small = [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary, label.choice")]
    .filter((one) => seen(one) && !inline(one) && one.getBoundingClientRect().height < 59.5);
  const texts = [...document.querySelectorAll("body *")].filter((one) =>
    seen(one) && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(one).fontSize) < 21.9);
  return [...small, ...texts].map((one) => one.outerHTML.slice(0, 90));
}"""


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plain_phone(browser: Browser) -> Iterator[Page]:
    """Give a telephone whose browser runs no script."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="下一步").click()


def checked(page: Page) -> None:
    """Check what a screen reader, a keyboard and weak eyes need; nothing may be wider than the telephone."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def report(page: Page, address: str, check: Any = lambda _page: None) -> str:
    """Walk from the front page to the receipt and return the number."""
    page.goto(address)
    check(page)
    page.get_by_role("link", name="说说发生了什么").click()
    check(page)
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("请写几句发生了什么事")
    check(page)
    page.get_by_label("发生了什么事？").fill(WORDS)
    go_on(page)
    check(page)
    page.get_by_label("哪个乡镇（街道）？").select_option(label="甲镇")
    go_on(page)
    page.get_by_label("留下姓名和电话").check()
    check(page)
    page.get_by_label("怎么称呼您？").fill("邻居甲")
    page.get_by_label("您的电话").fill("13900001234")
    go_on(page)
    check(page)
    page.get_by_role("button", name="确认，交给中心").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您告诉我们")
    check(page)
    return re.sub(r"\D", "", page.locator(".receipt-number").inner_text())


def test_every_step_is_readable_by_everybody(live_server: LiveServer, phone: Page) -> None:
    number = report(phone, live_server.url, checked)

    phone.get_by_role("link", name="看看办到哪一步了").click()
    checked(phone)
    assert Case.objects.get().number == number


def test_the_whole_report_works_without_a_script(live_server: LiveServer, plain_phone: Page) -> None:
    number = report(plain_phone, live_server.url)

    plain_phone.goto(f"{live_server.url}/follow/?number={number}")
    plain_phone.get_by_label("四位数字").fill("1234")
    plain_phone.get_by_role("button", name="查看").click()
    expect(plain_phone.get_by_role("heading", name="现在到哪一步")).to_be_visible()


def test_large_letters_are_large_everywhere(live_server: LiveServer, phone: Page) -> None:
    phone.goto(live_server.url)
    phone.get_by_role("button", name="大字版").click()
    small: list[str] = []

    def measured(page: Page) -> None:
        checked(page)
        small.extend(page.evaluate(SMALLEST))

    report(phone, live_server.url, measured)
    phone.get_by_role("link", name="看看办到哪一步了").click()
    measured(phone)

    assert small == []


def test_the_map_is_large_in_large_letters(live_server: LiveServer, phone: Page) -> None:
    phone.goto(live_server.url)
    phone.get_by_role("button", name="大字版").click()
    where_page(phone, live_server.url)
    open_map(phone)
    phone.get_by_label("哪个乡镇（街道）？").select_option(label="乙镇")
    expect(phone.get_by_role("application").get_by_text("乙一村")).to_be_visible()

    checked(phone)
    assert phone.evaluate(SMALLEST) == []


def test_villages_appear_as_soon_as_a_township_is_chosen(live_server: LiveServer, phone: Page) -> None:
    phone.goto(f"{live_server.url}/report/")
    phone.get_by_label("发生了什么事？").fill(WORDS)
    go_on(phone)
    phone.get_by_label("哪个乡镇（街道）？").select_option(label="乙镇")

    village = phone.get_by_label("哪个村（社区）？")
    expect(village).to_be_visible()
    assert village.locator("option").all_inner_texts() == ["说不清是哪个村", "乙一村", "乙二村"]


def where_page(page: Page, address: str) -> None:
    """Go to the question where it happened."""
    page.goto(f"{address}/report/")
    page.get_by_label("发生了什么事？").fill(WORDS)
    go_on(page)


def open_map(page: Page) -> Locator:
    """Open the map and return it."""
    page.get_by_role("button", name="在地图上点一下").click()
    drawing = page.get_by_role("application")
    expect(drawing.locator("path.map-town")).to_have_count(2)
    return drawing


def test_a_tap_on_the_map_says_which_village(live_server: LiveServer, phone: Page) -> None:
    where_page(phone, live_server.url)
    open_map(phone).click(position={"x": 100, "y": 190})

    expect(phone.locator("[data-pin]")).to_contain_text(re.compile("地图上标的位置：[甲乙]镇 [甲乙][一二]村"))
    checked(phone)
    go_on(phone)
    expect(phone).to_have_url(re.compile("/report/who/"))


def test_choosing_a_town_moves_the_map_there_and_the_villages_get_their_names(
    live_server: LiveServer, phone: Page
) -> None:
    where_page(phone, live_server.url)
    drawing = open_map(phone)

    phone.get_by_label("哪个乡镇（街道）？").select_option(label="乙镇")
    expect(drawing.get_by_text("乙一村")).to_be_visible()
    drawing.click()

    expect(phone.locator("[data-pin]")).to_contain_text("地图上标的位置：乙镇")
    expect(phone.get_by_role("radio")).to_have_count(0)


def test_a_mark_elsewhere_is_asked_about_at_once_and_with_the_keyboard_alone(
    live_server: LiveServer, page: Page
) -> None:
    where_page(page, live_server.url)
    open_map(page)
    page.get_by_label("哪个乡镇（街道）？").select_option(label="乙镇")
    page.wait_for_timeout(600)
    page.get_by_role("application").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-pin]")).to_contain_text("地图上标的位置：乙镇")

    page.get_by_label("哪个乡镇（街道）？").select_option(label="甲镇")
    expect(
        page.get_by_role("group", name=re.compile("您选的是“甲镇”，地图上标的位置却在“乙镇"))
    ).to_be_visible()
    checked(page)
    page.keyboard.press("Tab")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("地图上标的位置还没有说清楚，请选一个。")
    page.get_by_label(re.compile("以我选的为准：甲镇")).check()
    go_on(page)

    expect(page).to_have_url(re.compile("/report/who/"))


def test_where_she_stands_is_asked_about_when_it_is_not_in_the_county(
    live_server: LiveServer, browser: Browser
) -> None:
    context = browser.new_context(
        permissions=["geolocation"], geolocation={"longitude": 120.1, "latitude": 36.0}, viewport={"width": 390, "height": 844}
    )  # fmt: skip
    away = context.new_page()
    where_page(away, live_server.url)
    away.get_by_role("button", name="就在我现在的位置").click()

    expect(away.get_by_role("group", name="地图上标的位置不在和安县。标对了吗？")).to_be_visible()
    context.close()


LOADED = """() => performance.getEntriesByType("resource").map((one) => [new URL(one.name).pathname, one.decodedBodySize])"""


def test_two_hundred_kilobytes_before_packing_draw_the_map_and_none_are_loaded_unasked(
    live_server: LiveServer, phone: Page
) -> None:
    where_page(phone, live_server.url)
    before = dict(phone.evaluate(LOADED))
    open_map(phone)
    phone.wait_for_timeout(500)
    after = {name: size for name, size in phone.evaluate(LOADED) if name not in before}

    assert not [name for name in before if "/dist/map" in name or name.startswith("/map/")]
    assert {"/static/dist/map.js", "/static/dist/map.css"} <= after.keys()
    assert sum(after.values()) < 200_000, after
