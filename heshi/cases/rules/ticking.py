"""What time does to a case: which clocks reached their middle, their last day or their end, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from heshi.cases.record import Body, ClockStaged, body
from heshi.cases.rules.folding import ClockState, State
from heshi.cases.rules.looking import facts_now
from heshi.clocks.rules import ClockDef, stage
from heshi.clocks.terms import Stage
from heshi.playbooks.rules import Playbook, Told, graded

LAPSING: Final = frozenset({"lapse", "free_to_go_on"})
"""What the end of a clock means when it takes a right away: nobody is late."""


def reached(state: State, at: datetime) -> list[ClockState]:
    """Return the clocks that came to a stage by then, in the order in which they did."""
    found = [(when, clock) for clock in state.clocks.values() if (when := clock.next_at) and when <= at]
    return [clock for _when, clock in sorted(found, key=lambda each: (each[0], each[1].code, each[1].round))]


def ticked(state: State, clock: ClockState, playbook: Playbook, at: datetime) -> Body:
    """Return what an event keeps of a clock that came so far: its stage, the grades that follow, who is told."""
    definition = playbook.laws[clock.code]
    now = stage_reached(clock, definition, at, is_open=state.is_open)
    return body(
        facts=_regraded(playbook, state, clock, now),
        clocks=(ClockStaged(code=clock.code, round=clock.round, stage=now),),
        tells=tuple(tells_of(definition, now, holder_of(state, clock, playbook))),
        end=not state.is_open,
    )


def stage_reached(clock: ClockState, definition: ClockDef, at: datetime, *, is_open: bool) -> Stage:
    """Return how far a clock has come; one that takes a right away, or only says when to look again, makes nobody late."""
    now = stage(
        at, clock.started_at, clock.half_at or clock.due_at, clock.nearly_at or clock.due_at, clock.due_at
    )
    if now is not Stage.OVERDUE:
        return now
    if definition.on_expiry in LAPSING:
        return Stage.LAPSED
    return Stage.REACHED if definition.on_expiry == "revisit" or not is_open else Stage.OVERDUE


def holder_of(state: State, clock: ClockState, playbook: Playbook) -> str:
    """Return who has what this clock runs for: a task's own unit, or whoever has the case."""
    task = state.tasks.get(clock.task)
    if task is None:
        return playbook.positions[state.position].holder
    return f"unit:{task.unit}" if task.unit else playbook.tasks[task.kind].holder


def _regraded(playbook: Playbook, state: State, clock: ClockState, now: Stage) -> Mapping[str, object]:
    """Return the grades that change because a clock came so far."""
    if not playbook.tiers and not playbook.colours:
        return {}
    key = (clock.code, clock.round)
    then = replace(state, clocks={**state.clocks, key: replace(clock, stage=now)})
    grades = graded(playbook, facts_now(then, playbook))
    return {name: value for name, value in grades.items() if state.facts.get(name) != value}


def tells_of(definition: ClockDef, now: Stage, holder: str) -> list[Told]:
    """Return who is told that a clock has come so far; a late one is told to whoever supervises, too."""
    late = ["supervisor"] if now is Stage.OVERDUE and holder != "resident" else []
    whom = ["centre" if holder == "nobody" else holder, *late]
    return [Told(who, about=now.value, clock=definition.code) for who in whom]
