"""A dead zone, a closed page, an ended session: what was typed stays in the browser and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from heshi.cases.models import Attachment, Case
from heshi.intake.models import UnsentReport
from heshi.people.models import Staff
from heshi.web.resident.draft import Drafts, ReportDraft
from tests.cast import PASSWORD, County
from tests.web.resident import WORDS
from tests.web.test_resident_drafts import picture

pytestmark = pytest.mark.usefixtures("books")
KEPT = "Object.entries({...localStorage, ...sessionStorage}).filter(([name]) => name.startsWith('heshi:')).map(([, held]) => held).join()"
FIRST_WORDS = WORDS.split("，")[0]


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pocket(browser: Browser) -> Iterator[BrowserContext]:
    """A telephone with several tabs."""
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def drafts() -> list[ReportDraft]:
    """Return what the centre has of reports that are not handed in."""
    return [Drafts("").drawn(row) for row in UnsentReport.objects.all()]


def write(page: Page, address: str, words: str = WORDS) -> None:
    page.goto(f"{address}/report/")
    page.get_by_label("发生了什么事？").fill(words)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="下一步").click()


def finish(page: Page) -> None:
    """Answer the other questions and hand in."""
    page.get_by_label("我说不清在哪儿").check()
    go_on(page)
    page.get_by_label("不留姓名和电话").check()
    go_on(page)
    page.get_by_role("button", name="确认，交给中心").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您告诉我们")


# --- dead zones -------------------------------------------------------------------------------------


def test_without_a_network_nothing_is_sent_and_the_page_says_where_the_words_are(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    page = pocket.new_page()
    write(page, live_server.url)
    pocket.set_offline(True)

    go_on(page)

    expect(page.get_by_role("alert")).to_contain_text("现在没有网络，还没有交上")
    expect(page.get_by_role("status").filter(has_text="存在这台设备上")).to_be_visible()
    assert page.get_by_label("发生了什么事？").input_value() == WORDS
    assert FIRST_WORDS in page.evaluate(KEPT)
    pocket.set_offline(False)
    expect(page.get_by_role("alert")).to_contain_text("又有网络了")
    go_on(page)
    expect(page).to_have_url(re.compile("/report/where/"))


def test_a_connection_that_breaks_while_it_is_sent_costs_no_word(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    page = pocket.new_page()
    write(page, live_server.url)
    pocket.route(
        "**/report/?draft=*",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    go_on(page)
    page.wait_for_timeout(500)
    pocket.unroute("**/report/?draft=*")

    page.goto(f"{live_server.url}/report/")
    page.get_by_role("button", name="填回来").click()
    go_on(page)

    expect(page).to_have_url(re.compile("/report/where/"))
    assert [draft.body for draft in drafts()] == [WORDS]


def test_when_it_is_handed_in_nothing_of_it_is_left_on_the_device(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    page = pocket.new_page()
    write(page, live_server.url)
    page.wait_for_timeout(500)
    before = page.evaluate(KEPT)
    go_on(page)
    expect(page).to_have_url(re.compile("/report/where/"))
    page.wait_for_load_state()
    on_the_way = page.evaluate(KEPT)

    finish(page)

    assert FIRST_WORDS in before
    assert (FIRST_WORDS in on_the_way, page.evaluate(KEPT)) == (False, "")
    assert Case.objects.count() == 1


def test_a_page_that_was_closed_or_loaded_again_has_the_words(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    page = pocket.new_page()
    write(page, live_server.url)
    page.wait_for_timeout(500)

    page.reload()

    assert page.get_by_label("发生了什么事？").input_value() == WORDS
    expect(page.get_by_text("上次没交上的内容，已经替您填回来了")).to_be_visible()


def test_words_that_never_reached_us_are_offered_in_a_new_tab(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    page = pocket.new_page()
    write(page, live_server.url)
    page.wait_for_timeout(500)
    page.close()

    fresh = pocket.new_page()
    fresh.goto(f"{live_server.url}/report/")
    fresh.get_by_role("button", name="填回来").click()

    assert fresh.get_by_label("发生了什么事？").input_value() == WORDS


def test_on_a_device_that_is_not_hers_she_clears_what_waits(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    page = pocket.new_page()
    write(page, live_server.url)
    page.wait_for_timeout(500)
    assert FIRST_WORDS in page.evaluate(KEPT)

    page.get_by_role("button", name="清掉存的内容").click()
    page.get_by_label("发生了什么事？").fill("又写了几个字")
    page.wait_for_timeout(500)

    assert page.evaluate(KEPT) == ""


def test_leaving_a_shared_device_clears_what_waits(live_server: LiveServer, pocket: BrowserContext) -> None:
    page, left = pocket.new_page(), pocket.new_page()
    write(left, live_server.url, "另一页写的话没有交")
    left.wait_for_timeout(500)
    write(page, live_server.url)
    go_on(page)
    finish(page)
    assert "另一页写的话" in page.evaluate(KEPT)

    page.get_by_role("button", name="这不是我的设备").click()

    expect(page).to_have_url(re.compile(r":\d+/$"))
    assert page.evaluate(KEPT) == ""


def test_two_tabs_with_going_back_and_forward_hand_in_two_reports_with_one_photo_each(
    live_server: LiveServer, pocket: BrowserContext
) -> None:
    pages = {"楼上漏水": pocket.new_page(), "路灯坏了": pocket.new_page()}
    for shade, (words, page) in enumerate(pages.items()):
        write(page, live_server.url, words)
        photo = picture(shade).read()
        page.get_by_label("照片").set_input_files(
            {"name": "现场.png", "mimeType": "image/png", "buffer": photo}
        )
        go_on(page)
        expect(page).to_have_url(re.compile("/report/where/"))
        page.go_back()
        page.get_by_label("照片", exact=False).first.set_input_files(
            {"name": "现场.png", "mimeType": "image/png", "buffer": photo}
        )
        go_on(page)
        expect(page).to_have_url(re.compile("/report/where/"))
    for page in pages.values():
        finish(page)

    assert sorted(Case.objects.values_list("title", flat=True)) == sorted(pages)
    assert [one.attachments.count() for one in Case.objects.all()] == [1, 1]
    assert Attachment.objects.count() == 2


# --- the window ---------------------------------------------------------------------------------------


def sit_down(page: Page, address: str, staff: Staff, to: str = "/desk/window/") -> None:
    page.goto(f"{address}/sign-in/?next={to}")
    page.get_by_label("账号").fill(staff.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def come_back(page: Page) -> None:
    """Look at a page again that lay open for long."""
    page.wait_for_load_state()
    with page.expect_response("**/alive"):
        page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(100)


def listen(page: Page) -> None:
    page.get_by_label("姓名").fill("邻居乙")
    page.get_by_label("说了什么事").fill(WORDS)


@pytest.fixture
def seat(browser: Browser) -> Iterator[BrowserContext]:
    """The computer at the window."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def test_when_the_session_ended_the_page_stays_and_a_new_window_lets_her_in(
    live_server: LiveServer, seat: BrowserContext, clerk: Staff, county: County
) -> None:
    page = seat.new_page()
    sit_down(page, live_server.url, clerk)
    listen(page)
    Session.objects.all().delete()
    come_back(page)

    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("登录的时间到了，还没有交上")
    with seat.expect_page() as opening:
        page.get_by_role("link", name="在新窗口登录").click()
    sit_down(opening.value, live_server.url, clerk, "/desk/")
    expect(opening.value).to_have_url(re.compile("/desk/$"))
    page.get_by_role("button", name="登记", exact=True).click()

    expect(page).to_have_url(re.compile("/desk/window/receipt/"))
    assert Case.objects.count() == 1


