"""The cases that belong together: merged into one another, or made one from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from heshi.cases.models import Case, Event, Tie
from heshi.cases.queries import visible_to
from heshi.cases.terms import GATHERED, JOINED
from heshi.people.rules import Scope

MOST_TIES: Final = 50
TIED: Final = {
    ("merged", True): "并入了", ("merged", False): "并进来的", ("made_from", True): "依据的案件", ("made_from", False): "据此提出的",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TiedCase:
    """Another case that belongs to this one; its title only for those who may see it."""

    how: str
    number: str
    title: str
    visible: bool


def is_tied(case: Case, events: Sequence[Event]) -> bool:
    """Say whether the history knows of other cases: most know of none, and nobody needs to look."""
    noted = any(event.step in (JOINED, GATHERED) for event in events)
    return noted or case.outcome == "merged" or bool(case.facts.get("made_from"))


def ties_of(case: Case, scope: Scope) -> list[TiedCase]:
    """Return the cases that became part of this one, that it became part of, or that it was made from."""
    found = Tie.objects.filter(Q(case=case) | Q(other=case), county=case.county).select_related(
        "case", "other"
    )
    ties = list(found.order_by("at")[:MOST_TIES])
    others = {tie.other_id if tie.case_id == case.pk else tie.case_id for tie in ties}
    # The other file's title may name people and things this person must not see; its number alone tells nothing.
    seen = (
        set(visible_to(scope).filter(county=case.county, pk__in=others).values_list("pk", flat=True))
        if ties
        else set()
    )
    return [_tied(tie, case, seen) for tie in ties]


def _tied(tie: Tie, case: Case, seen: set[UUID]) -> TiedCase:
    outward = tie.case_id == case.pk
    other = tie.other if outward else tie.case
    visible = other.pk in seen
    return TiedCase(TIED[tie.how, outward], other.number, other.title if visible else "", visible)
