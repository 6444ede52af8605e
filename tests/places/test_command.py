"""`heshi places …` from the keyboard."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from heshi.common.refusals import Invalid
from heshi.places.actions import GridsRefused
from heshi.places.models import Division, Grid
from tests.cast import DIVISIONS, TOWNSHIPS, VILLAGES, County, collection, eight_grids, feature, square


def say(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("places", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def as_csv(rows: list[dict[str, str]]) -> str:
    return "\n".join(["code,name,parent,level", *(",".join(row.values()) for row in rows)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_division_file_in_any_usual_encoding_comes_in(db: None, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(as_csv(DIVISIONS), encoding=encoding)

    out, err = say("import", str(file))

    assert (out, err) == ("新增 7 个区划，更新 0，原已存在 0，未导入 0。\n", "")
    assert Division.objects.get(code=TOWNSHIPS[0]).name == "甲镇"


def test_bad_rows_are_named_by_line(db: None, tmp_path: Path) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(
        as_csv([*DIVISIONS, {"code": "1", "name": "x", "parent": "", "level": ""}] + [{"code": "2"}] * 25)
    )

    out, err = say("import", str(file))

    assert out == "新增 7 个区划，更新 0，原已存在 0，未导入 26。\n"
    assert err.startswith("第 9 行未导入：代码“1”不是 2、4、6、9 或 12 位数字")
    assert err.endswith("另有 6 行未导入，请先改正以上各行再导入一次。\n")


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"", b"\xff\xfe\x00\x00"])
def test_a_file_without_the_columns_is_refused(db: None, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "divisions.csv"
    file.write_bytes(content)

    with pytest.raises(Invalid, match="请"):
        say("import", str(file))

    assert not Division.objects.exists()


def test_a_missing_file_is_one_sentence(db: None, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"读不出文件“none\.csv”"):
        say("import", str(tmp_path / "none.csv"))


def test_grids_come_in_from_geojson(county: County, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    file.write_text(json.dumps(eight_grids()))

    out, _err = say("grids", str(file))

    assert out == "新增 0 个网格，更新 0，原已存在 8，未导入 0。\n"


def test_every_bad_grid_is_named(county: County, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    bad = [feature(f"x{place}", f"歪网格{place}", VILLAGES[0], {"type": "Polygon"}) for place in range(3)]
    file.write_text(json.dumps(collection(feature("good", "好网格", VILLAGES[0], square(170, 30)), *bad)))
    err = StringIO()

    with pytest.raises(GridsRefused, match="有 3 处要改，未导入任何网格：网格“歪网格0”"):
        call_command("places", "grids", str(file), stderr=err)

    assert [line[:8] for line in err.getvalue().splitlines()] == ["网格“歪网格1”", "网格“歪网格2”"]
    assert Grid.objects.count() == 8


def test_what_is_no_json_is_refused(db: None, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    file.write_text("{")

    with pytest.raises(Invalid, match="读不出文件"):
        say("grids", str(file))


def test_merging_renaming_and_looking_up(county: County) -> None:
    merged, _ = say("succeed", VILLAGES[0], VILLAGES[1], "--on", "2026-03-02")
    renamed, _ = say("rename", VILLAGES[1], "甲新村", "--on", "2026-03-02")
    shown, _ = say("show", VILLAGES[1])

    assert merged == f"甲一村（{VILLAGES[0]}）自 2026-03-02 起由 甲二村（{VILLAGES[1]}）接续。\n"
    assert renamed == f"{VILLAGES[1]} 现名 甲新村。要按新名查到以前的案件，请运行一次 heshi reindex。\n"
    assert shown.startswith(f"{VILLAGES[1]} → {VILLAGES[1]} 甲新村 990100/")
