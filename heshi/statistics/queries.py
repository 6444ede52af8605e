"""Figures from the counters, and the histories they are folded from. The cost of a page does not grow with the archive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Sum

from heshi.cases.models import Case, Event, Outgoing
from heshi.cases.record import EventUnreadable, entry_of
from heshi.common.numbers import spoken
from heshi.common.refusals import ILL_FORMED, Damaged
from heshi.common.statements import rows_of
from heshi.places.queries import county_code
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import playbook, sound
from heshi.playbooks.rules import LocalFigure, Playbook
from heshi.statistics.models import CaseTally, Counter
from heshi.statistics.rules import Contribution, Landmarks, Rate, contribution
from heshi.statistics.rules.contribution import landmarks_through, own_measure, own_name
from heshi.statistics.terms import DIMENSIONS, OWN, OWN_DIMENSIONS, WHOLE_COUNTY

CaseKey = tuple[int, UUID]
BATCH: Final = 1000
AGAIN: Final = """
SELECT county, month, dimension.key, dimension.value, measure, count(*)
FROM statistics_casetally, jsonb_each_text(keys) AS dimension, jsonb_array_elements_text(measures) AS measure
WHERE strpos(measure, %s) = 0 OR dimension.key = ANY(%s)
GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a span of months: by dimension and key, and month by month for the whole."""

    by: Mapping[str, Mapping[str, Mapping[str, int]]]
    months: Mapping[str, Mapping[str, int]]

    @property
    def all(self) -> Mapping[str, int]:
        """The counts of everything together."""
        return self.by.get("all", {}).get(WHOLE_COUNTY, {})

    def rows(self, dimension: str) -> list[tuple[str, Mapping[str, int]]]:
        """Return the keys of a dimension with their counts, the most received first."""
        found = self.by.get(dimension, {}).items()
        return sorted(found, key=lambda row: (-row[1].get("received", 0), row[0]))


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A playbook's own figure, under one definition; ``in_force`` says whether new cases are still counted by it."""

    book: Playbook
    figure: LocalFigure
    in_force: bool

    def rate(self, counts: Mapping[str, int]) -> Rate:
        """Return its two numbers."""
        name = own_name(self.book, self.figure)
        return Rate(counts.get(own_measure(name, "counts"), 0), counts.get(own_measure(name, "of"), 0))


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """A stored figure that is not what the events lead to; ``unread`` says why they lead nowhere."""

    what: str
    stored: int = 0
    counted: int = 0
    unread: str = ""

    def __str__(self) -> str:
        return f"{self.what}：{self.unread or f'现为 {self.stored}，按事件应为 {self.counted}'}"


def figures(first: str, last: str) -> Figures:
    """Return the figures of cases registered from the first to the last month, in two queries."""
    span = Counter.objects.filter(county=county_code(), month__gte=first, month__lte=last)
    by: dict[str, dict[str, dict[str, int]]] = {dimension: defaultdict(dict) for dimension in DIMENSIONS}
    for dimension, key, measure, value in (
        span.values_list("dimension", "key", "measure").annotate(total=Sum("value")).filter(total__gt=0)
    ):
        by.setdefault(dimension, defaultdict(dict))[key][measure] = value
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for month, measure, value in span.filter(dimension="all").values_list("month", "measure", "value"):
        months[month][measure] = value
    return Figures(by, months)


def own_figures(figures: Figures) -> list[OwnFigure]:
    """Return the own figures of every playbook that has cases here: those in force, and older definitions that count something.

    Where a figure was defined anew, each definition stands for itself: a case is counted by the version it lives by.
    """
    received = [code for code, counts in figures.by.get("playbook", {}).items() if counts.get("received")]
    frozen = PlaybookVersion.objects.filter(code__in=received).exclude(status="draft")
    versions = list(frozen.order_by("code", "-version").values_list("pk", "status"))
    books = sound(pk for pk, _status in versions)
    found: dict[str, OwnFigure] = {}
    for pk, status in ((pk, status) for pk, status in versions if pk in books):
        for figure in books[pk].figures.values():
            own = OwnFigure(books[pk], figure, in_force=status == "published")
            if own.in_force or own.rate(figures.all).whole:
                found.setdefault(own_name(own.book, figure), own)
    return list(found.values())


