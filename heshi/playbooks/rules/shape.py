"""What a playbook is, once it has been read and checked: plain frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from heshi.clocks.rules import ClockDef
from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.conditions import ALWAYS, Condition
from heshi.playbooks.rules.effects import Adding, ClockWork, Effects, Table, Tell

SAME = "same"
"""A step ``to: same`` is recorded and changes no position."""


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
    at_least: float | None = None
    at_most: float | None = None
    role: str = ""
    """Whose names a field of the type staff lists."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case can be, in the office's words and in the resident's."""

    code: str
    label: str
    resident: str
    holder: str
    end: bool = False
    outcomes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    """Clocks that go on running at this end."""
    rests: bool = False
    """Whether every clock that ran until here stops on arrival: the office has done its part."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A thing that somebody named has to do within a case: arrive, assist, bring a paper, visit, hold a conference.

    The first of ``states`` is where each begins; in one of ``done`` it is over. ``clock`` says which clock runs for each of them.
    """

    code: str
    label: str
    holder: str
    states: Mapping[str, str]
    done: tuple[str, ...]
    clock: Table = ()
    leads: bool = False
    """Whether whoever has such a task answers for the whole case beside the unit that holds it, as long as it is open."""
    seen_by: tuple[str, ...] = ()
    """Roles for which it is, beside whoever has it; nobody else learns of it. Empty: whoever sees the case sees it."""

    @property
    def first(self) -> str:
        """Return the state in which each task of this kind begins."""
        return next(iter(self.states))


@dataclass(frozen=True, slots=True)
class Draw:
    """So many drawn by lot into the fact ``into``: from those who hold a role, or without one from the units of some kinds.

    ``how_many`` is a number or the field that gives it; ``apart`` are the fields that name who stands aside.
    """

    into: str
    label: str
    role: str
    kinds: tuple[str, ...]
    how_many: int | str
    apart: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """Return of which type a field would be that names whom it draws."""
        return "staffs" if self.role else "units"


@dataclass(frozen=True, slots=True)
class TaskWork:
    """What a step does to the one task it is taken on; ``clock`` is the task's next one, or ``none`` to stop it."""

    kind: str
    source: tuple[str, ...]
    to: Table
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A duty that comes back: who does what, how often and on which days."""

    code: str
    title: str
    every: str
    on: tuple[int | str, ...]
    who: str
    kinds: tuple[str, ...]
    source: str
    help: str = ""
    days_before: int = 0
    """How many days before the named days it falls."""
    rest_days: bool = False
    """Whether it falls on days of rest too, instead of on the working day after them."""


@dataclass(frozen=True, slots=True)
class LocalCalendar:
    """Days that a place counts by, such as market days: by their numbers in the lunar or the solar month, or in the week."""

    code: str
    title: str
    source: str
    lunar: tuple[int, ...] = ()
    solar: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignDef:
    """A push with a number to reach in so many days; ``counts`` says which cases count towards it."""

    code: str
    title: str
    target: int
    days: int
    counts: Condition
    source: str


@dataclass(frozen=True, slots=True)
class LocalFigure:
    """A rate of the place's own: ``of`` says which cases it is about, ``counts`` which of these it counts."""

    code: str
    title: str
    of: Condition
    counts: Condition
    source: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Gathering:
    """A case made from many others: at least so many, by whom, and of which kind it is."""

    least: int
    who: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a role may take a step: only at this level, and not whoever this fact names."""

    level: str = ""
    other_than: str = ""


@dataclass(frozen=True, slots=True)
class NotBefore:
    """What a step waits for: the end of a clock, the day in a field, or the day of the task it is taken on; one of the three."""

    clock: str = ""
    field: str = ""
    task: str = ""
    """The clock of those tasks that wait for their day; on a task with another clock the step does not wait."""


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
    task: TaskWork | None = None
    adds: tuple[Adding, ...] = ()
    counts: tuple[str, ...] = ()
    draws: tuple[Draw, ...] = ()
    climbs: tuple[str, ...] = ()
    also: tuple[Effects, ...] = ()
    """What else it brings about, each under its own condition, in this order."""
    joins: str = ""
    terms: Mapping[str, Terms] = field(default_factory=dict)
    """By role, where not everybody who holds it may take the step."""
    remembers: str = ""
    """The fact under which whoever takes this step is remembered."""
    when_over: tuple[str, ...] = ()
    """Clocks at whose end the system takes this step."""
    not_before: NotBefore | None = None
    drops: Mapping[str, str] = field(default_factory=dict)
    """What a fragment secures and this step does not, each with the reason."""
    ungated: Mapping[str, str] = field(default_factory=dict)
    """Gates that other steps to the same result have and this one does not, each with the reason."""

    @property
    def own(self) -> Effects:
        """Return what the step brings about without any condition."""
        return Effects(ALWAYS, self.sets, self.clocks, self.tells, self.adds, self.counts, self.climbs)

    def effects(self) -> Iterator[tuple[KeyPath, Effects]]:
        """Yield everything the step can bring about, with its place below the step: its own, what is also said, the rows of ``to``."""
        yield (), self.own
        yield from ((("also", index), each) for index, each in enumerate(self.also))
        for index, row in enumerate(self.to):
            yield ("to", index), Effects(row.when, row.sets, row.clocks, row.tells)

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
    laws: Mapping[str, ClockDef]
    """Every clock the playbook names, as the law and the place had it when the playbook was put in force."""
    reference: Mapping[str, Any]
    seed: str = ""
    digest: str = ""
    tasks: Mapping[str, TaskKind] = field(default_factory=dict)
    ladders: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rhythm: Mapping[str, Rhythm] = field(default_factory=dict)
    campaigns: Mapping[str, CampaignDef] = field(default_factory=dict)
    calendars: Mapping[str, LocalCalendar] = field(default_factory=dict)
    figures: Mapping[str, LocalFigure] = field(default_factory=dict)
    gathers: Gathering | None = None
    year: Mapping[str, Any] = field(default_factory=dict)
    undefined: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    """What of the fragments this playbook leaves out, each with the reason."""
    counters: Mapping[str, int] = field(default_factory=dict)
    """What steps count, each at nothing: a condition may ask before anything was counted."""
    no_tasks: Mapping[str, int] = field(default_factory=dict)
    """The numbers of tasks by kind and state of a case that has none."""

    named: Mapping[str, str] = field(default_factory=dict)
    """The fields that name units or staff, whom a notice can be addressed to, with their types."""

    def word(self, family: str, code: str) -> str:
        """Return the local word for a role, tier, colour or outcome; the code itself where there is none."""
        return self.words.get(family, {}).get(code, code)
