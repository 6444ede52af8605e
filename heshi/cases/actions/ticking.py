"""The tick: a clock that reached its middle, its last day or its end becomes an event and a notice, exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.opening import SYSTEM
from heshi.cases.actions.stepping import record
from heshi.cases.models import Case, Clock
from heshi.cases.queries.file import definitions_for, state_of
from heshi.cases.record import ClockStaged, body
from heshi.cases.rules import ClockState, State, facts_now, settled
from heshi.cases.terms import TICKED
from heshi.clocks.queries import calendar
from heshi.clocks.rules import ClockDef, stage
from heshi.clocks.terms import Stage, Ticking
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook, Told, graded

LAPSING: Final = frozenset({"lapse", "free_to_go_on"})


def tick(*, at: datetime, limit: int = 1_000) -> int:
    """Record every stage that a running clock has reached by now; return how many events that made.

    Safe with several workers at once and safe to repeat: a case someone else holds is left for the next tick.
    """
    due = Clock.objects.filter(next_at__lte=at).order_by("next_at").values_list("case_id", "county")[:limit]
    return sum(_tick_case(case_id, county, at) for case_id, county in dict.fromkeys(due))


def settle(*, at: datetime, limit: int = 1_000) -> int:
    """Plan again every clock whose year of rest days has been loaded meanwhile; return how many."""
    # The State Council names the rest days of a year in the autumn before it; what was due later was only a bound until then.
    known = Clock.objects.filter(awaits_year__lte=calendar().last_year, state="running")
    return sum(
        _settled(case_id, county, at)
        for case_id, county in set(known.values_list("case_id", "county")[:limit])
    )


@transaction.atomic
def _settled(case_id: UUID, county: int, at: datetime) -> int:
    case = Case.objects.select_for_update(skip_locked=True).filter(county=county, pk=case_id).first()
    if case is None:
        return 0
    state, law = state_of(case), definitions_for(playbook_of(case.playbook_id))
    waiting = [
        clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING and clock.awaits_year
    ]
    changes = tuple(settled(law[clock.code], clock) for clock in waiting)
    record(
        case=case,
        state=state,
        step=TICKED,
        went_to=case.position,
        actor=SYSTEM,
        at=at,
        body=body(clocks=changes, end=not case.is_open),
        revision=case.revision,
    )
    return len(changes)


@transaction.atomic
def _tick_case(case_id: UUID, county: int, at: datetime) -> int:
    """The case's row is locked before its clocks, as `take_step` does, so the two never wait for each other."""
    case = Case.objects.select_for_update(skip_locked=True).filter(county=county, pk=case_id).first()
    if case is None:
        return 0
    # Read again under the lock: the list was made before it, and a step may have stopped the clock meanwhile.
    state, playbook = state_of(case), playbook_of(case.playbook_id)
    reached = sorted(
        (clock for clock in state.clocks.values() if clock.next_at and clock.next_at <= at),
        key=lambda clock: (clock.next_at, clock.code, clock.round),
    )
    # Each is an event of its own, on the state the one before it left: the second must not grade the case as if the first had not happened.
    for clock in reached:
        _reached(case, state_of(case), clock, playbook, at)
    return len(reached)


def _reached(case: Case, state: State, clock: ClockState, playbook: Playbook, at: datetime) -> None:
    definition = definitions_for(playbook)[clock.code]
    now = stage_reached(clock, definition, at, is_open=state.is_open)
    reached = body(
        facts=_regraded(playbook, state, late=now is Stage.OVERDUE),
        clocks=(ClockStaged(code=clock.code, round=clock.round, stage=now),),
        tells=tuple(tells_of(definition, now, holder_of(state, clock, playbook))),
        end=not case.is_open,
    )
    record(
        case=case, state=state, step=TICKED, went_to=case.position, actor=SYSTEM, at=at, body=reached, revision=case.revision
    )  # fmt: skip


def stage_reached(clock: ClockState, definition: ClockDef, at: datetime, *, is_open: bool) -> Stage:
    """Return how far a clock has come; one that takes a right away, or only says when to look again, makes nobody late."""
    now = stage(
        at, clock.started_at, clock.half_at or clock.due_at, clock.nearly_at or clock.due_at, clock.due_at
    )
    if now is not Stage.OVERDUE:
        return now
    # A right that ran out, as that to ask for a review, makes no office late.
    if definition.on_expiry in LAPSING:
        return Stage.LAPSED
    return Stage.REACHED if definition.on_expiry == "revisit" or not is_open else Stage.OVERDUE


def holder_of(state: State, clock: ClockState, playbook: Playbook) -> str:
    """Return who has what this clock runs for: a task's own unit, or whoever has the case."""
    task = state.tasks.get(clock.task)
    if task is None:
        return playbook.positions[state.position].holder
    return f"unit:{task.unit}" if task.unit else playbook.tasks[task.kind].holder


def _regraded(playbook: Playbook, state: State, *, late: bool) -> Mapping[str, Any]:
    """Return the grades that change because a clock ran out."""
    facts = facts_now(state, playbook)
    # Time that the resident takes to answer is not the office's delay.
    hers = playbook.positions[state.position].holder == "resident"
    facts["overdue"] = facts["overdue"] or (late and not hers and state.is_open)
    return {name: value for name, value in graded(playbook, facts).items() if state.facts.get(name) != value}


def tells_of(definition: ClockDef, now: Stage, holder: str) -> list[Told]:
    """Return who is told that a clock has come so far; a late one is told to whoever supervises, too."""
    late = ["supervisor"] if now is Stage.OVERDUE and holder != "resident" else []
    whom = ["centre" if holder == "nobody" else holder, *late]
    return [Told(who, about=now.value, clock=definition.code) for who in whom]