def first_month() -> str | None:
    """Return the earliest month that has figures."""
    return (
        Counter.objects.filter(county=county_code()).order_by("month").values_list("month", flat=True).first()
    )


def histories(keys: Iterable[CaseKey]) -> dict[CaseKey, list[Event]]:
    """Return the whole history of each of these cases, in one query."""
    wanted = list(keys)
    found: dict[CaseKey, list[Event]] = {key: [] for key in wanted}
    events = Event.objects.filter(
        county__in={county for county, _case in wanted}, case_id__in=[case for _county, case in wanted]
    )
    # The two lists of the filter cross counties; what was not asked for is passed over here.
    for event in events.order_by("case_id", "number").iterator(chunk_size=2000):
        if (key := (event.county, event.case_id)) in found:
            found[key].append(event)
    return found


def contributions(keys: Iterable[CaseKey]) -> dict[CaseKey, Contribution]:
    """Return what each of these cases adds to the figures; raises Damaged where the history of one cannot be read."""
    return {key: contributed(events) for key, events in histories(keys).items()}


def contributed(events: Sequence[Event]) -> Contribution:
    """Return what the case with this history adds to the figures; raises Damaged."""
    try:
        return contribution([entry_of(event) for event in events], landmarks_of)
    except ILL_FORMED as error:
        raise EventUnreadable(event=events[0].number, why="与后面的记录接不上") from error


@lru_cache(maxsize=256)
def landmarks_of(version: str) -> Landmarks:
    """Return what the figures need to know about a frozen playbook."""
    return landmarks_through(playbook(UUID(version)))


def case_batches(size: int = BATCH) -> Iterator[list[CaseKey]]:
    """Return the keys of all cases, some at a time, oldest first."""
    after = UUID(int=0)
    while batch := list(Case.objects.filter(pk__gt=after).order_by("pk").values_list("county", "pk")[:size]):
        yield batch
        after = batch[-1][1]


def differences() -> Iterator[Wrong]:
    """Count everything again and return each figure that differs; a case whose events are still to be folded is passed over."""
    for batch in case_batches():
        yield from _tally_differences(batch)
    counted = {cell[:5]: cell.value for cell in counted_again()}
    stored = {
        (cell.county, cell.month, cell.dimension, cell.key, cell.measure): cell.value
        for cell in Counter.objects.exclude(value=0).iterator(chunk_size=5000)
    }
    for cell in sorted(stored.keys() | counted.keys()):
        if stored.get(cell, 0) != counted.get(cell, 0):
            yield Wrong(" ".join(map(str, cell)), stored.get(cell, 0), counted.get(cell, 0))


def _tally_differences(batch: Sequence[CaseKey]) -> Iterator[Wrong]:
    cases = [case for _county, case in batch]
    # Their events are on the way to the counters: a difference there is no mistake.
    waiting = set(Outgoing.objects.filter(case_id__in=cases).values_list("case_id", flat=True))
    held = {
        (tally.county, tally.case_id): Contribution(tally.month, tally.keys, tuple(tally.measures))
        for tally in CaseTally.objects.filter(
            county__in={county for county, _case in batch}, case_id__in=cases
        )
    }
    for key, events in histories(key for key in batch if key[1] not in waiting).items():
        try:
            made = contributed(events)
        except Damaged as refusal:
            number = Case.objects.values_list("number", flat=True).get(county=key[0], pk=key[1])
            yield Wrong(f"案件 {spoken(number)}", unread=str(refusal))
            continue
        if held.get(key) != made:
            yield Wrong(f"案件 {key[1]}", len(held[key].measures) if key in held else 0, len(made.measures))


class CountedCell(NamedTuple):
    """One counter and its value."""

    county: int
    month: str
    dimension: str
    key: str
    measure: str
    value: int


def counted_again() -> list[CountedCell]:
    """Return every counter as the tallies of all cases lead to it."""
    return rows_of(AGAIN, [OWN, list(OWN_DIMENSIONS)], CountedCell)
