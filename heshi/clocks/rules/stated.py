"""A day or a moment that somebody stated, as it was typed: read, and written the one way that is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from heshi.clocks.rules.counting import SHANGHAI
from heshi.common.refusals import Invalid

WRITTEN: Final = "%Y年%-m月%-d日 %H:%M"
DAY: Final = "%Y年%-m月%-d日"
TO_THE_MINUTE: Final = 16
"""How long 2026-03-02T09:30 is: with fewer signs it names a day."""


class MomentUnreadable(Invalid):
    """What was typed is not a date or a time."""

    code = "moment_unreadable"
    sentence = "“{typed}”不是日期或时间，请写 2026-01-16 或 2026-01-16T09:30。"


def moment_in(typed: str) -> datetime:
    """Return the moment that was typed, the first of a day where it names only a day; raises MomentUnreadable.

    Without a zone it is Chinese time. The result is in Chinese time too.
    """
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise MomentUnreadable(typed=typed) from None
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def to_keep(typed: str) -> str:
    """Return a moment as it is kept with a case: 2026-03-02T09:30+08:00; raises MomentUnreadable, for a mere day too."""
    if len(typed.strip()) < TO_THE_MINUTE:
        raise MomentUnreadable(typed=typed)
    return moment_in(typed).isoformat(timespec="minutes")


def day_in_words(kept: str) -> str:
    """Return a kept day as people read it: 2026年3月2日; what is no day as it stands."""
    try:
        return f"{moment_in(kept):{DAY}}"
    except MomentUnreadable:
        return kept


def in_words(kept: str) -> str:
    """Return a kept moment as people read it: 2026年3月2日 09:30; what is no moment as it stands."""
    try:
        return f"{moment_in(kept):{WRITTEN}}"
    except MomentUnreadable:
        return kept
