"""Tier and colour: what the decision tables say of a case, and when its age alone makes them say something else."""

from __future__ import annotations

from collections.abc import Iterator

from heshi.playbooks.rules.conditions import Facts, Test
from heshi.playbooks.rules.effects import decided
from heshi.playbooks.rules.shape import Playbook


def graded(playbook: Playbook, facts: Facts) -> dict[str, object]:
    """Return tier and colour of a case as the decision tables give them; a person's own choice stands."""
    tables = {"tier": playbook.tiers, "colour": playbook.colours}
    return {
        name: decided(table, facts)
        for name, table in tables.items()
        if table and not facts.get(f"{name}_confirmed")
    }


def ages(playbook: Playbook) -> list[int]:
    """Return the ages in days at which a case may be graded otherwise than the day before."""
    rows = (*playbook.tiers, *playbook.colours)
    return sorted(
        {day for row in rows for test in row.when.tests() if test.fact == "age" for day in _turns(test)}
    )


def _turns(test: Test) -> Iterator[int]:
    """Yield the first days on which a comparison with the age may come out otherwise."""
    for value in test.value if isinstance(test.value, tuple) else (test.value,):
        if isinstance(value, int | float):
            yield from {"at_least": (int(value),), "at_most": (int(value) + 1,)}.get(
                test.how, (int(value), int(value) + 1)
            )
