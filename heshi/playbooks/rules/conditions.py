"""Conditions on facts, and decision tables made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from heshi.playbooks.rules.shape import Condition, Row, Table

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda fact, value: bool(fact == value),
    "not": lambda fact, value: bool(fact != value),
    "in": lambda fact, value: fact in value,
    "not_in": lambda fact, value: fact not in value,
    "at_least": lambda fact, value: fact is not None and fact >= value,
    "at_most": lambda fact, value: fact is not None and fact <= value,
    "has": lambda fact, value: value in (fact or ()),
    "lacks": lambda fact, value: value not in (fact or ()),
    "present": lambda fact, value: (fact not in (None, "", [])) == value,
}


def _meets(fact: Any, wanted: Any) -> bool:
    if isinstance(wanted, str | bool):
        return bool(fact == wanted)
    if isinstance(wanted, Mapping):
        return all(_compared(COMPARISONS[name], fact, value) for name, value in wanted.items())
    if isinstance(wanted, list | tuple):
        return fact in wanted
    return bool(fact == wanted)


def _compared(test: Callable[[Any, Any], bool], fact: Any, value: Any) -> bool:
    try:
        return test(fact, value)
    except TypeError:  # a word compared with a number does not meet the condition
        return False


def holds(when: Condition, facts: Mapping[str, Any]) -> bool:
    """Return whether every line of the condition is met; an empty condition always is."""
    for name, wanted in when.items():  # noqa: SIM110 -- a generator here doubles the time of every step
        if not _meets(facts.get(name), wanted):
            return False
    return True


def chosen(table: Table, facts: Mapping[str, Any]) -> Row | None:
    """Return the first fitting line, or None when no line fits."""
    for row in table:
        if not row.when or holds(row.when, facts):
            return row
    return None


def decided(table: Table, facts: Mapping[str, Any]) -> Any:
    """Return what the first fitting line says, or None when no line fits."""
    row = chosen(table, facts)
    return row.then if row else None
