"""Importing divisions and grids, renaming, and taking over."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from heshi.places.actions import (
    AlreadySucceeded,
    GridsRefused,
    LevelsDiffer,
    NotAGridFile,
    SuccessorGoesInCircle,
    import_divisions,
    import_grids,
    rename,
    retire_grids,
    succeed,
)
from heshi.places.models import Division, Grid, PlacesVersion
from heshi.places.queries import PlaceUnknown, grid_at, successor_on
from tests.cast import (
    COUNTY,
    DIVISIONS,
    TOWNSHIPS,
    VILLAGES,
    County,
    collection,
    eight_grids,
    feature,
    middle_of,
    square,
)

TODAY = date(2026, 3, 2)
PUBLISHED = Path(__file__).resolve().parents[3] / "shared/data/divisions/divisions.csv"


def test_a_division_file_builds_the_tree(db: None) -> None:
    done = import_divisions(rows=reversed(DIVISIONS), on=TODAY)

    village = Division.objects.get(code=VILLAGES[0])
    assert (done.added, done.changed, done.same, done.refused) == (7, 0, 0, [])
    assert (village.path, village.level, village.parent_id) == (
        f"{COUNTY}/{TOWNSHIPS[0]}/{VILLAGES[0]}",
        5,
        TOWNSHIPS[0],
    )


def test_the_same_file_again_changes_nothing(county: County) -> None:
    token = PlacesVersion.objects.get().token

    done = import_divisions(rows=DIVISIONS, on=TODAY)

    assert (done.added, done.changed, done.same, done.refused) == (0, 0, 7, [])
    assert PlacesVersion.objects.get().token == token


def test_bad_rows_are_explained_and_the_others_stored(db: None) -> None:
    rows = [
        {"code": "990100", "name": "和安县", "parent": "", "level": "3"},
        {"code": "990100001", "name": "甲镇", "parent": "990100", "level": "5"},
        {"code": "990100001001", "name": "甲一村", "parent": "990100001", "level": "5"},
        {"code": "990100002", "name": "乙镇", "parent": "990100", "level": "4"},
        {"code": "990100002", "name": "乙镇", "parent": "990100", "level": "4"},
        {"code": "", "name": "", "parent": "", "level": ""},
    ]

    done = import_divisions(rows=rows)

    assert list(Division.objects.values_list("name", flat=True)) == ["和安县", "乙镇"]
    assert sorted(done.refused) == [
        (3, "代码“990100001”是第 4 级，级别一栏却写“5”，请改其中一处。"),
        (4, "代码“990100001001”的上级“990100001”不存在，请先补上上级这一行。"),
        (6, "代码“990100002”在文件中出现两次，请删去一行。"),
        (7, "代码“”不是 2、4、6、9 或 12 位数字，请改正代码。"),
    ]


def test_a_changed_name_in_the_file_keeps_the_old_one(county: County) -> None:
    done = import_divisions(rows=[DIVISIONS[1] | {"name": "新甲镇"}], on=TODAY)

    township = Division.objects.get(code=TOWNSHIPS[0])
    assert (done.changed, township.name) == (1, "新甲镇")
    assert township.former_names == [{"name": "甲镇", "until": "2026-03-02"}]


def test_a_new_name_keeps_the_code(county: County) -> None:
    rename(code=TOWNSHIPS[0], name="新甲镇", on=TODAY)
    rename(code=TOWNSHIPS[0], name="新甲镇", on=TODAY)

    assert Division.objects.get(name="新甲镇").former_names == [{"name": "甲镇", "until": "2026-03-02"}]


def test_an_old_code_resolves_to_whoever_took_over(county: County) -> None:
    later = date(2026, 6, 1)
    succeed(old=VILLAGES[0], new=VILLAGES[1], on=TODAY)
    succeed(old=VILLAGES[1], new=VILLAGES[2], on=later)

    assert successor_on(VILLAGES[0], on=date(2026, 3, 1)).code == VILLAGES[0]
    assert successor_on(VILLAGES[0], on=TODAY).code == VILLAGES[1]
    assert successor_on(VILLAGES[0], on=later).code == VILLAGES[2]


def test_taking_over_twice_the_same_is_once(county: County) -> None:
    succeed(old=VILLAGES[0], new=VILLAGES[1], on=TODAY)

    again = succeed(old=VILLAGES[0], new=VILLAGES[1], on=date(2026, 9, 1))

    assert again.valid_to == TODAY


def test_a_second_successor_is_refused(county: County) -> None:
    succeed(old=VILLAGES[0], new=VILLAGES[1], on=TODAY)

    with pytest.raises(AlreadySucceeded):
        succeed(old=VILLAGES[0], new=VILLAGES[2], on=TODAY)

    assert Division.objects.get(code=VILLAGES[0]).successor_id == VILLAGES[1]


def test_a_circle_of_successors_is_refused(county: County) -> None:
    succeed(old=VILLAGES[0], new=VILLAGES[1], on=TODAY)

    with pytest.raises(SuccessorGoesInCircle):
        succeed(old=VILLAGES[1], new=VILLAGES[0], on=TODAY)

    assert Division.objects.get(code=VILLAGES[1]).valid_to is None


def test_a_village_does_not_take_over_from_a_township(county: County) -> None:
    with pytest.raises(LevelsDiffer):
        succeed(old=TOWNSHIPS[0], new=VILLAGES[2], on=TODAY)

    assert Division.objects.exclude(successor=None).count() == 0


def test_a_place_nobody_knows_cannot_be_renamed(county: County) -> None:
    with pytest.raises(PlaceUnknown, match="没有代码为“123456”的区划"):
        rename(code="123456", name="某县", on=TODAY)


def test_grids_come_in_once(county: County) -> None:
    done = import_grids(collection=eight_grids(), on=TODAY)

    assert (done.added, done.changed, done.same) == (0, 0, 8)
    assert Grid.objects.count() == 8


def test_a_redrawn_grid_answers_at_once(county: County) -> None:
    lon, lat = middle_of(county.grids[7])
    retire_grids(codes=[county.grids[7]], on=TODAY)
    wide = square(150.02, 30.01, 0.01)
    wide["coordinates"][0][1][0] = wide["coordinates"][0][2][0] = 150.04

    import_grids(collection=collection(feature(county.grids[5], "乙一村网格2", VILLAGES[2], wide)), on=TODAY)

    assert grid_at(lon, lat, on=TODAY) == county.grids[5]


def test_micro_grids_lie_inside_their_grid(county: County) -> None:
    inside = feature(
        "990100001001001001", "微格一", VILLAGES[0], square(150.001, 30.001, 0.004), county.grids[0]
    )

    import_grids(collection=collection(inside), on=TODAY)

    assert grid_at(150.002, 30.002, on=TODAY) == "990100001001001001"
    assert grid_at(150.009, 30.009, on=TODAY) == county.grids[0]
    assert retire_grids(codes=[county.grids[0]], on=date(2026, 4, 1)) == 2
    assert grid_at(150.002, 30.002, on=date(2026, 4, 1)) is None


BOW = {"type": "Polygon", "coordinates": [[[160, 30], [161, 31], [161, 30], [160, 31], [160, 30]]]}
REFUSED: list[tuple[str, list[dict[str, Any]], str]] = [
    (
        "overlap",
        [feature("x", "甲网格", VILLAGES[0], square(150.005, 30))],
        "重叠，请把两者的边界画成同一条线",
    ),
    ("crossing itself", [feature("x", "甲网格", VILLAGES[0], BOW)], "网格“甲网格”：边界自己和自己相交"),
    (
        "no such village",
        [feature("x", "甲网格", "990100009009", square(160, 30))],
        "所在区划“990100009009”不存在",
    ),
    ("no such parent", [feature("x", "甲微格", VILLAGES[0], square(160, 30), "y")], "上级网格“y”不存在"),
    (
        "outside its parent",
        [feature("x", "甲微格", VILLAGES[0], square(150.005, 30.005), "990100001001001")],
        "超出了上级网格“网格1”的边界",
    ),
    ("no name", [feature("x", " ", VILLAGES[0], square(160, 30))], "缺少代码或名称"),
    ("same code twice", [feature("x", "甲", VILLAGES[0], square(160, 30))] * 2, "代码相同的网格"),
    (
        "nothing drawn",
        [{"type": "Feature", "properties": {"code": "x", "name": "甲"}}],
        "不是一个完整的多边形",
    ),
]


@pytest.mark.parametrize(("features", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_bad_grid_is_refused_with_a_sentence_and_none_stored(
    county: County, features: list[dict[str, Any]], says: str
) -> None:
    good = feature("good", "好网格", VILLAGES[0], square(170, 30))

    with pytest.raises(GridsRefused, match=says):
        import_grids(collection=collection(good, *features), on=TODAY)

    assert Grid.objects.count() == 8


@pytest.mark.parametrize("content", [None, [], {}, {"features": "x"}, {"features": [1]}])
def test_what_is_no_grid_file_is_refused(db: None, content: Any) -> None:
    with pytest.raises(NotAGridFile):
        import_grids(collection=content)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published divisions are not on this machine")
def test_the_published_divisions_come_in_completely_and_once(db: None) -> None:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    first, second = import_divisions(rows=rows), import_divisions(rows=rows)

    assert (first.added, first.refused) == (44_703, [])
    assert (second.added, second.changed, second.same) == (0, 0, 44_703)
