"""What a notice says, to whom it is addressed, and when to try again. Values in, answer out."""

from __future__ import annotations

import string
from datetime import timedelta
from typing import Final
from uuid import UUID

from heshi.common.refusals import Invalid
from heshi.notices.terms import RESIDENT_WORDS, STAFF_WORDS, Words

MOST_ATTEMPTS: Final = 8
_WAITS: Final = (1, 5, 15, 60, 180, 360, 720)  # minutes after the first, second, … failure


class NoticeWordsMissing(Invalid):
    """There is no text for that event, or a place in it was not filled."""

    code = "notice_words_missing"
    sentence = "“{about}”的通知缺少{what}，请在 heshi/notices/terms.py 补上或填写后再发。"


def words(about: str, to_kind: str, **places: str) -> Words:
    """Return the subject and text about an event for residents or staff, its places filled."""
    template = (RESIDENT_WORDS if to_kind == "resident" else STAFF_WORDS).get(about)
    if template is None:
        raise NoticeWordsMissing(
            about=about, what=f"给{'群众' if to_kind == 'resident' else '工作人员'}的文字"
        )
    try:
        return Words(*(part.format_map(places) for part in template))
    except KeyError as missing:
        raise NoticeWordsMissing(about=about, what=f"“{missing.args[0]}”") from None


def places_of(template: Words) -> set[str]:
    """Return the names of the places to fill in a text."""
    return {name for part in template for _, name, _, _ in string.Formatter().parse(part) if name}


def has_words(about: str, to_kind: str) -> bool:
    """Say whether there is a text about that event for residents or for staff."""
    return about in (RESIDENT_WORDS if to_kind == "resident" else STAFF_WORDS)


def address(
    *, to_kind: str, case_id: UUID | None, to_unit: UUID | None, to_role: str, to_staff: UUID | None
) -> str:
    """Return where a notice lies: one line per person, unit, role at a unit, role, or resident of a case."""
    if to_kind == "staff":
        return f"staff:{to_staff}"
    if to_kind == "resident":
        return f"case:{case_id}"
    if to_kind == "unit" and not to_role:
        return f"unit:{to_unit}"
    return f"post:{to_unit}:{to_role}" if to_unit else f"role:{to_role}"


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: a minute, then longer and longer, up to half a day."""
    return timedelta(minutes=_WAITS[min(max(attempts, 1), len(_WAITS)) - 1])
