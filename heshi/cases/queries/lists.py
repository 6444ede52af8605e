"""The lists of the desk: what is due next, and what came in last. Keyset-paged; nothing here counts or skips."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from heshi.cases.models import Case
from heshi.cases.queries.lanes import (
    Lane,
    Params,
    cases_in_order,
    lanes_of,
    paths_below,
    rows_of,
    sees_county,
)
from heshi.common.refusals import Invalid
from heshi.people.rules import Scope
from heshi.places import queries as places
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import playbook as playbook_of

PAGE: Final = 30
FIRST: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)
Only = Literal["all", "mine", "overdue"]


class CursorBroken(Invalid):
    """The address of the next page was cut or altered."""

    code = "cursor_broken"
    sentence = "翻页地址不完整，请回到第一页重新往后翻。"


@dataclass(frozen=True, slots=True)
class Page:
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

WAITING: Final = """
AND (playbook_id, position) IN (SELECT * FROM unnest(%({holder}_playbooks)s::uuid[], %({holder}_positions)s::text[]))
"""

NEWEST: Final = """
SELECT one.id FROM {source} CROSS JOIN LATERAL (
  SELECT id FROM cases_case WHERE county = %(county)s AND {column} = lane.value AND id < %(key)s
  ORDER BY id DESC LIMIT %(size)s) AS one
"""
NEWEST_OF_ALL: Final = "SELECT id FROM cases_case WHERE county = %(county)s AND id < %(key)s ORDER BY id DESC LIMIT %(size)s"


def queue(
    scope: Scope, *, at: datetime, after: str = "", only: Only = "all", unit: UUID | None = None, size: int = PAGE
) -> Page:
    """Return the open cases in sight, those due first before the others, those without a running clock last.

    ``only="mine"`` leaves what waits for this person: for her centre, or for a unit in which she has a post.
    Raises CursorBroken.
    """
    begin = cursor_from(after) if after else None
    branches = _unit_lane(scope, unit, only) if unit else _lanes(scope, only)
    found = _due(branches, begin, size, at if only == "overdue" else None)
    keys = [key for key, _due_at in found[:size]]
    following = str(Cursor(found[size - 1][1], keys[-1])) if len(found) > size else ""
    return Page(cases_in_order(scope, keys), following)


def newest(scope: Scope, *, after: str = "", size: int = PAGE) -> Page:
    """Return every case in sight, open and closed, the last to come in first. Raises CursorBroken."""
    lanes = lanes_of(scope)
    if not lanes:
        return Page([])
    key = cursor_from(after).key if after else LAST
    params: Params = {"county": places.county_code(), "key": key, "size": size + 1}
    for lane in lanes:
        params |= lane.params
    if lanes[0].column == "county":
        statement = NEWEST_OF_ALL
    else:
        parts = " UNION ".join(NEWEST.format(source=lane.source, column=lane.column) for lane in lanes)
        statement = f"{parts} ORDER BY id DESC LIMIT %(size)s"
    keys = [row[0] for row in rows_of(statement, params)]
    following = str(Cursor(None, keys[size - 1])) if len(keys) > size else ""
    return Page(cases_in_order(scope, keys[:size]), following)


def held_by(holder: str) -> list[tuple[UUID, str]]:
    """Return the positions, each with its playbook version, at which a case waits for this holder."""
    versions = PlaybookVersion.objects.exclude(status="draft").values_list("id", flat=True)
    return [
        (version, position.code)
        for version in versions
        for position in playbook_of(version).positions.values()
        if position.holder == holder and not position.end
    ]


Branch = tuple[Lane, Wanted]


def _lanes(scope: Scope, only: Only) -> list[Branch]:
    lanes = lanes_of(scope)
    if only != "mine":
        return [(lane, Wanted()) for lane in lanes]
    branches: list[Branch] = []
    if scope.paths:
        branches += _for_the_centre(scope)
    if scope.unit_ids:
        branches.append((Lane("unit_id", sorted(scope.unit_ids)), _waiting("unit")))
    return branches


def _for_the_centre(scope: Scope) -> list[Branch]:
    wanted = _waiting("centre")
    if not sees_county(scope):
        return [(Lane("path", paths_below(scope.paths)), wanted)]
    codes = sorted(set(dict(wanted.params)["centre_positions"]))  # type: ignore[call-overload]
    return [(Lane("position", codes), wanted)]


def _waiting(holder: str) -> Wanted:
    pairs = held_by(holder)
    versions, positions = [version for version, _code in pairs], [code for _version, code in pairs]
    return Wanted(WAITING.format(holder=holder), ((f"{holder}_playbooks", versions), (f"{holder}_positions", positions)))


def _unit_lane(scope: Scope, unit: UUID, only: Only) -> list[Branch]:
    """One unit's files, as far as they are in sight."""
    lane = Lane("unit_id", [unit])
    if scope.is_empty:
        return []
    if sees_county(scope) or unit in scope.unit_ids:
        return [(lane, _waiting("unit") if only == "mine" else Wanted())]
    return [(lane, Wanted("AND path = ANY(%(in_sight)s::text[])", (("in_sight", paths_below(scope.paths)),)))]


def _due(
    branches: Sequence[Branch], begin: Cursor | None, size: int, before: datetime | None
) -> list[tuple[UUID, datetime | None]]:
    if not branches:
        return []
    params: Params = {"county": places.county_code(), "size": size + 1, "before": before}
    params |= {"key": begin.key if begin else FIRST, "due": begin.due if begin else "-infinity"}
    parts: list[str] = []
    if begin is None or begin.due:
        limit = " AND due_at < %(before)s" if before else ""
        parts += _parts(branches, DATED + limit)
    if before is None:
        parts += _parts(branches, UNDATED if begin and begin.due is None else "due_at IS NULL")
    for lane, wanted in branches:
        params |= {**lane.params, **dict(wanted.params)}
    statement = f"{' UNION '.join(parts)} ORDER BY due_at, id LIMIT %(size)s"
    return [(key, due) for key, due in rows_of(statement, params)] if parts else []


def _parts(branches: Sequence[Branch], after: str) -> list[str]:
    return [
        DUE.format(source=lane.source, column=lane.column, after=after, wanted=wanted.condition) for lane, wanted in branches
    ]
