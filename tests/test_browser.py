"""The browser the other tests walk with: it starts, shows Chinese, and obeys the content security policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

INLINE_SCRIPT = """() => {
  const script = document.createElement("script");
  script.textContent = "window.inline = 'ran'";
  document.head.append(script);
  return window.inline ?? "refused";
}"""

pytestmark = pytest.mark.browser


def test_the_first_page_is_shown_in_chinese_and_breaks_no_rule_of_its_own(
    live_server: LiveServer, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    answer = page.goto(live_server.url)

    assert answer is not None
    assert answer.status == 200
    assert page.locator("html").get_attribute("lang") in {"zh-hans", "zh-CN", "zh-Hans", "zh"}
    assert complaints == []


def test_the_policy_allows_nothing_inline(live_server: LiveServer, page: Page) -> None:
    answer = page.goto(live_server.url)

    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.evaluate(INLINE_SCRIPT) == "refused"
