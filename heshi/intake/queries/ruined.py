"""The same matter, of which a spreadsheet ruined a number: now, or when it came before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from heshi.cases.models import Case, Remark, Statement
from heshi.cases.rules import tokens
from heshi.intake.queries.known import IMPORT, KnownCase, known_among
from heshi.intake.rules.report import Report, list_of
from heshi.intake.rules.ruined import WHY, is_same_number, ruins_in
from heshi.places.queries import county_code

MOST_ALIKE: Final = 50


def ruined_cases(reports: Sequence[Report]) -> dict[str, KnownCase]:
    """Return, by the key of the report, the only case that says the same, of one person, and whose numbers begin like its own."""
    alike = _alike(reports)
    known = known_among(Case.objects.filter(pk__in=set().union(*alike.values()))) if alike else {}
    ruins = _ruins_of(known)
    found = {}
    for one in reports:
        same = [known[key] for key in alike.get(one.source_key, ()) if _is_same(one, known[key], ruins[key])]
        if len(same) == 1:
            found[one.source_key] = same[0]
    return found


def _alike(reports: Sequence[Report]) -> dict[str, set[UUID]]:
    """Return which cases say the same, of a report with a ruined number; of any other, those whose number was ruined."""
    alike = {one.source_key: _in_words(one) for one in reports if ruins_in(one)}
    others = [one for one in reports if one.source_key not in alike]
    marked = Remark.objects.filter(county=county_code(), why__in=list(WHY), settled_at=None)
    if others and marked.exists():
        said = Statement.objects.filter(
            county=county_code(), case__source=IMPORT, case_id__in=marked.values("case_id"),
            body__in=[one.body for one in others],
        )  # fmt: skip
        by_body = defaultdict[str, set[UUID]](set)
        for body, case_id in said.values_list("body", "case_id"):
            by_body[body].add(case_id)
        alike |= {one.source_key: by_body[one.body] for one in others if one.body in by_body}
    return alike


def _in_words(report: Report) -> set[UUID]:
    said = Statement.objects.filter(
        county=county_code(), tokens__contains=tokens(report.body), body=report.body, case__source=IMPORT
    )
    return set(said.values_list("case_id", flat=True)[:MOST_ALIKE])


def _ruins_of(known: Mapping[UUID, KnownCase]) -> defaultdict[UUID, dict[str, str]]:
    ruins = defaultdict[UUID, dict[str, str]](dict)
    rows = Remark.objects.filter(county=county_code(), case_id__in=known, why__in=list(WHY), settled_at=None)
    for case_id, why, text in rows.values_list("case_id", "why", "text"):
        ruins[case_id][WHY[why]] = text.strip()
    return ruins


def _is_same(report: Report, known: KnownCase, ruins: Mapping[str, str]) -> bool:
    """Return whether both are of one list and of one person, and each number is the same as far as it is left."""
    mine = {"external_number": report.number, "phone": report.phone, "identity_no": report.identity_no}
    its = {"external_number": known.number} | {
        name: getattr(known.person, name, "") for name in ("phone", "identity_no")
    }
    now = ruins_in(report)
    return (
        list_of(report.source_key) == list_of(known.case.source_key)
        and report.name == getattr(known.person, "name", "")
        and all(is_same_number(now.get(name, mine[name]), ruins.get(name, its[name])) for name in mine)
    )
