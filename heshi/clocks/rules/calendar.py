"""Which days are worked: the State Council's yearly notice, make-up days, and a region's own holidays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from chinese_calendar import constants

from heshi.common.refusals import Invalid

_SATURDAY = 5
_DAY = timedelta(days=1)


class CalendarYearUnknown(Invalid):
    """The rest days of that year are not published, or not loaded here."""

    code = "calendar_year_unknown"
    sentence = (
        "{year}年的放假调休安排尚未载入，不能推算落在这一年的期限。"
        "请升级 chinesecalendar，或按国务院办公厅通知把{year}年写入放假文件"
        "（见 docs/clocks.md“新的一年”）。"
    )

    def __init__(self, *, year: int) -> None:
        self.year = year
        super().__init__(year=year)


class CalendarGap(Invalid):
    """Years were added that do not join the years already known."""

    code = "calendar_gap"
    sentence = "放假文件要逐年相接：已知到{last}年，缺{missing}年。请先补上{missing}年再载入。"


class Calendar:
    """Every working day of an unbroken run of years, ready for counting in one look-up.

    Calendars compare by identity: two places with different holidays never share a cached answer.
    """

    __slots__ = ("_days", "first_year", "last_year", "rest", "work")

    def __init__(self, *, rest: Iterable[date], work: Iterable[date], years: Iterable[int]) -> None:
        self.rest = frozenset(rest)
        # Where the lists disagree, as a region's holiday on a make-up Saturday, rest wins: nobody is late because of a free day.
        self.work = frozenset(work) - self.rest
        self.first_year, self.last_year = _joined(sorted(set(years)))
        # Worked out once: counting is then a search in a sorted list, whatever the length.
        self._days = [day.toordinal() for day in self._every_day() if self._is_worked(day)]

    def _every_day(self) -> Iterable[date]:
        day, end = date(self.first_year, 1, 1), date(self.last_year, 12, 31)
        while day <= end:
            yield day
            day += _DAY

    def _is_worked(self, day: date) -> bool:
        return day in self.work or (day.weekday() < _SATURDAY and day not in self.rest)

    def knows(self, day: date) -> bool:
        """Say whether the notice for that day's year is loaded."""
        return self.first_year <= day.year <= self.last_year

    def check(self, day: date) -> None:
        """Raise `CalendarYearUnknown` for a day of a year that is not loaded."""
        if not self.knows(day):
            raise CalendarYearUnknown(year=day.year)

    def is_working_day(self, day: date) -> bool:
        """Say whether people work on that day; make-up Saturdays and Sundays count as work."""
        self.check(day)
        return self._is_worked(day)

    def add(self, day: date, count: int) -> date:
        """Return the last of `count` working days after `day` (the day itself is not counted).

        Nothing to count gives the day itself. A negative count looks back: -1 is the working day before.
        """
        self.check(day)
        if count == 0:
            return day
        after, before = bisect_right(self._days, day.toordinal()), bisect_left(self._days, day.toordinal())
        place = after + count - 1 if count > 0 else before + count
        # Rather no day than a wrong one: a year without its rest days would make every limit too short.
        if place < 0 or place >= len(self._days):
            raise CalendarYearUnknown(year=self.first_year - 1 if place < 0 else self.last_year + 1)
        return date.fromordinal(self._days[place])

    def roll(self, day: date) -> date:
        """Return the day itself, or the first working day after the block of rest days it falls in."""
        return day if self.is_working_day(day) else self.add(day, 1)

    def between(self, after: date, until: date) -> int:
        """Count the working days later than `after` and not later than `until`."""
        self.check(after)
        self.check(until)
        return max(
            0, bisect_right(self._days, until.toordinal()) - bisect_right(self._days, after.toordinal())
        )

    def with_year(self, *, year: int, rest: Iterable[date], work: Iterable[date]) -> Calendar:
        """Return a calendar that also knows `year`; its notice may name days of the year before."""
        years = [*range(self.first_year, self.last_year + 1), year]
        new_rest, new_work = frozenset(rest), frozenset(work)
        return Calendar(
            rest=(self.rest - new_work) | new_rest, work=(self.work - new_rest) | new_work, years=years
        )

    def with_local_holidays(self, rest: Iterable[date]) -> Calendar:
        """Return a calendar with a region's own days of rest laid over the national ones."""
        years = range(self.first_year, self.last_year + 1)
        return Calendar(rest=self.rest | frozenset(rest), work=self.work, years=years)

    def assuming_no_rest(self, *, years: int = 12) -> Calendar:
        """Return a calendar in which each day of the years not yet published is worked.

        Nothing counted with it comes out later than the truth: a lower bound, never a due date.
        """
        first, last = date(self.last_year + 1, 1, 1), date(self.last_year + years, 12, 31)
        # Sundays too: the bound must hold whatever the notice will say.
        open_days = {date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)}
        span = range(self.first_year, self.last_year + years + 1)
        return Calendar(rest=self.rest, work=self.work | open_days, years=span)


def _joined(years: list[int]) -> tuple[int, int]:
    for earlier, later in pairwise(years):
        if later != earlier + 1:
            raise CalendarGap(last=earlier, missing=earlier + 1)
    return years[0], years[-1]


def national() -> Calendar:
    """Return the calendar of the installed `chinesecalendar`, without any local addition."""
    rest, work = constants.holidays, constants.workdays
    return Calendar(rest=rest, work=work, years={day.year for day in rest})


NATIONAL = national()
