"""What all walks through a playbook share, worked out once: who may act where, on what, and how long clocks run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from heshi.clocks.rules import ClockDef
from heshi.playbooks.rules import habits
from heshi.playbooks.rules.answering import mentioned_values
from heshi.playbooks.rules.conditions import Condition
from heshi.playbooks.rules.dating import counted_since
from heshi.playbooks.rules.limits import days_of, lapsing
from heshi.playbooks.rules.measuring import WITHDRAWN
from heshi.playbooks.rules.shape import SAME, Playbook, Step
from heshi.playbooks.rules.tasks import no_tasks


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A step as a walk looks at it.

    ``leads_on`` says that it moves the case; ``gives_up`` that the resident takes the case back, which is no way on. ``tops`` are
    the highest rungs from which it cannot climb, ``writes`` what it may change, ``days`` how many days ahead its dates may lie.

    In a simulated year a step that is open at many positions is as frequent over all of them as its ``full`` weight says, not
    at each; where the case cannot move on without it, it has its full weight.
    """

    step: Step
    weight: float
    full: float
    leads_on: bool
    gives_up: bool
    resident: bool
    needs: Condition
    roles: frozenset[str]
    tops: tuple[tuple[str, str], ...]
    writes: frozenset[str]
    days: Mapping[str, int]


Option = tuple[Choice, int]
"""A step, and the number of the task it is taken on (0: on the case itself)."""


@dataclass(slots=True)
class Ground:
    """What all walks of a simulation share."""

    playbook: Playbook
    random: Random
    laws: Mapping[str, ClockDef]
    lapsing: frozenset[str]
    here: Mapping[str, tuple[Option, ...]]
    on: Mapping[tuple[str, str, str], tuple[Choice, ...]]
    mentioned: Mapping[str, tuple[Any, ...]]
    accepting: frozenset[str]
    realistic: bool = False
    recording: bool = False
    kinds: habits.Weights = field(default_factory=dict)
    outcomes: habits.Weights = field(default_factory=dict)
    positions: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)


def ground_of(
    playbook: Playbook, *, random: Random, realistic: bool = False, recording: bool = False
) -> Ground:  # fmt: skip
    """Return what walks need."""
    laws = playbook.laws
    choices = [
        _choice(playbook, step, laws, spread=realistic) for step in playbook.steps.values() if step.weight
    ]
    return Ground(
        playbook=playbook,
        random=random,
        laws=laws,
        lapsing=lapsing(laws),
        here={
            code: tuple((one, 0) for one in choices if code in one.step.source and not one.step.task)
            for code in playbook.positions
        },
        on=_on_tasks(choices),
        mentioned=mentioned_values(playbook),
        accepting=frozenset(_accepting(playbook)),
        realistic=realistic,
        recording=recording,
        kinds=habits.kinds_of(playbook),
        outcomes=playbook.year.get("outcomes", {}),
    )


def _choice(playbook: Playbook, step: Step, laws: Mapping[str, ClockDef], *, spread: bool) -> Choice:
    places = 1 if step.task else sum(not playbook.positions[code].end for code in step.source)
    weight = step.weight / max(places, 1) if spread else step.weight
    gives_up = step.sets.get("outcome") == WITHDRAWN
    return Choice(
        step=step,
        weight=weight,
        full=step.weight,
        leads_on=set(step.targets()) != {SAME} and not gives_up,
        gives_up=gives_up,
        resident=step.who == ("resident",),
        needs=step.needs,
        roles=frozenset(step.who[:1]),
        tops=tuple((name, list(playbook.ladders[name])[-1]) for name in step.climbs),
        writes=frozenset(_writes(playbook, step)),
        days=_days(playbook, step, laws),
    )


def _days(playbook: Playbook, step: Step, laws: Mapping[str, ClockDef]) -> dict[str, int]:
    """Return how far ahead each date of a step may lie: no further than the clock that runs until then is long."""
    until = [
        (name, code)
        for work in (step.clocks, *(row.clocks for row in step.to))
        for code, name in work.until.items()
    ]
    for adding in (adding for adding in step.adds if adding.due):
        codes = (
            [adding.clock] if adding.clock else [str(row.then) for row in playbook.tasks[adding.task].clock]
        )
        until += [(adding.due, code) for code in codes]
    found: dict[str, int] = {}
    for name, code in until:
        days = days_of(laws.get(code))
        found[name] = min(days, found.get(name, days))
    return found | {name: -1 - days_of(laws.get(code)) // 2 for code, name in counted_since(playbook, step)}


def _writes(playbook: Playbook, step: Step) -> Iterator[str]:
    """Yield every fact that a step may change, the numbers of tasks among them."""
    if not step.task:
        yield from (ask.name for ask in step.asks)
    yield from (*step.sets, *step.counts, *step.climbs)
    yield from (name for row in step.to for name in row.sets)
    kinds = {*(adding.task for adding in step.adds), *([step.task.kind] if step.task else ())}
    yield from no_tasks(playbook.tasks[kind] for kind in kinds)


def _on_tasks(choices: Collection[Choice]) -> dict[tuple[str, str, str], tuple[Choice, ...]]:
    """Return the choices there are on a task, by the position of its case, its kind and its state."""
    found: dict[tuple[str, str, str], tuple[Choice, ...]] = {}
    for choice in choices:
        if work := choice.step.task:
            for key in (
                (position, work.kind, state) for position in choice.step.source for state in work.source
            ):
                found[key] = (*found.get(key, ()), choice)
    return found


def _accepting(playbook: Playbook) -> Iterator[str]:
    """Yield the steps by which a case is taken on: the step that says so, else whatever leads from the start to no end."""
    if "accept" in playbook.steps:
        yield "accept"
        return
    ends = {code for code, position in playbook.positions.items() if position.end}
    for step in playbook.steps.values():
        if playbook.start in step.source and set(step.targets()) - {*ends, playbook.start, SAME}:
            yield step.code
