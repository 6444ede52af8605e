"""Sight as lanes: the few index ranges in which everything a person may see lies, each already in the order a list wants.

A list over a million files reads thirty rows of each lane and merges them, so its cost does not grow with the archive.
`visible_to` stays the one predicate of sight; lanes only say where to look, and every row found still has to pass it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Subquery

from heshi.cases.models import Case
from heshi.cases.queries.file import visible_to
from heshi.common.statements import Params
from heshi.people.rules import Scope
from heshi.places import queries as places

TYPES = {"county": "integer", "unit_id": "uuid", "path": "text", "position": "text"}
SHOWN = (
    "id", "county", "number", "title", "kind", "topic", "place", "path", "unit_id", "playbook_id", "position", "is_open",
    "tier", "colour", "outcome", "revision", "opened_at", "due_at", "due_clock",
)  # fmt: skip


GUESS: Final = {"unsure": F("facts__unsure"), "suggested": F("facts__suggested")}
"""Of the free facts a line needs to know only whether anybody is sure what the case is about, and what was guessed."""


class Keyed(NamedTuple):
    """A case that a statement finds, by its key."""

    key: UUID


@dataclass(frozen=True, slots=True)
class Lane:
    """One index range for each of the values of a column."""

    column: str
    values: Sequence[object]

    @property
    def source(self) -> str:
        """The values as a row source, one named parameter."""
        return f"unnest(%(lane_{self.column})s::{TYPES[self.column]}[]) AS lane(value)"

    @property
    def params(self) -> Params:
        """The parameter of the row source."""
        return {f"lane_{self.column}": list(self.values)}


def lanes_of(scope: Scope) -> list[Lane]:
    """Return the lanes in which all files of a scope lie; the whole county is one lane."""
    if scope.is_empty:
        return []
    if sees_county(scope):
        return [Lane("county", [places.county_code()])]
    lanes = [Lane("unit_id", sorted(scope.unit_ids)), Lane("path", paths_below(scope.paths))]
    return [lane for lane in lanes if lane.values]


def sees_county(scope: Scope) -> bool:
    """Return whether the scope covers the whole county."""
    if scope.everything:
        return True
    county = places.division_paths([str(places.county_code())]).get(str(places.county_code()), "")
    return any(county == path or county.startswith(f"{path}/") for path in scope.paths)


def paths_below(paths: Iterable[str]) -> list[str]:
    """Return every division path at or below these paths, those of past divisions too."""
    known = places.known()
    return [below for path in paths for below in _below(known, path)]


@lru_cache(maxsize=512)
def _below(_known: places.KnownPlaces, path: str) -> tuple[str, ...]:
    """Remember a subtree for as long as the places stay as they are known."""
    return tuple(places.subtree(path).values_list("path", flat=True))


def cases_in_order(scope: Scope, keys: Sequence[UUID], **beside: Subquery) -> list[Case]:
    """Return the cases of these keys that the person may see, in the order of the keys, with what is read ``beside`` each."""
    if not keys:
        return []
    # Every row passes the predicate of sight again: a lane that is too wide costs time and shows nothing.
    seen = visible_to(scope).filter(county=places.county_code(), pk__in=keys)
    found = {case.pk: case for case in seen.only(*SHOWN).annotate(**GUESS, **beside)}
    # A case that moved out of sight since the keys were read is left out, not a mistake.
    return [found[key] for key in keys if key in found]
