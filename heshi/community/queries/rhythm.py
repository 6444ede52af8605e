"""The duties of units on the desk: overdue, today, ahead, answered. Each list reads the ends of a few index ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from heshi.cases.queries.lists import Cursor, cursor_from
from heshi.clocks.queries import calendar
from heshi.common.refusals import Unknown
from heshi.common.statements import Params, rows_of
from heshi.community.models import Occurrence
from heshi.community.rules.who import own_units, sees
from heshi.people.models import Unit
from heshi.people.rules import Scope
from heshi.places.queries import below, county_code

PAGE: Final = 20
RECENT_DAYS: Final = 14


class OccurrenceUnknown(Unknown):
    """No such duty, or it belongs to a unit out of this person's sight, or a new version of the playbook dropped it."""

    code = "occurrence_unknown"
    sentence = "没有找到这一次要做的事，可能预案换了新版、不用再做，请回到“这一周该做的”查看。"


@dataclass(frozen=True, slots=True)
class Part:
    """One list: which rows, in the order of which column, from which end."""

    where: str
    column: str
    back: bool = False
    dated: bool = True

    @property
    def order(self) -> str:
        """Return the order of the rows."""
        way = " DESC" if self.back else ""
        return f"{self.column}{way}, id{way}"

    @property
    def behind(self) -> str:
        """Return the condition for rows behind a cursor."""
        return f"({self.column}, id) {'<' if self.back else '>'} (%(since)s::{'date' if self.dated else 'timestamptz'}, %(key)s)"

    def cursor(self, duty: Occurrence) -> str:
        """Return where the page after this row begins."""
        value = getattr(duty, self.column)
        moment = datetime.combine(value, time(), UTC) if self.dated else value
        return str(Cursor(moment, duty.pk))


PARTS: Final = {
    "overdue": Part("state = 'open' AND due_on < %(certain)s", "due_on", back=True),
    "today": Part("state = 'open' AND due_on BETWEEN %(certain)s AND %(today)s", "due_on"),
    "coming": Part("state = 'open' AND due_on > %(today)s", "due_on"),
    "recent": Part(
        "state IN ('done', 'skipped') AND answered_at >= %(recently)s", "answered_at", back=True, dated=False
    ),
}
LANES: Final = """
(SELECT '{name}' AS part, one.id FROM unnest(%(units)s::uuid[]) AS lane(value) CROSS JOIN LATERAL (
  SELECT id, {column} FROM community_occurrence
  WHERE county = %(county)s AND unit_id = lane.value AND {where} ORDER BY {order} LIMIT %(size)s) AS one
ORDER BY {order} LIMIT %(size)s)
"""


@dataclass(frozen=True, slots=True)
class DutyPage:
    """One page of a list, and where the next one begins; empty when this is the last."""

    duties: Sequence[Occurrence]
    following: str = ""


def units_of(scope: Scope, *, whole_area: bool = False) -> list[UUID]:
    """Return the units whose duties somebody asks for: her own, or all in the area of her centre."""
    if not whole_area:
        return sorted(own_units(scope))
    here = Unit.objects.filter(county=county_code())
    return list(here.filter(_in_area(scope)).values_list("pk", flat=True)) if has_area(scope) else []


def has_area(scope: Scope) -> bool:
    """Return whether somebody sees the duties of more units than her own."""
    return bool(scope.everything or scope.paths)


def _in_area(scope: Scope) -> Q:
    """Return the condition for the units in the area of somebody's centre."""
    if scope.everything:
        return Q()
    return reduce(or_, (below(path, name="place__path") for path in scope.paths))


def duties(
    units: Sequence[UUID], *, today: date, only: str = "", after: str = "", size: int = PAGE
) -> dict[str, DutyPage]:
    """Return the lists of these units, or only one of them from a cursor on. Raises CursorBroken."""
    names = [only] if only else list(PARTS)
    params = _params(units, today, size)
    begin = cursor_from(after) if only and after else None
    if begin:
        since = begin.due.date() if begin.due and PARTS[only].dated else begin.due
        params |= {"since": since, "key": begin.key}
    found = _found(names, params, behind=bool(begin))
    return {name: _page(PARTS[name], found.get(name, []), size) for name in names}


def _params(units: Sequence[UUID], today: date, size: int) -> Params:
    recently = datetime.combine(today, time(), UTC) - timedelta(days=RECENT_DAYS)
    return {
        "county": county_code(),
        "units": list(units),
        "today": today,
        # A day in a year whose rest days are not published may yet be put off: it is to be done, and nobody is late.
        "certain": min(today, date(calendar().last_year + 1, 1, 1)),
        "recently": recently,
        "size": size + 1,
    }


class _Laid(NamedTuple):
    """A duty that a statement finds: in which list, and its key."""

    part: str
    key: UUID


def _found(names: Iterable[str], params: Params, *, behind: bool) -> dict[str, list[Occurrence]]:
    """Return the rows of each list in its order: one statement for the keys, one for the rows."""
    keys = rows_of(" UNION ALL ".join(_lanes(name, behind=behind) for name in names), params, _Laid)
    rows = Occurrence.objects.filter(county=county_code(), pk__in=[key for _part, key in keys])
    known = rows.select_related("unit__place").in_bulk()
    found: dict[str, list[Occurrence]] = {}
    for part, key in keys:
        if key in known:
            found.setdefault(part, []).append(known[key])
    return found


def _lanes(name: str, *, behind: bool) -> str:
    part = PARTS[name]
    where = f"{part.where} AND {part.behind}" if behind else part.where
    return LANES.format(name=name, column=part.column, where=where, order=part.order)


def _page(part: Part, found: Sequence[Occurrence], size: int) -> DutyPage:
    return DutyPage(found[:size], part.cursor(found[size - 1]) if len(found) > size else "")


def occurrence_for(scope: Scope, key: UUID) -> Occurrence:
    """Return a duty in this person's sight; raises OccurrenceUnknown."""
    duty = Occurrence.objects.filter(county=county_code(), pk=key).select_related("unit__place").first()
    if duty is None or not sees(scope, unit_id=duty.unit_id, path=duty.unit.place.path):
        raise OccurrenceUnknown
    return duty
