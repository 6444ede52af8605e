"""What all walks through a playbook share, worked out once: who takes which step how often, and what has not been met yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from uuid import NAMESPACE_URL, uuid5

from heshi.cases.rules import RESIDENT, SYSTEM, Actor
from heshi.clocks.rules import ClockDef
from heshi.clocks.rules.local_days import LocalDays
from heshi.clocks.rules.planning import open_ended
from heshi.playbooks.rules import SAME, Adding, Playbook, Step, everywhere
from heshi.playbooks.rules.conditions import Plain
from heshi.playbooks.rules.dating import counted_since
from heshi.playbooks.rules.tasks import no_tasks
from heshi.rehearsal.rules import habits
from heshi.rehearsal.rules.answering import mentioned_values
from heshi.rehearsal.rules.refusing import Refusals, refusals_of
from heshi.statistics.rules import Landmarks, landmarks_through

WITHDRAWN = "withdrawn_by_applicant"
WITHIN = {"day": 1, "working_day": 1, "local_day": 1, "month": 28, "year": 365}
"""So many days at least lie in one unit of a clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A step as a walk looks at it.

    ``leads_on`` says that it moves the case; ``gives_up`` that the resident takes the case back, which is no way on. ``writes`` is
    what it may change, ``days`` how many days ahead its dates may lie.

    In a simulated year a step that is open at many positions is as frequent over all of them as its ``full`` weight says, not
    at each; where the case cannot move on without it, it has its full weight.
    """

    step: Step
    actor: Actor
    weight: float
    full: float
    leads_on: bool
    gives_up: bool
    writes: frozenset[str]
    days: Mapping[str, int]


Option = tuple[Choice, int]
"""A step, and the number of the task it is taken on (0: on the case itself)."""


@dataclass(slots=True)
class Ground:
    """What all walks of a simulation share; ``everybody`` are all roles that may take a step."""

    playbook: Playbook
    random: Random
    choices: Mapping[str, Choice]
    everybody: frozenset[str]
    mentioned: Mapping[str, tuple[Plain, ...]]
    way: Landmarks
    refusals: Refusals
    realistic: bool = False
    recording: bool = False
    kinds: habits.Weights = field(default_factory=dict)
    outcomes: habits.Weights = field(default_factory=dict)
    positions: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)


def ground_of(
    playbook: Playbook, *, random: Random, realistic: bool = False, recording: bool = False
) -> Ground:  # fmt: skip
    """Return what walks need.

    No walk waits for a notice of the State Council: in years that are not published each day counts as one of work.
    """
    playbook = replace(playbook, laws={code: _certain(law) for code, law in playbook.laws.items()})
    choices = {
        code: _choice(playbook, step, spread=realistic)
        for code, step in playbook.steps.items()
        if step.weight
    }
    return Ground(
        playbook=playbook,
        random=random,
        choices=choices,
        everybody=frozenset().union(
            *(everywhere(role) for step in playbook.steps.values() for role in step.who)
        ),
        mentioned=mentioned_values(playbook),
        way=landmarks_through(playbook),
        refusals=refusals_of(playbook),
        realistic=realistic,
        recording=recording,
        kinds=habits.kinds_of(playbook),
        outcomes=playbook.year.get("outcomes", {}),
    )


def _certain(law: ClockDef) -> ClockDef:
    calendar = law.calendar
    return law if isinstance(calendar, LocalDays) else replace(law, calendar=open_ended(calendar))


def _choice(playbook: Playbook, step: Step, *, spread: bool) -> Choice:
    places = 1 if step.task else sum(not playbook.positions[code].end for code in step.source)
    weight = step.weight / max(places, 1) if spread else step.weight
    gives_up = step.sets.get("outcome") == WITHDRAWN
    return Choice(
        step=step,
        actor=actor_in(_role(playbook, step)),
        weight=weight,
        full=step.weight,
        leads_on=set(step.targets()) != {SAME} and not gives_up,
        gives_up=gives_up,
        writes=frozenset(_writes(playbook, step)),
        days=_days(playbook, step),
    )


def _role(playbook: Playbook, step: Step) -> str:
    """Return who takes a step: the first who may, or the first of them who may grant what it asks of the law."""
    rules = [playbook.laws[code].extension for code in step.clocks.extend]
    granting = (role for role in step.who if all(rule and role in rule.granted_by for rule in rules))
    return next(granting, step.who[0])


def actor_in(role: str) -> Actor:
    """Return the one made-up person who acts in a role."""
    if role in ("resident", "system"):
        return RESIDENT if role == "resident" else SYSTEM
    return Actor("staff", uuid5(NAMESPACE_URL, role), role, everywhere(role))


def _days(playbook: Playbook, step: Step) -> dict[str, int]:
    """Return how far ahead each date of a step may lie: no further than the clock that runs until then is long.

    A day from which a clock runs lies so many days back.
    """
    effects = [each for _at, each in step.effects()]
    until = [(name, code) for each in effects for code, name in each.clocks.until.items()]
    until += [
        (adding.due, code)
        for each in effects
        for adding in each.adds
        if adding.due
        for code in _clocks_of(playbook, adding)
    ]
    found: dict[str, int] = {}
    for name, code in until:
        days = _days_within(playbook.laws.get(code))
        found[name] = min(days, found.get(name, days))
    back = {
        name: -1 - _days_within(playbook.laws.get(code)) // 2 for code, name in counted_since(playbook, step)
    }
    return found | back


def _clocks_of(playbook: Playbook, adding: Adding) -> list[str]:
    return [adding.clock] if adding.clock else [str(row.then) for row in playbook.tasks[adding.task].clock]


def _days_within(law: ClockDef | None) -> int:
    """Return so many days from now as certainly lie within this clock."""
    return law.length * WITHIN.get(law.unit, 0) if law else 0


def _writes(playbook: Playbook, step: Step) -> Iterator[str]:
    """Yield every fact that a step may change, the numbers of tasks among them."""
    if not step.task:
        yield from (ask.name for ask in step.asks)
    effects = [each for _at, each in step.effects()]
    yield from (name for each in effects for name in (*each.sets, *each.counts, *each.climbs))
    kinds = {adding.task for each in effects for adding in each.adds}
    kinds |= {step.task.kind} if step.task else set()
    yield from no_tasks(playbook.tasks[kind] for kind in kinds)
