"""What we know already of the matters that a file speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from heshi.cases.models import Case, Event, Party, Statement
from heshi.cases.rules.wholes import MADE_UP
from heshi.cases.terms import CORRECTED, PERSONAL
from heshi.common.digests import sm3
from heshi.intake.models import HeldRow
from heshi.intake.rules.report import Report
from heshi.intake.rules.written.moments import SHANGHAI
from heshi.places.queries import county_code

IMPORT: Final = "import"


@dataclass(slots=True)
class KnownCase:
    """A case that was imported before: what was said, by whom, and what a person has put right since."""

    case: Case
    words: set[str] = field(default_factory=set)
    place_text: str = ""
    said_at: datetime | None = None
    person: Party | None = None
    by_hand: set[str] = field(default_factory=set)
    number: str = ""
    """By which the other system knows it; empty for a case that came without."""
    held: dict[str, str] = field(default_factory=dict)
    """Other words that came under its number, by their mark, and what was decided of each."""

    def changes(self, report: Report) -> dict[str, object]:
        """Return what a newer row says otherwise. What somebody here has put right stays as it is."""
        held = {name: getattr(self.person, name, "") for name in PERSONAL} | {
            "place_text": self.place_text,
            "external_number": self.case.facts.get("external_number", ""),
            "external_status": self.case.facts.get("external_status", ""),
        }
        said = {name: getattr(report, "status" if name == "external_status" else name) for name in held}
        if report.source_key != self.case.source_key:
            said["external_number"] = report.number  # it came without one before
        changed: dict[str, object] = {
            name: value
            for name, value in said.items()
            if value and value != held[name] and name not in self.by_hand
        }
        if (
            report.said_at
            and "said_at" not in self.by_hand
            and not _is_same_moment(report.said_at, self.said_at)
        ):
            changed["said_at"] = report.said_at
        return changed


def mark_of(report: Report) -> str:
    """Return the fingerprint of what a row says."""
    return sm3(report.body.encode("utf-8", "surrogateescape"))


def known_cases(keys: Iterable[str]) -> dict[str, KnownCase]:
    """Return, for those of the keys that were imported before, what we know."""
    known = known_among(Case.objects.filter(source=IMPORT, source_key__in=list(keys)))
    return {one.case.source_key: one for one in known.values()}


def known_among(cases: QuerySet[Case]) -> dict[UUID, KnownCase]:
    """Return what we know of these cases, by their keys."""
    known = {case.pk: KnownCase(case, number=_number_of(case)) for case in cases.filter(county=county_code())}
    if known:
        _with_words(known)
        _with_people(known)
        _with_decisions(known)
    return known


def _number_of(case: Case) -> str:
    written = str(case.facts.get("external_number") or "")
    return written or ("" if MADE_UP.search(case.source_key) else case.source_key.rpartition(":")[2])


def _with_words(known: Mapping[UUID, KnownCase]) -> None:
    said = Statement.objects.filter(county=county_code(), case_id__in=known).order_by("-id")
    for case_id, body, place_text, said_at in said.values_list("case_id", "body", "place_text", "said_at"):
        one = known[case_id]
        one.words.add(body)
        one.place_text, one.said_at = place_text, said_at  # the first words come last


def _with_people(known: Mapping[UUID, KnownCase]) -> None:
    for party in Party.objects.filter(county=county_code(), case_id__in=known).order_by("-id"):
        known[party.case_id].person = party
    corrected = Event.objects.filter(
        county=county_code(), case_id__in=known, step=CORRECTED, actor_id__isnull=False
    )
    for event in corrected:
        known[event.case_id].by_hand |= {str(name) for name in _named(event)}


def _named(event: Event) -> Iterable[object]:
    named = event.body.facts.get("corrected")
    return named if isinstance(named, list) else ()


def _with_decisions(known: Mapping[UUID, KnownCase]) -> None:
    rows = HeldRow.objects.filter(county=county_code(), case_id__in=known)
    for case_id, mark, state in rows.values_list("case_id", "mark", "state"):
        known[case_id].held[mark] = state


def _is_same_moment(now: datetime, before: datetime | None) -> bool:
    """Return whether these are the same; a sheet that keeps only the day says nothing about the hour."""
    if before is None:
        return False
    now, before = now.astimezone(SHANGHAI), before.astimezone(SHANGHAI)
    is_day_only = (now.hour, now.minute, now.second) == (0, 0, 0)
    return now.date() == before.date() if is_day_only else abs(now - before) < timedelta(minutes=1)
