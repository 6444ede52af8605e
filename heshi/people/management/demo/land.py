"""The ground of the demo county: 150 villages in 12 townships, 600 grids that tile it without gap or overlap, five main roads.

The grids are the cells of a lattice whose corners and edge middles are shifted by chance. Neighbours share both, to the
last digit, so that no gap and no overlap can appear.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from heshi.people.management.demo.written import LandFile, Township, WrittenRoad, land_file
from heshi.places.rules.shapes import GridFeature, GridFeatures

Point = tuple[float, float]
Cell = tuple[int, int]

DIGITS = 6
CORNER_SHIFT, EDGE_SHIFT = 0.22, 0.12
GRIDS_ALONG_VILLAGE = 2
BENDS, BEND_SHIFT = 4, 0.35
COMMUNITIES_FROM, VILLAGES_FROM = 1, 201
ORDINALS = "一二三四"


class RoadLine(TypedDict):
    """A GeoJSON line."""

    type: str
    coordinates: list[Point]


class RoadFeature(TypedDict):
    """A road in GeoJSON; ``properties`` are code and name."""

    type: str
    properties: dict[str, str]
    geometry: RoadLine


class RoadFeatures(TypedDict):
    """Roads as a GeoJSON FeatureCollection."""

    type: str
    features: list[RoadFeature]


@dataclass(frozen=True)
class Land:
    """What can be imported: rows of a division file, GeoJSON files of grids and roads, and the villages of each township."""

    divisions: list[dict[str, str]]
    grids: GridFeatures
    roads: RoadFeatures
    villages: dict[str, list[str]]
    outline: list[Point]


def lay_out(seed: int) -> Land:
    """Return the county that belongs to a seed; the same seed gives the same county."""
    said = land_file()
    surveyor = Surveyor(said, seed)
    villages = name_villages(said, seed)
    county, townships = said["county"], said["townships"]
    return Land(
        divisions=[
            {"code": county["code"], "name": county["name"], "parent": "", "level": "3"},
            *(
                {"code": one["code"], "name": one["name"], "parent": county["code"], "level": "4"}
                for one in townships
            ),
            *(
                {"code": code, "name": name, "parent": code[:9], "level": "5"}
                for code, name in villages.values()
            ),
        ],
        grids={
            "type": "FeatureCollection",
            "features": [one for at in villages for one in surveyor.grids(at, *villages[at])],
        },
        roads={"type": "FeatureCollection", "features": [surveyor.road(one) for one in said["roads"]]},
        villages=by_township(code for code, _name in villages.values()),
        outline=surveyor.outline(),
    )


def by_township(codes: Iterable[str]) -> dict[str, list[str]]:
    """Return the village codes of each township, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in sorted(codes):
        found[code[:9]].append(code)
    return dict(found)


def name_villages(said: LandFile, seed: int) -> dict[Cell, tuple[str, str]]:
    """Return code and name of the village at each place of the village lattice."""
    columns, rows = said["columns"] // GRIDS_ALONG_VILLAGE, said["rows"] // GRIDS_ALONG_VILLAGE
    words = said["village_names"]
    names = ["".join(pair) for pair in itertools.product(words["first"], words["last"])]
    random.Random(f"{seed} names").shuffle(names)  # noqa: S311 -- made-up names, not secrets
    taken: dict[str, int] = defaultdict(int)
    found = {}
    for at, name in zip(itertools.product(range(columns), range(rows)), names, strict=False):
        township = nearest(at, said["townships"])
        is_community = township["name"].endswith("街道") or not taken[township["code"]]
        number = (COMMUNITIES_FROM if is_community else VILLAGES_FROM - 1) + taken[township["code"]]
        taken[township["code"]] += 1
        found[at] = f"{township['code']}{number:03d}", name + ("社区" if is_community else "村")
    return found


def nearest(at: Cell, townships: list[Township]) -> Township:
    """Return the township whose seat lies nearest."""
    return min(townships, key=lambda one: (one["at"][0] - at[0]) ** 2 + (one["at"][1] - at[1]) ** 2)


