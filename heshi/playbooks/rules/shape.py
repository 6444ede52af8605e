"""What a playbook is, once it has been read and checked: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SAME = "same"
"""A step ``to: same`` is recorded and changes no position."""

Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClockWork:
    """Which clocks a step sets going, ends, pauses, resumes or lengthens."""

    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()

    def __add__(self, other: ClockWork) -> ClockWork:
        """Return both pieces of work as one."""
        return ClockWork(*(getattr(self, verb) + getattr(other, verb) for verb in VERBS))


VERBS = ("start", "stop", "pause", "resume", "extend")
NO_CLOCKS = ClockWork()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a decision table: the first line whose condition holds decides.

    In a step's table a line may also set facts and turn clocks of its own.
    """

    when: Condition
    then: Any
    sets: Mapping[str, Any] = field(default_factory=dict)
    clocks: ClockWork = field(default_factory=lambda: NO_CLOCKS)


Table = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A field that a step asks for; the answer becomes a fact of the case under the field's name."""

    name: str
    label: str
    type: str
    required: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """Whom a step tells, and in which words."""

    who: str
    say: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case can be, in the office's words and in the resident's."""

    code: str
    label: str
    resident: str
    holder: str
    end: bool = False
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One act: who may take it from where, what it needs and asks, and what follows."""

    code: str
    label: str
    who: tuple[str, ...]
    source: tuple[str, ...]
    to: Table
    needs: Condition
    asks: tuple[Ask, ...]
    tells: tuple[Tell, ...]
    clocks: ClockWork
    sets: Mapping[str, Any]
    answers: bool
    resident: str
    weight: int

    def targets(self) -> tuple[str, ...]:
        """Return every position this step can lead to."""
        return tuple(row.then for row in self.to)


@dataclass(frozen=True, slots=True)
class Playbook:
    """A local working method, ready to run."""

    code: str
    title: str
    source: str
    about: str
    start: str
    opening: ClockWork
    positions: Mapping[str, Position]
    steps: Mapping[str, Step]
    tiers: Table
    colours: Table
    words: Mapping[str, Mapping[str, str]]
    clocks: Mapping[str, Mapping[str, Any]]
    reference: Mapping[str, Any]
    seed: str = ""
    digest: str = ""

    def word(self, family: str, code: str) -> str:
        """Return the local word for a role, tier, colour or outcome; the code itself where there is none."""
        return self.words.get(family, {}).get(code, code)
