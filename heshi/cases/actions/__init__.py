"""Making things happen to cases."""

from heshi.cases.actions.changing import change_of, change_way
from heshi.cases.actions.gathering import gather
from heshi.cases.actions.opening import (
    NewFile,
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
    "RESIDENT",
    "SYSTEM",
    "Actor",
    "CaseMoved",
    "NewFile",
    "Opened",
    "OpeningGround",
    "change_of",
    "change_way",
    "check_unmoved",
    "follow_key",
    "gather",
    "note",
    "open_files",
    "record",
    "sort_case",
    "take_step",
    "tell",
]  # fmt: skip
