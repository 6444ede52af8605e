"""Finding out about files to be imported, and about imports that ran."""

from heshi.intake.queries.books import SheetUnfolds, SheetUnreadable
from heshi.intake.queries.known import KnownCase, known_cases, mark_of
from heshi.intake.queries.rekeyed import rekeyed_cases
from heshi.intake.queries.runs import held_waiting, run_for, runs_newest, unfinished
from heshi.intake.queries.sheets import (
    FileEmpty,
    FileMissing,
    FileTooLarge,
    HeadingBeyond,
    HiddenRows,
    Sheet,
    SheetsDiffer,
    SheetUnknown,
    fingerprint_of,
    open_sheet,
)

__all__ = [
    "FileEmpty",
    "FileMissing",
    "FileTooLarge",
    "HeadingBeyond",
    "HiddenRows",
    "KnownCase",
    "Sheet",
    "SheetUnfolds",
    "SheetUnknown",
    "SheetUnreadable",
    "SheetsDiffer",
    "fingerprint_of",
    "held_waiting",
    "known_cases",
    "mark_of",
    "open_sheet",
    "rekeyed_cases",
    "run_for",
    "runs_newest",
    "unfinished",
]  # fmt: skip
