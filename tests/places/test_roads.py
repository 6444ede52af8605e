"""Main roads: one file is the whole layer; what cannot be drawn is refused with every reason."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from heshi.places.actions import NotAGridFile, RoadsRefused, import_roads
from heshi.places.models import Road
from tests.cast import square

pytestmark = pytest.mark.usefixtures("county")
LINE = {"type": "LineString", "coordinates": [[150.0, 30.0], [150.04, 30.02]]}


def roads(*told: tuple[str, str, Any]) -> dict[str, Any]:
    """Return a file of roads."""
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": line} for code, name, line in told
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def test_the_file_is_the_layer_and_may_come_twice(tmp_path: Path) -> None:
    first = roads(("S1", "1 省道", LINE), ("X2", "二号路", LINE))
    file = tmp_path / "roads.geojson"
    file.write_text(json.dumps(roads(("S1", "一号省道", LINE), ("", "河堤路", LINE))), encoding="utf-8")

    added, same = import_roads(collection=first), import_roads(collection=first)
    said = StringIO()
    call_command("places", "roads", file, stdout=said)

    assert ((added.added, added.same), (same.added, same.same)) == ((2, 0), (0, 2))
    assert said.getvalue() == "新增 1 条道路，更新 2，原已存在 0，未导入 0。\n"
    assert list(Road.objects.values_list("code", "name")) == [("S1", "一号省道"), ("河堤路", "河堤路")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (square(150, 30), "不是一条线"), (None, "不是一条线"), ({"type": "LineString", "coordinates": []}, "不是一条线"),
        ({"type": "LineString", "coordinates": [[30, 150], [30, 151]]}, "坐标超出经纬度范围"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_drawn_is_refused_and_nothing_is_stored(line: Any, why: str) -> None:
    with pytest.raises(RoadsRefused, match=why):
        import_roads(collection=roads(("S1", "1 省道", LINE), ("S2", "2 省道", line)))

    assert not Road.objects.exists()


def test_a_road_needs_a_name_and_a_code_of_its_own() -> None:
    with pytest.raises(RoadsRefused) as refused:
        import_roads(collection=roads(("S1", "", LINE), ("S1", "1 省道", LINE)))

    assert len(refused.value.reasons) == 2
    with pytest.raises(NotAGridFile):
        import_roads(collection={"type": "Feature"})
