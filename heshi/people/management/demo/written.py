"""The two files beside this module, as they are written."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from heshi.common import yamlfiles, yamltext
from heshi.common.values import JsonObject
from heshi.common.yamltext import Miswritten


class Named(TypedDict):
    """Something with a code and a name, the county first of all."""

    code: str
    name: str


class Township(Named):
    """A township, and where its seat lies on the lattice of villages."""

    at: list[float]


class WrittenRoad(Named):
    """A main road, and through which townships it leads, by name."""

    through: list[str]


class NameParts(TypedDict):
    """Characters that make up the names of villages."""

    first: str
    last: str


class LandFile(TypedDict):
    """What `land.yaml` says."""

    county: Named
    west: float
    south: float
    side: float
    columns: int
    rows: int
    townships: list[Township]
    village_names: NameParts
    roads: list[WrittenRoad]


class WrittenUnit(TypedDict):
    """A unit; ``place`` is the number of its township."""

    code: str
    name: str
    kind: str
    presence: NotRequired[str]
    parent: NotRequired[str]
    place: NotRequired[int]
    staff: NotRequired[list[str]]


class UnitsFile(TypedDict):
    """What `units.yaml` says; each of the centre's staff is user name, name and role."""

    county: list[WrittenUnit]
    village: list[WrittenUnit]
    township: list[WrittenUnit]
    centre_staff: list[tuple[str, str, str]]
    grid_workers_per_township: int
    first_day: str


def land_file() -> LandFile:
    """Return the ground."""
    return cast("LandFile", _read("land.yaml"))


def units_file() -> UnitsFile:
    """Return the units and people."""
    return cast("UnitsFile", _read("units.yaml"))


def _read(name: str) -> JsonObject:
    text = yamlfiles.text_of(Path(__file__).parent / name, partial(Miswritten.unreadable, name))
    return yamltext.read(name, text, Miswritten).values
