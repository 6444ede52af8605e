"""The tick: a clock that reached its middle, its last day or its end becomes an event and a notice, exactly once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.stepping import record
from heshi.cases.models import Case, Clock
from heshi.cases.queries.file import definitions_for, state_of
from heshi.cases.record import body
from heshi.cases.rules import SYSTEM, reached, settled, ticked
from heshi.cases.terms import TICKED
from heshi.clocks.queries import calendar
from heshi.clocks.terms import Ticking
from heshi.playbooks.queries import playbook as playbook_of


def tick(*, at: datetime, limit: int = 1_000) -> int:
    """Record every stage that a running clock has reached by now; return how many events that made.

    Safe with several workers at once and safe to repeat: a case someone else holds is left for the next tick.
    """
    due = Clock.objects.filter(next_at__lte=at).order_by("next_at").values_list("case_id", "county")[:limit]
    return sum(_tick_case(case_id, county, at) for case_id, county in dict.fromkeys(due))


def settle(*, at: datetime, limit: int = 1_000) -> int:
    """Plan again every clock whose year of rest days has been loaded meanwhile; return how many."""
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
    state, playbook = state_of(case), playbook_of(case.playbook_id)
    found = reached(state, at)
    for clock in found:
        state = state_of(case)
        made = ticked(state, clock, playbook, at)
        record(
            case=case, state=state, step=TICKED, went_to=case.position, actor=SYSTEM, at=at, body=made, revision=case.revision
        )  # fmt: skip
    return len(found)
