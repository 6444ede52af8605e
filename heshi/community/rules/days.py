"""On which days a duty comes back. Values in, days out; the calendar of rest days is given.

Where a playbook names no day: every week on Monday, every month on the 10th, every quarter on the last day of its first month,
every half year on the last day of its second month, every year on 30 April. A day that a month does not have is its last day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from heshi.clocks.rules import Calendar, CalendarYearUnknown
from heshi.community.terms import DAYS_AHEAD, FARTHEST, LOOK_BACK
from heshi.playbooks.terms import PERIODS

Day = int | str
Spot = tuple[int, int]
"""A month within a period, the first being 1, and a day of that month."""
ONE_DAY: Final = timedelta(days=1)
MONDAY: Final = 1
TENTH: Final = 10
MONTHS: Final = {"quarter": 3, "half_year": 6, "year": 12}
USUAL: Final[dict[str, list[Spot]]] = {"quarter": [(1, 31)], "half_year": [(2, 31)], "year": [(4, 30)]}
WEEKDAYS: Final = ("", "周一", "周二", "周三", "周四", "周五", "周六", "周日")


def falls_on(day: date, *, every: str, on: Sequence[Day] = ()) -> bool:
    """Return whether a duty falls on a day, rest days not yet considered."""
    match every:
        case "day":
            return True
        case "week":
            return day.isoweekday() in (on or (MONDAY,))
        case "month":
            return any(_is(day, day.month, int(number)) for number in on or (TENTH,))
        case _:
            begin = _first_month(day.month, MONTHS[every])
            return any(_is(day, begin + month - 1, number) for month, number in _spots(day, every, on))


def _is(day: date, month: int, number: int) -> bool:
    """Return whether the day is the one named; the last of its month where the month is too short."""
    return day.month == month and day.day == min(number, monthrange(day.year, month)[1])


def _first_month(month: int, length: int) -> int:
    return (month - 1) // length * length + 1


def _spots(day: date, every: str, on: Sequence[Day]) -> list[Spot]:
    """Return where in the period of this day the duty falls; a period none of whose days is named follows the first that has one."""
    length = MONTHS[every]
    named = sorted((int(text[:2]), int(text[3:])) for text in map(str, on))
    periods = {
        begin: [(month - begin + 1, number) for month, number in spots]
        for begin, spots in groupby(named, key=lambda spot: _first_month(spot[0], length))
    }
    return periods.get(_first_month(day.month, length)) or next(iter(periods.values()), USUAL[every])


def period_of(day: date, *, every: str) -> str:
    """Return the code of the period a day lies in: 2026-03-05, 2026-W10, 2026-03, 2026-Q1, 2026-H1, 2026."""
    match every:
        case "day":
            return day.isoformat()
        case "week":
            return f"{day.isocalendar().year}-W{day.isocalendar().week:02d}"
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case "half_year":
            return f"{day.year}-H{(day.month + 5) // 6}"
        case _:
            return str(day.year)


def moved(day: date, calendar: Calendar) -> date:
    """Return the day itself, or the working day after the rest days it falls in; the day itself where the year is not known yet."""
    try:
        return calendar.roll(day)
    except CalendarYearUnknown:
        return day


def due_days(
    *, every: str, on: Sequence[Day], first: date, last: date, calendar: Calendar
) -> dict[date, date]:
    """Return every due day of a span, each with the plain day it stands for.

    Days of rest that lead to the same working day are one duty, not several.
    """
    plain = (
        day for day in _days(first - timedelta(days=LOOK_BACK), last) if falls_on(day, every=every, on=on)
    )
    due = {moved(day, calendar): day for day in plain}
    return {day: stands_for for day, stands_for in due.items() if first <= day <= last}


def ahead(*, every: str, on: Sequence[Day], today: date, calendar: Calendar) -> dict[date, date]:
    """Return the due days of the next fortnight after today; the next one where there is none."""
    first, last = today + ONE_DAY, today + timedelta(days=DAYS_AHEAD)
    near = due_days(every=every, on=on, first=first, last=last, calendar=calendar)
    if near:
        return near
    farthest = today + timedelta(days=FARTHEST)
    far = due_days(every=every, on=on, first=first, last=farthest, calendar=calendar)
    return dict(sorted(far.items())[:1])


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def how_often(every: str, on: Sequence[Day]) -> str:
    """Return in words how often and when a duty comes back: 每周三、周五."""
    if not on:
        return PERIODS[every]
    if every == "week":
        return "每" + "、".join(WEEKDAYS[int(number)] for number in sorted(on, key=int))
    days = "、".join(_named(number) for number in sorted(on, key=str if every in MONTHS else int))
    return f"{PERIODS[every]}{days}" if every in ("month", "year") else f"{PERIODS[every]}（{days}）"


def _named(number: Day) -> str:
    """Return 10日, or 3月10日."""
    if isinstance(number, int):
        return f"{number}日"
    return f"{int(number[:2])}月{int(number[3:])}日"
