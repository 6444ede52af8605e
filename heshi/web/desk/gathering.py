"""What recurs among the newest cases, by topic and township."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from heshi.cases.models import Case
from heshi.cases.queries.lists import newest
from heshi.cases.terms import INTERNAL_KINDS
from heshi.people.rules import Scope
from heshi.places.rules.codes import township_in
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import sound
from heshi.understanding.terms import topic_label
from heshi.web.kit.names import names

LOOK: Final = 2_000
"""So many of the newest cases are looked through, whatever the size of the archive."""
RECURRING, MOST_CLUSTERS = 3, 10


@dataclass(frozen=True, slots=True)
class LookedFor:
    """What is looked for: a topic, a place and everything in it, or both."""

    topic: str
    place: str

    def fits(self, case: Case) -> bool:
        """Say whether a case is one of them."""
        there = not self.place or self.place in case.path.split("/")
        return there and self.topic in ("", case.topic)


@dataclass(frozen=True, slots=True)
class Cluster:
    """How often a topic came up in a township."""

    topic: str
    topic_word: str
    place: str
    place_word: str
    count: int


def books_for(roles: Collection[str]) -> list[PlaybookVersion]:
    """Return the playbooks in force by which somebody in these roles may make a file from others."""
    versions = PlaybookVersion.objects.filter(status="published").defer("texts").order_by("code")
    books = sound(version.pk for version in versions)
    return [
        one
        for one in versions
        if one.pk in books and (by := books[one.pk].gathers) and set(by.who) & set(roles)
    ]


def candidates(scope: Scope) -> list[Case]:
    """Return the newest cases in sight that residents brought."""
    return [case for case in newest(scope, size=LOOK).cases if case.kind not in INTERNAL_KINDS]


def clusters(cases: Sequence[Case]) -> list[Cluster]:
    """Return what came up at least three times in a township, most often first."""
    counted = Counter((case.topic, township_in(case.path) or "") for case in cases)
    return [
        Cluster(topic, topic_label(topic), place, names().place(place) if place else "县里", count)
        for (topic, place), count in counted.most_common(MOST_CLUSTERS)
        if count >= RECURRING
    ]
