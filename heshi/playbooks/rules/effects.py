"""What an act brings about: clocks turned, notices, tasks, counters, and the way on, each under its condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from heshi.playbooks.rules.conditions import ALWAYS, Condition, Facts, holds


@dataclass(frozen=True, slots=True)
class ClockWork:
    """Which clocks a step sets going, ends, pauses, resumes or lengthens."""

    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    until: Mapping[str, str] = field(default_factory=dict)
    """Clocks that start and run until a day that was asked for: clock to the name of the field."""
    since: Mapping[str, str] = field(default_factory=dict)
    """Clocks that start at a past day or moment: clock to the name of the field that was asked for, or to ``REGISTRATION``."""

    def __add__(self, other: ClockWork) -> ClockWork:
        """Return both pieces of work as one."""
        verbs = {verb: getattr(self, verb) + getattr(other, verb) for verb in VERBS}
        return ClockWork(**verbs, until={**self.until, **other.until}, since={**self.since, **other.since})

    def begins(self) -> tuple[str, ...]:
        """Return every clock that starts here, those until or since a given day too."""
        return (*self.start, *self.until, *self.since)


VERBS = ("start", "stop", "pause", "resume", "extend")
REGISTRATION: Final = "registration"
"""Instead of a field: since the case was registered, as what the law counts from an application or a petition received."""


NO_CLOCKS = ClockWork()


@dataclass(frozen=True, slots=True)
class Tell:
    """Whom a step tells, in which words, and when; ``who`` is a role, a kind of task, or a field that names units or staff."""

    who: str
    say: str
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a decision table: the first line whose condition holds decides.

    In a step's table a line may also set facts, turn clocks and tell of its own.
    """

    when: Condition
    then: Any
    sets: Mapping[str, Any] = field(default_factory=dict)
    clocks: ClockWork = field(default_factory=lambda: NO_CLOCKS)
    tells: tuple[Tell, ...] = ()


Table = tuple[Row, ...]


def chosen(table: Table, facts: Facts) -> Row | None:
    """Return the first fitting line, or None when no line fits."""
    for row in table:
        if holds(row.when, facts):
            return row
    return None


def decided(table: Table, facts: Facts) -> Any:
    """Return what the first fitting line says, or None when no line fits."""
    row = chosen(table, facts)
    return row.then if row else None


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who is to be told: a role, ``unit:KEY``, ``staff:KEY``, or the resident; in a playbook's own words or ours.

    ``about`` names one of our own wordings, ``clock`` the clock it speaks of; a playbook's words stand in ``say``.
    """

    who: str
    say: str = ""
    about: str = ""
    clock: str = ""
    sealed: bool = False
    """Whether it speaks of a task that is for some only: when nobody of those is there, nobody else is told in their place."""
    at: str = ""
    """The unit at which a role is meant, where it is not the one that has the case."""


@dataclass(frozen=True, slots=True)
class Adding:
    """What a step adds: one task, or one for each unit or line in the field ``each``."""

    task: str
    when: Condition
    each: str = ""
    unit: str = ""
    words: str = ""
    title: str = ""
    due: str = ""
    clock: str = ""
    since: str = ""
    """The field with the past day or moment at which the task's clock starts."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a step brings about, all of it only when the condition holds: facts, clocks, notices, tasks, counters, ladders."""

    when: Condition = ALWAYS
    sets: Mapping[str, Any] = field(default_factory=dict)
    clocks: ClockWork = field(default_factory=lambda: NO_CLOCKS)
    tells: tuple[Tell, ...] = ()
    adds: tuple[Adding, ...] = ()
    counts: tuple[str, ...] = ()
    climbs: tuple[str, ...] = ()
