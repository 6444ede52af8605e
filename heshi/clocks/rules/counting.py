"""Counting: from the moment a clock starts to the instant it is due.

A clock counted in days ends at 24:00 of its last day. We keep that as the instant of local midnight at the
END of that day (00:00 of the next one), so overdue is simply ``now >= due_at``; `due_on` gives the day people
are shown. The day of the event is never counted (民法典第201条); months end on the corresponding day, or on
the last day of the month where there is none (第202条); a last day of rest moves to the first working day
after the block (第203条).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from heshi.clocks.rules.calendar import Calendar
from heshi.clocks.rules.definitions import ClockDef
from heshi.clocks.terms import BY_CALENDAR, EXACT, Stage
from heshi.common.refusals import Invalid

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = timedelta(days=1)
_FIFTH: Final = 0.2


class MomentWithoutZone(Invalid):
    """A clock was given a moment that does not say which zone it is in."""

    code = "moment_without_zone"
    sentence = "起算时间缺少时区，请写成例如 2026-01-16T09:30:00+08:00。"


def due_at(definition: ClockDef, start: datetime, tz: tzinfo = SHANGHAI) -> datetime:
    """Return the instant the clock is due.

    Raises `CalendarYearUnknown` when the answer depends on a year whose rest days are not loaded.
    """
    if definition.unit in EXACT:
        return counted_from(definition, _local(start, tz)) + definition.length * EXACT[definition.unit]
    return _due_midnight(definition, _local(start, tz).date(), tz)


def due_on(due: datetime, tz: tzinfo = SHANGHAI) -> date:
    """Return the day a due instant belongs to: midnight belongs to the day that ends with it."""
    # A hair before: midnight is the end of the day that people are told, not the beginning of the next.
    return (due.astimezone(tz) - timedelta(microseconds=1)).date()


def half_way_at(definition: ClockDef, start: datetime, tz: tzinfo = SHANGHAI) -> datetime:
    """Return the instant half of the length has gone by."""
    # No rule for it: half of the time between, which for working days includes the rest days.
    if definition.half_way is None:
        return start + (due_at(definition, start, tz) - start) / 2
    return _half_midnight(definition, _local(start, tz).date(), tz)


def nearly_due_at(definition: ClockDef, start: datetime, tz: tzinfo = SHANGHAI) -> datetime:
    """Return the instant to warn; never before half-way and never after the due instant."""
    return nearly_due_before(
        definition, half_way_at(definition, start, tz), start, due_at(definition, start, tz), tz
    )


def nearly_due_before(
    definition: ClockDef, half_at: datetime, start: datetime, due: datetime, tz: tzinfo = SHANGHAI
) -> datetime:
    """Return the instant to warn for a due instant that may have been paused or extended."""
    rule = definition.nearly_due
    if definition.unit in EXACT:
        warn = due - (due - start) * (rule.share or _FIFTH)
    elif rule.share is not None:
        warn = datetime.combine((due - (due - start) * rule.share).astimezone(tz).date(), time(0), tz)
    else:
        warn = _midnight_before(definition.calendar, due_on(due, tz), rule.working_days or 1, tz)
    # Short limits: the working day before the end may lie before the middle, or before the beginning.
    return min(max(warn, half_at), due)


def stage(now: datetime, start: datetime, half_at: datetime, nearly_at: datetime, due_at: datetime) -> Stage:
    """Return how far a clock has gone: running, half_way, nearly_due or overdue."""
    # A clock that is to start later cannot be late before it has begun.
    if now >= max(start, due_at):
        return Stage.OVERDUE
    if now >= nearly_at:
        return Stage.NEARLY_DUE
    return Stage.HALF_WAY if now >= half_at else Stage.RUNNING


def counted_from(definition: ClockDef, start: datetime) -> datetime:
    """Return the instant hours count from: the moment itself, or the next full hour (民诉解释第125条)."""
    if definition.unit != "hour" or definition.hour_start == "moment":
        return start
    full = start.replace(minute=0, second=0, microsecond=0)
    return full if full == start else full + timedelta(hours=1)


def in_time(
    due: datetime, *, received_at: datetime, posted_on: date | None = None, tz: tzinfo = SHANGHAI
) -> bool:
    """Say whether papers came in time: received before the due instant or posted by its day (民诉法85)."""
    # What was handed to the post on the last day is in time, however long it travels (民诉法第85条).
    return received_at < due or (posted_on is not None and posted_on <= due_on(due, tz))


def last_day(definition: ClockDef, day: date, length: int, *, paused: int = 0) -> date:
    """Return the last day of `length` units after `day`, `paused` days not counted, rolled as stated."""
    calendar, unit = definition.calendar, definition.unit
    if unit in BY_CALENDAR:
        return calendar.add(day, length + paused)
    plain = (
        add_months(day, _months(unit, length)) if unit in ("month", "year") else day + length * _DAY
    ) + paused * _DAY
    # Only where the law rolls (民法典第203条): some limits end on a Sunday all the same.
    return calendar.roll(plain) if definition.roll == "next_working_day" else plain


def add_months(day: date, months: int) -> date:
    """Return the corresponding day so many months later, or that month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight_after(day: date, tz: tzinfo) -> datetime:
    """Return 24:00 of a day."""
    return datetime.combine(day + _DAY, time(0), tz)


def _months(unit: str, length: int) -> int:
    return length * 12 if unit == "year" else length


def _local(moment: datetime, tz: tzinfo) -> datetime:
    if moment.tzinfo is None:
        raise MomentWithoutZone
    return moment.astimezone(tz)


# Thousands of cases are opened on one day, and the answer depends on the clock and the day alone: keep it.
@lru_cache(maxsize=1 << 16)
def _due_midnight(definition: ClockDef, day: date, tz: tzinfo) -> datetime:
    return midnight_after(last_day(definition, day, definition.length), tz)


@lru_cache(maxsize=1 << 16)
def _half_midnight(definition: ClockDef, day: date, tz: tzinfo) -> datetime:
    half = definition.half_way or 0
    counted = definition.calendar.add(day, half) if definition.unit in BY_CALENDAR else day + half * _DAY
    return midnight_after(counted, tz)


@lru_cache(maxsize=1 << 16)
def _midnight_before(calendar: Calendar, day: date, working_days: int, tz: tzinfo) -> datetime:
    return datetime.combine(calendar.add(day, -working_days), time(0), tz)
