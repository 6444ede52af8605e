"""Conditions on facts: lines that must all be met, some of them a choice of which one is enough."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

Plain = str | int | float | bool | None
"""A value as a playbook writes it."""
Facts = Mapping[str, object]
"""What is known about a case, by name."""


def _among(fact: object, value: object) -> bool:
    return isinstance(value, Collection) and fact in value


def _reaches(one: object, other: object) -> bool:
    """Return whether a number is as large as another; a word is never compared with a number."""
    return isinstance(one, int | float) and isinstance(other, int | float) and one >= other


COMPARISONS: Final[Mapping[str, Callable[[object, object], bool]]] = {
    "is": lambda fact, value: bool(fact == value),
    "not": lambda fact, value: bool(fact != value),
    "in": _among,
    "not_in": lambda fact, value: not _among(fact, value),
    "at_least": _reaches,
    "at_most": lambda fact, value: _reaches(value, fact),
    "has": lambda fact, value: _among(value, fact),
    "lacks": lambda fact, value: not _among(value, fact),
    "present": lambda fact, value: (fact not in (None, "", [])) == value,
}


@dataclass(frozen=True, slots=True)
class Test:
    """One line: a fact, how it is compared, and with what."""

    fact: str
    how: str
    value: Plain | tuple[Plain, ...]

    def met(self, facts: Facts) -> bool:
        """Return whether the fact is as wanted."""
        return COMPARISONS[self.how](facts.get(self.fact), self.value)


@dataclass(frozen=True, slots=True)
class Either:
    """Several conditions of which one is enough."""

    of: tuple[Condition, ...]

    def met(self, facts: Facts) -> bool:
        """Return whether one of them holds."""
        return any(holds(each, facts) for each in self.of)


@dataclass(frozen=True, slots=True)
class Condition:
    """Lines that must all be met; without any it always holds."""

    lines: tuple[Test | Either, ...] = ()

    def __bool__(self) -> bool:
        """Return whether it asks for anything."""
        return bool(self.lines)

    def __and__(self, other: Condition) -> Condition:
        """Return both together; what both ask for is asked once."""
        return Condition(tuple(dict.fromkeys((*self.lines, *other.lines))))

    def tests(self) -> Iterator[Test]:
        """Yield every comparison in it, those within a choice too."""
        for line in self.lines:
            if isinstance(line, Test):
                yield line
            else:
                yield from (test for each in line.of for test in each.tests())

    def facts(self) -> list[str]:
        """Return the names of the facts it asks about, each once."""
        return list(dict.fromkeys(test.fact for test in self.tests()))

    def left(self, facts: Facts) -> Condition:
        """Return what of it is not met yet."""
        return Condition(tuple(line for line in self.lines if not line.met(facts)))

    def unmet(self, facts: Facts) -> list[str]:
        """Return the names of the facts that stand in the way, each once."""
        return self.left(facts).facts()


ALWAYS: Final = Condition()


def holds(when: Condition, facts: Facts) -> bool:
    """Return whether every line of the condition is met."""
    for line in when.lines:  # noqa: SIM110 -- a generator here doubles the time of every step
        if not line.met(facts):
            return False
    return True


def condition(written: Mapping[str, object]) -> Condition:
    """Return the condition that a playbook writes: names of facts with what is wanted of them, ``any`` and ``all``."""
    return Condition(tuple(dict.fromkeys(_lines(written))))


def _lines(written: Mapping[str, object]) -> Iterator[Test | Either]:
    for name, wanted in written.items():
        if name == "any":
            yield Either(tuple(map(condition, _many(wanted))))
        elif name == "all":
            for each in _many(wanted):
                yield from _lines(each)
        elif isinstance(wanted, Mapping):
            yield from (Test(name, how, _fixed(value)) for how, value in wanted.items())
        else:
            yield Test(name, "in" if isinstance(wanted, list) else "is", _fixed(wanted))


def _many(written: object) -> list[Mapping[str, object]]:
    """Return the conditions in a list; the schema has seen that they are."""
    return [each for each in written if isinstance(each, Mapping)] if isinstance(written, list) else []


def _fixed(value: object) -> Plain | tuple[Plain, ...]:
    if isinstance(value, list):
        return tuple(each for each in value if isinstance(each, str | int | float) or each is None)
    assert isinstance(value, str | int | float) or value is None  # noqa: S101 -- the schema allows nothing else
    return value
