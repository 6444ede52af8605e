"""On which plain days a duty comes back, rest days not yet considered: the rules of iCalendar, and days of the lunar year.

Where a playbook names no day: every week on Monday, every month on the 10th, every quarter on the last day of its first month,
every half year on the last day of its second month, every year on 30 April. A day that a month does not have is its last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, rruleset

from heshi.clocks.rules.lunar import lunar_date
from heshi.playbooks.rules import Rhythm
from heshi.playbooks.rules.telling import LUNAR

Spot = tuple[int, int]
"""A month within a period, the first being 1, and a day of that month."""
MONDAY: Final = 1
TENTH: Final = 10
SHORTEST_MONTH: Final = 28
MONTHS: Final = {"quarter": 3, "half_year": 6, "year": 12}
USUAL: Final[dict[str, list[Spot]]] = {"quarter": [(1, 31)], "half_year": [(2, 31)], "year": [(4, 30)]}


def plain_days(rhythm: Rhythm, *, first: date, last: date) -> list[date]:
    """Return every day of a span on which a duty falls, in order."""
    early = timedelta(days=rhythm.days_before)
    begin, end = _midnight(first + early), _midnight(last + early)
    days = rruleset()
    for rule in _rules(rhythm, begin):
        days.rrule(rule)
    for day in _lunar_days(rhythm, begin.year - 1, end.year):
        days.rdate(_midnight(day))
    return [moment.date() - early for moment in days.between(begin, end, inc=True)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _rules(rhythm: Rhythm, begin: datetime) -> Iterator[rrule]:
    match rhythm.every:
        case "day":
            yield rrule(DAILY, dtstart=begin)
        case "week":
            numbers = [int(number) for number in rhythm.on] or [MONDAY]
            yield rrule(WEEKLY, dtstart=begin, byweekday=[number - 1 for number in numbers])
        case "month":
            for number in rhythm.on or (TENTH,):
                yield _monthly(begin, range(1, 13), int(number))
        case every:
            for month, number in _spots(every, rhythm.on):
                yield _monthly(begin, [month], number)


def _monthly(begin: datetime, months: Sequence[int], number: int) -> rrule:
    """Return one day in each of these months; the last of a month that is too short for it."""
    days = range(min(number, SHORTEST_MONTH), number + 1)
    return rrule(MONTHLY, dtstart=begin, bymonth=list(months), bymonthday=list(days), bysetpos=-1)


def _spots(every: str, on: Sequence[int | str]) -> Iterator[Spot]:
    """Yield month and day of each time in a year; a period none of whose days is named follows the first that has one."""
    length = MONTHS[every]
    named = sorted((int(text[:2]), int(text[3:])) for text in map(str, on) if not text.startswith(LUNAR))
    if on and not named:
        return
    periods = {
        begin: [(month - begin + 1, number) for month, number in spots]
        for begin, spots in groupby(named, key=lambda spot: _first_month(spot[0], length))
    }
    usual = next(iter(periods.values()), USUAL[every])
    for begin in range(1, 13, length):
        yield from ((begin + month - 1, number) for month, number in periods.get(begin, usual))


def _first_month(month: int, length: int) -> int:
    return (month - 1) // length * length + 1


def _lunar_days(rhythm: Rhythm, first_year: int, last_year: int) -> Iterator[date]:
    """Yield the named days of the lunar years that begin in these years; 腊月 lies mostly in the year after."""
    for text in (day.removeprefix(LUNAR) for day in map(str, rhythm.on) if day.startswith(LUNAR)):
        for year in range(first_year, last_year + 1):
            yield lunar_date(year, int(text[:2]), int(text[3:]))
