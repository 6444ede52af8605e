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
from heshi.places.actions.version import CHUNK, Imported, mark_changed

__all__ = [
    "CHUNK",
    "AlreadySucceeded",
    "GridsRefused",
    "Imported",
    "LevelsDiffer",
    "NotAGridFile",
    "SuccessorGoesInCircle",
    "import_divisions",
    "import_grids",
    "mark_changed",
    "rename",
    "retire_grids",
    "succeed",
]
