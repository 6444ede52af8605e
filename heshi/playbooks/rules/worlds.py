"""Every situation that conditions can tell apart, so that two things can be compared by what they do, not by how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, product
from math import prod
from typing import Final

from heshi.playbooks.rules.conditions import Condition, Facts, Plain, Test, holds

Answer = Plain | tuple[Plain, ...]
Answers = Callable[[str], Sequence[Answer] | None]
"""What may be said of a fact, where that is fixed: a required choice has its options and nothing else."""
MOST_WORLDS: Final = 50_000
"""Far more than the conditions of any one step tell apart."""
OTHER: Final = "（别的）"
"""A word that no condition names."""
LISTS: Final = frozenset({"has", "lacks"})
FREE: Final[Answers] = lambda _fact: None  # noqa: E731 -- a constant of this type reads better than a function


class TooManyWorlds(Exception):
    """The conditions tell apart more situations than can be gone through."""


def worlds(conditions: Iterable[Condition], answers: Answers = FREE) -> Iterator[Facts]:
    """Yield the facts of one situation of each sort that these conditions tell apart; without conditions one, with no facts.

    Raises TooManyWorlds.
    """
    tests: dict[str, list[Test]] = {}
    for test in (test for each in conditions for test in each.tests()):
        tests.setdefault(test.fact, []).append(test)
    names = sorted(tests)
    sorts = [_told_apart(tests[name], answers(name)) for name in names]
    if prod(map(len, sorts)) > MOST_WORLDS:
        raise TooManyWorlds
    for said in product(*sorts):
        yield dict(zip(names, said, strict=True))


def implies(one: Condition, other: Condition, answers: Answers = FREE) -> bool:
    """Say whether the other holds wherever this one does."""
    return all(holds(other, facts) for facts in worlds((one, other), answers) if holds(one, facts))


def _told_apart(tests: Sequence[Test], fixed: Sequence[Answer] | None) -> list[Answer]:
    """Return one answer of each sort that the tests tell apart."""
    found: dict[tuple[bool, ...], Answer] = {}
    for answer in fixed if fixed is not None else _possible(tests):
        found.setdefault(tuple(test.met({test.fact: answer}) for test in tests), answer)
    return list(found.values())


def _possible(tests: Sequence[Test]) -> Iterator[Answer]:
    """Yield what could be said of a fact: what the tests name, what lies beside it, something else, and nothing."""
    named = list(dict.fromkeys(value for test in tests for value in values_of(test)))
    if any(test.how in LISTS for test in tests):
        yield from (some for size in range(len(named) + 1) for some in combinations(named, size))
        return
    yield from named
    for value in named:
        if isinstance(value, bool):
            yield not value
        elif isinstance(value, int | float):
            yield from (value - 1, value + 1)
    yield from (OTHER, None)


def values_of(test: Test) -> tuple[Plain, ...]:
    """Return the values that a test names."""
    return test.value if isinstance(test.value, tuple) else (test.value,)
