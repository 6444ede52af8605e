"""The figures in a real browser: a chart where there is script, everything in the table where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from heshi.web.kit.names import names
from tests.cast import PASSWORD, County
from tests.web.test_statistics import tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH = "2026-03"
PAGE = f"/desk/statistics/?from=2026-01&to={MONTH}"


@pytest.fixture
def counted(transactional_db: None, county: County) -> Iterator[County]:
    """Give a county with figures, large and small."""
    names.forget()
    tell(county)
    tell(county, "topic", "17")
    tell(county, "unit", str(county.housing.pk), received=4, accepted=4, answered=4, solved=3)
    yield county
    names.forget()


def sign_in(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/sign-in/")
    page.locator("input[name=username]").fill("statistician")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")


def test_the_chart_is_drawn_and_nothing_breaks_the_policy(
    live_server: LiveServer, page: Page, counted: County
) -> None:
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    sign_in(page, live_server)

    page.goto(live_server.url + PAGE)

    chart = page.get_by_role("img", name="逐月件数，数据见下表")
    chart.locator("svg").wait_for()
    assert chart.locator("svg").evaluate("svg => svg.clientHeight") > 200
    assert complaints == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_without_script_every_number_is_there(
    live_server: LiveServer, browser: Browser, counted: County
) -> None:
    plain = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = plain.new_page()
    sign_in(page, live_server)

    page.goto(live_server.url + PAGE)

    row = page.get_by_role("row", name=MONTH)
    assert row.inner_text().split() == [MONTH, "1200", "1024", "812", "150", "31"]
    assert page.locator(".statistics-chart").count() == 0
    plain.close()


def test_the_public_page_fits_a_telephone(live_server: LiveServer, phone: Page, counted: County) -> None:
    phone.goto(f"{live_server.url}/statistics/")

    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(phone)
    assert found.violations_count == 0, found.generate_report()
