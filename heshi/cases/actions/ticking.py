"""The tick: a clock that reached its middle, its last day or its end becomes an event and a notice, exactly once.

Every function here does one case in one transaction; going through many, and putting aside the one that cannot be done so that the
others go on, is `journey.actions.each_case`.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate

from heshi.cases.actions.stepping import record, take_step
from heshi.cases.models import Case, Clock
from heshi.cases.queries.file import definitions_for, state_of
from heshi.cases.record import Body, body
from heshi.cases.rules import NOT_NOW, SYSTEM, State, at_the_end, graded_by, law_of, reached, settled, staged
from heshi.cases.terms import TICKED
from heshi.clocks.queries import calendar
from heshi.clocks.rules import SHANGHAI
from heshi.clocks.terms import RUN_OUT, Stage, Ticking
from heshi.places.queries import county_code
from heshi.playbooks.queries import lived_by
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook, ages


def due(*, at: datetime, limit: int, apart: Collection[UUID] = ()) -> list[UUID]:
    """Return the cases of which a clock has come to its next moment, the longest waiting first, but those set ``apart``."""
    found = (
        Clock.objects.filter(county=county_code(), next_at__lte=at)
        .exclude(case_id__in=apart)
        # Of a bound nothing more is to be said until its year is known; looked at again and again, it would hold up the others.
        .exclude(awaits_year__isnull=False, stage__in=[Stage.NEARLY_DUE, *RUN_OUT])
        .order_by("next_at")
    )
    return list(dict.fromkeys(found.values_list("case_id", flat=True)[:limit]))


def tick(case_id: UUID, *, at: datetime) -> int:
    """Record every stage that the running clocks of a case have reached; return how many events that made.

    Safe with several workers at once and safe to repeat: a case someone else holds is left for the next tick. Raises ClockVanished.
    """
    with transaction.atomic():
        case = _held(case_id)
        if case is None:
            return 0
        playbook, state = playbook_of(case.playbook_id), state_of(case)
        made = 0
        for key in [(clock.code, clock.round) for clock in reached(state, at)]:
            if state.clocks[key] in reached(
                state, at
            ):  # unless what another one brought about has stopped it
                state = _reached(case, state, playbook, key, at)
                made += 1
        return made


def _reached(case: Case, state: State, playbook: Playbook, key: tuple[str, int], at: datetime) -> State:
    """Note that a clock has come so far, take what follows from its end, and return the state behind it all."""
    noted = staged(state.clocks[key], state, playbook, at)
    _note(case, state, noted, at)
    for step, task in at_the_end(playbook, noted, state.clocks[key]):
        with suppress(*NOT_NOW):
            take_step(case=case, step=step, actor=SYSTEM, at=at, task=task)
        case.refresh_from_db()
        state = state_of(case)
    return state


def awaiting(*, at: datetime, limit: int, apart: Collection[UUID] = ()) -> list[UUID]:  # noqa: ARG001 -- as `due`
    """Return the cases with a clock that waited for a year of rest days which has been loaded meanwhile."""
    known = Clock.objects.filter(county=county_code(), awaits_year__lte=calendar().last_year, state="running")
    return list(set(known.exclude(case_id__in=apart).values_list("case_id", flat=True)[:limit]))


def settle(case_id: UUID, *, at: datetime) -> int:
    """Plan again the clocks of a case that waited for a year of rest days; return how many. Raises ClockVanished."""
    with transaction.atomic():
        case = _held(case_id)
        if case is None:
            return 0
        state, law = state_of(case), definitions_for(playbook_of(case.playbook_id))
        waiting = [
            clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING and clock.awaits_year
        ]
        changes = tuple(settled(law_of(law, clock.code), clock) for clock in waiting)
        _note(case, state, body(clocks=changes, end=not case.is_open), at)
        return len(changes)


def older(*, at: datetime, limit: int, apart: Collection[UUID] = ()) -> list[UUID]:
    """Return open cases that have become so old that their playbook may grade them otherwise, and were not looked at since."""
    found: list[UUID] = []
    for version, playbook in lived_by().items():
        for days in ages(playbook):
            found += _that_old(version, days, at).exclude(pk__in=apart).values_list("pk", flat=True)[:limit]
    return list(dict.fromkeys(found))[:limit]


def _that_old(version: UUID, days: int, at: datetime) -> QuerySet[Case]:
    since = timedelta(days=days)
    born = TruncDate("opened_at", tzinfo=SHANGHAI)
    old = Case.objects.filter(county=county_code(), is_open=True, playbook_id=version).annotate(born=born)
    old = old.filter(born__lte=at.astimezone(SHANGHAI).date() - since)
    return old.filter(Q(graded_on=None) | Q(graded_on__lt=F("born") + since)).order_by("pk")


def regrade(case_id: UUID, *, at: datetime) -> int:
    """Grade a case anew by its facts of now; return 1, or 0 while somebody else holds it."""
    with transaction.atomic():
        case = _held(case_id)
        if case is None:
            return 0
        state, playbook = state_of(case), playbook_of(case.playbook_id)
        noted = graded_by(body(end=not case.is_open), state, playbook, went_to=case.position, at=at)
        if noted.facts:
            _note(case, state, noted, at)
        Case.objects.filter(county=case.county, pk=case.pk).update(graded_on=at.astimezone(SHANGHAI).date())
        return 1


def _held(case_id: UUID) -> Case | None:
    """Return the case, locked: its row before its clocks, as `take_step` does, so that the two never wait for each other."""
    return (
        Case.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(county=county_code(), pk=case_id)
        .first()
    )


def _note(case: Case, state: State, noted: Body, at: datetime) -> None:
    """Write what was noted; the state moves along with the case."""
    record(
        case=case, state=state, step=TICKED, went_to=case.position, actor=SYSTEM, at=at, body=noted, revision=case.revision
    )  # fmt: skip
