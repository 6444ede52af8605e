"""Bring a whole file in: every row becomes a case, was one already, or is given back with the reason. Nothing is lost.

One thread reads and checks; two write, so that the database works while Python reads. Interrupted anywhere, the same file given
again goes on: a row that is a case already is passed over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import Barrier
from typing import NamedTuple

from django.db import connections

from heshi.cases.actions import Actor
from heshi.common.refusals import Refusal
from heshi.intake.actions import end_run, note_progress
from heshi.intake.models import ImportRun
from heshi.intake.queries import Sheet, known_words, open_sheet
from heshi.intake.rules.columns import Mapped, mapped
from heshi.intake.rules.report import Report
from heshi.intake.rules.rows import RowReader, SheetRow
from heshi.journey.actions import receive_cleaned
from heshi.journey.rejected import Rejected, RejectedRows

BATCH, WRITERS, WAITING = 500, 2, 4
IMPORTER = Actor("system", None, "批量导入", frozenset({"system"}))
ALREADY_WITH_OTHER_WORDS = (
    "编号“{key}”已经登记为案件 {number}，内容却不同；"
    "如果来自另一个系统，请写明来源系统名称（--source）再导入，否则请改正编号。"
)


class Taken(NamedTuple):
    """A row that can become a case."""

    row: SheetRow
    report: Report


@dataclass(slots=True)
class BatchOutcome:
    """What came of some rows."""

    rows: int = 0
    opened: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(slots=True)
class Totals:
    """What came of the whole file."""

    rows: int = 0
    opened: int = 0
    known: int = 0
    rejected: int = 0

    def add(self, outcome: BatchOutcome) -> None:
        """Count one batch in."""
        self.rows += outcome.rows
        self.opened += outcome.opened
        self.known += outcome.known
        self.rejected += len(outcome.rejected)


Write = Callable[[list[Taken]], BatchOutcome]


def import_file(
    *, run: ImportRun, path: Path, rejected_to: Path, clock: Callable[[], datetime], actor: Actor = IMPORTER,
    told: Callable[[Totals], None] = lambda _totals: None,
) -> ImportRun:  # fmt: skip
    """Open a case for every row of a file that is not one yet; return the run with its counts.

    Rejected rows go to ``rejected_to`` with line and reason; the file is not made when there are none. Raises what opening the
    file and mapping its columns raises; the run then says why.
    """
    at = clock()

    def write(taken: list[Taken]) -> BatchOutcome:
        return written(taken, at=at, actor=actor)

    def noted(outcome: BatchOutcome) -> None:
        note_progress(
            run=run,
            rows=outcome.rows,
            opened=outcome.opened,
            known=outcome.known,
            rejected=len(outcome.rejected),
            at=clock(),
        )

    try:
        go_through(
            path,
            run.mapping,
            source_name=run.source_name,
            at=at,
            write=write,
            rejected_to=rejected_to,
            told=told,
            noted=noted,
        )
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
    path: Path, mapping: Mapping[str, str], *, source_name: str, at: datetime, rejected_to: Path | None = None,
    most: int | None = None,
) -> Totals:  # fmt: skip
    """Return what importing the file, or its first ``most`` rows, would come to, and change nothing."""
    return go_through(
        path, mapping, source_name=source_name, at=at, write=weighed, rejected_to=rejected_to, most=most
    )


def go_through(
    path: Path, mapping: Mapping[str, str], *, source_name: str, at: datetime, write: Write, rejected_to: Path | None,
    told: Callable[[Totals], None] = lambda _totals: None, noted: Callable[[BatchOutcome], None] = lambda _outcome: None,
    most: int | None = None,
) -> Totals:  # fmt: skip
    """Read the whole file, write it in batches and keep what is rejected."""
    sheet = open_sheet(path)
    columns = mapped(sheet.headings, mapping)
    totals = Totals()
    with RejectedRows(rejected_to, sheet.headings.names) as kept:
        for outcome in _written_side_by_side(_batches(sheet, columns, source_name, at, most), write):
            kept.add(outcome.rejected)
            totals.add(outcome)
            noted(outcome)
            told(totals)
    return totals


def _batches(
    sheet: Sheet, columns: Mapped, source_name: str, at: datetime, most: int | None
) -> Iterator[tuple[list[Taken], BatchOutcome]]:
    """Yield the rows that can become cases, in batches, each with what came of the others on the way."""
    reader = RowReader(columns, len(sheet.headings.names), at, source_name)
    taken, aside = list[Taken](), BatchOutcome()
    for row in islice(sheet.rows, most):
        aside.rows += 1
        try:
            report = reader.report(row)
        except Refusal as refusal:
            aside.rejected.append(Rejected(row, str(refusal)))
        else:
            if report is None:
                aside.known += 1
            else:
                taken.append(Taken(row, report))
        if aside.rows >= BATCH:
            yield taken, aside
            taken, aside = [], BatchOutcome()
    if aside.rows:
        yield taken, aside


def _written_side_by_side(
    batches: Iterable[tuple[list[Taken], BatchOutcome]], write: Write
) -> Iterator[BatchOutcome]:
    """Yield what came of each batch, in order, while the next ones are being read and written."""
    waiting = deque[tuple[Future[BatchOutcome], BatchOutcome]]()
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="import") as writers:
        try:
            for taken, aside in batches:
                waiting.append((writers.submit(_in_thread, write, taken), aside))
                if len(waiting) >= WAITING:
                    yield _joined(*waiting.popleft())
            while waiting:
                yield _joined(*waiting.popleft())
        finally:
            for future, _aside in waiting:
                future.cancel()
            _hang_up(writers)


def _hang_up(writers: ThreadPoolExecutor) -> None:
    """Close the connection of each thread: the barrier sees to it that every one of them gets its turn."""
    together = Barrier(WRITERS)

    def hang_up() -> None:
        together.wait()
        connections.close_all()

    for _each in range(WRITERS):
        writers.submit(hang_up)


def _in_thread(write: Write, taken: list[Taken]) -> BatchOutcome:
    return write(taken) if taken else BatchOutcome()


def _joined(future: Future[BatchOutcome], aside: BatchOutcome) -> BatchOutcome:
    done = future.result()
    rejected = sorted([*aside.rejected, *done.rejected], key=lambda one: one.row.line)
    return BatchOutcome(aside.rows, done.opened, aside.known + done.known, rejected)


def weighed(taken: list[Taken]) -> BatchOutcome:
    """Return what writing these rows would come to: new, known, or known with other words."""
    outcome, fresh = _apart(taken)
    outcome.opened = len(fresh)
    return outcome


def written(taken: list[Taken], *, at: datetime, actor: Actor) -> BatchOutcome:
    """Open a case for each row that is not one yet."""
    outcome, fresh = _apart(taken)
    try:
        receipts = receive_cleaned(reports=[one.report for one in fresh], at=at, actor=actor) if fresh else []
    except Refusal as refusal:
        if len(fresh) == 1:
            outcome.rejected.append(Rejected(fresh[0].row, str(refusal)))
            return outcome
        return _one_by_one(fresh, outcome, at=at, actor=actor)
    outcome.opened += sum(receipt.new for receipt in receipts)
    outcome.known += sum(not receipt.new for receipt in receipts)
    return outcome


def _one_by_one(fresh: list[Taken], outcome: BatchOutcome, *, at: datetime, actor: Actor) -> BatchOutcome:
    """Find the row that the door refused, so that the others of its batch still come in."""
    for one in fresh:
        done = written([one], at=at, actor=actor)
        outcome.opened += done.opened
        outcome.known += done.known
        outcome.rejected += done.rejected
    return outcome


def _apart(taken: list[Taken]) -> tuple[BatchOutcome, list[Taken]]:
    """Part the rows that are new from those that are cases already; a known number with other words is rejected, not dropped."""
    outcome, fresh = BatchOutcome(), []
    known = known_words(one.report.source_key for one in taken)
    for one in taken:
        if one.report.source_key not in known:
            fresh.append(one)
            continue
        number, words = known[one.report.source_key]
        if one.report.body in words:
            outcome.known += 1
        else:
            why = ALREADY_WITH_OTHER_WORDS.format(key=one.report.source_key, number=number)
            outcome.rejected.append(Rejected(one.row, why))
    return outcome, fresh
