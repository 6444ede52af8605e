"""Turn library files into clocks, and calendar files into a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from heshi.clocks.queries.reading import CalendarFileWrong, read_calendar, read_clocks
from heshi.clocks.queries.written import (
    CalendarFile,
    ClockFile,
    WrittenClock,
    WrittenStandingRule,
    days_of,
    validity,
)
from heshi.clocks.rules import NATIONAL, Calendar, ClockDef, Extension, NearlyDue, StandingRule
from heshi.clocks.terms import EXACT
from heshi.common.refusals import Refusal

_LONG = 10  # from so many days on, a fifth of the length is the better warning
_FIFTH = NearlyDue(share=0.2)


def load_library(folders: Iterable[Path], calendar: Calendar = NATIONAL) -> dict[str, ClockDef]:
    """Return the newest version of each clock; a later folder replaces the clocks it names again."""
    found: dict[str, ClockDef] = {}
    for folder in folders:
        found |= _newest(
            clock for path in sorted(folder.glob("*.yaml")) for clock in load_file(path, calendar)
        )
    return found


def load_file(path: Path, calendar: Calendar = NATIONAL) -> list[ClockDef]:
    """Return the clocks of one file, or refuse it with file, line and a sentence for everything that is wrong."""
    written = read_clocks(path)
    return [_clock(entry, written, calendar) for entry in written["clocks"]]


def load_standing_rules(folders: Iterable[Path]) -> dict[str, StandingRule]:
    """Return the lines of the same laws that are not spans of time, by code."""
    files = [read_clocks(path) for folder in folders for path in sorted(folder.glob("*.yaml"))]
    return {
        entry["code"]: _standing_rule(entry, written)
        for written in files
        for entry in written.get("standing_rules", ())
    }


def load_calendar(paths: Iterable[Path], base: Calendar = NATIONAL) -> Calendar:
    """Return the national calendar with the years and regional holidays of these files added, in order."""
    calendar = base
    for path in paths:
        written, draft = read_calendar(path)
        try:
            calendar = _extended(calendar, written)
        except Refusal as refusal:
            raise CalendarFileWrong([draft.problem(("year",), str(refusal))]) from None
    return calendar


def _extended(calendar: Calendar, written: CalendarFile) -> Calendar:
    rest, work = (
        [day for text in texts for day in days_of(text)]
        for texts in (written["rest"], written.get("work", ()))
    )
    if "year" in written:
        return calendar.with_year(year=written["year"], rest=rest, work=work)
    return calendar.with_local_holidays(rest)


def _standing_rule(entry: WrittenStandingRule, written: ClockFile) -> StandingRule:
    source = written["sources"][entry["source"]]
    return StandingRule(
        code=entry["code"],
        title=entry["title"],
        says=entry["says"],
        article=entry["article"],
        source=source["name"],
        at_least=entry.get("at_least"),
        at_most=entry.get("at_most"),
        measure=entry.get("measure", ""),
        family=written["family"],
        verified=entry.get("verified", source.get("verified", True)),
        note=entry.get("note", ""),
    )


def _clock(entry: WrittenClock, written: ClockFile, calendar: Calendar) -> ClockDef:
    source = written["sources"][entry["source"]]
    valid_from, valid_to = validity(entry, written["sources"])
    exact = entry["unit"] in EXACT
    return ClockDef(
        code=entry["code"],
        title=entry["title"],
        trigger=entry["trigger"],
        since=entry["since"],
        length=entry["length"],
        unit=entry["unit"],
        article=entry["article"],
        source=source["name"],
        roll=entry.get("roll", "none" if exact else "next_working_day"),
        hour_start=entry.get("hour_start", "moment"),
        nearly_due=_nearly_due(entry),
        pause_reasons=tuple(entry.get("pause_reasons", ())),
        extension=_extension(entry),
        on_expiry=entry["on_expiry"],
        then=entry["then"],
        family=written["family"],
        verified=entry.get("verified", source.get("verified", True)),
        note=entry.get("note", source.get("note", "")),
        valid_from=valid_from,
        valid_to=valid_to,
        calendar=calendar,
        reference=entry.get("reference", ""),
    )


def _nearly_due(entry: WrittenClock) -> NearlyDue:
    if "nearly_due" in entry:
        return NearlyDue(**entry["nearly_due"])
    short = entry["unit"] in ("day", "working_day") and entry["length"] < _LONG
    return NearlyDue(working_days=1) if short else _FIFTH


def _extension(entry: WrittenClock) -> Extension | None:
    given = entry.get("extension")
    if given is None:
        return None
    return Extension(
        length=given["length"],
        times=given["times"],
        granted_by=tuple(given["granted_by"]),
        consent=given.get("consent", "none"),
        max_length=given.get("max_length"),
        tell_person=given.get("tell_person", True),
        article=given.get("article", ""),
    )


def _newest(clocks: Iterable[ClockDef]) -> dict[str, ClockDef]:
    found: dict[str, ClockDef] = {}
    for clock in clocks:
        old = found.get(clock.code)
        if old is None or (clock.valid_from or date.min) >= (old.valid_from or date.min):
            found[clock.code] = clock
    return found
