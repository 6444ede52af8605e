"""On which days a duty is due: moved out of rest days, a fortnight ahead, in words. Values in, days out; the calendar is given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from heshi.clocks.rules import Calendar, CalendarYearUnknown
from heshi.community.rules.recurring import MONTHS, plain_days
from heshi.community.terms import DAYS_AHEAD, FARTHEST, LOOK_BACK
from heshi.playbooks.rules import Rhythm
from heshi.playbooks.rules.telling import WEEKDAYS, besides, day_words
from heshi.playbooks.terms import PERIODS

ONE_DAY: Final = timedelta(days=1)


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


def due_days(rhythm: Rhythm, *, first: date, last: date, calendar: Calendar) -> dict[date, date]:
    """Return every due day of a span, each with the plain day it stands for.

    Days of rest that lead to the same working day are one duty, not several; where rest days count, nothing is moved.
    """
    if rhythm.rest_days:
        return {day: day for day in plain_days(rhythm, first=first, last=last)}
    plain = plain_days(rhythm, first=first - timedelta(days=LOOK_BACK), last=last)
    due = {moved(day, calendar): day for day in plain}
    return {day: stands_for for day, stands_for in due.items() if first <= day <= last}


def ahead(rhythm: Rhythm, *, today: date, calendar: Calendar) -> dict[date, date]:
    """Return the due days of the next fortnight after today; the next one where there is none."""
    first, last = today + ONE_DAY, today + timedelta(days=DAYS_AHEAD)
    near = due_days(rhythm, first=first, last=last, calendar=calendar)
    if near:
        return near
    far = due_days(rhythm, first=first, last=today + timedelta(days=FARTHEST), calendar=calendar)
    return dict(sorted(far.items())[:1])


def how_often(rhythm: Rhythm) -> str:
    """Return in words how often and when a duty comes back: 每周三、周五; 每日，休息日照做."""
    return f"{_when(rhythm)}{besides(rhythm)}"


def _when(rhythm: Rhythm) -> str:
    every, on = rhythm.every, rhythm.on
    if not on:
        return PERIODS[every]
    if every == "week":
        return "每" + "、".join(WEEKDAYS[int(number)] for number in sorted(on, key=int))
    days = "、".join(day_words(number) for number in sorted(on, key=str if every in MONTHS else int))
    return f"{PERIODS[every]}{days}" if every in ("month", "year") else f"{PERIODS[every]}（{days}）"
