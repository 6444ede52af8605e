"""Rebuild a case from its events, where the stored rows no longer say the same."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from heshi.cases.models import Case, Clock, TaskRow
from heshi.cases.queries.checking import links_of
from heshi.cases.record import entry_of
from heshi.cases.rules import clock_columns, columns, folded, task_columns


@transaction.atomic
def rebuild(*, numbers: Sequence[str]) -> None:
    """Write case, clocks and tasks of these numbers as their events tell them; words and people are left alone."""
    # Nobody takes a step between reading the events and writing what they lead to.
    cases = list(Case.objects.select_for_update().filter(number__in=numbers))
    links = links_of(cases)
    for case in cases:
        state = folded(entry_of(link) for link, _digest in links[case.pk])
        Case.objects.filter(county=case.county, pk=case.pk).update(**columns(state))
        # Made anew and not mended: a row too many has no event that could tell it from the others.
        Clock.objects.filter(county=case.county, case=case).delete()
        Clock.objects.bulk_create(
            Clock(county=case.county, case=case, **clock_columns(clock)) for clock in state.clocks.values()
        )
        TaskRow.objects.filter(county=case.county, case=case).delete()
        TaskRow.objects.bulk_create(
            TaskRow(county=case.county, case=case, **task_columns(state, task))
            for task in state.tasks.values()
        )
