"""What a clock does when its time has come: it is noted, somebody is told, and the case is graded anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from heshi.cases.record import Body, ClockStaged, body
from heshi.cases.rules.folding import ClockState, State
from heshi.cases.rules.looking import graded_by, stage_reached
from heshi.cases.rules.turning import law_of
from heshi.clocks.rules import ClockDef
from heshi.clocks.terms import RUN_OUT, Stage
from heshi.playbooks.rules import (
    Playbook,
    StepNotHere,
    StepNotReady,
    TaskNotSo,
    TaskUnknown,
    Told,
    leading,
)


def reached(state: State, at: datetime) -> list[ClockState]:
    """Return the clocks whose next moment has come, in the order in which it came."""
    come = [
        clock
        for clock in state.clocks.values()
        if clock.next_at and clock.next_at <= at and not clock.is_held
    ]
    return sorted(come, key=lambda clock: (clock.next_at, clock.code, clock.round))


def staged(clock: ClockState, state: State, playbook: Playbook, at: datetime) -> Body:
    """Return what is noted of a clock whose next moment has come; raises ClockVanished."""
    law = law_of(playbook.laws, clock.code)
    now = stage_reached(clock, law, at, is_open=state.is_open)
    noted = body(
        clocks=(ClockStaged(code=clock.code, round=clock.round, stage=now),),
        tells=tuple(dict.fromkeys(_told_of(law, now, state, clock, playbook))),
        end=not state.is_open,
    )
    return graded_by(noted, state, playbook, went_to=state.position, at=at)


def _told_of(
    law: ClockDef, now: Stage, state: State, clock: ClockState, playbook: Playbook
) -> Iterator[Told]:
    """Yield who is told that a clock has come so far; of a sealed task's, nobody but those who may see the task."""
    task = state.tasks.get(clock.task)
    if task and task.seen_by:
        whom = [f"unit:{task.unit}"] if task.unit else task.seen_by
        yield from (Told(who, about=now.value, clock=law.code, sealed=True, at=task.kept_by) for who in whom)
        return
    for holder in holders_of(state, clock, playbook):
        yield from tells_of(law, now, holder)


def holders_of(state: State, clock: ClockState, playbook: Playbook) -> list[str]:
    """Return who has what this clock runs for: a task's own unit, or whoever has the case, and the units that lead beside it."""
    task = state.tasks.get(clock.task)
    if task:
        return [f"unit:{task.unit}" if task.unit else playbook.tasks[task.kind].holder]
    holder = playbook.positions[state.position].holder
    beside = leading(playbook, state.tasks.values()) if holder == "unit" else []
    return [holder, *(f"unit:{unit}" for unit in beside)]


def tells_of(law: ClockDef, now: Stage, holder: str) -> Iterator[Told]:
    """Yield who is told that a clock has come so far; a late one is told to whoever supervises, too."""
    yield Told("centre" if holder == "nobody" else holder, about=now.value, clock=law.code)
    if now is Stage.OVERDUE and holder != "resident":
        yield Told("supervisor", about=now.value, clock=law.code)


def at_the_end(playbook: Playbook, noted: Body, clock: ClockState) -> Iterator[tuple[str, int]]:
    """Yield the steps that the system takes because this clock was noted to have run out, each with the task it is taken on."""
    if any(isinstance(change, ClockStaged) and change.stage in RUN_OUT for change in noted.clocks):
        for step in playbook.steps.values():
            if clock.code in step.when_over:
                yield step.code, clock.task if step.task else 0


NOT_NOW: Final = (StepNotHere, StepNotReady, TaskNotSo, TaskUnknown)
"""What stands against a step of the system that is simply not possible now: then there is none."""
