"""The lunar calendar, held against the festivals that the State Council published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import constants

from heshi.clocks.rules import NATIONAL
from heshi.clocks.rules.lunar import LunarYearUnknown, lunar_date, lunar_day_words, lunar_days, lunar_words

FESTIVALS = {"Spring Festival": (1, 1), "Dragon Boat Festival": (5, 5), "Mid-autumn Festival": (8, 15)}
A_DAY = timedelta(days=1)


@pytest.mark.parametrize("year", range(2009, 2027))
@pytest.mark.parametrize("festival", FESTIVALS)
def test_each_published_festival_holds_its_lunar_day(festival: str, year: int) -> None:
    day = lunar_date(year, *FESTIVALS[festival])

    named = {rest for rest, name in constants.holidays.items() if name == festival and rest.year == year}
    assert not NATIONAL.is_working_day(day)
    if (festival, year) != ("Mid-autumn Festival", 2020):  # it was the National Day too
        assert named & {day - A_DAY, day, day + A_DAY}


def test_leap_months_are_passed_over_and_short_months_end_on_their_last_day() -> None:
    assert lunar_date(2025, 6, 15) == date(2025, 7, 9)
    assert lunar_date(2033, 12, 1) == date(2034, 1, 20)  # after the leap eleventh month
    assert lunar_date(2025, 12, 30) == date(2026, 2, 16)


def test_each_day_has_its_number_within_its_month_leap_months_too() -> None:
    numbers = dict(lunar_days(2025, 2025))

    assert [numbers[date(2025, 7, 25) + n * A_DAY] for n in (-1, 0, 14)] == [30, 1, 15]
    assert (min(numbers), max(numbers)) == (date(2025, 1, 29), date(2026, 2, 16))


@pytest.mark.parametrize("year", [1900, 2100])
def test_a_year_outside_the_tables_is_refused(year: int) -> None:
    with pytest.raises(LunarYearUnknown, match=f"算不出{year}年的"):
        lunar_date(year, 1, 1)


def test_days_are_said_as_people_say_them() -> None:
    assert [lunar_words(1, 1), lunar_words(5, 5), lunar_words(11, 15), lunar_words(12, 30)] == [
        "正月初一", "五月初五", "冬月十五", "腊月三十",
    ]  # fmt: skip
    assert [lunar_day_words(day) for day in (10, 11, 20, 21, 30)] == ["初十", "十一", "二十", "廿一", "三十"]
