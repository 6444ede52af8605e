"""Find files by a whole value: a telephone, a document, a name, a number of another system.

Kept are keyed fingerprints alone, so a copy of the tables without the key tells nobody's number; a part of a value finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery

from heshi.cases.models import Case, Statement
from heshi.cases.queries.file import involved, visible_to
from heshi.cases.queries.lanes import SHOWN
from heshi.cases.queries.search import LONGEST, Hit, excerpt_of
from heshi.cases.rules.wholes import PERSONAL, Whole, wholes_asked
from heshi.common.crypto import lookup
from heshi.common.statements import rows_of
from heshi.people.rules import Scope
from heshi.places import queries as places

MOST: Final = 50
"""So many files of one person are shown, the newest; whoever has more is found by a number or by words."""
SIGN: Final = 1 << 63
LOOK: Final = 500
"""So many of the newest files are looked at for each meaning of a question: hundreds may be called 张伟."""
OWN: Final = """
SELECT asked.fingerprint, one.case_id FROM unnest(%(asked)s::bigint[]) AS asked(fingerprint) CROSS JOIN LATERAL (
  SELECT case_id FROM cases_lookup WHERE county = %(county)s AND fingerprint = asked.fingerprint
  ORDER BY case_id DESC LIMIT %(look)s) AS one
"""


@dataclass(frozen=True, slots=True)
class FoundWhole:
    """Files that a whole value leads to, newest first; ``by`` says for each case by which personal values, in words."""

    hits: Sequence[Hit] = ()
    by: Mapping[UUID, str] | None = None

    def personal(self, case: Case) -> str:
        """Return by which of somebody's own values a case was found; empty for a number of another system."""
        return (self.by or {}).get(case.pk, "")


def fingerprint(whole: Whole) -> int:
    """Return what is kept of a value: 64 bits under a key of their own, the sort of value among what is hashed."""
    # As a signed number: that is how the database counts to 64 bits.
    return (int(lookup(f"whole/{whole.sort}/{whole.value}"), 16) ^ SIGN) - SIGN


def found_whole(scope: Scope, text: str) -> FoundWhole:
    """Return the files in sight to which the question leads as a whole; what is out of sight is not found."""
    if scope.is_empty or len(text) > LONGEST:
        return FoundWhole()
    asked = {fingerprint(whole): whole.sort for whole in wholes_asked(text)}
    given = {"county": places.county_code(), "asked": list(asked), "look": LOOK}
    rows = rows_of(OWN, given, _sorted_case)
    if not rows:
        return FoundWhole()
    cases = _in_sight(scope, {case_id for _print, case_id in rows})
    by = _in_words((asked[found], case_id) for found, case_id in rows)
    return FoundWhole([Hit(case, excerpt_of(vars(case)["said"] or "", ())) for case in cases], by)


def _sorted_case(found: int, case_id: UUID) -> tuple[int, UUID]:
    return found, case_id


def _in_sight(scope: Scope, keys: Iterable[UUID]) -> list[Case]:
    """Return the newest of these cases that this person sees, by themselves or by a task in them."""
    own = {"county": places.county_code(), "pk__in": list(keys)}
    said = Statement.objects.filter(county=OuterRef("county"), case_id=OuterRef("pk")).order_by("said_at")
    seen = visible_to(scope).filter(**own) | involved(scope).filter(**own)
    cases = seen.select_related("unit").only(*SHOWN).annotate(said=Subquery(said.values("body")[:1]))
    return list(cases.order_by("-pk")[:MOST])


def _in_words(found: Iterable[tuple[str, UUID]]) -> dict[UUID, str]:
    sorts: dict[UUID, set[str]] = {}
    for sort, case_id in found:
        sorts.setdefault(case_id, set()).add(sort)
    return {
        case_id: "、".join(word for sort, word in PERSONAL.items() if sort in held)
        for case_id, held in sorts.items()
    }
