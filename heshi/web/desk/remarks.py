"""What was doubtful when a case came in, as the desk shows it: to be looked at, put right, or left as it is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from heshi.cases.models import Case, Remark
from heshi.cases.terms import PERSONAL
from heshi.intake.terms import DOUBTFUL_FIELDS, DOUBTS


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """One text that came along; ``text`` is empty where this person does not see it."""

    key: UUID
    label: str
    why: str
    text: str
    is_open: bool

    @property
    def words(self) -> str:
        """Return it as one line."""
        written = f"写的是“{self.text}”" if self.text else "写的内容揭开后可见"
        return f"{self.label}：{self.why}（{written}）"


def remarks_of(case: Case, *, unmasked: bool) -> list[RemarkLine]:
    """Return what came with the first words and found no field, the open ones first; personal texts only unmasked.

    The case itself says whether there are any, so that most pages ask nothing.
    """
    if not case.facts.get("remarks"):
        return []
    rows = Remark.objects.filter(county=case.county, case=case).order_by("id")
    lines = [_line(row, unmasked=unmasked) for row in rows]
    return sorted(lines, key=lambda line: not line.is_open)


def _line(row: Remark, *, unmasked: bool) -> RemarkLine:
    # Anybody may have written anything into any column: only what names no person is shown without a reason.
    seen = unmasked or row.field not in PERSONAL
    return RemarkLine(
        row.pk, DOUBTFUL_FIELDS.get(row.field, row.field), DOUBTS.get(row.why, row.why), row.text if seen else "", row.settled_at is None
    )  # fmt: skip


def elsewhere_of(case: Case) -> list[tuple[str, str]]:
    """Return what another system says of a case: its number, its status there, how it ended before it came here."""
    history = case.facts.get("history")
    ended = history if isinstance(history, dict) else {}
    closed_at = str(ended.get("closed_at", ""))[: len("2026-03-02")]
    said = (
        ("工单号", case.facts.get("external_number")), ("状态", case.facts.get("external_status")), ("办结", closed_at),
        ("满意度", ended.get("rating")),
    )  # fmt: skip
    return [(label, str(words)) for label, words in said if words]
