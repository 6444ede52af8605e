"""What becomes of the rows of a batch: a new case, one we know, one with news, a question to a person, or a row given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from heshi.cases.actions import Actor, correct
from heshi.common.refusals import Refusal
from heshi.intake.models import HeldRow, ImportRun
from heshi.intake.queries import KnownCase, known_cases, mark_of, rekeyed_cases
from heshi.intake.rules.report import Report
from heshi.intake.rules.rows import SheetRow
from heshi.intake.rules.written import Doubt
from heshi.intake.terms import KEPT
from heshi.journey.actions import doubts_of, receive_cleaned
from heshi.journey.rejected import Rejected
from heshi.places.queries import county_code

COUNTED: Final = ("opened", "known", "changed", "held", "ended_elsewhere")
LONGEST_WORD: Final = 20


class Taken(NamedTuple):
    """A row that can become a case."""

    row: SheetRow
    report: Report
    again: bool = False
    """Its number stands on an earlier row of the file, with other words."""


@dataclass(slots=True)
class BatchOutcome:
    """What came of some rows."""

    rows: int = 0
    opened: int = 0
    known: int = 0
    changed: int = 0
    held: int = 0
    ended_elsewhere: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    flagged: Counter[str] = field(default_factory=Counter)

    def joined(self, other: BatchOutcome) -> BatchOutcome:
        """Return both as one; rejected rows in the order of the file."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        rejected = sorted([*self.rejected, *other.rejected], key=lambda one: one.row.line)
        return BatchOutcome(
            self.rows + other.rows, **counts, rejected=rejected, flagged=self.flagged + other.flagged
        )


@dataclass(slots=True)
class Sorted:
    """The rows of a batch, apart."""

    fresh: list[Taken] = field(default_factory=list)
    news: list[tuple[KnownCase, dict[str, object]]] = field(default_factory=list)
    asked: list[tuple[KnownCase, Taken]] = field(default_factory=list)
    known: int = 0


def weighed(taken: list[Taken]) -> BatchOutcome:
    """Return what writing these rows would come to, and change nothing."""
    apart = _apart(taken)
    fresh = [one.report for one in apart.fresh if not one.again]
    held = len(apart.asked) + len(apart.fresh) - len(fresh)
    outcome = BatchOutcome(known=apart.known, changed=len(apart.news), held=held, opened=len(fresh))
    outcome.ended_elsewhere = sum(report.history is not None for report in fresh)
    outcome.flagged = _flags(doubts_of(fresh))
    return outcome


def written(taken: list[Taken], *, run: ImportRun, at: datetime, actor: Actor) -> BatchOutcome:
    """Open a case for each row that is not one yet, note the news of those we know, and keep what a person has to decide."""
    apart = _apart(taken)
    outcome = BatchOutcome(known=apart.known, held=len(apart.asked))
    for known, changes in apart.news:
        correct(case=known.case, given=changes, actor=actor, at=at)
        outcome.changed += 1
    _hold(apart.asked, run)
    return outcome.joined(_opened(apart.fresh, at=at, actor=actor))


def _opened(fresh: list[Taken], *, at: datetime, actor: Actor) -> BatchOutcome:
    outcome = BatchOutcome()
    if not fresh:
        return outcome
    try:
        receipts = receive_cleaned(reports=[one.report for one in fresh], at=at, actor=actor)
    except Refusal as refusal:
        if len(fresh) == 1:
            outcome.rejected.append(Rejected(fresh[0].row, str(refusal)))
            return outcome
        # Find the row that the door refused, so that the others of its batch still come in.
        for one in fresh:
            outcome = outcome.joined(_opened([one], at=at, actor=actor))
        return outcome
    new = [(one.report, receipt) for one, receipt in zip(fresh, receipts, strict=True) if receipt.new]
    outcome.opened, outcome.known = len(new), len(fresh) - len(new)
    outcome.ended_elsewhere = sum(report.history is not None for report, _receipt in new)
    outcome.flagged = _flags(receipt.doubts for _report, receipt in new)
    return outcome


def _flags(found: Iterable[Sequence[Doubt]]) -> Counter[str]:
    """Return how many there are of each doubt, and of each word for a kind that nobody knows."""
    doubts = [doubt for each in found for doubt in each if doubt.why != KEPT]
    words = (f"kind={one.text.strip()[:LONGEST_WORD]}" for one in doubts if one.why == "kind_unknown")
    return Counter(one.why for one in doubts) + Counter(words)


def _apart(taken: list[Taken]) -> Sorted:
    """Part the rows by what we know of their numbers; a known number with other words is a question, never dropped."""
    apart = Sorted()
    known = known_cases(one.report.source_key for one in taken)
    known |= rekeyed_cases([one.report for one in taken if one.report.source_key not in known])
    for one in taken:
        before = known.get(one.report.source_key)
        if before is None:
            apart.fresh.append(one)
        elif one.report.body not in before.words:
            decided = before.held.get(mark_of(one.report), HeldRow.HeldState.WAITING)
            if decided == HeldRow.HeldState.WAITING:
                apart.asked.append((before, one))
            else:
                apart.known += 1
        elif changes := before.changes(one.report):
            apart.news.append((before, changes))
        else:
            apart.known += 1
    return apart


def _hold(asked: Sequence[tuple[KnownCase, Taken]], run: ImportRun) -> None:
    rows = [
        HeldRow(
            county=county_code(), run=run, where=one.row.where[:80], case_id=known.case.pk, mark=mark_of(one.report),
            report=msgspec.json.encode(one.report).decode(),
        )
        for known, one in asked
    ]  # fmt: skip
    HeldRow.objects.bulk_create(rows, ignore_conflicts=True)
