"""A made-up case: how it comes in, how it stands, and what time and steps do to its clocks and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from heshi.clocks.rules import SHANGHAI, moment_in, plan
from heshi.playbooks.rules import habits
from heshi.playbooks.rules.answering import CASES, FIRST_DAY, PLACE, USUAL
from heshi.playbooks.rules.grading import graded
from heshi.playbooks.rules.ground import Ground
from heshi.playbooks.rules.shape import ClockWork
from heshi.playbooks.rules.tasks import NO_CLOCK, Task, TaskAdded, TaskChange, after, task_facts

FIRST_INSTANT: Final = datetime.combine(FIRST_DAY, time(), SHANGHAI)
UNKNOWN_HOURS: Final = 24.0 * 30


class Act(NamedTuple):
    """What was done when, by whom, on which task (0: on the case itself), with which answers."""

    hour: float
    step: str
    by: str
    task: int
    answers: dict[str, Any]


@dataclass(slots=True)
class Walk:
    """One made-up case on its way; hours are counted from ``begun``."""

    position: str
    facts: dict[str, Any]
    begun: datetime = FIRST_INSTANT
    others: tuple[str, ...] = CASES
    hour: float = 0.0
    ended: float = 0.0
    due: dict[str, float] = field(default_factory=dict)
    task_due: dict[int, tuple[str, float]] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    tasks: tuple[Task, ...] = ()
    standing: set[tuple[str, int]] = field(default_factory=set)
    extended: set[str] = field(default_factory=set)
    tries: int = 0
    taken: int = 0
    end: bool = False
    silent: bool = False
    thorough: bool = False
    claimed_by: str = ""
    flags: set[str] = field(default_factory=set)
    came_as: dict[str, Any] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)

    def limits(self) -> Iterator[tuple[str, float]]:
        """Yield every clock that runs, those of tasks too, with the hour at which it runs out."""
        yield from self.own_limits()
        yield from self.task_due.values()

    def own_limits(self) -> Iterator[tuple[str, float]]:
        """Yield the clocks of the case itself that run."""
        return ((code, due) for code, due in self.due.items() if code not in self.paused)

    def now(self) -> datetime:
        """Return the moment it is for this case."""
        return self.begun + timedelta(hours=self.hour)

    def hour_of(self, moment: datetime) -> float:
        """Return the hour of a moment."""
        return (moment - self.begun).total_seconds() / 3600

    def end_of(self, day: str) -> float:
        """Return the hour at which a day ends."""
        return self.hour_of(datetime.combine(date.fromisoformat(day), time(), SHANGHAI) + timedelta(days=1))


def started(ground: Ground, *, begun: datetime = FIRST_INSTANT, others: tuple[str, ...] = CASES) -> Walk:
    """Return a case as it comes in."""
    playbook = ground.playbook
    first = _likely(ground) if ground.realistic else _any(ground)
    facts = {**playbook.counters, **playbook.no_tasks, **first}
    walk = Walk(playbook.start, facts | graded(playbook, facts), begun, others)
    walk.came_as = {name: facts[name] for name in ("kind", "topic", "source")}
    turn(walk, playbook.opening, ground, {})
    ground.positions[walk.position] += 1
    return walk


def _any(ground: Ground) -> dict[str, Any]:
    random, mentioned = ground.random, ground.mentioned
    return {
        "source": random.choice(("web", "window", "api", "import", *mentioned.get("source", ()))),
        "kind": random.choice((*USUAL["kind"], *mentioned.get("kind", ()))),
        "topic": random.choice((*USUAL["topic"], *mentioned.get("topic", ()))),
        "place": PLACE,
        "unit": "centre",
        "parties": random.choice((1, 1, 2)),
    }


def _likely(ground: Ground) -> dict[str, Any]:
    kind = habits.drawn(ground.kinds, ground.random)
    return {
        "source": habits.drawn(habits.SOURCES, ground.random),
        "kind": kind,
        "topic": habits.drawn(habits.topics_of(kind), ground.random),
        "place": PLACE,
        "unit": "centre",
        "parties": 2 if kind == "dispute" else 1,
    }


def work_on(walk: Walk, changes: Iterable[TaskChange], ground: Ground) -> None:
    """Let the tasks become what the step made of them, with their clocks."""
    for change in changes:
        number, code = change.number, change.clock
        if code == NO_CLOCK:
            walk.task_due.pop(number, None)
        elif code:
            day = change.due if isinstance(change, TaskAdded) else ""
            since = change.since if isinstance(change, TaskAdded) else ""
            due = walk.end_of(day) if day else _due(walk, code, ground, since)
            walk.task_due[number] = (code, due)
    walk.tasks = after(walk.tasks, changes)
    walk.facts.update(ground.playbook.no_tasks)
    walk.facts.update(task_facts(walk.tasks))


def turn(walk: Walk, work: ClockWork, ground: Ground, answers: Mapping[str, Any]) -> None:
    """Turn the clocks of a case as a step says."""
    for code in work.stop:
        walk.due.pop(code, None)
    for code in work.start:
        walk.due.setdefault(code, _due(walk, code, ground))
    for code, name in work.until.items():
        if day := answers.get(name):
            walk.due[code] = walk.end_of(str(day))
    for code, name in work.since.items():
        if day := answers.get(name):
            walk.due.setdefault(code, _due(walk, code, ground, str(day)))
    for code in (*work.extend, *work.resume):
        if code in walk.due:
            walk.due[code] += (_due(walk, code, ground) - walk.hour) / 2
    walk.paused |= set(work.pause)
    walk.paused -= {*work.resume, *work.stop}
    walk.extended |= set(work.extend)
    walk.extended -= set(work.stop)


def _due(walk: Walk, code: str, ground: Ground, since: str = "") -> float:
    """Return the hour at which a clock that starts now, or started then, runs out, days of rest counted as the law does."""
    law, begun = ground.laws.get(code), moment_in(since) if since else walk.now()
    return walk.hour_of(plan(law, begun).due_at) if law else walk.hour + UNKNOWN_HOURS
