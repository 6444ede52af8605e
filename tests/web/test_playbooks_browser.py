"""The playbooks in a real browser: nothing for axe to complain about, and a pretend case without script."""

from __future__ import annotations

from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.test_desk_browser import Seat, seat

__all__ = ["seat"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOKS = "/desk/playbooks/"


def begin(page: Page) -> None:
    page.goto(f"{BOOKS}shulan_liubu/try/")
    page.get_by_role("button", name="开始试走").click()
    expect(page.get_by_role("heading", name="试走：已吹哨")).to_be_visible()


@pytest.mark.parametrize(
    ("reading", "width"), [("normal", 1440), ("large", 1440), ("normal", 390), ("large", 390)]
)
def test_axe_finds_nothing(
    reading: str, width: int, transactional_db: None, seat: Seat, books: dict[str, UUID]
) -> None:
    page = seat("dispatcher", reading=reading, width=width)
    begin(page)

    for address in ("", *(f"{code}/" for code in books), "canonical/try/", "shulan_liubu/try/"):
        page.goto(BOOKS + address)
        found = [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]
        assert (address, found) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_pretend_case_needs_no_script(transactional_db: None, seat: Seat, books: dict[str, UUID]) -> None:
    page = seat("clerk", script=False, width=390)
    begin(page)

    page.get_by_role("link", name="值班长").click()
    page.locator("#step-refuse summary").click()
    page.get_by_label("理由和其他途径").fill("应当向法院起诉。")
    page.locator("#step-refuse").get_by_role("button").click()
    expect(page.get_by_text("还差一点，请改一下再继续")).to_be_visible()
    expect(page.get_by_label("理由和其他途径")).to_have_value("应当向法院起诉。")
    page.get_by_label("去向").select_option("transferred_to_court")
    page.locator("#step-refuse").get_by_role("button").click()

    expect(page.get_by_role("heading", name="试走：不予受理")).to_be_visible()
    expect(page.get_by_text("“普通诉求办结”停止计时").or_(page.get_by_text("停止计时").first)).to_be_visible()
