"""The drawing shows everything, nothing lies on anything else, and every line leads where it seems to lead."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from heshi.playbooks import queries
from heshi.playbooks.management import drawing as node
from heshi.playbooks.management.drawing import CannotDraw, drawn
from heshi.playbooks.rules import SAME, Playbook
from heshi.playbooks.rules.drawing import drawing_of
from heshi.playbooks.rules.returning import returning
from tests.playbooks.sample import TEXT, sample, shelved

SVG = "{http://www.w3.org/2000/svg}"
ROOM = 1376
"""How wide a drawing may be on a page 1440 wide before it has to shrink."""
LONG = "很长很长很长很长很长很长的一个名称，需要分成好几行来写（还有English和12345）"
CODES = sorted(queries.shelf())
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A frame in a picture."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def cut_by(self, one: Point, other: Point) -> bool:
        """Say whether a piece of line, which runs straight down or across, enters the frame."""
        (left, right), (high, low) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        return left < self.right and right > self.left and high < self.bottom and low > self.top


class Picture:
    """A picture as it was delivered, taken apart."""

    def __init__(self, svg: str) -> None:
        self.svg = svg
        self.root = ET.fromstring(svg)  # noqa: S314 -- our own drawing

    @cached_property
    def groups(self) -> dict[str, ET.Element]:
        return {group.get("id", ""): group for group in self.root.iter(f"{SVG}g") if group.get("id")}

    @cached_property
    def boxes(self) -> dict[str, Box]:
        return {name: box_of(group) for name, group in self.groups.items()}

    @cached_property
    def arrows(self) -> dict[str, ET.Element]:
        return {path.get("id", ""): path for path in self.root.iter(f"{SVG}path") if path.get("id")}

    @cached_property
    def lines(self) -> dict[str, list[Point]]:
        """Return each arrow's corner points from where it begins; it is drawn from its tip backwards."""
        return {name: corners(path.get("d", ""))[::-1] for name, path in self.arrows.items()}


def box_of(group: ET.Element) -> Box:
    frame = group.find(f"{SVG}rect")
    assert frame is not None
    left, top, width, height = (float(frame.get(side, "")) for side in ("x", "y", "width", "height"))
    return Box(left, top, left + width, top + height)


def corners(path: str) -> list[Point]:
    """Return the ends and the corners of a path; what is rounded has its corner as the middle point of a curve."""
    steps = [(kind, *map(float, numbers.split())) for kind, numbers in re.findall(r"([MLQ])([^MLQ]+)", path)]
    first, *middle, last = steps
    return [(step[1], step[2]) for step in (first, *(step for step in middle if step[0] == "Q"), last)]


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is: a Chinese character is as wide as it is high, a Latin one rather more than half."""
    return sum(size if unicodedata.east_asian_width(char) in "WFA" else size * 0.62 for char in text)


def renamed(title: str) -> Playbook:
    return sample(
        TEXT.replace("title: 三步办理", f'title: "{title}"').replace("label: 办理中", f"label: {LONG}")
    )


@pytest.fixture(scope="session")
def pictures() -> dict[str, Picture]:
    """Have Node draw everything at once; it is started once for all tests."""
    books = {"sample": sample(), "renamed": renamed("<b>&三步"), **{code: shelved(code) for code in CODES}}
    made = drawn([drawing_of(book) for book in books.values()])
    return {name: Picture(svg) for name, svg in zip(books, made, strict=True)}


@pytest.fixture(params=["sample", "renamed", *CODES])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def picture(name: str, pictures: dict[str, Picture]) -> Picture:
    return pictures[name]


@pytest.fixture
def playbook(name: str) -> Playbook:
    return {"sample": sample, "renamed": lambda: renamed("<b>&三步")}.get(name, lambda: shelved(name))()


def test_no_two_boxes_overlap_and_no_line_runs_through_a_box(picture: Picture) -> None:
    boxes, lines = picture.boxes, picture.lines

    assert [pair for pair in combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]])] == []
    assert [
        (line, name)
        for line, points in lines.items()
        for name, box in boxes.items()
        if any(box.cut_by(*piece) for piece in pairwise(points))
    ] == []


def test_every_line_runs_straight_down_or_across_from_its_box_to_its_box(
    picture: Picture, playbook: Playbook
) -> None:
    said = drawing_of(playbook)

    assert list(picture.lines) == [
        f"{playbook.code}-{arrow['start']}-{arrow['end']}" for arrow in said["arrows"]
    ]
    for arrow, (line, points) in zip(said["arrows"], picture.lines.items(), strict=True):
        start, end = (picture.boxes[f"{playbook.code}-{name}"] for name in (arrow["start"], arrow["end"]))
        leaves, enters = (start.top, end.bottom) if arrow["returns"] else (start.bottom, end.top)
        assert (line, points[0][1], points[-1][1]) == (line, leaves, enters)
        assert start.left < points[0][0] < start.right
        assert end.left < points[-1][0] < end.right
        assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(points)), line


def test_lines_that_share_a_way_end_at_the_same_box(picture: Picture) -> None:
    """Whoever follows a line from a position must not come to a step that is not open there."""
    ends = {name: points[-1] for name, points in picture.lines.items()}

    assert [
        (one, other)
        for one, other in combinations(picture.lines, 2)
        if ends[one] != ends[other] and share_a_way(picture.lines[one], picture.lines[other])
    ] == []


def share_a_way(one: list[Point], other: list[Point]) -> bool:
    return any(lie_along(*piece, *part) for piece in pairwise(one) for part in pairwise(other))


def lie_along(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether two pieces of line lie on one another for more than a point."""
    for fixed, free in ((0, 1), (1, 0)):
        if a[fixed] == b[fixed] == c[fixed] == d[fixed]:
            return max(min(a[free], b[free]), min(c[free], d[free])) < min(
                max(a[free], b[free]), max(c[free], d[free])
            )
    return False


