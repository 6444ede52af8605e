"""Fold events into the case as it stands: the one way in which a case is ever computed, live and in a replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from heshi.cases.record import (
    Body,
    ClockChange,
    ClockExtended,
    ClockPaused,
    ClockReplanned,
    ClockResumed,
    ClockStaged,
    ClockStarted,
    ClockStopped,
    Entry,
    EventUnreadable,
)
from heshi.clocks.rules import Pause
from heshi.clocks.terms import Stage, Ticking
from heshi.common.refusals import ILL_FORMED
from heshi.playbooks.rules import Task, changed

COLUMNS: Final = (
    "number", "source", "source_key", "kind", "topic", "place", "path", "lon", "lat", "tier", "colour", "outcome", "follow_key",
    "visit",
)  # fmt: skip
"""Facts that are columns of the case by the same name."""
REFERENCES: Final = {"unit": "unit_id", "playbook": "playbook_id"}
NULLABLE: Final = frozenset({"lon", "lat", "visit"})
APART: Final = frozenset({*COLUMNS, *REFERENCES, "statement", "parties"})
"""Facts that are not kept in the case's free facts."""


@dataclass(slots=True)
class ClockState:
    """One time limit as the events have left it."""

    code: str
    round: int
    started_at: datetime
    half_at: datetime | None
    nearly_at: datetime | None
    due_at: datetime
    state: Ticking = Ticking.RUNNING
    stage: Stage = Stage.RUNNING
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[int, ...] = ()
    stopped_at: datetime | None = None
    awaits_year: int | None = None
    task: int = 0

    @property
    def is_bound(self) -> bool:
        """Whether it is due no earlier than told, and perhaps later: the year it runs into is not published yet."""
        return self.awaits_year is not None

    @property
    def is_held(self) -> bool:
        """Whether nothing more can be said of it until that year is known: nobody is late by a bound."""
        return self.is_bound and self.stage is not Stage.RUNNING and self.stage is not Stage.HALF_WAY

    @property
    def next_at(self) -> datetime | None:
        """Return the next moment at which the tick must look at this clock."""
        if self.state is not Ticking.RUNNING:
            return None
        ahead = {
            Stage.RUNNING: (self.half_at, self.nearly_at, self.due_at),
            Stage.HALF_WAY: (self.nearly_at, self.due_at),
            Stage.NEARLY_DUE: (self.due_at,),
        }
        return next((moment for moment in ahead.get(self.stage, ()) if moment), None)


