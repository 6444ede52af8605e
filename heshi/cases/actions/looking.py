"""Note who looked: every opening of a file is kept, and the resident can read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from heshi.cases.models import Case, Opening
from heshi.common.refusals import Invalid
from heshi.common.together import insert_together, row_of

SHORTEST_REASON = 4
LONGEST_REASON = 120
FOUND_BY = "按{by}查到"


class ReasonMissing(Invalid):
    """Personal fields are shown only for a reason."""

    code = "reason_missing"
    sentence = "请写明为什么要看联系方式（至少 4 个字，最多 120 个字），比如“电话约定上门时间”。"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a file: by whom, and what for; ``unmasked`` where the personal fields were read."""

    case: Case
    label: str
    why: str = ""
    unmasked: bool = False


def note_opening(*, case: Case, staff_id: UUID, label: str, at: datetime) -> None:
    """Note that somebody opened the file; once an hour per person is enough."""
    _note([Look(case, label)], staff_id, at)


def note_unmasking(*, case: Case, staff_id: UUID, label: str, at: datetime, why: str) -> None:
    """Note that somebody read the personal fields, and why; raises ReasonMissing."""
    reason = " ".join(why.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ReasonMissing
    _note([Look(case, label, reason, unmasked=True)], staff_id, at)


def note_findings(*, found: Iterable[tuple[Case, str, str]], staff_id: UUID, at: datetime) -> None:
    """Note on each file that somebody found it by what is personal: the case, how she signs there, and by what."""
    _note([Look(case, label, FOUND_BY.format(by=by)) for case, label, by in found], staff_id, at)


def _note(looks: Sequence[Look], staff_id: UUID, at: datetime) -> None:
    # One row an hour is enough to answer “who looked”; the unique constraint drops the others without a question before it.
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = [
        Opening(
            county=look.case.county, case=look.case, staff_id=staff_id, label=look.label[:80], hour=hour,
            unmasked=look.unmasked, why=look.why,
        )
        for look in looks
    ]  # fmt: skip
    if rows:
        insert_together(Opening, [row_of(row) for row in rows], {})
