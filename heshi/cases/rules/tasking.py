"""What a step does to the tasks of a case, with the clock that each of them brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from heshi.cases.record import Body, ClockChange, ClockStarted, ClockStopped, body
from heshi.cases.rules.folding import State
from heshi.cases.rules.idling import never_idle
from heshi.cases.rules.turning import Turning, since, started, stopped, turned, until
from heshi.clocks.terms import Ticking
from heshi.playbooks.rules import NO_CLOCK, Outcome, TaskAdded, TaskChange


def body_of(outcome: Outcome, turning: Turning) -> Body:
    """Return what an event keeps of an outcome; clocks are worked out to the instant, once and for all.

    Behind it an open case has a clock that runs. Raises what stands against a change of clocks.
    """
    clocks = turned(outcome.clocks, turning, rests=outcome.end or outcome.rests, keeps=outcome.keeps)
    tasks, turns = tasked(outcome.tasks, turning, clocks)
    turns = [*clocks, *turns]
    if not outcome.end:
        state = turning.state
        moves = outcome.position != state.position
        turns = [*never_idle(turns, state, turning.definitions, at=turning.at, moves=moves, tasks=tasks)]
    return body(
        facts=outcome.facts, clocks=tuple(turns), tasks=tuple(tasks), tells=outcome.tells, end=outcome.end,
        answer=outcome.answers, draws=outcome.draws,
    )  # fmt: skip


def tasked(
    changes: Iterable[TaskChange], turning: Turning, clocks: Sequence[ClockChange]
) -> tuple[list[TaskChange], list[ClockChange]]:
    """Return the task changes with the rounds of their clocks, and the clock changes that go with them.

    ``clocks`` are those the step makes to the case itself: they may have begun a round of the same clock.
    """
    begun = Counter(change.code for change in clocks if isinstance(change, ClockStarted))
    tasks: list[TaskChange] = []
    turns: list[ClockChange] = []
    for change in changes:
        turns += _ended(turning.state, change)
        if not change.clock or change.clock == NO_CLOCK:
            tasks.append(change)
            continue
        begun[change.clock] += 1
        round_ = turning.state.rounds(change.clock) + begun[change.clock]
        turns.append(_begun(change, turning, round_))
        tasks.append(_of_round(change, round_))
    return tasks, turns


def _of_round(change: TaskChange, round_: int) -> TaskChange:
    """Return the change as it is kept: the day that was asked for has become the clock's own."""
    return (
        replace(change, round=round_, due="", since="")
        if isinstance(change, TaskAdded)
        else replace(change, round=round_)
    )


def _begun(change: TaskChange, turning: Turning, round_: int) -> ClockStarted:
    definition = turning.law(change.clock)
    if isinstance(change, TaskAdded) and change.due:
        return until(definition, turning.at, change.due, round_=round_, task=change.number)
    if isinstance(change, TaskAdded) and change.since:
        return since(definition, turning.at, change.since, round_=round_, task=change.number)
    return started(definition, turning.at, round_=round_, task=change.number)


def _ended(state: State, change: TaskChange) -> list[ClockStopped]:
    """Return the stop of the clock a task had, when it gets another one or none."""
    task = state.tasks.get(change.number)
    clock = state.clock_of(task) if task and change.clock else None
    return [stopped(clock)] if clock and clock.state is not Ticking.STOPPED else []
