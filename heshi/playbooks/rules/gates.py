"""A gate stands on every way to the same result: what must be so before one step may lead there holds for the others too.

Otherwise a rule that binds whoever answers is passed by whoever writes an agreement instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.agreeing import ON_RECORD, UNCOUNTED
from heshi.playbooks.rules.conditions import Condition
from heshi.playbooks.rules.shape import SAME, Playbook, Position, Step

NATURE: Final = frozenset({"kind", "topic", "source", "place", "mandate"})
"""What a case is by its nature; a condition on that parts the ways and guards none of them."""


def open_ways(playbook: Playbook) -> Iterator[tuple[KeyPath, str]]:
    """Yield every step that gets past a gate which another step to the same result has, with a sentence.

    A result is a position at which the office has done its part, or an end. On the way to the first everything that a step needs
    is a gate, on the way to an end that no task may still be open. A step that is meant to get past a gate says so by name, with
    the reason (``ungated``).
    """
    for step in playbook.steps.values():
        elsewhere = _gates_elsewhere(playbook, step)
        for fact in sorted(set(elsewhere) - set(step.needs.facts()) - set(step.ungated)):
            yield ("steps", step.code), _sentence(step, fact, elsewhere[fact])
        for fact in sorted(set(step.ungated) - set(elsewhere) - {UNCOUNTED}):
            yield (
                ("steps", step.code, "ungated", fact),
                f"没有通到同一个结果的步骤要看“{fact}”，不用写 ungated，请删去。",
            )


def _gates_elsewhere(playbook: Playbook, step: Step) -> dict[str, list[str]]:
    """Return the gates that other steps have on the way to where this one leads, each with the labels of those steps."""
    found: dict[str, list[str]] = {}
    for position in _results(playbook, step):
        for other in playbook.steps.values():
            if other is not step and position in _results(playbook, other):
                for fact in _gates(playbook, other, position):
                    found.setdefault(fact, []).append(other.label)
    return found


def _results(playbook: Playbook, step: Step) -> list[Position]:
    targets = {target for target in step.targets() if target != SAME and target not in step.source}
    return [
        position for code in sorted(targets) if (position := playbook.positions[code]).end or position.rests
    ]


def _gates(playbook: Playbook, step: Step, position: Position) -> set[str]:
    """Return the facts that must be so before this step leads there."""
    if position.rests:
        # What a mediation has on record guards the agreement alone, and that is looked at apart (`agreeing`).
        return set(step.needs.facts()) - NATURE - set(ON_RECORD)
    open_tasks = {fact for fact in playbook.no_tasks if fact.endswith("_open")}
    return {fact for line in step.needs.lines for fact in Condition((line,)).facts() if fact in open_tasks}


def _sentence(step: Step, fact: str, others: list[str]) -> str:
    return (
        f"“{step.label}”和“{'、'.join(dict.fromkeys(others))}”通到同一个结果，却没有看“{fact}”；"
        f"请在 needs 里补上同样的条件，确实不用看的写 ungated: {{{fact}: 为什么}}。"
    )
