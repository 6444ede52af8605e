"""Lines of text to rows of cells; a quotation mark without its partner costs one row, not the rest of the file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from heshi.intake.rules.rows import SheetRow

QUOTE = '"'
MOST_LINES, MOST_CHARACTERS = 2_000, 2_000_000
"""No cell of a real file is longer; whatever goes on longer is an unbalanced quotation mark."""
UNBALANCED = "这一行的引号没有配对，请改正引号后再导入这一行。"
csv.field_size_limit(2 * MOST_CHARACTERS)


class RunsOn(Exception):
    """A row does not end."""


class Lines:
    """The lines of a file, with those of the row being read kept at hand to be read again."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._again = source, deque[str]()
        self.row: list[str] = []
        self.number, self._size = 0, 0
        self.ran_out = False

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        """Return the next line; raises RunsOn in the middle of a row without end."""
        if len(self.row) >= MOST_LINES or self._size > MOST_CHARACTERS:
            raise RunsOn
        line = self._again.popleft() if self._again else next(self._source, None)
        if line is None:
            self.ran_out = bool(self.row)
            raise StopIteration
        self.row.append(line)
        self._size += len(line)
        self.number += 1
        return line

    def begin(self) -> None:
        """Forget the row that was read."""
        self.row.clear()
        self._size, self.ran_out = 0, False

    def only_first(self) -> str:
        """Return the first line of the row and put the others back."""
        first, *others = self.row
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        self.begin()
        return first


def records(source: Iterator[str], *, delimiter: str) -> Iterator[SheetRow]:
    """Yield the rows, each with the line it begins at; empty lines are passed over."""
    lines = Lines(source)
    while True:
        lines.begin()
        begins = lines.number + 1
        cells = _cells(lines, delimiter)
        if cells is None:
            yield SheetRow(begins, [lines.only_first().rstrip("\r\n")], UNBALANCED)
        elif not lines.row:
            return
        elif any(cell.strip() for cell in cells):
            yield SheetRow(begins, cells)


def _cells(lines: Lines, delimiter: str) -> list[str] | None:
    """Return the cells of the next row, none at the end of the file, None where a quotation mark is left open."""
    try:
        cells = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    except (RunsOn, csv.Error):
        return _sloppy(lines.row, delimiter)
    return None if lines.ran_out else cells


def _sloppy(row: list[str], delimiter: str) -> list[str] | None:
    """Return the cells of a line with quotation marks inside its text, as spreadsheets would show it."""
    if len(row) != 1 or row[0].count(QUOTE) % 2:
        return None
    return next(csv.reader(row, delimiter=delimiter), [])
