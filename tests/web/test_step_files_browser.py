"""Choosing photos in a real browser: seen before they are sent, kept when the step is refused, with scripts and without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from heshi.cases.actions import take_step
from heshi.cases.models import Attachment, Case
from heshi.people.actions import appoint, enrol
from heshi.playbooks.actions import publish_text
from tests.cases.test_lots import BOOK as LOTS
from tests.cast import FIRST_DAY, NOON, PASSWORD, County
from tests.files import OpenCase, acting, walk
from tests.web.test_desk_browser import Seat, seat
from tests.web.test_sealed_tasks import BOOK as SEALED
from tests.web.test_step_files import BOOK, paper, picture

__all__ = ["seat"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("HESHI_PICTURES", "")
LOOKS = [("normal", 1440), ("large", 1440), ("normal", 390), ("large", 390)]


def drawn(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture
def chosen(tmp_path: Path) -> list[Path]:
    """Two photos and a paper on the disk."""
    uploads = [
        picture("grey", "墙面修好以后从南边拍的.png"),
        picture("brown", "门.png"),
        paper("竣工验收单.pdf"),
    ]
    for one in uploads:
        (tmp_path / str(one.name)).write_bytes(one.read())
    return [tmp_path / str(one.name) for one in uploads]


@pytest.fixture
def mending(transactional_db: None, county: County, open_case: OpenCase) -> Case:
    return open_case(playbook_id=publish_text(text=BOOK, at=NOON).pk)


@pytest.mark.parametrize(("reading", "width"), LOOKS)
def test_what_is_chosen_is_seen_and_what_is_refused_is_kept(
    reading: str, width: int, mending: Case, seat: Seat, chosen: list[Path]
) -> None:
    page = seat("officer", reading=reading, width=width)
    page.goto(f"/desk/cases/{mending.number}/")
    form = page.locator("#step-mend")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    field = form.locator("input[name=photos][type=file]")

    field.set_input_files(chosen[:1])
    field.set_input_files(chosen[1:])
    preview = form.locator("ul[aria-label='已选好、还没有传的文件'] li")
    expect(preview).to_have_count(3)
    expect(preview.locator("img")).to_have_count(2)
    drawn(page, f"chosen-{reading}-{width}")
    preview.nth(1).get_by_role("button").click()
    expect(preview).to_have_count(2)
    form.get_by_role("button", name="报整改结果").click()

    expect(page.get_by_text("请填写“怎么整改的”").first).to_be_visible()
    kept = page.locator("#step-mend input[type=hidden][name=photos]")
    expect(kept).to_have_count(2)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    drawn(page, f"kept-{reading}-{width}")
    page.locator("#step-mend input[name=words]").fill("补了墙")
    page.locator("#step-mend").get_by_role("button", name="报整改结果").click()
    expect(page.get_by_text("已办好").first).to_be_visible()
    drawn(page, f"done-{reading}-{width}")
    assert Attachment.objects.filter(case=mending, event=2).count() == 2
    assert Attachment.objects.count() == 2


def test_the_enter_key_takes_the_step_and_takes_out_no_file(
    mending: Case, seat: Seat, chosen: list[Path]
) -> None:
    page = seat("officer")
    page.goto(f"/desk/cases/{mending.number}/")
    page.locator("#step-mend input[name=photos][type=file]").set_input_files(chosen)
    page.locator("#step-mend").get_by_role("button", name="报整改结果").click()
    words = page.locator("#step-mend input[name=words]")
    words.fill("补了墙")

    words.press("Enter")

    expect(page.get_by_text("已办好").first).to_be_visible()
    assert Attachment.objects.filter(case=mending).count() == 3


def test_without_scripts_a_file_is_sent_kept_and_taken_out(
    mending: Case, seat: Seat, chosen: list[Path]
) -> None:
    page = seat("officer", script=False)
    page.goto(f"/desk/cases/{mending.number}/")
    expect(page.locator("#step-mend")).to_have_attribute("open", "")
    page.locator("#step-mend input[name=photos][type=file]").set_input_files(chosen)
    page.locator("#step-mend").get_by_role("button", name="报整改结果").click()

    page.locator("#step-mend button[name=remove]").nth(1).click()

    expect(page.locator("#step-mend input[type=hidden][name=photos]")).to_have_count(2)
    expect(page.get_by_text("还差一点")).to_have_count(0)


@pytest.mark.parametrize(("reading", "width"), LOOKS)
def test_axe_finds_nothing_beside_a_draw_and_an_internal_matter(
    reading: str, width: int, transactional_db: None, county: County, open_case: OpenCase, seat: Seat
) -> None:
    for number in range(5):
        one = enrol(username=f"expert{number}", display_name=f"专家{number}", password=PASSWORD, at=NOON)
        appoint(staff=one, unit=county.units["court"], role="expert", valid_from=FIRST_DAY)
    by_lot = open_case("lot", playbook_id=publish_text(text=LOTS, at=NOON).pk, unit_id=county.centre.pk)
    walk(by_lot, (county.staff["dispatcher"], "draw_panel", {"heads": 3, "recused": [str(one.pk)]}))
    sealed = open_case("sealed", playbook_id=publish_text(text=SEALED, at=NOON).pk)
    walk(sealed, (county.staff["dispatcher"], "arrange", {"talk_words": "谈价钱"}))
    _talked(sealed, county)
    page = seat("dispatcher", reading=reading, width=width)

    for name, case in (("lot", by_lot), ("sealed", sealed)):
        page.goto(f"/desk/cases/{case.number}/")
        for one_draw in page.locator("details.draw").all():
            one_draw.locator("summary").click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        drawn(page, f"{name}-{reading}-{width}")


def _talked(case: Case, county: County) -> None:
    supervisor = county.staff["supervisor"]
    take_step(
        case=Case.objects.get(pk=case.pk), step="talked", actor=acting(supervisor, case), at=NOON, task=1,
        answers={"heard": "谈过"},
    )  # fmt: skip
