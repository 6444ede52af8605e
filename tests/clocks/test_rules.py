"""Counting as the law counts: every worked example, then the properties that must hold for any day."""

from __future__ import annotations

import timeit
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heshi.clocks.rules import (
    NATIONAL,
    SHANGHAI,
    CalendarGap,
    CalendarYearUnknown,
    ClockDef,
    MomentWithoutZone,
    due_at,
    due_on,
    earliest_due_at,
    half_way_at,
    in_time,
    nearly_due_at,
    plan,
    stage,
)

BASE = ClockDef(
    code="T.ONE",
    title="试验",
    trigger="accepted",
    since="受理之日",
    length=5,
    unit="day",
    article="第1条",
    source="某法",
)


def clock(length: int, unit: Any, **changes: Any) -> ClockDef:
    return replace(BASE, length=length, unit=unit, **changes)


def on(day: str, at: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=SHANGHAI)


def counted(day: str, length: int, unit: str) -> str:
    return due_on(due_at(clock(length, unit), on(day))).isoformat()


@pytest.mark.parametrize(
    ("day", "length", "last"),
    [
        ("2026-01-30", 5, "2026-02-06"),
        ("2026-02-10", 7, "2026-02-26"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-17", 3, "2026-02-26"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-17", 7, "2026-09-28"),
        ("2026-09-24", 5, "2026-10-09"),
        ("2025-09-26", 7, "2025-10-13"),
        ("2025-01-24", 30, "2025-03-13"),
        ("2026-01-05", 30, "2026-02-14"),  # a Saturday that is worked
    ],
)
def test_working_days_skip_rest_and_count_make_up_days(day: str, length: int, last: str) -> None:
    assert counted(day, length, "working_day") == last


@pytest.mark.parametrize(
    ("day", "length", "last"),
    [
        ("2026-01-16", 30, "2026-02-24"),
        ("2026-01-31", 15, "2026-02-24"),
        ("2026-09-01", 30, "2026-10-08"),
        ("2025-09-05", 30, "2025-10-09"),
        ("2026-03-02", 60, "2026-05-06"),
        ("2026-06-04", 15, "2026-06-22"),
        ("2026-01-30", 15, "2026-02-14"),  # a make-up day is a working day: no roll
        ("2026-01-29", 30, "2026-02-28"),
    ],
)
def test_natural_days_roll_over_the_whole_block_of_rest(day: str, length: int, last: str) -> None:
    assert counted(day, length, "day") == last


@pytest.mark.parametrize(
    ("day", "length", "unit", "last"),
    [
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2024-02-29", 12, "month", "2025-02-28"),
        ("2025-12-15", 1, "month", "2026-01-15"),
        ("2023-07-03", 3, "year", "2026-07-03"),
    ],
)
def test_months_end_on_the_corresponding_day_or_at_month_end(
    day: str, length: int, unit: str, last: str
) -> None:
    assert counted(day, length, unit) == last


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_the_year_has_as_many_working_days_as_published(year: int, days: int) -> None:
    assert NATIONAL.between(date(year - 1, 12, 31), date(year, 12, 31)) == days


def test_a_clock_in_days_is_due_at_local_midnight_that_ends_its_last_day() -> None:
    due = due_at(clock(5, "working_day"), datetime(2026, 1, 30, 2, 0, tzinfo=UTC))

    assert due == datetime(2026, 2, 7, 0, 0, tzinfo=SHANGHAI)
    assert due_on(due) == date(2026, 2, 6)


def test_the_day_of_the_event_is_the_local_day() -> None:
    late_evening_in_utc = datetime(2026, 1, 29, 16, 30, tzinfo=UTC)  # already the 30th here

    assert due_at(clock(5, "working_day"), late_evening_in_utc) == datetime(2026, 2, 7, tzinfo=SHANGHAI)


def test_hours_run_round_the_clock_from_the_moment_or_from_the_next_full_hour() -> None:
    start = on("2026-02-16", "09:20")

    assert due_at(clock(24, "hour"), start) == on("2026-02-17", "09:20")
    assert due_at(clock(24, "hour", hour_start="next_full_hour"), start) == on("2026-02-17", "10:00")
    assert due_at(clock(24, "hour", hour_start="next_full_hour"), on("2026-02-16")) == on("2026-02-17")


def test_minutes_seconds_and_at_once() -> None:
    assert due_at(clock(30, "minute"), on("2026-02-16", "23:45")) == on("2026-02-17", "00:15")
    assert due_at(clock(15, "second"), on("2026-02-16")) == on("2026-02-16") + timedelta(seconds=15)
    assert due_at(clock(0, "at_once"), on("2026-02-16")) == on("2026-02-16")


def test_without_roll_the_last_day_may_be_a_day_of_rest() -> None:
    assert due_on(due_at(clock(30, "day", roll="none"), on("2026-01-16"))) == date(2026, 2, 15)


def test_an_unknown_year_is_refused_by_name() -> None:
    with pytest.raises(CalendarYearUnknown, match=r"2027年.*尚未载入.*chinesecalendar"):
        due_at(clock(60, "day"), on("2026-12-01"))
    with pytest.raises(CalendarYearUnknown, match="2027年"):
        due_at(clock(30, "working_day"), on("2026-12-01"))
    with pytest.raises(CalendarYearUnknown, match="2003年"):
        due_at(clock(3, "working_day"), on("2003-12-01"))


