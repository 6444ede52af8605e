"""Note who looked: every opening of a file is kept, and the resident can read it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heshi.cases.models import Case, Opening
from heshi.common.refusals import Invalid
from heshi.common.together import insert_together, row_of

SHORTEST_REASON = 4
LONGEST_REASON = 120


class ReasonMissing(Invalid):
    """Personal fields are shown only for a reason."""

    code = "reason_missing"
    sentence = "请写明为什么要看联系方式（至少 4 个字，最多 120 个字），比如“电话约定上门时间”。"


def note_opening(*, case: Case, staff_id: UUID, label: str, at: datetime) -> None:
    """Note that somebody opened the file; once an hour per person is enough."""
    _noted(case, staff_id, label, at, "", unmasked=False)


def note_unmasking(*, case: Case, staff_id: UUID, label: str, at: datetime, why: str) -> None:
    """Note that somebody read the personal fields, and why; raises ReasonMissing."""
    reason = " ".join(why.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ReasonMissing
    _noted(case, staff_id, label, at, reason, unmasked=True)


def _noted(case: Case, staff_id: UUID, label: str, at: datetime, why: str, *, unmasked: bool) -> None:
    # One row an hour is enough to answer “who looked”; the unique constraint drops the others without a question before it.
    hour = at.replace(minute=0, second=0, microsecond=0)
    row = Opening(
        county=case.county, case=case, staff_id=staff_id, label=label[:80], hour=hour, unmasked=unmasked, why=why
    )  # fmt: skip
    insert_together(Opening, [row_of(row)], {})
