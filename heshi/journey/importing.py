"""Bring a whole file in: every row becomes a case, was one already, brings news of one, is put to a person, or is given back.

Nothing is lost. Interrupted anywhere, the same file given again goes on: a row that is a case already is passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from heshi.cases.actions import Actor
from heshi.common.refusals import Refusal
from heshi.intake.actions import end_run, note_progress
from heshi.intake.models import ImportRun
from heshi.intake.queries import Sheet, open_sheet
from heshi.intake.rules.columns import Mapped, check_time, mapped
from heshi.intake.rules.reading import Reading, reading_of
from heshi.intake.rules.rows import RowReader, SheetRow
from heshi.journey.batches import Batch, Write, written_side_by_side
from heshi.journey.rejected import Rejected, RejectedRows
from heshi.journey.weighing import COUNTED, BatchOutcome, Taken, weighed, written

BATCH = 500
IMPORTER = Actor("system", None, "批量导入", frozenset({"system"}))


@dataclass(slots=True)
class Totals:
    """What came of the whole file."""

    rows: int = 0
    opened: int = 0
    known: int = 0
    changed: int = 0
    held: int = 0
    ended_elsewhere: int = 0
    rejected: int = 0
    flagged: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: BatchOutcome) -> None:
        """Count one batch in."""
        self.rows += outcome.rows
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(outcome, name))
        self.rejected += len(outcome.rejected)
        self.flagged += outcome.flagged


Each = TypeVar("Each")
Told = Callable[[Totals], None]


def import_file(
    *, run: ImportRun, path: Path, rejected_to: Path, clock: Callable[[], datetime], actor: Actor = IMPORTER,
    told: Told = lambda _totals: None,
) -> ImportRun:  # fmt: skip
    """Open a case for every row of a file that is not one yet; return the run with its counts.

    Rejected rows go to ``rejected_to`` with line and reason; the file is not made when there are none. Raises what opening the
    file and mapping its columns raises; the run then says why.
    """
    at = clock()

    def write(taken: list[Taken]) -> BatchOutcome:
        return written(taken, run=run, at=at, actor=actor)

    def noted(outcome: BatchOutcome, totals: Totals) -> None:
        counts = {name: getattr(outcome, name) for name in COUNTED}
        counts |= {"rows_read": outcome.rows, "rejected": len(outcome.rejected)}
        note_progress(run=run, counts=counts, flagged=totals.flagged, at=clock())
        told(totals)

    try:
        _go_through(
            path, reading_of(run.reading), source_name=run.source_name, at=at, write=write, rejected_to=rejected_to, noted=noted
        )  # fmt: skip
    except Refusal as refusal:
        end_run(run=run, at=clock(), why=str(refusal))
        raise
    except BaseException as error:
        end_run(
            run=run, at=clock(), why=f"中途停下（{type(error).__name__}），用同一个文件再导入一次即可接着做。"
        )
        raise
    return end_run(run=run, at=clock())


def try_file(
    path: Path, reading: Reading, *, source_name: str, at: datetime, rejected_to: Path | None = None, most: int | None = None
) -> Totals:  # fmt: skip
    """Return what importing the file, or its first ``most`` rows, would come to, and change nothing."""
    return _go_through(
        path, reading, source_name=source_name, at=at, write=weighed, rejected_to=rejected_to, most=most
    )


def opened_as(path: Path, reading: Reading) -> tuple[Sheet, Mapped]:
    """Return a file opened as somebody chose, and what its columns are; raises whatever is still to be asked."""
    sheet = open_sheet(path, reading)
    columns = mapped(sheet.headings, reading.columns, [row.cells for row in sheet.sample])
    check_time(sheet.headings, columns, timeless=reading.timeless)
    sheet.check_hidden(reading)
    return sheet, columns


def _go_through(
    path: Path, reading: Reading, *, source_name: str, at: datetime, write: Write, rejected_to: Path | None,
    noted: Callable[[BatchOutcome, Totals], None] = lambda _outcome, _totals: None, most: int | None = None,
) -> Totals:  # fmt: skip
    """Read the whole file, write it in batches and keep what is rejected."""
    sheet, columns = opened_as(path, reading)
    rows = _Rows(RowReader(columns, len(sheet.headings.names), at, source_name))
    totals = Totals()
    with RejectedRows(rejected_to, sheet.headings.names) as kept:
        first = written_side_by_side(rows.batches(islice(sheet.rows, most)), write)
        # A row whose number stands on an earlier one is looked at when that one is a case for certain.
        later = (write(part) for part in _parts(iter(rows.later)))
        for outcome in chain(first, later):
            kept.add(outcome.rejected)
            totals.add(outcome)
            noted(outcome, totals)
    return totals


@dataclass(slots=True)
class _Rows:
    """The rows of a file on their way: in batches, or put aside until the others are written."""

    reader: RowReader
    later: list[Taken] = field(default_factory=list)

    def batches(self, rows: Iterator[SheetRow]) -> Iterator[Batch]:
        """Yield the rows that can become cases, in batches, each with what came of the others on the way."""
        for part in _parts(rows):
            aside = BatchOutcome(rows=len(part))
            yield list(self._taken(part, aside)), aside

    def _taken(self, rows: list[SheetRow], aside: BatchOutcome) -> Iterator[Taken]:
        for row in rows:
            try:
                said = self.reader.report(row)
            except Refusal as refusal:
                aside.rejected.append(Rejected(row, str(refusal)))
                continue
            if said is None:
                aside.known += 1
            elif said.again:
                self.later.append(Taken(row, said.report, again=True))
            else:
                yield Taken(row, said.report)


def _parts(rows: Iterator[Each]) -> Iterator[list[Each]]:
    while part := list(islice(rows, BATCH)):
        yield part
