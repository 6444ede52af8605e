"""Turn library files into clocks, and calendar files into a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from heshi.clocks.queries.reading import FileWrong, Lines, line_of, read
from heshi.clocks.rules import NATIONAL, Calendar, ClockDef, Extension, NearlyDue, StandingRule
from heshi.common.refusals import Refusal

FOLDER = Path(__file__).resolve().parent.parent / "library"
SCHEMA = str(FOLDER / "schema.json")
CALENDAR_SCHEMA = str(FOLDER / "calendar.schema.json")
_NO_DAY = "不是日期，请写 2027-02-06，连续几日写 2027-02-06/2027-02-12。"
_LONG = 10  # from so many days on, a fifth of the length is the better warning
_EXACT = ("hour", "second", "at_once")
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
    """Return the clocks of one file, or refuse it with file, line and a sentence."""
    data, lines = read(path, SCHEMA)
    clocks: list[ClockDef] = []
    for index, entry in enumerate(data["clocks"]):
        try:
            clocks.append(_clock(entry, data, calendar))
            _refuse_overlap(clocks)
        except ValueError as problem:
            raise FileWrong(
                file=path.name, line=line_of(lines, ("clocks", index)), what=str(problem)
            ) from None
    return clocks


def load_standing_rules(folders: Iterable[Path]) -> dict[str, StandingRule]:
    """Return the lines of the same laws that are not spans of time, by code."""
    found: dict[str, StandingRule] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        data, lines = read(path, SCHEMA)
        for index, entry in enumerate(data.get("standing_rules", ())):
            source = _source(entry, data, path.name, line_of(lines, ("standing_rules", index)))
            verified = bool(entry.get("verified", source.get("verified", True)))
            known = {**entry, "source": source["name"], "verified": verified, "family": data["family"]}
            found[entry["code"]] = StandingRule(**known)
    return found


def load_calendar(paths: Iterable[Path], base: Calendar = NATIONAL) -> Calendar:
    """Return the national calendar with the years and regional holidays of these files added, in order."""
    calendar = base
    for path in paths:
        data, lines = read(path, CALENDAR_SCHEMA)
        rest, work = _days(data, "rest", lines, path.name), _days(data, "work", lines, path.name)
        try:
            calendar = _extended(calendar, data, rest, work)
        except Refusal as problem:
            raise FileWrong(file=path.name, line=line_of(lines, ("year",)), what=str(problem)) from None
    return calendar


def _extended(calendar: Calendar, data: dict[str, Any], rest: list[date], work: list[date]) -> Calendar:
    if "year" in data:
        return calendar.with_year(year=data["year"], rest=rest, work=work)
    return calendar.with_local_holidays(rest)


def _source(entry: dict[str, Any], data: dict[str, Any], name: str, line: int) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = data["sources"]
    if entry["source"] not in known:
        raise FileWrong(file=name, line=line, what=_no_source(entry, known))
    return known[entry["source"]]


def _no_source(entry: dict[str, Any], known: Iterable[str]) -> str:
    return f"{entry['code']} 的来源“{entry['source']}”没有写在 sources 里（已有：{'、'.join(known)}）。"


def _clock(entry: dict[str, Any], data: dict[str, Any], calendar: Calendar) -> ClockDef:
    if entry["source"] not in data["sources"]:
        raise ValueError(_no_source(entry, data["sources"]))
    source = data["sources"][entry["source"]]
    if (entry["length"] == 0) != (entry["unit"] == "at_once"):
        raise ValueError(f"{entry['code']}：unit 为 at_once 时 length 写 0，其他单位 length 至少为 1。")
    return ClockDef(
        **{key: entry[key] for key in ("code", "title", "trigger", "since", "length", "unit", "article")},
        source=source["name"],
        roll=entry.get(
            "roll", "none" if entry["unit"] in ("hour", "second", "at_once") else "next_working_day"
        ),
        hour_start=entry.get("hour_start", "moment"),
        nearly_due=_nearly_due(entry),
        pause_reasons=tuple(entry.get("pause_reasons", ())),
        extension=_extension(entry),
        on_expiry=entry["on_expiry"],
        then=entry["then"],
        family=data["family"],
        verified=bool(entry.get("verified", source.get("verified", True))),
        note=entry.get("note", source.get("note", "")),
        valid_from=_day(entry.get("valid_from", source.get("valid_from"))),
        valid_to=_day(entry.get("valid_to", source.get("valid_to"))),
        calendar=calendar,
    )


def _nearly_due(entry: dict[str, Any]) -> NearlyDue:
    if "nearly_due" in entry:
        return NearlyDue(**entry["nearly_due"])
    short = entry["unit"] in ("day", "working_day") and entry["length"] < _LONG
    return NearlyDue(working_days=1) if short else _FIFTH


def _extension(entry: dict[str, Any]) -> Extension | None:
    given = entry.get("extension")
    return None if given is None else Extension(**{**given, "granted_by": tuple(given["granted_by"])})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _newest(clocks: Iterable[ClockDef]) -> dict[str, ClockDef]:
    found: dict[str, ClockDef] = {}
    for clock in clocks:
        old = found.get(clock.code)
        if old is None or (clock.valid_from or date.min) >= (old.valid_from or date.min):
            found[clock.code] = clock
    return found


def _refuse_overlap(clocks: list[ClockDef]) -> None:
    """Two versions of one clock may follow each other, never hold on the same day."""
    new = clocks[-1]
    for old in (clock for clock in clocks[:-1] if clock.code == new.code):
        begins = max(old.valid_from or date.min, new.valid_from or date.min)
        if begins <= min(old.valid_to or date.max, new.valid_to or date.max):
            raise ValueError(f"{new.code} 写了两次且有效期重叠，请给旧的写上 valid_to，或换一个代码。")


def _days(data: dict[str, Any], key: str, lines: Lines, name: str) -> list[date]:
    found: list[date] = []
    for index, text in enumerate(data.get(key, ())):
        try:
            found.extend(_span(text))
        except ValueError:
            line = line_of(lines, (key, index))
            raise FileWrong(
                file=name, line=line, what=f"“{text}”不是日期，请写 2027-02-06 或 2027-02-06/2027-02-12。"
            ) from None
    return found


def _span(text: str) -> Iterator[date]:
    first, _, last = text.partition("/")
    day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < day:
        raise ValueError(text)
    while day <= end:
        yield day
        day += timedelta(days=1)
