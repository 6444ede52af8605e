"""Changing places. Every change moves the version token, so that each process reads the map again."""

from heshi.places.actions.divisions import (
    AlreadySucceeded,
    LevelsDiffer,
    SuccessorGoesInCircle,
    import_divisions,
    rename,
    succeed,
)
from heshi.places.actions.grids import GridsRefused, NotAGridFile, import_grids, retire_grids
from heshi.places.actions.roads import RoadsRefused, import_roads
from heshi.places.actions.version import CHUNK, Imported, mark_changed

__all__ = [
    "CHUNK",
    "AlreadySucceeded",
    "GridsRefused",
    "Imported",
    "LevelsDiffer",
    "NotAGridFile",
    "RoadsRefused",
    "SuccessorGoesInCircle",
    "import_divisions",
    "import_grids",
    "import_roads",
    "mark_changed",
    "rename",
    "retire_grids",
    "succeed",
]
