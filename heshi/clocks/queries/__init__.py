"""Finding clocks: one by its code, or the whole library of this installation.

The library is `clocks/library/*.yaml`, then the folders in ``HESHI_CLOCK_FOLDERS``; the calendar is that of
`chinesecalendar`, then the files in ``HESHI_CALENDAR_FILES``. Both are read once per process.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings

from heshi.clocks.queries.loading import load_calendar, load_library, load_standing_rules
from heshi.clocks.queries.reading import FOLDER, CalendarFileWrong, ClockFileWrong
from heshi.clocks.rules import Calendar, ClockDef, StandingRule
from heshi.common.refusals import Unknown

__all__ = [
    "CalendarFileWrong",
    "ClockFileWrong",
    "ClockUnknown",
    "calendar",
    "clock",
    "forget",
    "library",
    "standing_rules",
]


class ClockUnknown(Unknown):
    """No clock of the library has that code."""

    code = "clock_unknown"
    sentence = "时限库里没有“{clock}”{near}。用 heshi clocks list 查看全部时限。"


def clock(code: str) -> ClockDef:
    """Return the clock with that code, or raise `ClockUnknown`."""
    try:
        return library()[code]
    except KeyError:
        close = difflib.get_close_matches(code.upper(), library(), n=1)
        raise ClockUnknown(clock=code, near=f"，是不是“{close[0]}”" if close else "") from None


@cache
def library() -> Mapping[str, ClockDef]:
    """Return every clock by code, in the order of the files."""
    return MappingProxyType(load_library(_folders(), calendar()))


@cache
def standing_rules() -> Mapping[str, StandingRule]:
    """Return the lines of the same laws that are not spans of time: persons, fees, what is not accepted."""
    return MappingProxyType(load_standing_rules(_folders()))


@cache
def calendar() -> Calendar:
    """Return the days of work and rest of this installation."""
    return load_calendar(Path(path) for path in getattr(settings, "HESHI_CALENDAR_FILES", ()))


def forget() -> None:
    """Read the files again at the next question (after a change of settings or of a file)."""
    for read_once in (library, standing_rules, calendar):
        read_once.cache_clear()


def _folders() -> list[Path]:
    return [FOLDER, *(Path(path) for path in getattr(settings, "HESHI_CLOCK_FOLDERS", ()))]
