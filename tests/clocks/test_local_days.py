"""Clocks that count market days, beside those of the law that count working days."""

from __future__ import annotations

from datetime import date

import pytest

from heshi.clocks.rules import NATIONAL, due_on, half_way_at, nearly_due_at, plan
from heshi.clocks.rules.changing import Pause, paused_due
from heshi.clocks.rules.counting import due_at
from heshi.clocks.rules.freezing import frozen
from heshi.clocks.rules.local_days import local_days
from tests.clocks.test_rules import clock, on

TWO_FIVE_EIGHT = (2, 5, 8, 12, 15, 18, 22, 25, 28)
MARKET = local_days(lunar=TWO_FIVE_EIGHT)


def due(length: int, day: str, **days: tuple[int, ...]) -> date:
    """Return the last day of a clock that starts on a day."""
    return due_on(due_at(clock(length, "local_day", roll="none", calendar=local_days(**days)), on(day)))


@pytest.mark.parametrize(
    ("day", "length", "last"),
    [
        (
            "2026-06-16",
            1,
            "2026-06-19",
        ),  # 五月初二 is not counted; 初五 is 端午, a day of rest, and a market day
        ("2026-06-16", 2, "2026-06-22"),  # 初八
        ("2025-07-24", 1, "2025-07-26"),  # 六月三十; then 初二 of the leap sixth month
        ("2026-02-16", 1, "2026-02-18"),  # from the eve of the new year on, through the spring festival
    ],
)
def test_market_days_are_counted_by_the_lunar_month_rest_days_and_leap_months_too(
    day: str, length: int, last: str
) -> None:
    assert due(length, day, lunar=TWO_FIVE_EIGHT) == date.fromisoformat(last)


def test_days_of_the_solar_month_and_of_the_week() -> None:
    assert due(1, "2026-09-11", solar=(10,)) == date(2026, 10, 10)
    assert due(3, "2026-03-02", weekdays=(3, 7)) == date(2026, 3, 11)


def test_a_month_without_that_day_has_no_market() -> None:
    assert due(2, "2026-01-31", solar=(31,)) == date(2026, 5, 31)


def test_the_same_days_are_the_same_calendar_and_the_clocks_equal() -> None:
    assert local_days(lunar=TWO_FIVE_EIGHT) is MARKET
    assert clock(1, "local_day", calendar=MARKET) == clock(
        1, "local_day", calendar=local_days(lunar=TWO_FIVE_EIGHT)
    )


def test_the_clock_beside_it_goes_on_counting_working_days() -> None:
    assert due_on(due_at(clock(1, "working_day"), on("2026-06-16"))) == date(2026, 6, 17)
    assert not NATIONAL.is_working_day(date(2026, 6, 19))


def test_it_warns_on_the_market_day_before_and_needs_no_notice_of_rest_days() -> None:
    stall = clock(4, "local_day", roll="none", calendar=MARKET)
    start = on("2035-03-01")

    assert plan(stall, start).awaits_year is None
    assert start < half_way_at(stall, start) <= nearly_due_at(stall, start) < due_at(stall, start)


def test_market_days_within_a_pause_are_not_counted() -> None:
    stall = clock(2, "local_day", roll="none", calendar=MARKET)
    pause = Pause("appraisal", on("2026-06-17"), on("2026-06-20"), "委托书")

    ended = paused_due(stall, on("2026-06-16"), [pause])

    assert ended is not None
    assert due_on(ended) == date(2026, 6, 26)  # 初五 fell into the pause: 初八, then 十二


def test_what_is_counted_is_said_and_is_not_frozen_with_the_law() -> None:
    assert clock(2, "local_day", calendar=MARKET, counts="赶集日").span == "2个赶集日"
    assert "counts" not in frozen(clock(2, "working_day"))
