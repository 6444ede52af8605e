"""Finding places: by point, by code, by subtree.

The map is read once per process and read again when the places change: each process asks for the version
token at most once a second, so no polygon stays wrong for longer than that.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from heshi.common.fresh import Fresh
from heshi.common.refusals import Unknown
from heshi.places.models import Division, Grid, PlacesVersion
from heshi.places.rules.codes import is_valid, township_in
from heshi.places.rules.shapes import GridFeatures, GridMap, Shape
from heshi.places.terms import TOWNSHIP, VILLAGE


class PlaceUnknown(Unknown):
    """No division and no grid has this code."""

    code = "place_unknown"
    sentence = "没有代码为“{place}”的区划或网格，请从列表中选择地点。"


class KnownPlaces:
    """What this process has read of the places since they last changed, each part when first asked for."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}

    @cached_property
    def grids(self) -> GridMap:
        """Every grid and micro-grid, past ones too."""
        return GridMap(_shapes())

    @cached_property
    def moved(self) -> list[tuple[str, str]]:
        """The path of each division that has a successor, and the successor's path."""
        moved = Division.objects.exclude(successor=None).order_by("code")
        return list(moved.values_list("path", "successor__path"))


def _token() -> uuid.UUID | None:
    return PlacesVersion.objects.values_list("token", flat=True).first()


known = Fresh(load=KnownPlaces, version=_token)


def forget() -> None:
    """Look at the version token again at the next question; every action that changes a place calls this."""
    known.forget()


def _shapes() -> Iterable[Shape]:
    rows = Grid.objects.order_by().values_list(
        "code", "division_id", "parent_id", Cast("polygon", TextField()), "valid_from", "valid_to"
    )
    return (Shape(*row) for row in rows.iterator(chunk_size=10_000))


def has_grids() -> bool:
    """Return whether this county has drawn its grids at all."""
    return bool(known().grids.of_code)


def grid_at(lon: float, lat: float, *, on: date | None = None) -> str | None:
    """Return the micro-grid or else the grid the point lies in, None outside every grid."""
    return known().grids.find(lon=lon, lat=lat, on=on or timezone.localdate())


def grids_at(points: Sequence[tuple[float, float]], *, on: date | None = None) -> list[str | None]:
    """Return the same for many (lon, lat) at once."""
    return known().grids.find_many(points, on=on or timezone.localdate())


def division_of_grid(code: str) -> str:
    """Return the division a grid belongs to; raises PlaceUnknown."""
    shape = known().grids.of_code.get(code)
    if shape is None:
        raise PlaceUnknown(place=code)
    return shape.division


def division_path(code: str) -> str:
    """Return the path of a division, or of the division of a grid; raises PlaceUnknown."""
    path = division_paths([code]).get(code)
    if path is None:
        raise PlaceUnknown(place=code)
    return path


def division_paths(codes: Iterable[str]) -> dict[str, str]:
    """Return the paths of many divisions and grids; codes nobody knows are left out."""
    held, wanted = known(), set(codes)
    missing = wanted - held.paths.keys()
    if missing:
        held.paths.update(_paths(missing))
        inside = {code: held.grids.of_code[code].division for code in missing if code in held.grids.of_code}
        above = _paths(set(inside.values())) if inside else {}
        held.paths.update({code: above[division] for code, division in inside.items()})
    return {code: held.paths[code] for code in wanted if code in held.paths}


def _paths(codes: Iterable[str]) -> dict[str, str]:
    return dict(Division.objects.filter(code__in=codes).values_list("code", "path"))


def township_of(place_code: str) -> str | None:
    """Return the township a village, a grid or a township lies in; None for anything wider or unknown."""
    path = division_paths([place_code]).get(place_code)
    return township_in(path) if path else None


def county_code() -> int:
    """Return the six-digit code of the county this installation serves."""
    return int(getattr(settings, "HESHI_COUNTY", 990100))


def below(path: str, *, name: str = "path") -> Q:
    """Return the condition “here and below” for a column that holds paths."""
    return Q(**{name: path}) | Q(**{f"{name}__startswith": f"{path}/"})


def in_force(on: date) -> Q:
    """Return the condition “valid on this day” for divisions, grids, posts and all with such dates."""
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gt=on))


def subtree(path: str) -> QuerySet[Division]:
    """Return the division at the path and all below it, past ones too."""
    return Division.objects.filter(below(path))


def townships(*, on: date) -> QuerySet[Division]:
    """Return the townships of this county in force on a day."""
    return subtree(division_path(str(county_code()))).filter(in_force(on), level=TOWNSHIP)


def villages(township: str, *, on: date) -> QuerySet[Division]:
    """Return the villages and communities of a township in force on a day."""
    return Division.objects.filter(in_force(on), parent=township, level=VILLAGE)


def successor_on(code: str, *, on: date) -> Division:
    """Return the division that stands for an old code on a day: itself, or its heir; raises PlaceUnknown."""
    division = Division.objects.select_related("successor").filter(code=code).first()
    if division is None:
        raise PlaceUnknown(place=code)
    while not is_valid(on=on, valid_from=None, valid_to=division.valid_to) and division.successor is not None:
        division = division.successor
    return division


def paths_answered_for(path: str) -> tuple[str, ...]:
    """Return the path and the paths of all divisions ever merged into it or below it."""
    moved, found = known().moved, [path]
    for upper in found:
        found += [old for old, new in moved if f"{new}/".startswith(f"{upper}/") and not _covered(old, found)]
    return tuple(found)


def _covered(path: str, uppers: Sequence[str]) -> bool:
    return any(f"{path}/".startswith(f"{upper}/") for upper in uppers)


def grid_features(path: str, *, on: date) -> GridFeatures:
    """Return the grids (not the micro-grids) at and below a path as a GeoJSON FeatureCollection."""
    rows = Grid.objects.filter(below(path, name="division__path"), in_force(on), parent=None)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": name, "division": division},
                "geometry": polygon,
            }
            for code, name, division, polygon in rows.values_list("code", "name", "division_id", "polygon")
        ],
    }
