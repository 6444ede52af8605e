"""The rows that did not become cases: given back whole, with the line and the reason, ready to be mended."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple, TextIO

from heshi.intake.rules.rows import SheetRow

REASON_COLUMNS = ("行号", "原因")


class Rejected(NamedTuple):
    """A row that cannot, and why."""

    row: SheetRow
    why: str


class RejectedRows:
    """The file of rejected rows: all original columns, the line, the reason; made when the first row comes."""

    def __init__(self, path: Path | None, headings: tuple[str, ...]) -> None:
        self._path, self._headings = path, headings
        self._file: TextIO | None = None

    def __enter__(self) -> RejectedRows:
        if self._path:
            self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file:
            self._file.close()

    def add(self, rejected: list[Rejected]) -> None:
        """Write rows down."""
        if self._path is None or not rejected:
            return
        if self._file is None:
            # The mark at the front lets spreadsheet programs read Chinese.
            self._file = self._path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
            csv.writer(self._file).writerow([*self._headings, *REASON_COLUMNS])
        width = len(self._headings)
        csv.writer(self._file).writerows([*_padded(row, width), row.line, why] for row, why in rejected)
        self._file.flush()


def _padded(row: SheetRow, width: int) -> list[str]:
    """Return the cells of a row under its headings; what hangs over is joined into the last of them."""
    cells = list(row.cells)
    if len(cells) > width:
        cells = [*cells[: width - 1], ",".join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))