def test_a_colleague_who_signed_in_meanwhile_does_not_register_in_her_place(
    live_server: LiveServer, seat: BrowserContext, clerk: Staff, dispatcher: Staff, county: County
) -> None:
    page, other = seat.new_page(), seat.new_page()
    sit_down(page, live_server.url, clerk)
    listen(page)
    Session.objects.all().delete()
    sit_down(other, live_server.url, dispatcher, "/desk/")
    expect(other).to_have_url(re.compile("/desk/$"))
    come_back(page)

    page.get_by_role("button", name="登记", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("现在登录的是另一位同事")
    assert not Case.objects.exists()


def test_at_the_window_a_broken_network_costs_no_word_and_signing_out_leaves_none(
    live_server: LiveServer, seat: BrowserContext, clerk: Staff, county: County
) -> None:
    page = seat.new_page()
    sit_down(page, live_server.url, clerk)
    listen(page)
    seat.set_offline(True)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("现在没有网络，还没有交上")
    seat.set_offline(False)

    page.reload()
    restored = page.get_by_label("说了什么事").input_value()
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))

    assert restored == WORDS
    assert page.evaluate(KEPT) == ""


def test_after_signing_in_again_the_window_is_filled_in_without_a_script(
    live_server: LiveServer, browser: Browser, clerk: Staff, county: County
) -> None:
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 1440, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    sit_down(page, live_server.url, clerk)
    listen(page)
    Session.objects.all().delete()

    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("登录的时间到了，请重新登录")).to_be_visible()
    page.get_by_label("账号").fill(clerk.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    assert page.get_by_label("说了什么事").input_value() == WORDS
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page).to_have_url(re.compile("/desk/window/receipt/"))
    context.close()
