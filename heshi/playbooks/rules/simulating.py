"""Walk many made-up cases through a playbook with the real engine, and count what becomes of them.

A simulation shows what the drawing of a method leads to; it says nothing about how people will behave. The same seed gives
the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

from heshi.common.refusals import Conflict
from heshi.playbooks.rules.answering import USUAL, answers_to, mentioned_values
from heshi.playbooks.rules.conditions import holds
from heshi.playbooks.rules.engine import Situation, decide, graded
from heshi.playbooks.rules.measuring import measured, pairs
from heshi.playbooks.rules.shape import SAME, ClockWork, Condition, Playbook, Step

FIRST_HOURS: Final = 6.0
LONGEST_WALK: Final = 400
"""A case that has not come to rest by then goes round in circles."""
REST_WEIGHT: Final = 30
"""How strongly a case at an end stays there, beside the weights of the steps that could wake it."""
SILENT_SHARE: Final = 0.4
"""How many residents leave the question after an answer unanswered, so that its time runs out."""


class DeadEnd(Conflict):
    """A case stood where nobody could do anything any more."""

    code = "dead_end"
    sentence = "模拟中有案件停在“{position}”，没有人能再办理，请给这个环节加一个不带条件的出口。"


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
class _Walk:
    """One made-up case on its way."""

    position: str
    facts: dict[str, Any]
    hour: float = 0.0
    due: dict[str, float] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)
    taken: int = 0
    end: bool = False
    silent: bool = False
    thorough: bool = False
    flags: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A step as a walk looks at it."""

    step: Step
    weight: int
    moves: bool
    resident: bool
    needs: Condition
    roles: frozenset[str]


@dataclass(slots=True)
class _Ground:
    """What all walks of a simulation share, worked out once."""

    playbook: Playbook
    random: Random
    hours: Mapping[str, float]
    here: Mapping[str, tuple[_Choice, ...]]
    mentioned: Mapping[str, tuple[Any, ...]]
    positions: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)


def simulate(
    playbook: Playbook, *, cases: int, seed: int, lengths: Mapping[str, timedelta] | None = None
) -> SimulationResult:
    """Return what becomes of that many made-up cases; ``lengths`` says how long the clocks of law run.

    Raises DeadEnd when a case stands where nobody can ever act again.
    """
    ground = _ground(playbook, seed, lengths or {})
    counts: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    taken, hours = 0, 0.0
    for _number in range(cases):
        walk = _walked(ground)
        counts.update(measured(walk.facts, walk.flags, end=walk.end))
        ends[walk.position] += 1
        outcomes[str(walk.facts.get("outcome") or "none")] += 1
        taken, hours = taken + walk.taken, hours + walk.hour
    return SimulationResult(
        playbook=playbook.code,
        cases=cases,
        seed=seed,
        measures=pairs(counts, cases),
        positions=dict(ground.positions.most_common()),
        ends=dict(ends.most_common()),
        outcomes=dict(outcomes.most_common()),
        steps=dict(ground.steps.most_common()),
        mean_steps=round(taken / max(cases, 1), 2),
        mean_days=round(hours / 24 / max(cases, 1), 2),
    )


def _ground(playbook: Playbook, seed: int, lengths: Mapping[str, timedelta]) -> _Ground:
    known = {code: length.total_seconds() / 3600 for code, length in lengths.items()}
    local = {code: _local_hours(spec) for code, spec in playbook.clocks.items()}
    return _Ground(
        playbook=playbook,
        random=Random(seed),  # noqa: S311 -- made-up cases, no secret
        hours={**known, **local},
        here={
            code: tuple(
                _choice(step) for step in playbook.steps.values() if code in step.source and step.weight
            )
            for code in playbook.positions
        },
        mentioned=mentioned_values(playbook),
    )


def _choice(step: Step) -> _Choice:
    moves, resident = set(step.targets()) != {SAME}, step.who == ("resident",)
    return _Choice(step, step.weight, moves, resident, step.needs, frozenset(step.who[:1]))


def _local_hours(spec: Mapping[str, Any]) -> float:
    return float(spec["length"]) * {"hour": 1, "day": 24, "working_day": 34, "month": 730}[spec["unit"]]


def _walked(ground: _Ground) -> _Walk:
    walk = _started(ground)
    while (choice := _next(walk, ground)) is not None:
        if walk.taken == LONGEST_WALK:
            raise DeadEnd(position=ground.playbook.positions[walk.position].label)
        _take(walk, choice, ground)
    return walk


