"""Making things happen to cases."""

from heshi.cases.actions.gathering import gather
from heshi.cases.actions.opening import (
    RESIDENT,
    SYSTEM,
    Actor,
    NewFile,
    Opened,
    OpeningGround,
    follow_key,
    open_files,
)
from heshi.cases.actions.stepping import CaseMoved, record, take_step
from heshi.cases.actions.telling import tell
from heshi.cases.actions.ticking import settle, tick

__all__ = [
    "RESIDENT",
    "SYSTEM",
    "Actor",
    "CaseMoved",
    "NewFile",
    "Opened",
    "OpeningGround",
    "follow_key",
    "gather",
    "open_files",
    "record",
    "settle",
    "take_step",
    "tell",
    "tick",
]  # fmt: skip
