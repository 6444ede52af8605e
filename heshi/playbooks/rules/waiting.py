"""Steps that must wait: until a clock has run out, or until a day that somebody gave has come."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from heshi.clocks.rules import SHANGHAI, MomentUnreadable, moment_in
from heshi.clocks.rules.stated import day_in_words, in_words
from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.dating import STATED, clocks_of_tasks
from heshi.playbooks.rules.shape import Playbook, Step

Finding = tuple[KeyPath, str]
ENDS: Final = "ends"
"""The fact that holds, for each clock that still runs, the first day after it; of each task's, as CODE/NUMBER, the day it leads to."""


def too_early(
    step: Step, facts: Mapping[str, object], at: datetime | None, task: int = 0
) -> date | datetime | None:
    """Return the first day on which a step may be taken, or None where it need not wait (any longer).

    ``task`` is the number of the task the step is taken on. For a clock that ends within a day it is the moment at which that is over.

    A clock holds back while it runs: one that was stopped, or never started, does not. Where no moment or no day is given, nothing waits.
    """
    wait = step.not_before
    if wait is None:
        return None
    if wait.clock or wait.task:
        ends = facts.get(ENDS)
        key = wait.clock or f"{wait.task}/{task}"
        return _end(str(ends.get(key) or "")) if isinstance(ends, Mapping) else None
    day = _day(facts.get(wait.field))
    return day if day and at and at.astimezone(SHANGHAI).date() < day else None


def _end(kept: str) -> date | datetime | None:
    return moment_in(kept) if "T" in kept else _day(kept)


def _day(kept: object) -> date | None:
    try:
        return moment_in(str(kept)).date() if kept else None
    except MomentUnreadable:  # a day that was typed before the playbook asked for one holds nobody back
        return None


def from_when(wait: date | datetime) -> tuple[str, str]:
    """Return in words from when on a step may be taken, and what to call that: 2026年3月10日 and 那天."""
    if isinstance(wait, datetime):
        return in_words(wait.isoformat()), "那时"
    return day_in_words(wait.isoformat()), "那天"


def untimely(playbook: Playbook, started: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with what steps wait for; ``started`` are the clocks that some step sets going."""
    types = {ask.name: ask.type for step in playbook.steps.values() for ask in step.asks}
    for step in playbook.steps.values():
        at: KeyPath = ("steps", step.code, "not_before")
        wait = step.not_before
        if wait and wait.clock and wait.clock not in started:
            yield (*at, "clock"), f"时限“{wait.clock}”从未开始，等不到它期满。"
        if (
            wait
            and wait.task
            and (step.task is None or wait.task not in clocks_of_tasks(playbook, step.task.kind))
        ):
            yield (*at, "task"), f"这一步所在的分项没有用过时限“{wait.task}”，等不到它的日子。"
        if wait and wait.field and types.get(wait.field) not in STATED:
            yield (*at, "field"), f"“{wait.field}”不是类型为 date 或 moment 的填写项，不知道要等到哪天。"
