"""The playbooks in a real browser: nothing for axe to complain about, and a pretend case without script."""

from __future__ import annotations

from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from heshi.playbooks.management.drawing import drawn
from heshi.playbooks.queries import playbook
from heshi.playbooks.rules.drawing import drawing_of
from tests.web.test_desk_browser import Seat, seat

__all__ = ["seat"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOOKS = "/desk/playbooks/"
IN_SIGHT = """svg => [...svg.querySelectorAll("g[id]")].some(box => {
    const {left, right, top, bottom} = box.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
})"""
"""Whether a whole box can be read, and not only an empty corner."""


def begin(page: Page) -> None:
    page.goto(f"{BOOKS}shulan_liubu/try/")
    page.get_by_role("button", name="开始试走").click()
    expect(page.get_by_role("heading", name="试走：已吹哨")).to_be_visible()


def drawing(page: Page) -> Locator:
    """Return the drawing once it is there."""
    svg = page.locator("[data-drawing] svg")
    svg.wait_for()
    return svg


def edges(place: Locator) -> tuple[float, float]:
    """Return where something begins and ends from left to right."""
    box = place.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


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
        if page.locator("[data-drawing]").count():
            drawing(page)
        found = [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]
        assert (address, found) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize("reading", ["normal", "large"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_drawing_fits_the_page_until_somebody_enlarges_it(
    reading: str, width: int, transactional_db: None, seat: Seat, books: dict[str, UUID]
) -> None:
    page = seat("dispatcher", reading=reading, width=width)
    page.goto(f"{BOOKS}canonical/")
    svg, frame = drawing(page), page.locator(".drawing-frame")
    (frame_left, frame_right), (left, right) = edges(frame), edges(svg)
    assert frame_left <= left < right <= frame_right <= width

    page.get_by_role("button", name="看清字").click()
    page.get_by_role("button", name="放大").click()
    page.get_by_role("button", name="放大").click()
    assert edges(svg)[1] - edges(svg)[0] > (right - left) * 1.5
    assert svg.evaluate(IN_SIGHT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame.evaluate("frame => { frame.scrollLeft = frame.scrollWidth }")
    assert edges(svg)[1] <= frame_right
    page.get_by_role("button", name="铺满宽度").click()
    assert edges(svg) == (left, right)
    page.get_by_role("button", name="看整幅").click()

    assert svg.evaluate("svg => svg.getBoundingClientRect().height <= innerHeight")


def test_a_drawing_is_enlarged_and_moved_by_the_keyboard_and_the_mouse(
    transactional_db: None, seat: Seat, books: dict[str, UUID]
) -> None:
    page = seat("dispatcher", width=390)
    page.goto(f"{BOOKS}shulan_liubu/")
    svg, frame = drawing(page), page.locator(".drawing-frame")
    before = edges(svg)

    frame.focus()
    for _press in range(3):
        page.keyboard.press("+")
    enlarged = edges(svg)
    scrolled = frame.evaluate("frame => frame.scrollLeft")
    frame.hover(position={"x": 200, "y": 200})
    box = frame.bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 200)
    page.mouse.up()

    assert enlarged[1] - enlarged[0] == pytest.approx((before[1] - before[0]) * 1.4**3, abs=1)
    assert frame.evaluate("frame => frame.scrollLeft") == pytest.approx(scrolled + 50, abs=1)
    page.get_by_role("button", name="铺满宽度").click()
    assert edges(svg) == before


def test_no_word_of_a_drawing_is_wider_than_its_box(
    transactional_db: None, seat: Seat, books: dict[str, UUID]
) -> None:
    page = seat("dispatcher")

    for code in books:
        page.goto(f"{BOOKS}{code}/")
        cut = drawing(page).evaluate(
            """svg => [...svg.querySelectorAll("g[id] > text")]
                .filter(text => text.getComputedTextLength() > text.parentNode.querySelector("rect").width.baseVal.value)
                .map(text => text.textContent)"""
        )
        assert (code, cut) == (code, [])


def test_a_drawing_is_opened_alone_and_saved_just_as_the_command_draws_it(
    transactional_db: None, seat: Seat, books: dict[str, UUID]
) -> None:
    (drawn_by_command,) = drawn([drawing_of(playbook(books["shulan_liubu"]))])
    page = seat("dispatcher")
    page.goto(f"{BOOKS}shulan_liubu/")
    drawing(page)

    with page.expect_download() as saving:
        page.get_by_role("link", name="存成图片").click()
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="单独打开").click()

    assert saving.value.suggested_filename == "shulan_liubu.svg"
    assert saving.value.path().read_text("utf-8") == drawn_by_command
    assert (
        opening.value.locator("svg > title").text_content()
        == "六步接办（吹哨、报到、会商、落实、反馈、评价）"
    )


def test_without_script_the_drawing_gives_way_to_the_table(
    transactional_db: None, seat: Seat, books: dict[str, UUID]
) -> None:
    page = seat("clerk", script=False)
    page.goto(f"{BOOKS}shulan_liubu/")

    expect(page.get_by_text("请看下面的表，说的是同一件事")).to_be_visible()
    expect(page.get_by_role("button", name="放大")).to_be_hidden()
    expect(page.get_by_role("row", name="派单吹哨 开始“报到”")).to_be_visible()


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
