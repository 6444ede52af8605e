"""Until when, as a badge says it: words, and a colour that never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from heshi.clocks.rules import bound_in_words, due_on

SOON_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Due:
    """How long there still is, or by how much it is late."""

    words: str
    colour: str


def due_in_words(due: datetime | None, *, at: datetime, bound: bool = False) -> Due:
    """Return the days that are left, or by how many it is late; of a ``bound`` that it is the earliest, and never that it is late."""
    if due is None:
        return Due("不计时", "grey")
    days = (due_on(due) - timezone.localdate(at)).days
    if bound:
        return Due(bound_in_words(due), "yellow" if days <= SOON_DAYS else "blue")
    # By the instant, not by the day: a limit of two hours can be over today.
    if due <= at:
        return Due(f"已超期 {-days} 天" if days < 0 else "已超期", "red")
    if days <= 1:
        return Due("今天到期" if days <= 0 else "明天到期", "orange")
    return Due(f"剩 {days} 天", "yellow" if days <= SOON_DAYS else "blue")
