"""On which days a duty comes back: named days, days of our own choice, short months, rest days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heshi.clocks.rules import NATIONAL
from heshi.community.rules.days import ahead, due_days, how_often, moved, period_of
from heshi.community.rules.recurring import plain_days
from heshi.playbooks.rules import Rhythm


def beat(every: str, *on: int | str, **more: Any) -> Rhythm:
    """Return a rhythm that comes back so often."""
    return Rhythm("review", "研判例会", every, on, "dispatcher", ("governance_centre",), "测试", **more)


def days_of(every: str, *on: int | str, year: int = 2026, **more: Any) -> list[str]:
    """Return the plain days of a year."""
    rhythm = beat(every, *on, **more)
    return [f"{day:%m-%d}" for day in plain_days(rhythm, first=date(year, 1, 1), last=date(year, 12, 31))]


@pytest.mark.parametrize(
    ("every", "on", "first", "number"),
    [
        ("day", [], ["01-01", "01-02", "01-03"], 365),
        ("week", [], ["01-05", "01-12", "01-19"], 52),
        ("week", [3, 5], ["01-02", "01-07", "01-09"], 104),
        ("month", [], ["01-10", "02-10", "03-10"], 12),
        ("month", [31], ["01-31", "02-28", "03-31"], 12),
        ("month", [5, 20], ["01-05", "01-20", "02-05"], 24),
        ("month", [30, 31], ["01-30", "01-31", "02-28"], 19),
        ("quarter", [], ["01-31", "04-30", "07-31"], 4),
        ("quarter", ["03-31"], ["03-31", "06-30", "09-30"], 4),
        ("quarter", ["02-15", "08-01"], ["02-15", "05-15", "08-01"], 4),
        ("quarter", ["03-31", "06-30", "09-30", "12-31"], ["03-31", "06-30", "09-30"], 4),
        ("half_year", [], ["02-28", "08-31"], 2),
        ("half_year", ["06-20"], ["06-20", "12-20"], 2),
        ("year", [], ["04-30"], 1),
        ("year", ["03-10", "09-01"], ["03-10", "09-01"], 2),
        ("year", ["02-29"], ["02-28"], 1),
    ],
)
def test_on_which_days_a_duty_falls(every: str, on: list[Any], first: list[str], number: int) -> None:
    found = days_of(every, *on)

    assert (found[: len(first)], len(found)) == (first, number)


@pytest.mark.parametrize(
    ("every", "period"),
    [
        ("day", "2026-08-31"), ("week", "2026-W36"), ("month", "2026-08"), ("quarter", "2026-Q3"), ("half_year", "2026-H2"),
        ("year", "2026"),
    ],
)  # fmt: skip
def test_the_period_a_day_lies_in(every: str, period: str) -> None:
    assert period_of(date(2026, 8, 31), every=every) == period


def test_the_first_days_of_a_year_may_lie_in_the_last_week_of_the_one_before() -> None:
    assert period_of(date(2027, 1, 1), every="week") == "2026-W53"


@pytest.mark.parametrize(
    ("planned", "due"),
    [
        ("2026-03-04", "2026-03-04"),  # a Wednesday
        ("2026-03-07", "2026-03-09"),  # a Saturday
        ("2026-02-28", "2026-02-28"),  # a Saturday worked for the spring festival
        ("2026-10-02", "2026-10-08"),  # within the week of the national day
        ("2035-01-06", "2035-01-06"),  # a Saturday of a year whose rest days nobody knows yet
    ],
)
def test_a_day_of_rest_goes_to_the_next_working_day(planned: str, due: str) -> None:
    assert moved(date.fromisoformat(planned), NATIONAL) == date.fromisoformat(due)


def span(every: str, *on: int | str, first: str, last: str) -> dict[str, str]:
    """Return due days with the plain days they stand for."""
    found = due_days(
        beat(every, *on), first=date.fromisoformat(first), last=date.fromisoformat(last), calendar=NATIONAL
    )
    return {f"{due:%m-%d}": f"{planned:%m-%d}" for due, planned in found.items()}


def test_rest_days_that_lead_to_one_working_day_are_one_duty() -> None:
    assert span("day", first="2026-03-06", last="2026-03-10") == {
        "03-06": "03-06", "03-09": "03-09", "03-10": "03-10",
    }  # fmt: skip
    assert span("week", 6, 7, first="2026-03-02", last="2026-03-15") == {"03-02": "03-01", "03-09": "03-08"}


def test_a_duty_put_off_into_the_span_belongs_to_it() -> None:
    assert span("month", 1, first="2026-10-05", last="2026-10-31") == {"10-08": "10-01"}


@pytest.mark.parametrize(
    ("every", "on", "today", "due"),
    [
        ("week", [3, 5], "2026-03-02", ["03-04", "03-06", "03-11", "03-13"]),
        ("week", [1], "2026-03-02", ["03-09", "03-16"]),  # today's own is there already
        ("month", [31], "2026-03-02", ["03-31"]),
        ("month", [10], "2026-03-10", ["04-10"]),
        ("year", ["03-10"], "2026-03-02", ["03-10"]),
        ("year", ["03-10"], "2026-03-10", ["03-10"]),  # of next year
    ],
)
def test_a_fortnight_ahead_or_the_next_one(every: str, on: list[Any], today: str, due: list[str]) -> None:
    found = ahead(beat(every, *on), today=date.fromisoformat(today), calendar=NATIONAL)

    assert [f"{day:%m-%d}" for day in found] == due
    assert min(found) > date.fromisoformat(today)


ON = {
    "day": st.just(()),
    "week": st.lists(st.integers(1, 7), max_size=3, unique=True),
    "month": st.lists(st.integers(1, 31), max_size=3, unique=True),
    "quarter": st.lists(
        st.sampled_from(["01-31", "02-29", "03-10", "08-31", "12-31"]), max_size=3, unique=True
    ),
}
LUNAR = ["01-31", "02-29", "12-31", "农历01-01", "农历05-05", "农历12-30"]
ON |= {"half_year": ON["quarter"], "year": st.lists(st.sampled_from(LUNAR), max_size=3, unique=True)}
DUTIES = st.sampled_from(sorted(ON)).flatmap(lambda every: st.tuples(st.just(every), ON[every]))


@given(DUTIES, st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_every_duty_always_comes_back(told: tuple[str, Any], today: date) -> None:
    every, on = told

    found = ahead(beat(every, *on), today=today, calendar=NATIONAL)

    assert found
    assert all(due > today and moved(planned, NATIONAL) == due for due, planned in found.items())


@given(DUTIES, st.dates(date(2024, 1, 1), date(2026, 11, 30)), st.integers(1, 13))
def test_tomorrow_nothing_that_was_laid_down_is_laid_down_otherwise(
    told: tuple[str, Any], today: date, later: int
) -> None:
    every, on = told
    first = ahead(beat(every, *on), today=today, calendar=NATIONAL)
    then = today + timedelta(days=later)

    second = ahead(beat(every, *on), today=then, calendar=NATIONAL)

    assert {due: day for due, day in first.items() if due > then}.items() <= second.items()


@pytest.mark.parametrize(
    ("every", "on", "words"),
    [
        ("day", [], "每日"), ("week", [], "每周"), ("week", [5, 3], "每周三、周五"), ("month", [20, 5], "每月5日、20日"),
        ("quarter", [], "每季"), ("quarter", ["03-31"], "每季（3月31日）"), ("year", ["03-10"], "每年3月10日"),
        ("year", ["农历05-05", "农历12-30"], "每年农历五月初五、农历腊月三十"),
    ],
)  # fmt: skip
def test_how_often_in_words(every: str, on: list[Any], words: str) -> None:
    assert how_often(beat(every, *on)) == words


# 端午 by the notices of the State Council; 2020 and 2025 have leap months before or after it
DRAGON_BOAT = {
    2020: "06-25",
    2022: "06-03",
    2023: "06-22",
    2024: "06-10",
    2025: "05-31",
    2026: "06-19",
    2033: "06-01",
}


@pytest.mark.parametrize(("year", "day"), DRAGON_BOAT.items())
def test_a_day_of_the_lunar_year_moves_through_the_solar_one(year: int, day: str) -> None:
    assert days_of("year", "农历05-05", year=year) == [day]


def test_a_lunar_day_comes_in_the_ordinary_month_and_never_in_the_leap_one() -> None:
    assert days_of("year", "农历06-15", year=2025) == [
        "07-09"
    ]  # 2025 has a leap sixth month: its 15th is 08-08
    assert days_of("year", "农历11-15", year=2033) == ["12-06"]  # 2033 has a leap eleventh month


def test_the_eve_of_the_new_year_is_the_last_day_however_long_the_month() -> None:
    assert days_of("year", "农历12-30", year=2026) == ["02-16"]  # 腊月 of 2025 has 29 days
    assert days_of("year", "农历12-30", year=2024) == ["02-09"]  # that of 2023 has 30


def test_a_solar_year_may_have_a_lunar_day_twice_or_not_at_all() -> None:
    assert days_of("year", "农历12-01", year=2027) == ["01-08", "12-28"]
    assert days_of("year", "农历12-01", year=2028) == []


def test_solar_and_lunar_days_stand_side_by_side() -> None:
    assert days_of("year", "03-10", "农历05-05") == ["03-10", "06-19"]


def test_a_duty_before_a_festival_falls_before_it_also_across_the_turn_of_the_year() -> None:
    assert days_of("year", "农历05-05", days_before=10) == ["06-09"]
    assert days_of("year", "农历01-01", days_before=30, year=2023) == []  # 2023 began its lunar year on 01-22
    assert days_of("year", "农历01-01", days_before=30, year=2022) == ["01-02", "12-23"]


def test_where_rest_days_count_nothing_is_put_off_and_nothing_becomes_one() -> None:
    rhythm = beat("day", rest_days=True)
    week = due_days(rhythm, first=date(2026, 3, 6), last=date(2026, 3, 9), calendar=NATIONAL)
    market = due_days(
        beat("year", "农历05-05", rest_days=True),
        first=date(2026, 6, 1),
        last=date(2026, 6, 30),
        calendar=NATIONAL,
    )

    assert [f"{day:%m-%d}" for day in week] == ["03-06", "03-07", "03-08", "03-09"]
    assert all(day == planned for day, planned in week.items())
    assert list(market) == [date(2026, 6, 19)]  # a day of rest
    assert list(
        due_days(beat("year", "农历05-05"), first=date(2026, 6, 1), last=date(2026, 6, 30), calendar=NATIONAL)
    ) == [date(2026, 6, 22)]


def test_what_is_besides_is_said_too() -> None:
    assert how_often(beat("day", rest_days=True)) == "每日，休息日照做"
    assert how_often(beat("year", "农历05-05", days_before=10)) == "每年农历五月初五前10天"
