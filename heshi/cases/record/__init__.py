"""The permanent record: what an event says, in types, with a version, for ever.

Events are written once and never changed, so whatever reads them must understand every version that was ever written. Nobody else
spells a key of an event: it is read by `entry_of` or `read`, and written by `Body.written`. See docs/record.md.
"""

from heshi.cases.record.bodies import VERSION, Body, Entry, EventUnreadable, body, entry_of, read
from heshi.cases.record.changes import (
    ClockChange,
    ClockExtended,
    ClockPaused,
    ClockReplanned,
    ClockResumed,
    ClockStaged,
    ClockStarted,
    ClockStopped,
    Planned,
    Round,
)

__all__ = [
    "VERSION", "Body", "ClockChange", "ClockExtended", "ClockPaused", "ClockReplanned", "ClockResumed", "ClockStaged", "ClockStarted",
    "ClockStopped", "Entry", "EventUnreadable", "Planned", "Round", "body", "entry_of", "read",
]  # fmt: skip
