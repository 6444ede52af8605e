"""Finding places: by point, by code, by subtree.

The map is read once per process and read again when the places change: each process asks for the version
token at most once a second, so no polygon stays wrong for longer than that.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

import orjson
import shapely
from django.conf import settings
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from heshi.common.fresh import Fresh
from heshi.common.refusals import Unknown
from heshi.places.models import Division, Grid, PlacesVersion, Road
from heshi.places.rules.codes import is_valid, level_of, township_in
from heshi.places.rules.layers import Layer, NamedShape, county_layer, merged, town_layer
from heshi.places.rules.shapes import GridMap, Shape
from heshi.places.terms import TOWNSHIP, VILLAGE

WHOLE: Final = "county"
"""The name of the layer that shows the whole county."""


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
    def names(self) -> dict[str, list[str]]:
        """What each division is called and was called before."""
        rows = Division.objects.values_list("code", "name", "former_names")
        return {code: [name, *(one["name"] for one in former)] for code, name, former in rows}

    @cached_property
    def roads(self) -> list[NamedShape]:
        """The main roads."""
        rows = Road.objects.values_list("name", Cast("line", TextField()))
        return [NamedShape("", name, shapely.from_geojson(line)) for name, line in rows]

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


def names_on(path: str) -> list[str]:
    """Return what the township and the village on a path are called, and were called before."""
    held = known().names
    narrow = (code for code in path.split("/") if (level_of(code) or 0) >= TOWNSHIP)
    return [name for code in narrow for name in held.get(code, [])]


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


@dataclass(frozen=True, slots=True)
class PlaceAt:
    """Where a point lies: the codes of its township and its village, empty for what its grid does not say."""

    town: str
    village: str

    @property
    def place(self) -> str:
        """The narrower of the two."""
        return self.village or self.town


def place_at(lon: float, lat: float, *, on: date) -> PlaceAt | None:
    """Return where a point lies on a day, in the divisions that stand then; None outside every grid."""
    grid = grid_at(lon, lat, on=on)
    if grid is None:
        return None
    code = division_of_grid(grid)
    path = division_path(code)
    # Most divisions have no heir: for them the database is not asked.
    if path in dict(known().moved):
        path = successor_on(code, on=on).path
    levels = {level_of(code): code for code in path.split("/")}
    return PlaceAt(levels.get(TOWNSHIP, ""), levels.get(VILLAGE, ""))


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """The layers of the map as they are sent, by name: the county, and each town by its code; the version tells one map from another."""

    version: str
    layers: Mapping[str, bytes]


def drawn_map(*, on: date) -> DrawnMap:
    """Return the map of the county on a day; drawn once in a process, and again when the places change."""
    return _drawn_map(known(), on)


@lru_cache(maxsize=4)
def _drawn_map(held: KnownPlaces, on: date) -> DrawnMap:
    areas = list(held.grids.standing(on=on))
    paths = division_paths({grid.division for grid, _area in areas})
    villages = merged((paths[grid.division], area) for grid, area in areas)
    of_town: dict[str, list[NamedShape]] = {}
    for path, shape in villages.items():
        code = path.rpartition("/")[2]
        of_town.setdefault(township_in(path) or code, []).append(NamedShape(code, _name(held, code), shape))
    towns = merged((town, village.shape) for town, own in of_town.items() for village in own)
    named = [NamedShape(code, _name(held, code), shape) for code, shape in towns.items()]
    layers = {WHOLE: _sent(county_layer(named, held.roads))}
    layers |= {town: _sent(town_layer(own)) for town, own in of_town.items()}
    return DrawnMap(hashlib.sha256(b"".join(layers.values())).hexdigest()[:12], layers)


def _name(held: KnownPlaces, code: str) -> str:
    return next(iter(held.names.get(code, [])), "")


def _sent(layer: Layer) -> bytes:
    return orjson.dumps(layer)
