"""How a file is about to be read, as the page shows it: what was chosen, what is guessed, and the first rows under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from msgspec.structs import replace

from heshi.common.digests import sm3
from heshi.intake.queries import Sheet
from heshi.intake.rules.columns import Headings, guessed
from heshi.intake.rules.reading import MOST_HEADING_ROWS, Reading
from heshi.intake.terms import FIELDS, SAID_AT

PREVIEW_ROWS, ABOVE_ROWS = 5, 6
COLUMN: Final = re.compile(r"column-(\d{1,4})")
LONGEST_LINE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column: how it is called, what it is taken for, and what to mind about it."""

    place: int
    name: str
    field: str
    minded: str = ""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One line of the file as the page shows it."""

    where: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReadingSeen:
    """The whole preview; ``head`` says for which headings the columns were chosen."""

    sheet: Sheet
    reading: Reading
    head: str
    columns: Sequence[ColumnChoice]
    above: Sequence[PreviewRow]
    rows: Sequence[PreviewRow]
    heights: Sequence[int] = tuple(range(1, MOST_HEADING_ROWS + 1))

    @property
    def left_out(self) -> list[str]:
        """Return the sheets that are not read."""
        return [leaf.name for leaf in self.sheet.leaves if not leaf.is_read]


def reading_from(given: QueryDict) -> Reading:
    """Return what the form says about how to read; a number that is none counts as not said."""
    columns = {int(match[1]): str(given[name]) for name in given if (match := COLUMN.fullmatch(name))}
    hidden = {"take": True, "leave": False}.get(given.get("hidden", ""))
    return Reading(
        sheets=tuple(given.getlist("sheet")),
        heading=_number(given.get("heading", "")),
        heading_rows=_number(given.get("heading_rows", "")),
        hidden=hidden,
        columns={place: field for place, field in columns.items() if not field or field in FIELDS},
        timeless="timeless" in given,
    )


def _number(text: str) -> int:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and int(plain) <= LONGEST_LINE else 0


def head_mark(headings: Headings) -> str:
    """Return by what the page knows again that it chose columns for these very headings."""
    return sm3("\x1f".join((str(headings.line), *headings.names)).encode("utf-8", "surrogateescape"))[:16]


def as_seen(sheet: Sheet, reading: Reading) -> ReadingSeen:
    """Return the preview of a file that was opened as this reading says."""
    names = sheet.headings.names
    full = replace(reading, heading=sheet.headings.line, heading_rows=sheet.headings.rows)
    rows = [PreviewRow(row.where, _fitted(row.cells, len(names))) for row in sheet.sample[:PREVIEW_ROWS]]
    above = [PreviewRow(row.where, _fitted(row.cells, len(names))) for row in sheet.above[-ABOVE_ROWS:]]
    return ReadingSeen(sheet, full, head_mark(sheet.headings), _columns(sheet, reading), above, rows)


def _columns(sheet: Sheet, reading: Reading) -> list[ColumnChoice]:
    guess = guessed(sheet.headings, [row.cells for row in sheet.sample])
    fields = {place: field for field, place in guess.mapped.items()}
    taken = set(reading.columns.values())
    twice = {place: field for field, places in guess.twice.items() for place in places}
    seen = []
    for place in range(len(sheet.headings.names)):
        guessed_field = "" if fields.get(place) in taken else fields.get(place, "")
        field = reading.columns.get(place, guessed_field)
        minded = "像行号，不当编号用" if place in guess.counting and not field else ""
        if place in twice and place not in reading.columns:
            minded = f"像“{FIELDS[twice[place]]}”的不止一列，请核对"
        seen.append(ColumnChoice(place, sheet.headings.called(place), field, minded))
    return seen


def _fitted(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * width][:width]


def says_when(seen: ReadingSeen) -> bool:
    """Return whether some column says when things were said."""
    return any(column.field == SAID_AT for column in seen.columns)
