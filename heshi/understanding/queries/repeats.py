"""Likely repeats of a case: other cases whose words, place and time are near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Final

from django.db.models import F, QuerySet

from heshi.cases.models import Case, Statement
from heshi.understanding.rules.reading import message_text
from heshi.understanding.rules.repeats import Candidate, rank

LOOKED_AT: Final = 60
"""Candidates compared letter by letter; the newest first."""
LIKELY: Final = 0.55
SHOWN: Final = 5
EXCERPT: Final = 60
EARTH_M: Final = 6_371_000.0


@dataclass(frozen=True)
class Repost:
    """A case that may be about the same matter."""

    number: str
    distance_m: float | None
    days: int
    score: float
    excerpt: str
    title: str
    said_at: datetime


@dataclass(frozen=True)
class _Told:
    """A case and the words with which it was told."""

    case: Case
    body: str
    said_at: datetime


def likely_reposts(
    case: Case, *, asked: Statement | None = None, among: QuerySet[Case] | None = None
) -> list[Repost]:
    """Return the cases of this county most likely about the same matter, likeliest first.

    ``asked`` is the case's first statement where the caller has it already; ``among`` leaves only cases in somebody's sight.
    """
    asked = asked or Statement.objects.filter(county=case.county, case=case).order_by("said_at").first()
    if asked is None or not asked.bands:
        return []
    told = _told_alike(case, asked.bands, among)
    candidates = [
        Candidate(
            message_text(one.case.title, one.body), _metres(case, one.case), _days(asked.said_at, one.said_at)
        )
        for one in told
    ]
    scores = rank(message_text(case.title, asked.body), candidates)
    found = [
        Repost(
            one.case.number,
            candidate.distance_m,
            round(candidate.days or 0),
            score,
            one.body[:EXCERPT],
            one.case.title,
            one.said_at,
        )
        for one, candidate, score in zip(told, candidates, scores, strict=True)
        if score >= LIKELY
    ]
    return sorted(found, key=lambda one: -one.score)[:SHOWN]


def _told_alike(case: Case, bands: list[int], among: QuerySet[Case] | None) -> list[_Told]:
    """Return the newest cases that share a band; one question to the GIN index."""
    # Asked from the case, so that sight is looked up on the one row that is joined anyway.
    seen = Case.objects.all() if among is None else among
    own = {"county": case.county, "statements__county": case.county, "statements__bands__overlap": bands}
    sharing = seen.filter(**own).exclude(pk=case.pk).only("number", "title", "lon", "lat")
    told = sharing.annotate(body=F("statements__body"), said_at=F("statements__said_at"))
    return [
        _Told(one, vars(one)["body"], vars(one)["said_at"]) for one in told.order_by("-said_at")[:LOOKED_AT]
    ]


def _days(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds()) / 86400


def _metres(one: Case, other: Case) -> float | None:
    """Return the distance over ground, or None where a place is unknown (haversine)."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    north, east = radians(other.lat - one.lat), radians(other.lon - one.lon)
    half = sin(north / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(east / 2) ** 2
    return round(2 * EARTH_M * asin(min(1.0, sqrt(half))), 1)
