"""Walk many made-up cases through a playbook with the real engine, and count what becomes of them.

A simulation shows what the drawing of a method leads to; it says nothing about how people will behave. The same seed gives
the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from heshi.playbooks.rules.choosing import DeadEnd
from heshi.playbooks.rules.ground import Ground, ground_of
from heshi.playbooks.rules.made_up import Walk, started
from heshi.playbooks.rules.measuring import measured, pairs
from heshi.playbooks.rules.shape import Playbook
from heshi.playbooks.rules.walking import walked

__all__ = ["DeadEnd", "SimulationResult", "Tally", "simulate"]


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What became of the cases: each measure with its two numbers, and where the cases have been."""

    playbook: str
    cases: int
    seed: int
    measures: Mapping[str, tuple[int, int]]
    positions: Mapping[str, int]
    ends: Mapping[str, int]
    outcomes: Mapping[str, int]
    steps: Mapping[str, int]
    mean_steps: float
    mean_days: float


@dataclass(slots=True)
class Tally:
    """What has been counted so far."""

    cases: int = 0
    taken: int = 0
    hours: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    positions: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)

    def count(self, walk: Walk) -> None:
        """Take in a case that has come to rest."""
        self.cases += 1
        self.taken += walk.taken
        self.hours += walk.ended
        self.counts.update(measured(walk.facts, walk.flags, end=walk.end))
        self.ends[walk.position] += 1
        self.outcomes[str(walk.facts.get("outcome") or "none")] += 1

    def passed(self, ground: Ground) -> Tally:
        """Take over where the walks of a ground have been, and return the whole."""
        self.positions, self.steps = ground.positions, ground.steps
        return self

    def result(self, playbook: Playbook, seed: int) -> SimulationResult:
        """Return what was counted."""
        return SimulationResult(
            playbook=playbook.code,
            cases=self.cases,
            seed=seed,
            measures=pairs(self.counts, self.cases),
            positions=dict(self.positions.most_common()),
            ends=dict(self.ends.most_common()),
            outcomes=dict(self.outcomes.most_common()),
            steps=dict(self.steps.most_common()),
            mean_steps=round(self.taken / max(self.cases, 1), 2),
            mean_days=round(self.hours / 24 / max(self.cases, 1), 2),
        )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return everything that was counted, in the order it is given."""
    whole = Tally()
    for tally in tallies:
        whole.cases, whole.taken = whole.cases + tally.cases, whole.taken + tally.taken
        whole.hours += tally.hours
        for name in ("counts", "positions", "ends", "outcomes", "steps"):
            getattr(whole, name).update(getattr(tally, name))
    return whole


def simulate(
    playbook: Playbook, *, cases: int, seed: int, realistic: bool = False
) -> SimulationResult:  # fmt: skip
    """Return what becomes of that many made-up cases.

    Every answer that some condition waits for is tried as often as any other; ``realistic`` answers as people usually do.
    Raises DeadEnd when a case stands where nobody can ever act again.
    """
    random = Random(seed)  # noqa: S311 -- made-up cases, no secret
    ground = ground_of(playbook, random=random, realistic=realistic)
    tally = Tally()
    for _number in range(cases):
        tally.count(walked(started(ground), ground))
    return tally.passed(ground).result(playbook, seed)
