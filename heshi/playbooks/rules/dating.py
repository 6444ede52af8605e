"""Days that somebody states and a clock counts from: which they are, and what must be true of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from heshi.clocks.terms import EXACT
from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.effects import Adding
from heshi.playbooks.rules.shape import Playbook, Rhythm, Step
from heshi.playbooks.rules.telling import LUNAR

Finding = tuple[KeyPath, str]
STATED: Final = frozenset({"date", "moment"})
"""Types of field that say when something happened."""


def counted_since(playbook: Playbook, step: Step) -> Iterator[tuple[str, str]]:
    """Yield each clock that a step starts in the past, with the field that says when; a task's own clock too."""
    for _at, effects in step.effects():
        yield from effects.clocks.since.items()
        for adding in (adding for adding in effects.adds if adding.since):
            yield from ((code, adding.since) for code in _clocks_of(playbook, adding))


def _clocks_of(playbook: Playbook, adding: Adding) -> list[str]:
    """Return the clocks that may run for what is added: its own, or those of its kind."""
    kind = playbook.tasks.get(adding.task)
    return [adding.clock] if adding.clock else [str(row.then) for row in kind.clock] if kind else []


def clocks_of_tasks(playbook: Playbook, kind: str) -> set[str]:
    """Return every clock that may run for a task of this kind."""
    adds = (
        adding for step in playbook.steps.values() for _at, each in step.effects() for adding in each.adds
    )
    return {code for adding in adds if adding.task == kind for code in _clocks_of(playbook, adding)}


def dated(playbook: Playbook) -> Iterator[Finding]:
    """Yield what is wrong with the stated days a playbook counts from, each with its place."""
    yield from _calendars(playbook)
    for rhythm in playbook.rhythm.values():
        yield from _rhythm(rhythm)
    for step in playbook.steps.values():
        for path, effects in step.effects():
            at: KeyPath = ("steps", step.code, *path)
            for code, name in effects.clocks.since.items():
                yield from _since(playbook, step, (*at, "clocks", "since"), code, name)
            for index, adding in enumerate(effects.adds):
                yield from _added(playbook, step, (*at, "adds", index), adding)


def _calendars(playbook: Playbook) -> Iterator[Finding]:
    for code, days in playbook.calendars.items():
        if sum(map(bool, (days.lunar, days.solar, days.weekdays))) != 1:
            yield (
                ("calendars", code),
                f"“{days.title}”请写明哪些日子：lunar 农历、solar 公历、weekdays 星期，只写一样。",
            )
    for code, clock in playbook.clocks.items():
        named, counts = clock.get("calendar", ""), clock["unit"] == "local_day"
        if counts and not named:
            yield ("clocks", code), f"时限“{code}”的 unit 是 local_day，还要写明按哪一种日子算（calendar）。"
        if named and not counts:
            yield ("clocks", code, "calendar"), f"时限“{code}”写了 calendar，unit 应当是 local_day。"
        if named and named not in playbook.calendars:
            yield ("clocks", code, "calendar"), f"没有名为“{named}”的日历，请在 calendars 里写明。"


def _rhythm(rhythm: Rhythm) -> Iterator[Finding]:
    at: KeyPath = ("rhythm", rhythm.code)
    if rhythm.every != "year" and any(str(day).startswith(LUNAR) for day in rhythm.on):
        yield (*at, "on"), "农历的日子一年一次，every 请写 year；一年几次的，把日子都写在 on 里。"
    if rhythm.days_before and not any(isinstance(day, str) for day in rhythm.on):
        yield (*at, "days_before"), "days_before 是 on 里“月-日”的前几天，请先写明 on。"


def _added(playbook: Playbook, step: Step, at: KeyPath, adding: Adding) -> Iterator[Finding]:
    if not adding.since:
        return
    if adding.due:
        yield at, "due 写明到哪天，since 写明从哪天起算，只能写一样。"
    clocks = _clocks_of(playbook, adding)
    if not clocks:
        yield at, f"“{adding.task}”写了从“{adding.since}”起算，还要写明用哪个时限（clock）。"
    for code in clocks:
        yield from _since(playbook, step, (*at, "since"), code, adding.since)


def _since(playbook: Playbook, step: Step, at: KeyPath, code: str, name: str) -> Iterator[Finding]:
    kind = next((ask.type for ask in step.asks if ask.name == name), "")
    law = playbook.laws.get(code)
    if kind not in STATED:
        yield at, f"时限“{code}”从“{name}”起算，但“{name}”不是这一步里类型为 date 或 moment 的填写项。"
    elif law and law.unit in EXACT and kind == "date":
        yield at, f"时限“{code}”按小时、分钟算，“{name}”要填到几点几分，类型请写 moment。"