def _started(ground: _Ground) -> _Walk:
    playbook, random = ground.playbook, ground.random
    facts: dict[str, Any] = {
        "source": random.choice(("web", "window", "api", "import", *ground.mentioned.get("source", ()))),
        "kind": random.choice((*USUAL["kind"], *ground.mentioned.get("kind", ()))),
        "topic": random.choice((*USUAL["topic"], *ground.mentioned.get("topic", ()))),
        "place": "990100001001",
        "unit": "centre",
        "parties": random.choice((1, 1, 2)),
    }
    walk = _Walk(playbook.start, facts | graded(playbook, facts))
    _turn(walk, playbook.opening, ground)
    ground.positions[walk.position] += 1
    return walk


def _next(walk: _Walk, ground: _Ground) -> _Choice | None:
    """Return the step somebody takes next, or None when the case rests at its end."""
    for wait in range(len(walk.due) + 2):
        _pass_time(walk, ground)
        ready = [choice for choice in ground.here[walk.position] if _is_ready(choice, walk)]
        weights = [choice.weight for choice in ready]
        if walk.end:
            return ground.random.choices([None, *ready], [REST_WEIGHT, *weights])[0]
        if any(choice.moves for choice in ready):
            return ground.random.choices(ready, weights)[0]
        walk.hour = max([walk.hour, *(due + 1 for code, due in walk.due.items() if code not in walk.paused)])
        walk.silent = walk.silent and wait == 0
    return _once_more(walk, ground)


def _once_more(walk: _Walk, ground: _Ground) -> _Choice:
    """Return a step taken here before, to be answered in full this time: people go back and fill in what is missing."""
    walk.standing.clear()
    walk.thorough = True
    ready = [choice for choice in ground.here[walk.position] if _is_ready(choice, walk)]
    if not ready:
        raise DeadEnd(position=ground.playbook.positions[walk.position].label)
    return ground.random.choice(ready)


def _is_ready(choice: _Choice, walk: _Walk) -> bool:
    if choice.step.code in walk.standing or (walk.silent and choice.resident):
        return False
    return not choice.needs or holds(choice.needs, walk.facts)


def _pass_time(walk: _Walk, ground: _Ground) -> None:
    walk.hour += ground.random.expovariate(1 / FIRST_HOURS)
    late = any(due < walk.hour for code, due in walk.due.items() if code not in walk.paused)
    hers = ground.playbook.positions[walk.position].holder == "resident"
    walk.facts["overdue"], walk.facts["waited"] = late and not hers, late and hers
    if walk.facts["overdue"]:
        walk.flags.add("overdue")


def _take(walk: _Walk, choice: _Choice, ground: _Ground) -> None:
    step = choice.step
    situation = Situation(walk.position, walk.facts, choice.roles)
    outcome = decide(
        ground.playbook,
        situation,
        step.code,
        answers_to(step, ground.random, ground.mentioned, thorough=walk.thorough),
    )
    _note(walk, step, outcome.position, ground, answers=outcome.answers)
    if outcome.position == walk.position:
        walk.standing.add(step.code)
    else:
        _arrive(walk, outcome.position, ground)
    walk.end = outcome.end
    walk.facts.update(outcome.facts)
    walk.taken += 1
    ground.steps[step.code] += 1
    _turn(walk, outcome.clocks, ground)
    if outcome.end:
        walk.due.clear()


def _arrive(walk: _Walk, position: str, ground: _Ground) -> None:
    walk.standing.clear()
    walk.thorough = False
    ground.positions[position] += 1
    walk.position = position
    waits = ground.playbook.positions[position].holder == "resident"
    walk.silent = waits and ground.random.random() < SILENT_SHARE


def _note(walk: _Walk, step: Step, target: str, ground: _Ground, *, answers: bool) -> None:
    """Remember what the measures ask about."""
    if (
        walk.position == ground.playbook.start
        and not ground.playbook.positions[target].end
        and target != walk.position
    ):
        walk.flags.add("moved")
    if answers and "resident" not in step.who:
        walk.flags.add("answered")
    if walk.end and not ground.playbook.positions[target].end:
        walk.flags.add("reopened")


def _turn(walk: _Walk, work: ClockWork, ground: _Ground) -> None:
    for code in work.stop:
        walk.due.pop(code, None)
    for code in work.start:
        walk.due.setdefault(code, walk.hour + ground.hours.get(code, 24.0 * 30))
    for code in (*work.extend, *work.resume):
        if code in walk.due:
            walk.due[code] += ground.hours.get(code, 24.0 * 30) / 2
    walk.paused |= set(work.pause)
    walk.paused -= {*work.resume, *work.stop}