@dataclass(slots=True)
class State:
    """A case as its events tell it."""

    position: str = ""
    is_open: bool = True
    revision: int = 0
    opened_at: datetime | None = None
    moved_at: datetime | None = None
    closed_at: datetime | None = None
    facts: dict[str, object] = field(default_factory=dict)
    clocks: dict[tuple[str, int], ClockState] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a fact as a word; empty where it is not known."""
        return str(self.facts.get(name) or "")

    def number(self, name: str) -> int:
        """Return a fact as a number; nought where it is none."""
        found = self.facts.get(name)
        return found if isinstance(found, int) else 0

    def latest(self, code: str) -> ClockState | None:
        """Return the newest round of a clock that runs for the case itself."""
        rounds = [clock for (name, _round), clock in self.clocks.items() if name == code and not clock.task]
        return max(rounds, key=lambda clock: clock.round, default=None)

    def rounds(self, code: str) -> int:
        """Return the number of the newest round of a clock, whether it runs for the case or for a task."""
        return max((round_ for name, round_ in self.clocks if name == code), default=0)

    def clock_of(self, task: Task) -> ClockState | None:
        """Return the clock that runs for a task."""
        return self.clocks.get((task.clock, task.round)) if task.clock else None

    def first_due(self) -> ClockState | None:
        """Return the running clock that is due first, those of tasks too that everybody may see."""
        return min(self.running(), key=lambda clock: (clock.due_at, clock.code), default=None)

    def running(self) -> list[ClockState]:
        """Return the clocks that run and that whoever sees the case may know of: none of a task that is for some only."""
        sealed = {task.number for task in self.tasks.values() if task.seen_by}
        running = (clock for clock in self.clocks.values() if clock.state is Ticking.RUNNING)
        return [clock for clock in running if clock.task not in sealed]


def apply(state: State, *, number: int, went_to: str, at: datetime, body: Body) -> State:
    """Take one event into the state, in place, and return it."""
    state.revision = number
    # Opened once: a case that is reopened keeps the day it came in, from which the figures count it.
    state.opened_at = state.opened_at or at
    if went_to != state.position or number == 1:
        state.moved_at = at
    state.position = went_to
    # An event holds what changed and nothing else; a fact stays until an event says otherwise.
    state.facts.update(body.facts)
    _opened_or_closed(state, at, ended=body.end)
    for change in body.clocks:
        _turn(state, change, at)
    for move in body.tasks:
        state.tasks[move.number] = changed(state.tasks.get(move.number), move)
    return state


def _opened_or_closed(state: State, at: datetime, *, ended: bool) -> None:
    if ended and state.is_open:
        state.closed_at = _ended_elsewhere(state) or at
    # Reopened: the day it ended first stands in the events and no longer in the row.
    elif not ended:
        state.closed_at = None
    state.is_open = not ended


def _ended_elsewhere(state: State) -> datetime | None:
    """Return when a case ended that was over before it came here; only its first event can say so."""
    history = state.facts.get("history") if state.revision == 1 else None
    said = history.get("closed_at") if isinstance(history, dict) else None
    return datetime.fromisoformat(said) if said else None


def _turn(state: State, change: ClockChange, at: datetime) -> None:
    if isinstance(change, ClockStarted):
        state.clocks[change.key] = ClockState(
            *change.key, change.started, change.half, change.nearly, change.due, awaits_year=change.awaits_year, task=change.task
        )  # fmt: skip
        return
    clock = state.clocks[change.key]
    match change:
        case ClockStopped():
            clock.state, clock.stopped_at = Ticking.STOPPED, at
        case ClockPaused():
            clock.state = Ticking.PAUSED
            clock.pauses = (*clock.pauses, Pause(change.reason, at, None, change.document))
        case ClockStaged():
            clock.stage = change.stage
        case ClockResumed():
            clock.state = Ticking.RUNNING
            # Only the last can be open: a clock that is paused cannot be paused again.
            clock.pauses = (*clock.pauses[:-1], replace(clock.pauses[-1], ended_at=at))
            _replanned(clock, change)
        case ClockExtended():
            clock.extensions = (*clock.extensions, change.length)
            _replanned(clock, change)
        case ClockReplanned():
            _replanned(clock, change)


def _replanned(clock: ClockState, change: ClockResumed | ClockExtended | ClockReplanned) -> None:
    clock.half_at, clock.nearly_at, clock.due_at = change.half, change.nearly, change.due
    clock.stage, clock.awaits_year = change.stage, change.awaits_year


def folded(entries: Iterable[Entry]) -> State:
    """Return the state that a whole history leads to; raises EventUnreadable where an event does not fit those before it."""
    state = State()
    for entry in entries:
        try:
            apply(state, number=entry.number, went_to=entry.went_to, at=entry.at, body=entry.body)
        except ILL_FORMED as error:
            raise EventUnreadable(event=entry.number, why="与前面的记录接不上") from error
    return state


def columns(state: State) -> dict[str, object]:
    """Return the columns of the case row that follow from the state."""
    # What is over is due no more, though a revisit may still be on its clock: queues would show it for ever.
    due = state.first_due() if state.is_open else None
    row: dict[str, object] = {
        name: state.facts.get(name, None if name in NULLABLE else "") for name in COLUMNS
    }
    row |= {column: UUID(state.text(name)) for name, column in REFERENCES.items()}
    row["visit"] = UUID(state.text("visit")) if state.text("visit") else None
    row |= {
        "position": state.position,
        "is_open": state.is_open,
        "revision": state.revision,
        "opened_at": state.opened_at,
        "moved_at": state.moved_at,
        "closed_at": state.closed_at,
        "due_at": due.due_at if due else None,
        "due_clock": due.code if due else "",
        "facts": {name: value for name, value in state.facts.items() if name not in APART},
    }
    return row


def clock_columns(clock: ClockState) -> dict[str, object]:
    """Return the columns of a clock's row."""
    names = (
        "code", "round", "started_at", "half_at", "nearly_at", "due_at", "next_at", "stopped_at",
        "awaits_year", "task",
    )  # fmt: skip
    row = {name: getattr(clock, name) for name in names}
    return row | {
        "state": clock.state.value,
        "stage": clock.stage.value,
        "pauses": [_pause_row(pause) for pause in clock.pauses],
        "extensions": list(clock.extensions),
    }


def _pause_row(pause: Pause) -> dict[str, object]:
    ended = pause.ended_at and pause.ended_at.astimezone(UTC).isoformat()
    return {
        "reason": pause.reason,
        "started": pause.started_at.astimezone(UTC).isoformat(),
        "ended": ended,
        "document": pause.document,
    }


def task_columns(state: State, task: Task) -> dict[str, object]:
    """Return the columns of a task's row."""
    clock = state.clock_of(task)
    return {
        "number": task.number,
        "kind": task.kind,
        "state": task.state,
        "is_open": task.is_open,
        "unit_id": UUID(task.unit) if task.unit else None,
        "words": task.words,
        "said": dict(task.said),
        "clock": task.clock,
        "round": task.round,
        "due_at": clock.due_at if clock and clock.state is Ticking.RUNNING else None,
        "seen_by": list(task.seen_by),
        "kept_by": UUID(task.kept_by) if task.kept_by else None,
        "written_by": list(task.written_by),
    }
