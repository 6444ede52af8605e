"""Finding out about files to be imported, and about imports that ran."""

from heshi.intake.queries.runs import known_words, run_for, runs_newest, unfinished
from heshi.intake.queries.sheets import (
    FileEmpty,
    FileMissing,
    FileTooLarge,
    Sheet,
    SheetUnfolds,
    SheetUnreadable,
    fingerprint_of,
    open_sheet,
)

__all__ = [
    "FileEmpty", "FileMissing", "FileTooLarge", "Sheet", "SheetUnfolds", "SheetUnreadable", "fingerprint_of", "known_words",
    "open_sheet", "run_for", "runs_newest", "unfinished",
]  # fmt: skip
