"""Codes and polygons, without a database."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from heshi.places.rules.codes import (
    closes_a_circle,
    is_valid,
    level_of,
    lies_in,
    parent_of,
    path_of,
    township_in,
    why_row_is_wrong,
)
from heshi.places.rules.shapes import GridMap, Shape, overlaps, shaped, why_drawing_is_wrong
from tests.cast import square

DAY = date(2026, 3, 2)
DIGITS = st.text("0123456789", min_size=0, max_size=14)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("99", 1, ""),
        ("9901", 2, "99"),
        ("990100", 3, "9901"),
        ("990100001", 4, "990100"),
        ("990100001003", 5, "990100001"),
        ("99010", None, ""),
        ("", None, ""),
        ("９９", None, ""),
        ("99010a", None, ""),
    ],
)
def test_a_code_says_its_level_and_its_parent(code: str, level: int | None, parent: str) -> None:
    assert (level_of(code), parent_of(code)) == (level, parent)


@given(DIGITS)
def test_going_up_from_any_code_ends_at_the_top(code: str) -> None:
    steps = []
    while level_of(code):
        steps.append(level_of(code))
        code = parent_of(code)

    assert steps == list(range(len(steps), 0, -1))


def test_a_path_holds_what_is_below_and_nothing_that_only_looks_alike() -> None:
    path = path_of("990100001", parent_path=path_of("990100", parent_path=""))

    assert path == "990100/990100001"
    assert lies_in(f"{path}/990100001003", upper=path)
    assert lies_in(path, upper=path)
    assert not lies_in("990100/9901000010", upper=path)
    assert (township_in(f"{path}/990100001003"), township_in("990100")) == ("990100001", None)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "answer"),
    [
        (None, None, True),
        (DAY, None, True),
        (None, DAY, False),
        (date(2026, 3, 3), None, False),
        (DAY, date(2026, 3, 3), True),
    ],
)
def test_the_end_is_the_first_day_outside(
    valid_from: date | None, valid_to: date | None, answer: bool
) -> None:
    assert is_valid(on=DAY, valid_from=valid_from, valid_to=valid_to) is answer


def test_successors_never_run_in_a_circle() -> None:
    successors = {"b": "c", "c": "d"}

    assert closes_a_circle(old="d", new="b", successors=successors)
    assert closes_a_circle(old="a", new="a", successors=successors)
    assert not closes_a_circle(old="a", new="b", successors=successors)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"code": "9901x0"}, "不是 2、4、6、9 或 12 位数字"),
        ({"level": "5"}, "是第 4 级，级别一栏却写“5”"),
        ({"name": ""}, "名称应为 1 至 60 个字"),
        ({"name": "长" * 61}, "名称应为 1 至 60 个字"),
        ({"parent": "880100"}, "上级“880100”不存在"),
        ({"parent": "990200"}, "上级应为“990100”"),
    ],
)
def test_a_bad_row_says_what_to_mend(row: dict[str, str], says: str) -> None:
    good = {"code": "990100001", "name": "甲镇", "parent": "990100", "level": "4"}
    known = {"990100": 1, "990200": 1}

    assert why_row_is_wrong(**good, known=known) is None
    assert says in str(why_row_is_wrong(**(good | row), known=known))


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "不是一个完整的多边形"),
        ({"type": "Point", "coordinates": [150, 30]}, "不是一个完整的多边形"),
        ({"type": "Polygon", "coordinates": "abc"}, "不是一个完整的多边形"),
        ({"type": "Polygon", "coordinates": [[[150, 30], [151]]]}, "不是一个完整的多边形"),
        ({"type": "Polygon", "coordinates": []}, "不是一个完整的多边形"),
        ({"type": "Polygon"}, "不是一个完整的多边形"),
        ({"type": "Polygon", "coordinates": [[[30, 150], [30, 151], [31, 151], [30, 150]]]}, "经度在前"),
        (
            {"type": "Polygon", "coordinates": [[[150, 30], [151, 31], [151, 30], [150, 31], [150, 30]]]},
            "自己和自己相交",
        ),
        (square(150, 30, 0.000001), "不足一平方米"),
    ],
)
def test_an_unusable_drawing_says_what_to_redraw(geometry: Any, says: str) -> None:
    assert says in str(why_drawing_is_wrong(geometry))


def test_neighbours_touch_but_do_not_overlap() -> None:
    shapes = [shaped(square(150, 30)), shaped(square(150.01, 30)), shaped(square(150.005, 30.005))]

    assert overlaps(shapes) == [(0, 2), (1, 2)]
    assert overlaps(shapes[:2]) == overlaps([]) == []


def test_a_point_is_found_in_the_smallest_cell_in_force() -> None:
    big, small, past = (
        json.dumps(square(*corner)) for corner in ((150, 30), (150, 30, 0.005), (150, 30, 0.005))
    )
    found = GridMap(
        [
            Shape("g1", "v", None, big),
            Shape("m1", "v", "g1", small, valid_from=date(2026, 1, 1)),
            Shape("m0", "v", "g1", past, valid_to=date(2026, 1, 1)),
        ]
    )

    assert found.find(lon=150.001, lat=30.001, on=DAY) == "m1"
    assert found.find(lon=150.001, lat=30.001, on=date(2025, 12, 31)) == "m0"
    assert found.find(lon=150.009, lat=30.009, on=DAY) == "g1"
    assert found.find(lon=151, lat=30, on=DAY) is None
    assert found.find(lon=float("nan"), lat=30, on=DAY) is None
    assert GridMap([]).find(lon=150, lat=30, on=DAY) is None


def test_sixty_thousand_micro_grids_answer_as_arithmetic_does() -> None:
    columns, rows, side = 300, 200, 0.001
    cells = {
        f"{column:03d}{row:03d}": shapely.box(
            column * side, row * side, (column + 1) * side, (row + 1) * side
        )
        for column in range(columns)
        for row in range(rows)
    }
    found = GridMap(
        Shape(code, "v", "g", text)
        for code, text in zip(cells, shapely.to_geojson(list(cells.values())), strict=True)
    )
    chance = random.Random(7)
    points = [(chance.uniform(0, columns * side), chance.uniform(0, rows * side)) for _ in range(500)]
    expected = [f"{int(lon / side):03d}{int(lat / side):03d}" for lon, lat in points]

    assert len(found.shapes) == 60_000
    assert found.find_many(points, on=DAY) == expected
    assert [found.find(lon=lon, lat=lat, on=DAY) for lon, lat in points] == expected