def test_what_returns_runs_up_in_dashes_and_everything_else_down(
    picture: Picture, playbook: Playbook
) -> None:
    dashed = {name for name, path in picture.arrows.items() if path.get("stroke-dasharray")}

    assert dashed == {name for name, points in picture.lines.items() if points[-1][1] < points[0][1]}
    assert dashed == {
        f"{playbook.code}-{arrow['start']}-{arrow['end']}"
        for arrow in drawing_of(playbook)["arrows"]
        if arrow["returns"]
    }


def test_every_position_and_step_is_there_and_every_text_fits_its_box(
    picture: Picture, playbook: Playbook
) -> None:
    moving = [step.code for step in playbook.steps.values() if set(step.targets()) - {SAME}]

    assert set(picture.groups) == {f"{playbook.code}-p-{code}" for code in playbook.positions} | {
        f"{playbook.code}-s-{code}" for code in moving
    }
    for code, group in picture.groups.items():
        texts = group.findall(f"{SVG}text")
        box = picture.boxes[code]
        assert (group.findtext(f"{SVG}title") or "?") in "".join(text.text or "" for text in texts)
        for text in texts:
            size = float(text.get("font-size", ""))
            assert text_width(text.text or "", size) <= box.right - box.left
            assert box.top + size <= float(text.get("y", "")) <= box.bottom


def test_every_step_that_stays_is_in_the_list(picture: Picture, playbook: Playbook) -> None:
    whole = "".join(text.text or "" for text in picture.root.iter(f"{SVG}text"))

    assert [
        step.label
        for step in playbook.steps.values()
        if not set(step.targets()) - {SAME} and f"{step.label}：" not in whole
    ] == []


def test_the_whole_of_it_is_inside_the_frame_and_a_page_has_room_for_it(picture: Picture) -> None:
    width, height = (float(picture.root.get(side, "")) for side in ("width", "height"))
    held = next(group for group in picture.root.iter(f"{SVG}g") if group.get("transform"))
    (left, top) = map(float, re.findall(r"\d+", held.get("transform", "")))
    points = [point for line in picture.lines.values() for point in line]
    points += [
        corner for box in picture.boxes.values() for corner in ((box.left, box.top), (box.right, box.bottom))
    ]

    assert width <= ROOM
    assert all(0 <= left + x <= width and 0 <= top + y <= height for x, y in points)
    for text in picture.root.findall(f"{SVG}text"):
        assert text_width(text.text or "", float(text.get("font-size", ""))) <= width - 48
        assert float(text.get("y", "")) <= height


