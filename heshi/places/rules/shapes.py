"""Polygons and points: which grid a point lies in, and whether a drawn grid is usable."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypedDict

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from heshi.places.rules.codes import is_valid

# Two drawn borders never agree to the last digit: 1e-10 square degrees is about one square metre.
SLIVER = 1e-10


class Outline(TypedDict):
    """A GeoJSON polygon: rings of points, longitude first."""

    type: str
    coordinates: list[list[list[float]]]


class GridFeature(TypedDict):
    """A grid in GeoJSON; ``properties`` are code, name and division."""

    type: str
    properties: dict[str, str]
    geometry: Outline


class GridFeatures(TypedDict):
    """Grids as a GeoJSON FeatureCollection."""

    type: str
    features: list[GridFeature]


@dataclass(frozen=True, slots=True)
class Shape:
    """A grid as the map knows it: ``polygon`` is GeoJSON text; ``parent`` is set for a micro-grid."""

    code: str
    division: str
    parent: str | None
    polygon: str
    valid_from: date | None = None
    valid_to: date | None = None


class GridMap:
    """Every grid in one tree; a point is found in a few microseconds, however many grids there are."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self.shapes = sorted(shapes, key=lambda shape: (shape.parent is None, shape.code))
        self.of_code = {shape.code: shape for shape in self.shapes}
        self._tree = shapely.STRtree(shapely.from_geojson([shape.polygon for shape in self.shapes]))

    def standing(self, *, on: date) -> Iterator[tuple[Shape, BaseGeometry]]:
        """Yield the grids in force on a day as they are drawn; micro-grids lie within them and are left out."""
        for shape, drawn_as in zip(self.shapes, self._tree.geometries.tolist(), strict=True):
            if not shape.parent and is_valid(on=on, valid_from=shape.valid_from, valid_to=shape.valid_to):
                yield shape, drawn_as

    def find(self, *, lon: float, lat: float, on: date) -> str | None:
        """Return the micro-grid, else the grid, in force on the day; a border goes to the lower code."""
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._first(hits.tolist(), on)

    def find_many(self, points: Sequence[tuple[float, float]], *, on: date) -> list[str | None]:
        """Return the same for many points at once, in their order."""
        if not points:
            return []
        asked, hits = self._tree.query(
            shapely.points(np.asarray(points, dtype=float)), predicate="intersects"
        )
        found: dict[int, list[int]] = {}
        for place, hit in zip(asked.tolist(), hits.tolist(), strict=True):
            found.setdefault(place, []).append(hit)
        return [self._first(found.get(place, []), on) for place in range(len(points))]

    def _first(self, hits: Iterable[int], on: date) -> str | None:
        for hit in sorted(hits):
            shape = self.shapes[hit]
            if is_valid(on=on, valid_from=shape.valid_from, valid_to=shape.valid_to):
                return shape.code
        return None


AREAS: Final = ("Polygon",)
LINES: Final = ("LineString", "MultiLineString")


def drawn(geometry: object, types: Collection[str] = AREAS) -> BaseGeometry | None:
    """Return a GeoJSON polygon, or whatever else is wanted, as a shape; None when it is not one."""
    if not isinstance(geometry, dict) or geometry.get("type") not in types:
        return None
    try:
        shape = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return None
    return None if shape.is_empty else shape


def shaped(geometry: dict[str, object]) -> BaseGeometry:
    """Return a GeoJSON polygon that was found usable before as a shape."""
    return shapely.geometry.shape(geometry)


def why_drawing_is_wrong(geometry: object) -> str | None:
    """Return the sentence that says what to redraw, or None when the polygon is usable."""
    shape = drawn(geometry)
    if shape is None:
        return "图形不是一个完整的多边形（GeoJSON Polygon），请重新绘制。"
    if not _is_on_earth(shape):
        return OFF_EARTH
    if not shape.is_valid:
        return "边界自己和自己相交，请把交叉的边界重新绘制。"
    return None if shape.area > SLIVER else "图形面积不足一平方米，请检查坐标。"


def why_line_is_wrong(geometry: object) -> str | None:
    """Return the sentence that says what to redraw, or None when the line of a road is usable."""
    shape = drawn(geometry, LINES)
    if shape is None:
        return "图形不是一条线（GeoJSON LineString 或 MultiLineString），请重新绘制。"
    return None if _is_on_earth(shape) else OFF_EARTH


OFF_EARTH: Final = "坐标超出经纬度范围，请确认经度在前、纬度在后，单位是度。"


def _is_on_earth(shape: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def overlaps(shapes: Sequence[BaseGeometry]) -> list[tuple[int, int]]:
    """Return the pairs of positions whose interiors share more than a sliver."""
    if not shapes:
        return []
    every: NDArray[np.object_] = np.asarray(shapes, dtype=object)
    left, right = shapely.STRtree(every).query(every, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.area(shapely.intersection(every[left], every[right]))
    return [(int(a), int(b)) for a, b, area in zip(left, right, shared, strict=True) if area > SLIVER]


def juts_out(inner: BaseGeometry, *, outer: BaseGeometry) -> bool:
    """Return whether more than a sliver of the inner shape lies outside the outer one."""
    return float(inner.difference(outer).area) > SLIVER
