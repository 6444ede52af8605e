"""The three instants of a clock in one call, also while next year's notice is still to come.

Late each year the State Council publishes next year's days of rest. Until they are loaded, a due date in
that year cannot be told, and Heshi does not guess. But a resident's matter must still be taken in, and
someone must still be warned in good time. So a plan then holds the earliest instant the clock can possibly be
due, and says which year it waits for; the page says so too, and the plan is made again when it is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import lru_cache

from heshi.clocks.rules.calendar import Calendar, CalendarYearUnknown
from heshi.clocks.rules.changing import Pause, paused_due
from heshi.clocks.rules.counting import SHANGHAI, due_at, half_way_at, nearly_due_before
from heshi.clocks.rules.definitions import ClockDef


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """When a clock is half gone, nearly due and due; `awaits_year` is set while that is only a bound."""

    half_at: datetime
    nearly_at: datetime
    due_at: datetime
    awaits_year: int | None = None


def plan(definition: ClockDef, start: datetime, tz: tzinfo = SHANGHAI) -> ClockPlan:
    """Return the plan of a clock; where a year is not loaded, the earliest it can be, marked as such."""
    try:
        return _planned(definition, start, tz, awaits_year=None)
    except CalendarYearUnknown as unknown:
        year = _to_come(definition, unknown)
        return _planned(_bounding(definition), start, tz, awaits_year=year)


def replan(
    definition: ClockDef,
    start: datetime,
    pauses: Sequence[Pause],
    extensions: Sequence[int] = (),
    tz: tzinfo = SHANGHAI,
) -> ClockPlan | None:
    """Return the plan of a clock that was paused or extended, or None while a pause lasts."""
    try:
        return _replanned(definition, start, pauses, extensions, tz, awaits_year=None)
    except CalendarYearUnknown as unknown:
        year = _to_come(definition, unknown)
        return _replanned(_bounding(definition), start, pauses, extensions, tz, awaits_year=year)


def earliest_due_at(definition: ClockDef, start: datetime, tz: tzinfo = SHANGHAI) -> datetime:
    """Return an instant the clock is certainly not due before, whatever the coming notices say."""
    return due_at(_bounding(definition), start, tz)


def _planned(definition: ClockDef, start: datetime, tz: tzinfo, *, awaits_year: int | None) -> ClockPlan:
    half, due = half_way_at(definition, start, tz), due_at(definition, start, tz)
    return ClockPlan(half, nearly_due_before(definition, half, start, due, tz), due, awaits_year)


def _replanned(
    definition: ClockDef,
    start: datetime,
    pauses: Sequence[Pause],
    extensions: Sequence[int],
    tz: tzinfo,
    *,
    awaits_year: int | None,
) -> ClockPlan | None:
    due = paused_due(definition, start, pauses, extensions, tz)
    if due is None:
        return None
    half = start + (due - start) / 2
    return ClockPlan(half, nearly_due_before(definition, half, start, due, tz), due, awaits_year)


def _to_come(definition: ClockDef, unknown: CalendarYearUnknown) -> int:
    """Return the year whose notice is still to come; a year before the first one known stays a refusal."""
    if unknown.year < definition.calendar.first_year:
        raise unknown
    return unknown.year


@lru_cache(maxsize=1024)
def _bounding(definition: ClockDef) -> ClockDef:
    return replace(definition, calendar=open_ended(definition.calendar))


@lru_cache(maxsize=32)
def open_ended(calendar: Calendar) -> Calendar:
    """Return the calendar in which each day of the years not published is worked; the same one for the same calendar."""
    return calendar.assuming_no_rest()
