"""A date that runs into a year whose days of rest are not published yet: the earliest it can be, and told as nothing else.

Whoever is told “by 6 January” plans for it, and whoever comes on the 7th is late. But the notice for that year may still make it the
11th. So a bound is told as a bound wherever it stands, and nobody is late by it until the year is known.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from heshi.clocks.rules.counting import SHANGHAI, due_on

SETTLED_BY: Final = "放假安排公布后定"


def day_in_words(due: datetime, tz: tzinfo = SHANGHAI) -> str:
    """Return the day of a due instant as people write it, with the time of day where it is not the end of one."""
    day, local = due_on(due, tz), due.astimezone(tz)
    exact = f"{local.hour}时{local.minute:02d}分" if (local.hour, local.minute) != (0, 0) else ""
    return f"{day.year}年{day.month}月{day.day}日{exact}"


def earliest(words: str) -> str:
    """Return how a bound is told: 最早2027年1月6日，放假安排公布后定."""
    return f"最早{words}，{SETTLED_BY}"


def bound_in_words(due: datetime, tz: tzinfo = SHANGHAI) -> str:
    """Return a due instant that is a bound, as it is told everywhere."""
    return earliest(day_in_words(due, tz))
