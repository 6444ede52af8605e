"""The rows that did not become cases: given back whole, with the line and the reason, ready to be mended in a spreadsheet.

As .xlsx and every cell as text: a spreadsheet that opens a CSV turns long numbers into others and what begins with = into formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from heshi.intake.rules.rows import SheetRow

REASON_COLUMNS: Final = ("行号", "原因")
TEXT: Final = "@"
MOST_IN_A_CELL: Final = 32_000
"""A cell of a spreadsheet holds 32,767 characters; what is longer goes on behind the reasons."""


class Rejected(NamedTuple):
    """A row that cannot, and why."""

    row: SheetRow
    why: str


class RejectedRows:
    """The file of rejected rows: all original columns, the line, the reason; made when there is at least one."""

    def __init__(self, path: Path | None, headings: tuple[str, ...]) -> None:
        self._path, self._headings = path, headings
        self._book: Workbook | None = None
        self._sheet: WriteOnlyWorksheet | None = None

    def __enter__(self) -> RejectedRows:
        if self._path:
            self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._book and self._path:
            self._book.save(self._path)

    def add(self, rejected: list[Rejected]) -> None:
        """Take rows in."""
        if self._path is None or not rejected:
            return
        if self._book is None:
            self._book = Workbook(write_only=True)
            self._sheet = cast("WriteOnlyWorksheet", self._book.create_sheet("未导入"))
            self._write([*self._headings, *REASON_COLUMNS])
        width = len(self._headings)
        for row, why in rejected:
            cells, rest = _fitted(_padded(row, width))
            self._write([*cells, row.where, why, *rest])

    def _write(self, texts: Sequence[str]) -> None:
        if self._sheet is not None:
            self._sheet.append([_as_text(self._sheet, text) for text in texts])


def _as_text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """Return a cell that is text and stays text, whatever it begins with and whoever edits it."""
    seen = ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "backslashreplace").decode())
    cell = WriteOnlyCell(sheet, seen)
    cell.data_type = "s"
    cell.number_format = TEXT
    cell.quotePrefix = True
    return cell


def _fitted(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the cells cut to what a spreadsheet holds, and what was cut off."""
    rest = [
        cell[start : start + MOST_IN_A_CELL]
        for cell in cells
        for start in range(MOST_IN_A_CELL, len(cell), MOST_IN_A_CELL)
    ]
    return [cell[:MOST_IN_A_CELL] for cell in cells], rest


def _padded(row: SheetRow, width: int) -> list[str]:
    """Return the cells of a row under its headings; what hangs over is joined into the last of them."""
    cells = list(row.cells)
    if len(cells) > width:
        cells = [*cells[: width - 1], ",".join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))
