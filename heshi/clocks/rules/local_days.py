"""The days a place counts by beside the calendar of the law: market days, by the number of the day or the day of the week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from heshi.clocks.rules.calendar import Calendar
from heshi.clocks.rules.lunar import lunar_days

YEARS: Final = range(2001, 2098)
"""For so long such days are worked out: behind lie the twenty years a clock may count from, ahead those of the lunar tables."""


class LocalDays(Calendar):
    """Nothing but the days of one local calendar: counting with it steps from one of them to the next, rest day or not."""

    __slots__ = ()

    def __init__(self, days: Iterable[date], years: Iterable[int]) -> None:
        super().__init__(rest=(), work=days, years=years)

    def _is_worked(self, day: date) -> bool:
        return day in self.work


# One calendar for the same days: clocks are equal, and their due days are remembered, only with the very same calendar.
@lru_cache(maxsize=64)
def local_days(
    *, lunar: tuple[int, ...] = (), solar: tuple[int, ...] = (), weekdays: tuple[int, ...] = ()
) -> LocalDays:
    """Return the days with one of these numbers in their lunar or solar month, or one of these in their week (Monday is 1)."""
    return LocalDays(_named(frozenset(lunar), frozenset(solar), frozenset(weekdays)), YEARS)


def _named(lunar: frozenset[int], solar: frozenset[int], weekdays: frozenset[int]) -> Iterator[date]:
    if lunar:
        years = {YEARS[0] - 1, *YEARS}
        yield from (
            day for day, number in lunar_days(min(years), max(years)) if number in lunar and day.year in YEARS
        )
    day, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    while solar | weekdays and day <= last:
        if day.day in solar or day.isoweekday() in weekdays:
            yield day
        day += timedelta(days=1)
