"""The community room in a real browser: nothing for axe to complain about, a duty answered without script, two at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from heshi.community.actions import mark_done, skip
from heshi.community.models import Campaign, Occurrence
from heshi.people.queries import scope_of
from heshi.web.kit.names import names
from tests.cast import TOWNSHIPS, County
from tests.community.books import CODE, duty, publish
from tests.web.test_desk_browser import Seat, seat

__all__ = ["seat"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK, CAMPAIGNS = "/desk/community/", "/desk/community/campaigns/"


@pytest.fixture
def busy(transactional_db: None, county: County) -> Iterator[County]:
    """Give a centre with duties in every state, and a campaign going on beside one that ended."""
    names.forget()
    version, today, now = publish(), timezone.localdate(), timezone.now()
    by = scope_of(county.staff["dispatcher"])
    for days in (-9, -2, 0, 2, 9):
        duty(county, due_on=today + timedelta(days=days), version=version)
    duty(
        county,
        rhythm="meeting",
        title="矛盾纠纷多元化解联席会",
        due_on=today,
        planned_on=today - timedelta(days=1),
    )
    mark_done(
        duty=duty(county, due_on=today - timedelta(days=4)), by=by, words="看了 6 件，2 件转乡镇。", at=now
    )
    skip(duty=duty(county, due_on=today - timedelta(days=5)), by=by, reason="与防汛调度冲突。", at=now)
    told = {
        "county": county.code, "playbook": CODE, "version": version, "code": "hazards", "title": "三十天整治隐患", "target": 30,
        "place": "990100", "path": "990100", "starts_on": today, "ends_on": today + timedelta(days=29),
        "started_by": by.staff_id, "started_at": now, "counted_at": now,
    }  # fmt: skip
    tally = {TOWNSHIPS[0]: [11, 4, 1], TOWNSHIPS[1]: [7, 21, 3], "-": [0, 1, 0]}
    Campaign.objects.create(**told, tally=tally)
    Campaign.objects.create(**told | {"ended_at": now, "target": 5}, tally=tally)
    yield county
    names.forget()


def complaints(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds, each with the first place."""
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    ("reading", "width"), [("normal", 1440), ("large", 1440), ("normal", 390), ("large", 390)]
)
def test_axe_finds_nothing(reading: str, width: int, seat: Seat, busy: County) -> None:
    page = seat("dispatcher", reading=reading, width=width)
    one, going = (
        Occurrence.objects.filter(state="open").earliest("due_on"),
        Campaign.objects.get(ended_at=None),
    )

    for address in (
        WEEK, f"{WEEK}?whose=area", f"{WEEK}?only=overdue", f"{WEEK}{one.pk}/", CAMPAIGNS, f"{CAMPAIGNS}{going.pk}/",
        f"{CAMPAIGNS}start",
    ):  # fmt: skip
        page.goto(address)
        for summary in page.locator("main summary").all():
            summary.click()
        assert (address, complaints(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_duty_is_answered_without_script(seat: Seat, busy: County) -> None:
    page = seat("dispatcher", script=False, width=390)
    page.goto(WEEK)
    late = page.locator("section", has=page.get_by_role("heading", name="过了日子")).locator("li").first

    late.get_by_text("没有做，写原因").click()
    late.get_by_role("button", name="记下：没有做").click()
    expect(page.get_by_role("link", name="请写明没有做的原因")).to_be_visible()
    page.get_by_label("没有做的原因").fill("当天断电。")
    page.get_by_role("button", name="记下：没有做").click()

    expect(page.get_by_role("status")).to_contain_text("没有做，原因也记下了")
    expect(page.get_by_text("当天断电。")).to_be_visible()
    assert Occurrence.objects.filter(state="skipped", reason="当天断电。").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_two_people_answer_the_same_duty(script: bool, seat: Seat, busy: County) -> None:
    first, second = seat("dispatcher", script=script), seat("leader", script=script)
    one = Occurrence.objects.filter(state="open").earliest("due_on")
    for page in (first, second):
        page.goto(f"{WEEK}{one.pk}/")
        page.get_by_text("没有做，写原因").click()
        page.get_by_label("没有做的原因").fill("第一个写的。" if page is first else "第二个写的。")

    for page in (first, second):
        page.get_by_role("button", name="记下：没有做").click()

    expect(first.get_by_role("status")).to_contain_text("没有做，原因也记下了")
    expect(second.get_by_role("alert")).to_contain_text("刚刚有人填过")
    expect(second.get_by_text("第一个写的。")).to_be_visible()
    expect(second.get_by_text("第二个写的。")).to_be_visible()
    assert Occurrence.objects.get(pk=one.pk).reason == "第一个写的。"


def test_a_campaign_is_started_with_the_keyboard(seat: Seat, busy: County) -> None:
    page = seat("leader")
    page.goto(f"{CAMPAIGNS}start")

    page.get_by_label("哪一项行动").focus()
    page.get_by_label("哪一项行动").select_option(f"{CODE}/hazards")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="发起").press("Enter")

    expect(page.get_by_role("heading", name="三十天整治隐患")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-label", "三十天整治隐患：0 件，目标 3 件")
    assert Campaign.objects.filter(place=TOWNSHIPS[0]).count() == 1