def test_the_drawing_speaks_to_a_screen_reader_and_carries_no_style_or_script(
    picture: Picture, playbook: Playbook
) -> None:
    ends = sum(position.end for position in playbook.positions.values())

    assert picture.root.get("role") == "img"
    assert f"{len(playbook.positions)} 个环节" in (picture.root.findtext(f"{SVG}desc") or "")
    assert picture.svg.count(">终点</text>") == ends
    assert re.search(r"style=|<script|<style|on\w+=", picture.svg) is None


def test_the_start_is_marked_and_an_end_has_a_double_frame(picture: Picture, playbook: Playbook) -> None:
    frames = {
        code: picture.groups[f"{playbook.code}-p-{code}"].findall(f"{SVG}rect") for code in playbook.positions
    }

    assert {code: len(found) for code, found in frames.items()} == {
        code: 2 if position.end else 1 for code, position in playbook.positions.items()
    }
    assert [code for code, found in frames.items() if found[0].get("stroke-width") == "3"] == [playbook.start]


def test_one_playbook_gives_one_picture_to_the_byte(pictures: dict[str, Picture]) -> None:
    again = drawn([drawing_of(shelved(code)) for code in ("shulan_liubu", "canonical")])

    assert again == [pictures[code].svg for code in ("shulan_liubu", "canonical")]


def test_every_arrow_that_moves_is_drawn() -> None:
    assert drawing_of(sample())["arrows"] == [
        {"start": "p-received", "end": "s-dispatch", "returns": False},
        {"start": "s-dispatch", "end": "p-acting", "returns": False},
        {"start": "p-acting", "end": "s-reply", "returns": False},
        {"start": "s-reply", "end": "p-received", "returns": True},
        {"start": "s-reply", "end": "p-done", "returns": False},
    ]


def test_a_step_that_may_be_taken_anywhere_says_so_instead_of_having_arrows() -> None:
    said = drawing_of(shelved("shulan_liubu"))

    assert [step for step in said["steps"] if step["note"]] == [
        {"name": "s-withdraw", "label": "撤回诉求", "who": "群众", "note": "办理中随时可以"}
    ]
    assert [arrow for arrow in said["arrows"] if "s-withdraw" in arrow.values()] == [
        {"start": "s-withdraw", "end": "p-withdrawn", "returns": False}
    ]


def test_what_reopens_an_end_returns_and_never_what_leads_into_it() -> None:
    around = [("a", "b"), ("b", "end"), ("end", "c"), ("c", "b"), ("b", "d"), ("d", "end"), ("end", "d")]

    assert returning(around, start="a", later=[["end"]]) == {("c", "b"), ("end", "d")}


def test_after_a_short_cut_to_the_answer_it_is_still_not_the_answer_that_returns() -> None:
    said = drawing_of(shelved("huinan_61n"))

    assert [(arrow["start"], arrow["end"]) for arrow in said["arrows"] if arrow["returns"]] == [
        ("s-send_back", "p-sorted"),
        ("s-rate", "p-acting"),
        ("s-reopen", "p-acting"),
    ]


def test_words_are_escaped_and_long_ones_are_broken_without_losing_any(pictures: dict[str, Picture]) -> None:
    svg, group = pictures["renamed"].svg, pictures["renamed"].groups["sample-p-acting"]
    lines = [text.text or "" for text in group.findall(f"{SVG}text")]

    assert "<b>" not in svg
    assert "&lt;b&gt;&amp;三步" in svg
    assert "".join(lines) == f"{LONG}在承办单位"
    assert max(text_width(line, 16) for line in lines) <= 150
    assert [line for line in lines if line[0] in "，、）" or len(line) < 3] == []


def test_without_the_bundle_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "DRAW", node.DRAW.with_name("nothing.js"))

    with pytest.raises(CannotDraw, match=r"请先运行 \./run heshi help"):
        drawn([drawing_of(sample())])