def test_a_plan_for_an_unknown_year_is_a_bound_and_says_so() -> None:
    found = plan(clock(60, "day"), on("2026-12-01"))

    assert (found.awaits_year, due_on(found.due_at)) == (2027, date(2027, 1, 30))
    assert found.half_at <= found.nearly_at <= found.due_at


def test_a_year_added_from_its_notice_can_be_counted_in() -> None:
    later = NATIONAL.with_year(year=2027, rest=[date(2027, 1, 1)], work=[date(2027, 1, 2)])

    assert due_on(due_at(clock(1, "working_day", calendar=later), on("2026-12-31"))) == date(2027, 1, 2)
    assert due_on(due_at(clock(1, "day", calendar=later), on("2026-12-31"))) == date(2027, 1, 2)


def test_a_year_may_not_be_skipped() -> None:
    with pytest.raises(CalendarGap, match="缺2027年"):
        NATIONAL.with_year(year=2028, rest=[], work=[])


def test_two_regions_never_share_an_answer() -> None:
    here = clock(1, "working_day", calendar=NATIONAL.with_local_holidays([date(2026, 6, 9)]))

    assert due_on(due_at(clock(1, "working_day"), on("2026-06-08"))) == date(2026, 6, 9)
    assert due_on(due_at(here, on("2026-06-08"))) == date(2026, 6, 10)


def test_papers_posted_on_the_last_day_are_in_time() -> None:
    due = due_at(clock(5, "working_day"), on("2026-01-30"))

    assert in_time(due, received_at=on("2026-02-06", "23:59"))
    assert not in_time(due, received_at=on("2026-02-09"))
    assert in_time(due, received_at=on("2026-02-09"), posted_on=date(2026, 2, 6))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(MomentWithoutZone):
        due_at(BASE, datetime(2026, 1, 1))  # noqa: DTZ001 -- that is the mistake


def test_stages_follow_each_other() -> None:
    subject, start = clock(5, "working_day"), on("2026-03-02")
    half, nearly, due = (ask(subject, start) for ask in (half_way_at, nearly_due_at, due_at))

    assert [half, nearly, due] == [
        on("2026-03-05", "00:00"),
        on("2026-03-06", "00:00"),
        on("2026-03-10", "00:00"),
    ]
    assert [
        stage(at, start, half, nearly, due) for at in (start, half, nearly, due - timedelta(seconds=1), due)
    ] == [
        "running",
        "half_way",
        "nearly_due",
        "nearly_due",
        "overdue",
    ]


STARTS = st.datetimes(datetime(2010, 1, 1), datetime(2025, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001
LENGTHS = st.integers(1, 120)
DAY_UNITS = st.sampled_from(["day", "working_day"])


@given(STARTS, LENGTHS, DAY_UNITS)
def test_a_rolled_clock_never_ends_on_a_day_of_rest(start: datetime, length: int, unit: str) -> None:
    assert NATIONAL.is_working_day(due_on(due_at(clock(length, unit), start)))


@given(STARTS, st.integers(0, 90 * 24), LENGTHS, DAY_UNITS)
def test_a_later_start_is_never_due_earlier(start: datetime, hours: int, length: int, unit: str) -> None:
    assert due_at(clock(length, unit), start) <= due_at(clock(length, unit), start + timedelta(hours=hours))


@given(STARTS, LENGTHS, LENGTHS, DAY_UNITS)
def test_a_longer_clock_is_never_due_earlier(start: datetime, one: int, other: int, unit: str) -> None:
    short, long = sorted((one, other))

    assert due_at(clock(short, unit), start) <= due_at(clock(long, unit), start)


@given(STARTS, LENGTHS)
def test_so_many_working_days_lie_between(start: datetime, length: int) -> None:
    last = due_on(due_at(clock(length, "working_day"), start))

    assert NATIONAL.between(start.date(), last) == length


@given(
    STARTS, st.integers(0, 200), st.sampled_from(["day", "working_day", "hour", "minute", "second", "month"])
)
def test_half_way_comes_before_nearly_due_before_due(start: datetime, length: int, unit: str) -> None:
    subject = clock(max(length, 1) if unit != "month" else length % 6 + 1, unit)

    assert start <= half_way_at(subject, start) <= nearly_due_at(subject, start) <= due_at(subject, start)


@given(st.dates(date(2024, 6, 1), date(2025, 12, 31)), st.integers(1, 90), DAY_UNITS)
def test_the_bound_is_never_later_than_the_truth(day: date, length: int, unit: str) -> None:
    blind = _BLIND_AFTER_2024
    start = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)

    assert earliest_due_at(clock(length, unit, calendar=blind), start) <= due_at(clock(length, unit), start)


_BLIND_AFTER_2024 = type(NATIONAL)(rest=NATIONAL.rest, work=NATIONAL.work, years=range(2004, 2025))


def test_a_due_date_costs_under_five_microseconds() -> None:
    subject, start, times = clock(30, "day"), on("2026-01-16"), 20_000

    best = min(timeit.repeat(lambda: due_at(subject, start), number=times, repeat=5)) / times

    assert best < 5e-6
