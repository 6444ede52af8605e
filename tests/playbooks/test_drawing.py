"""The drawing shows everything, and nothing lies on anything else."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from heshi.playbooks.rules import SAME, Playbook
from heshi.playbooks.rules.drawing import (
    _edges,
    _position_texts,
    _size,
    _step_texts,
    svg,
    text_width,
    wrapped,
)
from heshi.playbooks.rules.layout import Box, Layout, laid_out
from tests.playbooks.sample import SHELF, sample, shelved

SVG = "{http://www.w3.org/2000/svg}"
PLAYBOOKS = [sample(), *map(shelved, SHELF)]


def layout_of(playbook: Playbook) -> Layout:
    texts = {**_position_texts(playbook), **_step_texts(playbook)}
    return laid_out(
        {name: _size(lines) for name, lines in texts.items()}, _edges(playbook), f"p:{playbook.start}"
    )


def overlap(one: Box, other: Box) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def pierces(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Say whether a piece of line, which runs straight or swings between two rows, may enter a box."""
    (x, y), (to_x, to_y) = start, end
    low, high = sorted((y, to_y))
    left, right = sorted((x, to_x))
    return left < box.right - 1 and right > box.left + 1 and low < box.bottom - 1 and high > box.top + 1


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.code)
def test_no_two_boxes_overlap_and_no_line_runs_through_a_box(playbook: Playbook) -> None:
    layout = layout_of(playbook)

    assert [
        pair for pair in combinations(layout.boxes, 2) if overlap(*(layout.boxes[name] for name in pair))
    ] == []
    assert [
        (edge, name)
        for edge, points in layout.lines.items()
        for name, box in layout.boxes.items()
        if any(pierces(*piece, box) for piece in pairwise(points))
    ] == []


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.code)
def test_every_position_and_step_is_there_and_every_text_fits_its_box(playbook: Playbook) -> None:
    root = ET.fromstring(svg(playbook))  # noqa: S314 -- our own drawing
    whole = "".join(root.itertext())
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g") if group.get("id")}

    moving = [step.code for step in playbook.steps.values() if set(step.targets()) - {SAME}]
    wanted = {f"{playbook.code}-p-{code}" for code in playbook.positions} | {
        f"{playbook.code}-s-{code}" for code in moving
    }
    assert set(groups) == wanted
    assert [step.label for step in playbook.steps.values() if step.label not in whole] == []
    for group in groups.values():
        frame = group.find(f"{SVG}rect")
        assert frame is not None
        room = float(frame.get("width", "0"))
        for text in group.findall(f"{SVG}text"):
            assert text_width(text.text or "", float(text.get("font-size", "0"))) <= room


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.code)
def test_the_drawing_speaks_to_a_screen_reader_and_carries_no_style_or_script(playbook: Playbook) -> None:
    drawing = svg(playbook)
    root = ET.fromstring(drawing)  # noqa: S314 -- our own drawing

    ends = sum(position.end for position in playbook.positions.values())
    assert root.get("role") == "img"
    assert f"{len(playbook.positions)} 个环节" in (root.findtext(f"{SVG}desc") or "")
    assert drawing.count(">终点</text>") == ends
    assert re.search(r"style=|<script|<style|on\w+=", drawing) is None


def test_every_arrow_that_moves_is_drawn() -> None:
    playbook = sample()

    assert set(layout_of(playbook).lines) == {
        ("p:received", "s:dispatch"), ("s:dispatch", "p:acting"), ("p:acting", "s:reply"), ("s:reply", "p:received"),
        ("s:reply", "p:done"),
    }  # fmt: skip
    assert layout_of(playbook).backward == {("s:reply", "p:received")}


def test_words_are_escaped() -> None:
    text = svg(sample(_renamed("<b>&三步")))

    assert "<b>" not in text
    assert "&lt;b&gt;&amp;三步" in text


def test_long_words_are_broken_and_none_is_lost() -> None:
    words = "很长很长的一个名称，需要分成好几行来写ABC"

    lines = wrapped(words, 16, 80)

    assert "".join(lines) == words
    assert max(text_width(line, 16) for line in lines) <= 80 + 16


def _renamed(title: str) -> str:
    from tests.playbooks.sample import TEXT

    return TEXT.replace("title: 三步办理", f'title: "{title}"')
