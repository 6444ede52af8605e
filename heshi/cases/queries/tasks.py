"""What other people's cases want of one's own units: open tasks, those due first before the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from heshi.cases.models import Clock, TaskRow
from heshi.cases.queries.lists import Cursor, cursor_from
from heshi.people.rules import Scope
from heshi.places import queries as places

PAGE: Final = 30
MOST_COUNTED: Final = 99


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of tasks with their cases, and where the next one begins."""

    tasks: Sequence[TaskRow]
    following: str = ""


def tasks_for(scope: Scope, *, after: str = "", size: int = PAGE) -> TaskPage:
    """Return the open tasks of this person's units, those without a running clock last. Raises CursorBroken."""
    wanted = _open(scope).select_related("case", "unit").annotate(clock_awaits=_awaits())
    wanted = wanted.order_by(F("due_at").asc(nulls_last=True), "id")
    if after:
        wanted = wanted.filter(_behind(cursor_from(after)))
    found = list(wanted[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return TaskPage(found[:size], str(Cursor(last.due_at, last.pk)) if last else "")


def _awaits() -> Subquery:
    """Return the year that a task's clock waits for, where its due instant is a bound."""
    own = Clock.objects.filter(
        county=OuterRef("county"),
        case_id=OuterRef("case_id"),
        code=OuterRef("clock"),
        round=OuterRef("round"),
    )
    return Subquery(own.values("awaits_year")[:1])


def tasks_waiting(scope: Scope) -> int:
    """Return how many open tasks wait for this person's units; counting stops where the number no longer matters."""
    return len(_open(scope).values_list("pk", flat=True)[: MOST_COUNTED + 1])


def _open(scope: Scope) -> QuerySet[TaskRow]:
    """Return the open tasks of open cases; a case that ended took its tasks with it."""
    if not scope.unit_ids:
        return TaskRow.objects.none()
    return TaskRow.objects.filter(county=places.county_code(), unit__in=scope.unit_ids, is_open=True)


def _behind(cursor: Cursor) -> Q:
    if cursor.due is None:
        return Q(due_at=None, id__gt=cursor.key)
    return Q(due_at__gt=cursor.due) | Q(due_at=cursor.due, id__gt=cursor.key) | Q(due_at=None)
