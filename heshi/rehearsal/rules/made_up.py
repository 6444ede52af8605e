"""A made-up case: how it comes in, and what is remembered of it on its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from heshi.cases.rules import ClockState, State
from heshi.clocks.rules import SHANGHAI
from heshi.clocks.terms import RUN_OUT, Ticking
from heshi.playbooks.rules import Task
from heshi.rehearsal.rules import habits
from heshi.rehearsal.rules.answering import CASES, FIRST_DAY, PLACE, USUAL, Answers
from heshi.rehearsal.rules.ground import Ground
from heshi.rehearsal.rules.playing import PlayedCase, opened

FIRST_INSTANT: Final = datetime.combine(FIRST_DAY, time(), SHANGHAI)
PLAYED: Final = "00000000-0000-0000-0000-000000000000"
"""What stands as the version of the playbook in a case that no version was made for."""


class Act(NamedTuple):
    """What was done when, by whom, on which task (0: on the case itself), with which answers."""

    at: datetime
    step: str
    by: str
    task: int
    answers: Answers


@dataclass(slots=True)
class Walk:
    """One made-up case on its way."""

    case: PlayedCase
    now: datetime
    others: tuple[str, ...] = CASES
    standing: set[tuple[str, int]] = field(default_factory=set)
    """What was done here already, or cannot be done here."""
    tries: int = 0
    silent: bool = False
    thorough: bool = False
    acts: list[Act] = field(default_factory=list)

    @property
    def state(self) -> State:
        """Return the case as it stands."""
        return self.case.state

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return its tasks."""
        return tuple(self.state.tasks.values())

    def limits(self) -> Iterator[ClockState]:
        """Yield every clock that still has time, those of tasks too."""
        for clock in self.state.clocks.values():
            if clock.state is Ticking.RUNNING and clock.stage not in RUN_OUT:
                yield clock

    def pass_time(self, until: datetime) -> None:
        """Let time pass; every stage that a clock reaches on the way is recorded at its moment."""
        while moments := [when for clock in self.limits() if (when := clock.next_at) and when <= until]:
            self.case.tick(max(min(moments), self.now))
        self.now = until

    @property
    def hours(self) -> float:
        """Return how long it took until it was closed last."""
        opened_at, closed_at = self.case.entries[0].at, self.state.closed_at
        return (closed_at - opened_at) / timedelta(hours=1) if closed_at else 0.0


def started(ground: Ground, *, begun: datetime = FIRST_INSTANT, others: tuple[str, ...] = CASES) -> Walk:
    """Return a case as it comes in."""
    first = _likely(ground) if ground.realistic else _any(ground)
    facts = {**first, "playbook": PLAYED, "place": PLACE, "unit": "centre"}
    ground.positions[ground.playbook.start] += 1
    return Walk(opened(ground.playbook, facts, at=begun), begun, others)


def _any(ground: Ground) -> dict[str, object]:
    random, mentioned = ground.random, ground.mentioned
    return {
        "source": random.choice(("web", "window", "api", "import", *mentioned.get("source", ()))),
        "kind": random.choice((*USUAL["kind"], *mentioned.get("kind", ()))),
        "topic": random.choice((*USUAL["topic"], *mentioned.get("topic", ()))),
        "parties": random.choice((1, 1, 2)),
    }


def _likely(ground: Ground) -> dict[str, object]:
    kind = habits.drawn(ground.kinds, ground.random)
    return {
        "source": habits.drawn(habits.SOURCES, ground.random),
        "kind": kind,
        "topic": habits.drawn(habits.topics_of(kind), ground.random),
        "parties": 2 if kind == "dispute" else 1,
    }
