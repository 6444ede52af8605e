"""Making things happen to cases."""

from heshi.cases.actions.adding import add_statement
from heshi.cases.actions.changing import change_of, change_way
from heshi.cases.actions.correcting import CORRECTABLE, correct
from heshi.cases.actions.gathering import gather
from heshi.cases.actions.indexing import refresh_lookups
from heshi.cases.actions.opening import (
    NewFile,
    NewRemark,
    Opened,
    OpeningGround,
    follow_key,
    open_files,
)
from heshi.cases.actions.sorting import sort_case
from heshi.cases.actions.stepping import CaseMoved, check_unmoved, note, record, take_step
from heshi.cases.actions.telling import tell
from heshi.cases.rules import RESIDENT, SYSTEM, Actor

__all__ = [
    "CORRECTABLE",
    "RESIDENT",
    "SYSTEM",
    "Actor",
    "CaseMoved",
    "NewFile",
    "NewRemark",
    "Opened",
    "OpeningGround",
    "add_statement",
    "change_of",
    "change_way",
    "check_unmoved",
    "correct",
    "follow_key",
    "gather",
    "note",
    "open_files",
    "record",
    "refresh_lookups",
    "sort_case",
    "take_step",
    "tell",
]  # fmt: skip
