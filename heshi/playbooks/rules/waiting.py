"""Steps that must wait: until a clock has run out, or until a day that somebody gave has come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from heshi.clocks.rules import SHANGHAI, MomentUnreadable, earliest, moment_in
from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.dating import STATED
from heshi.playbooks.rules.shape import Playbook, Step

Finding = tuple[KeyPath, str]
ENDS: Final = "ends"
"""The fact that holds, for each clock that still runs, the first day after it."""
BOUNDS: Final = "bounds"
"""The fact that names the clocks of which only the earliest end is known."""


def too_early(step: Step, facts: Mapping[str, object], at: datetime | None) -> date | None:
    """Return the first day on which a step may be taken, or None where it need not wait (any longer).

    A clock holds back while it runs: one that was stopped, or never started, does not. Where no moment or no day is given, nothing waits.
    """
    wait = step.not_before
    if wait is None:
        return None
    if wait.clock:
        ends = facts.get(ENDS)
        return _day(ends.get(wait.clock)) if isinstance(ends, Mapping) else None
    day = _day(facts.get(wait.field))
    return day if day and at and at.astimezone(SHANGHAI).date() < day else None


def wait_day(step: Step, facts: Mapping[str, object], day: date) -> str:
    """Return the first day on which a step may be taken, as it is told; of a bound only that it is the earliest."""
    words, bounds = f"{day:%Y年%-m月%-d日}", facts.get(BOUNDS)
    is_bound = step.not_before is not None and isinstance(bounds, tuple) and step.not_before.clock in bounds
    return earliest(words) if is_bound else words


def _day(kept: object) -> date | None:
    try:
        return moment_in(str(kept)).date() if kept else None
    except MomentUnreadable:  # a day that was typed before the playbook asked for one holds nobody back
        return None


def untimely(playbook: Playbook, started: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with what steps wait for; ``started`` are the clocks that some step sets going."""
    types = {ask.name: ask.type for step in playbook.steps.values() for ask in step.asks}
    for step in playbook.steps.values():
        at: KeyPath = ("steps", step.code, "not_before")
        wait = step.not_before
        if wait and wait.clock and wait.clock not in started:
            yield (*at, "clock"), f"时限“{wait.clock}”从未开始，等不到它期满。"
        if wait and wait.field and types.get(wait.field) not in STATED:
            yield (*at, "field"), f"“{wait.field}”不是类型为 date 或 moment 的填写项，不知道要等到哪天。"
