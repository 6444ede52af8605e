"""What stands in clock and calendar files, once it has the shape of their schemas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NotRequired, TypedDict

from heshi.clocks.terms import HourStart, Roll, Unit


class WrittenSource(TypedDict):
    """A law or a local rule that clocks of a file rest on."""

    name: str
    valid_from: NotRequired[str]
    valid_to: NotRequired[str]
    verified: NotRequired[bool]
    note: NotRequired[str]


class WrittenLead(TypedDict):
    """When to warn, as it is written: one of the two."""

    working_days: NotRequired[int]
    share: NotRequired[float]


class WrittenExtension(TypedDict):
    """How a clock may be made longer, as it is written."""

    length: int | None
    times: int | None
    granted_by: list[str]
    consent: NotRequired[str]
    max_length: NotRequired[int]
    tell_person: NotRequired[bool]
    article: NotRequired[str]


class WrittenClock(TypedDict):
    """A clock as it is written."""

    code: str
    title: str
    trigger: str
    since: str
    length: int
    unit: Unit
    on_expiry: str
    then: str
    source: str
    article: str
    roll: NotRequired[Roll]
    hour_start: NotRequired[HourStart]
    nearly_due: NotRequired[WrittenLead]
    pause_reasons: NotRequired[list[str]]
    reference: NotRequired[str]
    extension: NotRequired[WrittenExtension]
    verified: NotRequired[bool]
    valid_from: NotRequired[str]
    valid_to: NotRequired[str]
    note: NotRequired[str]


class WrittenStandingRule(TypedDict):
    """A line of law that is no span of time, as it is written."""

    code: str
    title: str
    says: str
    source: str
    article: str
    at_least: NotRequired[int]
    at_most: NotRequired[int]
    measure: NotRequired[str]
    verified: NotRequired[bool]
    note: NotRequired[str]


class ClockFile(TypedDict):
    """A file of the library, of which `schema.json` says the shape."""

    family: str
    title: str
    sources: dict[str, WrittenSource]
    clocks: list[WrittenClock]
    standing_rules: NotRequired[list[WrittenStandingRule]]


class CalendarFile(TypedDict):
    """A year of rest and make-up days, or a region's own holidays; `calendar.schema.json` says the shape."""

    paper: str
    rest: list[str]
    year: NotRequired[int]
    region: NotRequired[str]
    work: NotRequired[list[str]]


def day_of(text: str | None) -> date | None:
    """Return a written day; raises ValueError where there is no such day."""
    return None if text is None else date.fromisoformat(text)


def days_of(text: str) -> Iterator[date]:
    """Yield a written day, or each day from one to another; raises ValueError where there are no such days."""
    first, _, last = text.partition("/")
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < day:
        raise ValueError(text)
    while day <= end:
        yield day
        day += timedelta(days=1)


def validity(entry: WrittenClock, sources: dict[str, WrittenSource]) -> tuple[date | None, date | None]:
    """Return from and to which day a clock holds: its own days, or those of its source. Raises ValueError, KeyError."""
    source = sources[entry["source"]]
    begins = day_of(entry.get("valid_from", source.get("valid_from")))
    return begins, day_of(entry.get("valid_to", source.get("valid_to")))
