"""Fetch clock and calendar files and see that they are right; every complaint about a file comes at once, with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Final, cast

from jsonschema import Draft202012Validator

from heshi.clocks.queries.checking import Complaint, calendar_complaints, clock_complaints
from heshi.clocks.queries.written import CalendarFile, ClockFile
from heshi.common import yamlfiles
from heshi.common.shaping import misshapen, schema_of
from heshi.common.yamltext import Draft, Miswritten, taken_down

FOLDER: Final = Path(__file__).resolve().parent.parent / "library"
CLOCKS, CALENDAR = FOLDER / "schema.json", FOLDER / "calendar.schema.json"


class ClockFileWrong(Miswritten):
    """A clock file cannot be used."""

    code = "clock_file_wrong"
    sentence = "时限文件有误，未载入："
    thing = "时限文件"


class CalendarFileWrong(Miswritten):
    """A calendar file cannot be used."""

    code = "calendar_file_wrong"
    sentence = "放假文件有误，未载入："
    thing = "放假文件"


def read_clocks(path: Path) -> ClockFile:
    """Return what stands in a clock file; raises ClockFileWrong with everything that is wrong with it."""
    return cast("ClockFile", _read(path, CLOCKS, clock_complaints, ClockFileWrong).values)


def read_calendar(path: Path) -> tuple[CalendarFile, Draft]:
    """Return what stands in a calendar file, and the draft for its lines; raises CalendarFileWrong with everything wrong."""
    draft = _read(path, CALENDAR, calendar_complaints, CalendarFileWrong)
    return cast("CalendarFile", draft.values), draft


def _read(
    path: Path, schema: Path, complaints: Callable[[Draft], Iterator[Complaint]], refusal: type[Miswritten]
) -> Draft:
    text = yamlfiles.text_of(path, partial(refusal.unreadable, path.name))
    draft = taken_down(path.name, text, refusal)
    for place, sentence in misshapen(draft, _schema(schema), refusal.thing):
        draft.complain(place, sentence)
    for place, sentence in list(complaints(draft)):
        draft.complain(place, sentence)
    draft.refuse_if_wrong(refusal)
    return draft


@cache
def _schema(file: Path) -> Draft202012Validator:
    return schema_of(file.read_bytes())
