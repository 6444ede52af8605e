"""How far a campaign has come, counted from groups of cases that are alike. Values in, numbers out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from heshi.community.terms import WHOLE_COUNTY
from heshi.places.rules.codes import township_in
from heshi.playbooks.rules import Condition, Playbook, holds
from heshi.playbooks.terms import CHANGES_WITH_TIME, NATURE


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are alike in everything a condition asks about: where, whether still open, and how many."""

    path: str
    is_open: bool
    facts: Mapping[str, object]
    cases: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Cases that count, cases still being worked on, and cases that ended without counting; together all it is about."""

    counted: int = 0
    going_on: int = 0
    ended: int = 0

    @property
    def all(self) -> int:
        """Return how many cases the campaign is about."""
        return self.counted + self.going_on + self.ended

    def __add__(self, other: Progress) -> Progress:
        """Return both together."""
        return Progress(
            self.counted + other.counted, self.going_on + other.going_on, self.ended + other.ended
        )


def nature_of(counts: Condition) -> Condition:
    """Return the lines that say which cases a campaign is about; the others say what must become of them."""
    return Condition(tuple(line for line in counts.lines if NATURE.issuperset(Condition((line,)).facts())))


def uncountable(counts: Condition, playbook: Playbook) -> list[str]:
    """Return the facts of a condition that change with time alone, so that nobody could count by them."""
    return sorted(name for name in counts.facts() if name in CHANGES_WITH_TIME or name in playbook.no_tasks)


def tallied(groups: Iterable[Group], *, counts: Condition) -> dict[str, Progress]:
    """Return the progress of each township; cases that the campaign is not about are left out."""
    nature, found = nature_of(counts), dict[str, Progress]()
    for group in groups:
        if holds(nature, group.facts):
            township = township_in(group.path) or WHOLE_COUNTY
            found[township] = found.get(township, Progress()) + _share(group, counts)
    return found


def _share(group: Group, counts: Condition) -> Progress:
    if holds(counts, group.facts):
        return Progress(counted=group.cases)
    return Progress(going_on=group.cases) if group.is_open else Progress(ended=group.cases)


def together(parts: Iterable[Progress]) -> Progress:
    """Return the progress of several places as one."""
    return sum(parts, Progress())
