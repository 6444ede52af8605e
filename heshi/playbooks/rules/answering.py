"""Made-up answers for a simulation: plausible ones, and those that some condition of the playbook waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

from heshi.playbooks.rules.shape import Ask, Condition, Playbook, Step

OPTIONAL_SHARE: Final = 0.6
USUAL: Final[Mapping[str, Sequence[Any]]] = {
    "yes_no": (True, True, True, False),
    "score": (1, 2, 3, 4, 4, 5, 5, 5),
    "number": (1, 5, 20),
    "money": (100, 5000, 80000),
    "date": ("2026-03-02", "2026-06-30"),
    "kind": ("inquiry", "complaint", "dispute", "hazard"),
    "topic": ("01", "10", "15", "18"),
}
Values = Mapping[str, tuple[Any, ...]]


def mentioned_values(playbook: Playbook) -> dict[str, tuple[Any, ...]]:
    """Return for each fact the values that some condition looks for, so that every branch is tried."""
    conditions: list[Condition] = [step.needs for step in playbook.steps.values()]
    tables = (playbook.tiers, playbook.colours, *(step.to for step in playbook.steps.values()))
    conditions += [row.when for table in tables for row in table]
    values: dict[str, list[Any]] = {}
    for condition in conditions:
        for name, wanted in condition.items():
            values.setdefault(name, []).extend(_values(wanted))
    return {name: tuple(dict.fromkeys(found)) for name, found in values.items()}


def _values(wanted: Any) -> list[Any]:
    if isinstance(wanted, Mapping):
        return [value for inner in wanted.values() if not isinstance(inner, bool) for value in _values(inner)]
    return list(wanted) if isinstance(wanted, list | tuple) else [wanted]


def answers_to(step: Step, random: Random, mentioned: Values, *, thorough: bool) -> dict[str, Any]:
    """Return an answer to everything that must be answered, and to some of the rest; to all of it when thorough."""
    return {
        ask.name: _answer(ask, random, mentioned)
        for ask in step.asks
        if ask.required or thorough or random.random() < OPTIONAL_SHARE
    }


def _answer(ask: Ask, random: Random, mentioned: Values) -> Any:
    if ask.options:
        return random.choice(tuple(ask.options))
    usual = USUAL.get(ask.type)
    if usual and ask.type not in ("kind", "topic"):
        return random.choice(usual)
    choices = (*(usual or ()), *mentioned.get(ask.name, ()))
    return random.choice(choices) if choices else ask.label
