"""What is wrong with clock and calendar files although each entry has the right shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Final, TypeAlias, cast

from heshi.clocks.queries.written import WrittenClock, WrittenSource, WrittenStandingRule, days_of, validity
from heshi.common.values import Json
from heshi.common.yamltext import Draft, KeyPath

Complaint: TypeAlias = tuple[KeyPath, str]
NO_DAYS: Final = "“{days}”不是日期，请写 2027-02-06 或 2027-02-06/2027-02-12。"
AT_ONCE: Final = "{code}：unit 为 at_once 时 length 写 0，其他单位 length 至少为 1。"
NO_SOURCE: Final = "{code} 的来源“{source}”没有写在 sources 里（已有：{known}）。"
OVERLAP: Final = "{code} 写了两次且有效期重叠，请给旧的写上 valid_to，或换一个代码。"


def clock_complaints(draft: Draft) -> Iterator[Complaint]:
    """Yield what contradicts itself in a clock file; entries that are misshapen are left alone."""
    clocks = [(path, cast("WrittenClock", row)) for path, row in _sound(draft, "clocks")]
    rules = [(path, cast("WrittenStandingRule", row)) for path, row in _sound(draft, "standing_rules")]
    named = draft.values.get("sources")
    if isinstance(named, dict):
        sources = cast("dict[str, WrittenSource]", named)
        yield from _unsourced([*clocks, *rules], sources)
        yield from _overlapping(clocks, sources)
    for path, clock in clocks:
        if (clock["length"] == 0) != (clock["unit"] == "at_once"):
            yield path, AT_ONCE.format(code=clock["code"])


def _sound(draft: Draft, section: str) -> Iterator[tuple[KeyPath, Json]]:
    rows = draft.values.get(section)
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if draft.is_sound((section, index)):
            yield (section, index), row


def _unsourced(
    entries: list[tuple[KeyPath, WrittenClock | WrittenStandingRule]], sources: dict[str, WrittenSource]
) -> Iterator[Complaint]:
    known = "、".join(sources)
    for path, entry in entries:
        if entry["source"] not in sources:
            yield path, NO_SOURCE.format(code=entry["code"], source=entry["source"], known=known)


def _overlapping(
    clocks: list[tuple[KeyPath, WrittenClock]], sources: dict[str, WrittenSource]
) -> Iterator[Complaint]:
    """Two versions of one clock may follow each other, never hold on the same day."""
    for (_path, old), (path, new) in combinations(clocks, 2):
        if old["code"] == new["code"] and _meet(old, new, sources):
            yield path, OVERLAP.format(code=new["code"])


def _meet(old: WrittenClock, new: WrittenClock, sources: dict[str, WrittenSource]) -> bool:
    try:
        (old_begins, old_ends), (begins, ends) = validity(old, sources), validity(new, sources)
    except (ValueError, KeyError):  # told on its own
        return False
    return max(old_begins or date.min, begins or date.min) <= min(old_ends or date.max, ends or date.max)


def calendar_complaints(draft: Draft) -> Iterator[Complaint]:
    """Yield which of the days of a calendar file are none."""
    for section in ("rest", "work"):
        for path, days in _sound(draft, section):
            try:
                list(days_of(str(days)))
            except ValueError:
                yield path, NO_DAYS.format(days=days)
