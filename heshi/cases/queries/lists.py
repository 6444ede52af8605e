"""The lists of the desk: what is due next, and what came in last. Keyset-paged; nothing here counts or skips."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from heshi.cases.models import Case
from heshi.cases.queries.lanes import (
    Keyed,
    Lane,
    cases_in_order,
    lanes_of,
    paths_below,
    sees_county,
)
from heshi.cases.rules.looking import run_out
from heshi.clocks.terms import Stage
from heshi.common.refusals import Invalid
from heshi.common.statements import Params, rows_of
from heshi.people.rules import Scope
from heshi.places import queries as places
from heshi.playbooks.queries import lived_by

PAGE: Final = 30
LAST: Final = UUID(int=2**128 - 1)
Only = Literal["all", "mine", "overdue", "unsure"]


class CursorBroken(Invalid):
    """The address of the next page was cut or altered."""

    code = "cursor_broken"
    sentence = "翻页地址不完整，请回到第一页重新往后翻。"


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list, and where the next one begins; empty when this is the last."""

    cases: Sequence[Case]
    following: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of the page before: when it was due and its key."""

    due: datetime | None
    key: UUID

    def __str__(self) -> str:
        said = f"{self.due.isoformat() if self.due else ''}|{self.key.hex}"
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def cursor_from(text: str) -> Cursor:
    """Return the cursor that an address carries; raises CursorBroken."""
    try:
        said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        due, _bar, key = said.partition("|")
        moment = datetime.fromisoformat(due) if due else None
        if moment and moment.tzinfo is None:
            raise CursorBroken
        return Cursor(moment, UUID(hex=key))
    except (ValueError, binascii.Error) as error:
        raise CursorBroken from error


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a lane count: a piece of SQL and its parameters."""

    condition: str = ""
    params: tuple[tuple[str, object], ...] = ()


DUE: Final = """
SELECT one.id, one.due_at FROM {source} CROSS JOIN LATERAL (
  SELECT id, due_at FROM cases_case
  WHERE county = %(county)s AND is_open AND {column} = lane.value AND {after} {wanted}
  ORDER BY due_at, id LIMIT %(size)s) AS one
"""
DATED: Final = "(due_at, id) > (%(due)s::timestamptz, %(key)s)"
UNDATED: Final = "due_at IS NULL AND id > %(key)s"

# An expression over both columns, since a semi-join would lose the order of the index.
WAITING: Final = "AND playbook_id::text || position = ANY(%({holder}_waits)s::text[])"

# The case's own column names the clock that is due first, which may be one that makes nobody late while another one is.
LATE: Final = """AND EXISTS (SELECT FROM cases_clock AS late
  WHERE late.county = %(county)s AND late.case_id = cases_case.id AND late.state = 'running' AND late.due_at < %(before)s
  AND playbook_id::text || late.code <> ALL(%(lapsing)s::text[]))"""
# As the partial index says it, else the database reads every open case to find the few.
UNSURE: Final = "AND (facts -> 'unsure') = 'true'::jsonb"

NEWEST: Final = """
SELECT one.id FROM {source} CROSS JOIN LATERAL (
  SELECT id FROM cases_case WHERE county = %(county)s AND {column} = lane.value AND id < %(key)s
  ORDER BY id DESC LIMIT %(size)s) AS one
"""
NEWEST_OF_ALL: Final = (
    "SELECT id FROM cases_case WHERE county = %(county)s AND id < %(key)s ORDER BY id DESC LIMIT %(size)s"
)


def queue(
    scope: Scope,
    *,
    at: datetime,
    after: str = "",
    only: Only = "all",
    unit: UUID | None = None,
    size: int = PAGE,
) -> CasePage:
    """Return the open cases in sight, those due first before the others, those without a running clock last.

    ``only="mine"`` leaves what waits for this person: for her centre, or for a unit in which she has a post; ``"unsure"`` what waits
    for somebody to say what it is about. Raises CursorBroken.
    """
    begin = cursor_from(after) if after else None
    branches = _unit_lane(scope, unit, only) if unit else _lanes(scope, only)
    found = _due(branches, begin, size, at if only == "overdue" else None)
    keys = [key for key, _due_at in found[:size]]
    following = str(Cursor(found[size - 1][1], keys[-1])) if len(found) > size else ""
    return CasePage(cases_in_order(scope, keys), following)


