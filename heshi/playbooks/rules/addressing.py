"""To whom a notice goes: whoever a task is with, whoever a field named, or a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from heshi.playbooks.rules.effects import Tell, Told
from heshi.playbooks.rules.shape import Playbook
from heshi.playbooks.rules.tasks import (
    Task,
    TaskAdded,
    TaskChange,
    after,
    leading,
)


def told_by(
    tells: Iterable[Tell], playbook: Playbook, facts: Mapping[str, Any], changes: Iterable[TaskChange], tasks: Iterable[Task]
) -> Iterator[Told]:  # fmt: skip
    """Yield the notices with their addresses: whoever a task is with, and whoever a field named, become units and persons."""
    held = {task.number: task for task in tasks}
    for tell in tells:
        if tell.who in playbook.tasks:
            units = [_unit_of(change, held) for change in _of(tell.who, changes, held)]
            yield from (Told(f"unit:{unit}", tell.say) for unit in dict.fromkeys(units) if unit)
        elif tell.who != "unit" and (kind := playbook.named.get(tell.who)):
            yield from (Told(f"{ADDRESS[kind]}:{key}", tell.say) for key in _keys(facts.get(tell.who)))
        else:
            yield Told(tell.who, tell.say)
            if tell.who == "unit":
                yield from (
                    Told(f"unit:{unit}", tell.say) for unit in leading(playbook, after(tuple(tasks), changes))
                )


ADDRESS: Final = {"staff": "staff", "staffs": "staff", "unit": "unit", "units": "unit"}


def _keys(answer: object) -> list[str]:
    """Return the keys a field holds, one or several."""
    several = answer if isinstance(answer, list | tuple) else [answer]
    return [str(key) for key in several if key]


def _unit_of(change: TaskChange, held: Mapping[int, Task]) -> str:
    return change.unit if isinstance(change, TaskAdded) else held[change.number].unit


def _of(kind: str, changes: Iterable[TaskChange], held: Mapping[int, Task]) -> list[TaskChange]:
    return [
        change
        for change in changes
        if (change.kind if isinstance(change, TaskAdded) else held[change.number].kind) == kind
    ]