class Surveyor:
    """Knows where each corner and each edge middle lies."""

    def __init__(self, said: LandFile, seed: int) -> None:
        self.said, self.seed = said, seed

    def grids(self, village: Cell, code: str, name: str) -> list[GridFeature]:
        """Return the four grids of a village as GeoJSON features."""
        steps = itertools.product(range(GRIDS_ALONG_VILLAGE), repeat=2)
        return [
            {
                "type": "Feature",
                "properties": {
                    "code": f"{code}{place + 1:03d}",
                    "name": f"{name}第{ORDINALS[place]}网格",
                    "division": code,
                },
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [self.ring((village[0] * 2 + across, village[1] * 2 + up))],
                },
            }
            for place, (across, up) in enumerate(steps)
        ]

    def road(self, written: WrittenRoad) -> RoadFeature:
        """Return a road as a GeoJSON feature: from seat to seat, with a bend or two between them."""
        seats = {one["name"]: self._seat(one) for one in self.said["townships"]}
        stops = [seats[name] for name in written["through"]]
        way = [stops[0]]
        for here, there in itertools.pairwise(stops):
            way += [self._bend(written["code"], here, there, part / BENDS) for part in range(1, BENDS)] + [
                there
            ]
        return {
            "type": "Feature",
            "properties": {"code": written["code"], "name": written["name"]},
            "geometry": {"type": "LineString", "coordinates": way},
        }

    def _seat(self, township: Township) -> Point:
        across, up = (along * GRIDS_ALONG_VILLAGE for along in township["at"])
        side = self.said["side"]
        return round(self.said["west"] + across * side, DIGITS), round(self.said["south"] + up * side, DIGITS)

    def _bend(self, code: str, here: Point, there: Point, part: float) -> Point:
        across, up = self._shift(f"road {code} {here} {part}", BEND_SHIFT * self.said["side"])
        (x1, y1), (x2, y2) = here, there
        return round(x1 + (x2 - x1) * part + across, DIGITS), round(y1 + (y2 - y1) * part + up, DIGITS)

    def ring(self, cell: Cell) -> list[list[float]]:
        """Return the border of a cell, anticlockwise, closed."""
        x, y = cell
        corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        return [list(point) for point in self.along([*corners, corners[0]])]

    def outline(self) -> list[Point]:
        """Return the border of the county, anticlockwise, closed."""
        columns, rows = self.said["columns"], self.said["rows"]
        south = [(x, 0) for x in range(columns)]
        east = [(columns, y) for y in range(rows)]
        north = [(x, rows) for x in range(columns, 0, -1)]
        west = [(0, y) for y in range(rows, -1, -1)]
        return self.along([*south, *east, *north, *west])

    def along(self, corners: list[Cell]) -> list[Point]:
        """Return the way through the corners, with the middle of each edge between them."""
        way = [self.corner(corners[0])]
        for here, there in itertools.pairwise(corners):
            way += [self.middle(here, there), self.corner(there)]
        return way

    def corner(self, at: Cell) -> Point:
        """Return where a corner of the lattice lies."""
        return self._placed(at, self._shift(f"corner {at}", CORNER_SHIFT))

    def middle(self, here: Cell, there: Cell) -> Point:
        """Return where the middle of an edge lies; both neighbours ask in their own direction and hear the same."""
        one, other = sorted((here, there))
        (x1, y1), (x2, y2) = self.corner(one), self.corner(other)
        across, up = self._shift(f"edge {one} {other}", EDGE_SHIFT * self.said["side"])
        return round((x1 + x2) / 2 + across, DIGITS), round((y1 + y2) / 2 + up, DIGITS)

    def _placed(self, at: Cell, shift: Point) -> Point:
        side = self.said["side"]
        lon = self.said["west"] + (at[0] + shift[0]) * side
        return round(lon, DIGITS), round(self.said["south"] + (at[1] + shift[1]) * side, DIGITS)

    def _shift(self, name: str, most: float) -> Point:
        chance = random.Random(f"{self.seed} {name}")  # noqa: S311 -- a wavy border, not a secret
        return chance.uniform(-most, most), chance.uniform(-most, most)
