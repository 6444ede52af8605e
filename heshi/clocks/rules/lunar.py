"""Days of the lunar calendar 农历: the date of one in a year, the dates of whole years with their numbers, and both in words.

The dates are those of borax, which stand in the tables of the observatories; see docs/decisions/0016.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from borax.calendars.lunardate import LCalendars, LunarDate

from heshi.common.refusals import Invalid

FIRST_YEAR: Final = 1901
LAST_YEAR: Final = 2099
MONTHS: Final = ("", "正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
ONES: Final = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


class LunarYearUnknown(Invalid):
    """The lunar calendar of that year is not in the tables."""

    code = "lunar_year_unknown"
    sentence = "农历只能推算{first}年到{last}年，算不出{year}年的，请核对年份。"


def lunar_date(year: int, month: int, day: int) -> date:
    """Return the date of a day of the lunar calendar, by the number of its lunar year.

    It lies in the ordinary month, never in the leap month of the same number; where that month has no thirtieth day, on its last:
    the eve of the new year is 腊月三十 every year. Raises LunarYearUnknown.
    """
    _check(year)
    found: date = LunarDate(year, month, min(day, LCalendars.ndays(year, month))).to_solar_date()
    return found


def lunar_days(first_year: int, last_year: int) -> Iterator[tuple[date, int]]:
    """Yield every date of these lunar years with the number of its day in its month, leap months too; raises LunarYearUnknown."""
    _check(first_year)
    _check(last_year)
    day = lunar_date(first_year, 1, 1)
    for year in range(first_year, last_year + 1):
        for _month, length, _leap in LCalendars.iter_year_month(year):
            for number in range(1, length + 1):
                yield day, number
                day += timedelta(days=1)


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise LunarYearUnknown(year=year, first=FIRST_YEAR, last=LAST_YEAR)


def lunar_words(month: int, day: int) -> str:
    """Return a day of the lunar year in words: 五月初五, 腊月三十."""
    return f"{MONTHS[month]}月{lunar_day_words(day)}"


def lunar_day_words(day: int) -> str:
    """Return a day of a lunar month in words: 初五, 十五, 廿五, 三十."""
    tens, ones = divmod(day, 10)
    if ones == 0:
        return {1: "初十", 2: "二十", 3: "三十"}[tens]
    return ("初", "十", "廿")[tens] + ONES[ones]
