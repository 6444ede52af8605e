"""What an event does to a clock, worked out to the instant when it was written: reading it needs neither law nor calendar."""

from __future__ import annotations

from datetime import datetime

import msgspec

from heshi.clocks.terms import Stage

Round = tuple[str, int]
"""A clock is known by its code and its round: the same clock may be started again."""


class _Change(msgspec.Struct, frozen=True, tag_field="op", omit_defaults=True):
    code: str
    round: int

    @property
    def key(self) -> Round:
        """Return which clock, and which round of it."""
        return self.code, self.round


class _Planning(_Change, frozen=True, kw_only=True):
    """A change that says anew when a clock is due."""

    due: datetime
    half: datetime | None = None
    nearly: datetime | None = None
    awaits_year: int | None = None
    """The year whose days of rest were not known yet: until then ``due`` is the earliest it can be."""


class ClockStarted(_Planning, frozen=True, tag="start", kw_only=True):
    """A clock begins; ``task`` is the task it runs for, 0 for the case itself."""

    started: datetime
    task: int = 0


class ClockStopped(_Change, frozen=True, tag="stop"):
    """A clock is over: what it ran for was done, or the case came to rest."""


class ClockPaused(_Change, frozen=True, tag="pause", kw_only=True):
    """Time is not counted, for a reason the law names and by the paper that proves it."""

    reason: str
    document: str


class ClockResumed(_Planning, frozen=True, tag="resume", kw_only=True):
    """Time is counted again."""

    stage: Stage = Stage.RUNNING


class ClockExtended(_Planning, frozen=True, tag="extend", kw_only=True):
    """A clock got longer by so many of its own units."""

    length: int
    stage: Stage = Stage.RUNNING


class ClockReplanned(_Planning, frozen=True, tag="replan", kw_only=True):
    """A clock is reckoned anew from when it began: the year it waited for became known, or the case changed to other rules."""

    stage: Stage = Stage.RUNNING


class ClockStaged(_Change, frozen=True, tag="stage", kw_only=True):
    """A clock came so far: half of its time, nearly all, or its end."""

    stage: Stage


Planned = ClockStarted | ClockResumed | ClockExtended | ClockReplanned
ClockChange = Planned | ClockStopped | ClockPaused | ClockStaged