def newest(scope: Scope, *, after: str = "", size: int = PAGE) -> CasePage:
    """Return every case in sight, open and closed, the last to come in first. Raises CursorBroken."""
    lanes = lanes_of(scope)
    if not lanes:
        return CasePage([])
    key = cursor_from(after).key if after else LAST
    params: Params = {"county": places.county_code(), "key": key, "size": size + 1}
    for lane in lanes:
        params |= lane.params
    if lanes[0].column == "county":
        statement = NEWEST_OF_ALL
    else:
        parts = " UNION ".join(NEWEST.format(source=lane.source, column=lane.column) for lane in lanes)
        statement = f"{parts} ORDER BY id DESC LIMIT %(size)s"
    keys = [row.key for row in rows_of(statement, params, Keyed)]
    following = str(Cursor(None, keys[size - 1])) if len(keys) > size else ""
    return CasePage(cases_in_order(scope, keys[:size]), following)


def held_positions() -> dict[str, list[tuple[UUID, str]]]:
    """Return for each holder the positions, with their playbook versions, at which a case waits for it."""
    held: dict[str, list[tuple[UUID, str]]] = defaultdict(list)
    for version, book in lived_by().items():
        for position in book.positions.values():
            if not position.end:
                held[position.holder].append((version, position.code))
    return held


def lapsing() -> list[str]:
    """Return the clocks that make nobody late when their time is over, each behind its playbook version."""
    return [
        f"{version}{code}"
        for version, book in lived_by().items()
        for code, law in book.laws.items()
        if run_out(law) is not Stage.OVERDUE
    ]


Branch = tuple[Lane, Wanted]


def _lanes(scope: Scope, only: Only) -> list[Branch]:
    if only != "mine":
        wanted = Wanted(UNSURE if only == "unsure" else "")
        return [(lane, wanted) for lane in lanes_of(scope)]
    held = held_positions()
    branches: list[Branch] = []
    if scope.paths:
        wide = sees_county(scope)
        codes = sorted({code for _version, code in held["centre"]})
        lane = Lane("position", codes) if wide else Lane("path", paths_below(scope.paths))
        branches.append((lane, _waiting("centre", held)))
    if scope.unit_ids:
        branches.append((Lane("unit_id", sorted(scope.unit_ids)), _waiting("unit", held)))
    return branches


def _waiting(holder: str, held: Mapping[str, Sequence[tuple[UUID, str]]]) -> Wanted:
    waits = [f"{version}{code}" for version, code in held[holder]]
    return Wanted(WAITING.format(holder=holder), ((f"{holder}_waits", waits),))


def _unit_lane(scope: Scope, unit: UUID, only: Only) -> list[Branch]:
    """One unit's files, as far as they are in sight."""
    if scope.is_empty:
        return []
    lane, wanted = Lane("unit_id", [unit]), Wanted(UNSURE if only == "unsure" else "")
    if only == "mine":
        wanted = _waiting("unit" if unit in scope.unit_ids else "centre", held_positions())
    if not (sees_county(scope) or unit in scope.unit_ids):
        own = (("in_sight", paths_below(scope.paths)),)
        wanted = Wanted(f"{wanted.condition} AND path = ANY(%(in_sight)s::text[])", (*wanted.params, *own))
    return [(lane, wanted)]


def _due(
    branches: Sequence[Branch], begin: Cursor | None, size: int, before: datetime | None
) -> list[tuple[UUID, datetime | None]]:
    if not branches:
        return []
    params: Params = {"county": places.county_code(), "size": size + 1, "before": before}
    params |= {"key": begin.key, "due": begin.due} if begin else {}
    params |= {"lapsing": lapsing()} if before else {}
    parts: list[str] = []
    if begin is None or begin.due:
        dated = DATED if begin else "due_at IS NOT NULL"
        parts += _parts(branches, f"{dated} AND due_at < %(before)s {LATE}" if before else dated)
    if before is None:
        parts += _parts(branches, UNDATED if begin and begin.due is None else "due_at IS NULL")
    for lane, wanted in branches:
        params |= {**lane.params, **dict(wanted.params)}
    statement = f"{' UNION '.join(parts)} ORDER BY due_at, id LIMIT %(size)s"
    return rows_of(statement, params, _at_a_time) if parts else []


def _at_a_time(key: UUID, due: datetime | None) -> tuple[UUID, datetime | None]:
    return key, due


def _parts(branches: Sequence[Branch], after: str) -> list[str]:
    return [
        DUE.format(source=lane.source, column=lane.column, after=after, wanted=wanted.condition)
        for lane, wanted in branches
    ]
