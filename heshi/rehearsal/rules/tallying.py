"""Walk many made-up cases through a playbook with the real engine, and count what becomes of them.

A simulation shows what the drawing of a method leads to; it says nothing about how people will behave. The same seed gives
the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from heshi.playbooks.rules import Playbook
from heshi.rehearsal.rules.choosing import DeadEnd
from heshi.rehearsal.rules.ground import Ground, ground_of
from heshi.rehearsal.rules.made_up import Walk, started
from heshi.rehearsal.rules.measuring import measured, pairs
from heshi.rehearsal.rules.refusing import Possible, possible_in, said_of
from heshi.rehearsal.rules.walking import walked

__all__ = ["DeadEnd", "SimulationResult", "Tally", "simulate"]


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What became of the cases: each measure with its two numbers, where the cases have been, and what never happened.

    ``steps_not_played`` and ``refusals_not_played`` are said in words; of a step that was never played no refusals are told.
    """

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
    steps_not_played: tuple[str, ...] = ()
    refusals_not_played: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What has been counted so far."""

    cases: int = 0
    hours: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    positions: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    refusals: set[Possible] = field(default_factory=set)

    def count(self, walk: Walk, ground: Ground) -> None:
        """Take in a case that has come to rest."""
        self.cases += 1
        self.hours += walk.hours
        self.counts.update(measured(walk.case.entries, walk.state.facts, ground.way))
        self.ends[walk.state.position] += 1
        self.outcomes[str(walk.state.facts.get("outcome") or "none")] += 1

    def passed(self, ground: Ground) -> Tally:
        """Take over where the walks of a ground have been and what they met, and return the whole."""
        self.positions, self.steps, self.refusals = ground.positions, ground.steps, ground.refusals.met
        return self

    def result(self, playbook: Playbook, seed: int) -> SimulationResult:
        """Return what was counted."""
        return SimulationResult(
            playbook=playbook.code,
            cases=self.cases,
            seed=seed,
            measures=pairs(self.counts),
            positions=dict(self.positions.most_common()),
            ends=dict(self.ends.most_common()),
            outcomes=dict(self.outcomes.most_common()),
            steps=dict(self.steps.most_common()),
            mean_steps=round(self.steps.total() / max(self.cases, 1), 2),
            mean_days=round(self.hours / 24 / max(self.cases, 1), 2),
            steps_not_played=tuple(
                step.label for code, step in playbook.steps.items() if code not in self.steps
            ),
            refusals_not_played=self._not_refused(playbook),
        )

    def _not_refused(self, playbook: Playbook) -> tuple[str, ...]:
        played = (step for code, step in playbook.steps.items() if code in self.steps)
        return tuple(
            said_of(playbook, one) for step in played for one in possible_in(step) if one not in self.refusals
        )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return everything that was counted, in the order it is given."""
    whole = Tally()
    for tally in tallies:
        whole.cases += tally.cases
        whole.hours += tally.hours
        for name in ("counts", "positions", "ends", "outcomes", "steps", "refusals"):
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
        tally.count(walked(started(ground), ground), ground)
    return tally.passed(ground).result(playbook, seed)
