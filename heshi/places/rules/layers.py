"""The map as people look at it: the outlines of towns and villages, made from the grids, and the main roads.

Each layer is GeoJSON of a few kilobytes: what the eye cannot see at the size at which a layer is shown is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NotRequired, TypedDict

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

TOWN, VILLAGE, ROAD = "town", "village", "road"
COARSE, FINE = 4e-4, 5e-5
"""In degrees: some forty metres, half a dot when a county fills a telephone; and five, when a town does."""
DIGITS: Final = 5
"""About a metre."""

Bounds = list[float]
"""West, south, east, north."""


class Geometry(TypedDict):
    """A GeoJSON geometry of any kind."""

    type: str
    coordinates: list[object]


class LayerWords(TypedDict):
    """What a feature of a layer is."""

    kind: str
    name: str
    code: NotRequired[str]
    at: NotRequired[list[float]]


class LayerFeature(TypedDict):
    """One outline or line; ``at`` among its properties is where its name stands."""

    type: str
    bbox: Bounds
    properties: LayerWords
    geometry: Geometry


class Layer(TypedDict):
    """A layer as GeoJSON, with the box that holds all of it."""

    type: str
    bbox: Bounds
    features: list[LayerFeature]


@dataclass(frozen=True, slots=True)
class NamedShape:
    """Something drawn, with its name; ``code`` is empty for a road."""

    code: str
    name: str
    shape: BaseGeometry


def merged(pieces: Iterable[tuple[str, BaseGeometry]]) -> dict[str, BaseGeometry]:
    """Return one shape for each code: all the pieces that have it, without the borders between them."""
    of_code: dict[str, list[BaseGeometry]] = {}
    for code, piece in pieces:
        of_code.setdefault(code, []).append(piece)
    return {code: shapely.union_all(np.asarray(of_code[code], dtype=object)) for code in sorted(of_code)}


def county_layer(towns: Sequence[NamedShape], roads: Sequence[NamedShape]) -> Layer:
    """Return the layer of the whole county: its towns, and the main roads through them."""
    lines = [_feature(ROAD, replaced, road) for road in roads if (replaced := road.shape.simplify(COARSE))]
    return _layer([*_outlines(TOWN, towns, COARSE), *lines])


def town_layer(villages: Sequence[NamedShape]) -> Layer:
    """Return the layer of one town: its villages."""
    return _layer(_outlines(VILLAGE, villages, FINE))


def _outlines(kind: str, areas: Sequence[NamedShape], tolerance: float) -> list[LayerFeature]:
    if not areas:
        return []
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]] = np.asarray(
        [area.shape for area in areas], dtype=object
    )
    # All at once: a border that two share is simplified once, and no gap opens between them.
    drawn = shapely.coverage_simplify(shapes, tolerance)
    return [_feature(kind, shape, area) for shape, area in zip(drawn.tolist(), areas, strict=True)]


def _feature(kind: str, shape: BaseGeometry, area: NamedShape) -> LayerFeature:
    words: LayerWords = {"kind": kind, "name": area.name}
    if area.code:
        middle = shapely.point_on_surface(area.shape)
        words |= {"code": area.code, "at": [round(middle.x, DIGITS), round(middle.y, DIGITS)]}
    # The box of the true shape: what is shown as a whole must not lose its edge.
    return {"type": "Feature", "bbox": _box(area.shape), "properties": words, "geometry": _drawn(shape)}


def _drawn(shape: BaseGeometry) -> Geometry:
    said: Mapping[str, object] = mapping(shapely.transform(shape, lambda points: np.round(points, DIGITS)))
    return {"type": str(said["type"]), "coordinates": said["coordinates"]}  # type: ignore[typeddict-item]


def _box(shape: BaseGeometry) -> Bounds:
    return [round(side, DIGITS) for side in shape.bounds]


def _layer(features: list[LayerFeature]) -> Layer:
    boxes = [feature["bbox"] for feature in features]
    west, south, east, north = zip(*boxes, strict=True) if boxes else ((0,), (0,), (0,), (0,))
    box: Bounds = [min(west), min(south), max(east), max(north)]
    return {"type": "FeatureCollection", "bbox": box, "features": features}
