"""Fold events into the case as it stands: the one way in which a case is ever computed, live and in a replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from heshi.clocks.rules import Pause
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
    state: str = "running"
    stage: str = "running"
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[int, ...] = ()
    stopped_at: datetime | None = None
    awaits_year: int | None = None
    task: int = 0

    @property
    def next_at(self) -> datetime | None:
        """Return the next moment at which the tick must look at this clock."""
        if self.state != "running":
            return None
        ahead = {
            "running": (self.half_at, self.nearly_at, self.due_at),
            "half_way": (self.nearly_at, self.due_at),
        }
        moments = ahead.get(self.stage, (self.due_at,) if self.stage == "nearly_due" else ())
        return next((moment for moment in moments if moment), None)


@dataclass(slots=True)
class State:
    """A case as its events tell it."""

    position: str = ""
    is_open: bool = True
    revision: int = 0
    opened_at: datetime | None = None
    moved_at: datetime | None = None
    closed_at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    clocks: dict[tuple[str, int], ClockState] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)

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
        """Return the running clock that is due first."""
        running = (clock for clock in self.clocks.values() if clock.state == "running")
        return min(running, key=lambda clock: (clock.due_at, clock.code), default=None)


def apply(state: State, *, number: int, went_to: str, at: datetime, body: Mapping[str, Any]) -> State:
    """Take one event into the state, in place, and return it."""
    state.revision = number
    state.opened_at = state.opened_at or at
    if went_to != state.position or number == 1:
        state.moved_at = at
    state.position = went_to
    state.facts.update(body.get("facts", {}))
    _opened_or_closed(state, at, ended=body.get("end", not state.is_open))
    for change in body.get("clocks", ()):
        _turn(state, change, at)
    for change in body.get("tasks", ()):
        state.tasks[change["number"]] = changed(state.tasks.get(change["number"]), change)
    return state


def _opened_or_closed(state: State, at: datetime, *, ended: bool) -> None:
    if ended and state.is_open:
        state.closed_at = at
    elif not ended:
        state.closed_at = None
    state.is_open = not ended


def _turn(state: State, change: Mapping[str, Any], at: datetime) -> None:
    key = (change["code"], change["round"])
    if change["op"] == "start":
        half, nearly, due = _plan(change)
        begun = moment(change["started"])
        state.clocks[key] = ClockState(
            *key, begun, half, nearly, due, awaits_year=change.get("awaits_year"), task=change.get("task", 0)
        )
        return
    clock = state.clocks[key]
    match change["op"]:
        case "stop":
            clock.state, clock.stopped_at = "stopped", at
        case "pause":
            clock.state = "paused"
            clock.pauses = (*clock.pauses, Pause(change["reason"], at, None, change["document"]))
        case "stage":
            clock.stage = change["stage"]
        case "resume":
            clock.state, clock.pauses = (
                "running",
                (*clock.pauses[:-1], replace(clock.pauses[-1], ended_at=at)),
            )
            _replanned(clock, change)
        case "extend":
            clock.extensions = (*clock.extensions, change["length"])
            _replanned(clock, change)
        case "replan":
            _replanned(clock, change)


def _replanned(clock: ClockState, change: Mapping[str, Any]) -> None:
    clock.half_at, clock.nearly_at, clock.due_at = _plan(change)
    clock.stage, clock.awaits_year = change["stage"], change.get("awaits_year")


def _plan(change: Mapping[str, Any]) -> tuple[datetime | None, datetime | None, datetime]:
    half, nearly = change.get("half"), change.get("nearly")
    return half and moment(half), nearly and moment(nearly), moment(change["due"])


def moment(value: str | datetime) -> datetime:
    """Return an instant from its ISO form."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def folded(events: Iterable[tuple[int, str, datetime, Mapping[str, Any]]]) -> State:
    """Return the state that a whole history leads to; each event is (number, went_to, at, body)."""
    state = State()
    for number, went_to, at, body in events:
        apply(state, number=number, went_to=went_to, at=at, body=body)
    return state


def columns(state: State) -> dict[str, Any]:
    """Return the columns of the case row that follow from the state."""
    due = state.first_due() if state.is_open else None
    row: dict[str, Any] = {name: state.facts.get(name, None if name in NULLABLE else "") for name in COLUMNS}
    row |= {column: UUID(state.facts[name]) for name, column in REFERENCES.items()}
    row["visit"] = row["visit"] and UUID(row["visit"])
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


def clock_columns(clock: ClockState) -> dict[str, Any]:
    """Return the columns of a clock's row."""
    names = (
        "code", "round", "state", "stage", "started_at", "half_at", "nearly_at", "due_at", "next_at", "stopped_at",
        "awaits_year", "task",
    )  # fmt: skip
    row = {name: getattr(clock, name) for name in names}
    return row | {
        "pauses": [_pause_row(pause) for pause in clock.pauses],
        "extensions": list(clock.extensions),
    }


def _pause_row(pause: Pause) -> dict[str, Any]:
    ended = pause.ended_at and pause.ended_at.astimezone(UTC).isoformat()
    return {
        "reason": pause.reason,
        "started": pause.started_at.astimezone(UTC).isoformat(),
        "ended": ended,
        "document": pause.document,
    }


def task_columns(state: State, task: Task) -> dict[str, Any]:
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
        "due_at": clock.due_at if clock and clock.state == "running" else None,
    }
