"""Ways in which what was said on a sealed task, or describes one, would reach those it is not for.

Only what is copied runs out: an answer that becomes the words, the unit or the day of another task, the day of a limit of the case, or
the number of another case. What a condition makes of it does not: that a button is there or not is what the method asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.conditions import Condition
from heshi.playbooks.rules.effects import Adding
from heshi.playbooks.rules.shape import Playbook, Step
from heshi.playbooks.rules.unspoken import DESCRIBING, Audience, sealed_at, sealed_kind
from heshi.playbooks.rules.wording import clock_word, fact_word

Finding = tuple[KeyPath, str]
OF_CLOCKS: Final = frozenset({"late", "running", "was_late"})
"""Lists of clocks that a condition may ask about."""


def leaks(playbook: Playbook) -> Iterator[Finding]:
    """Yield each place where a step copies something sealed to where others read it."""
    if not any(kind.seen_by for kind in playbook.tasks.values()):
        return
    for step in playbook.steps.values():
        if sealed := sealed_at(playbook, step):
            yield from _tasks(playbook, step, sealed)
            yield from _days(playbook, step, sealed)
            yield from _others(playbook, step, sealed)
    yield from _unheard(playbook)


def _tasks(playbook: Playbook, step: Step, sealed: Audience) -> Iterator[Finding]:
    for path, effects in step.effects():
        for index, adding in enumerate(effects.adds):
            for name in _copied_further(playbook, adding, sealed):
                what, where = fact_word(playbook, name), playbook.tasks[adding.task].label
                yield (
                    ("steps", step.code, *path, "adds", index),
                    f"“{what}”只给部分人看，写进“{where}”别人就看得到了；请另问一项，或者给它写上一样的 seen_by。",
                )


def _copied_further(playbook: Playbook, adding: Adding, sealed: Audience) -> list[str]:
    """Return what a task is given that more people may see than what it came from; nothing of a kind that does not exist."""
    kind = playbook.tasks.get(adding.task)
    if kind is None:
        return []
    names = dict.fromkeys(getattr(adding, key) for key in DESCRIBING)
    return [name for name in names if name in sealed and not _is_within(kind.seen_by, sealed[name])]


def _is_within(seen_by: tuple[str, ...], roles: frozenset[str]) -> bool:
    return bool(seen_by) and roles.issuperset(seen_by)


def _days(playbook: Playbook, step: Step, sealed: Audience) -> Iterator[Finding]:
    for path, effects in step.effects():
        for verb, days in (("until", effects.clocks.until), ("since", effects.clocks.since)):
            for name in sorted(set(days.values()) & set(sealed)):
                yield (
                    ("steps", step.code, *path, "clocks", verb),
                    f"“{fact_word(playbook, name)}”只给部分人看，案件的时限人人看得到，不能从它算日子；请用分项自己的时限。",
                )
    kind, day = sealed_kind(playbook, step), step.not_before.field if step.not_before else ""
    if day in sealed and not (kind and _is_within(kind.seen_by, sealed[day])):
        yield (
            ("steps", step.code, "not_before"),
            f"“{fact_word(playbook, day)}”只给部分人看，等到那天才能办，就把日子说出去了；请另问一项。",
        )


def _others(playbook: Playbook, step: Step, sealed: Audience) -> Iterator[Finding]:
    if step.joins in sealed:
        yield (
            ("steps", step.code, "joins"),
            f"“{fact_word(playbook, step.joins)}”只给部分人看，并案人人看得到。",
        )
    if sealed_kind(playbook, step):
        return  # its draws lie in an event that is not shown
    for index, draw in enumerate(step.draws):
        if draw.into not in sealed and any(name in sealed for name in draw.apart):
            yield (
                ("steps", step.code, "draws", index),
                f"“{draw.label}”的抽签记录人人看得到，回避的人不能用只给部分人看的填写项。",
            )


def _unheard(playbook: Playbook) -> Iterator[Finding]:
    """Find conditions that wait for a clock which only sealed tasks have: what is late of those makes no case late."""
    clocks = _clocks_of(playbook, sealed=True) - _clocks_of(playbook, sealed=False)
    for path, when in _conditions(playbook):
        for test in when.tests():
            if test.fact in OF_CLOCKS and test.value in clocks:
                yield (
                    path,
                    f"“{clock_word(playbook, str(test.value))}”是只给部分人看的分项的时限，案件的条件看不到它；到点要办的请用 when_over。",
                )


def _clocks_of(playbook: Playbook, *, sealed: bool) -> frozenset[str]:
    """Return the clocks that sealed tasks have, or that everything else has."""
    kinds = {kind.code for kind in playbook.tasks.values() if bool(kind.seen_by) is sealed}
    effects = [each for step in playbook.steps.values() for _path, each in step.effects()]
    works = [step.task for step in playbook.steps.values() if step.task]
    return frozenset(
        (
            *(str(row.then) for code in kinds for row in playbook.tasks[code].clock),
            *(adding.clock for each in effects for adding in each.adds if adding.task in kinds),
            *(work.clock for work in works if work.kind in kinds),
            *(() if sealed else playbook.opening.begins()),
            *(() if sealed else (code for each in effects for code in each.clocks.begins())),
        )
    )


def _conditions(playbook: Playbook) -> Iterator[tuple[KeyPath, Condition]]:
    """Yield every condition that is asked of a case, with its place."""
    for step in playbook.steps.values():
        at: KeyPath = ("steps", step.code)
        yield at, step.needs
        for path, effects in step.effects():
            asked = (
                effects.when,
                *(each.when for each in effects.tells),
                *(each.when for each in effects.adds),
            )
            yield from (((*at, *path), when) for when in asked)
        yield from (((*at, "task", "to"), row.when) for row in (step.task.to if step.task else ()))
    tables = {"tiers": playbook.tiers, "colours": playbook.colours}
    yield from (((name,), row.when) for name, table in tables.items() for row in table)
    for code, kind in playbook.tasks.items():
        yield from ((("tasks", code, "clock"), row.when) for row in kind.clock)
    for code, figure in playbook.figures.items():
        yield from ((("figures", code), when) for when in (figure.of, figure.counts))
