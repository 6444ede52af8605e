"""What happens next to a made-up case: time passes, and somebody does one of the things that can be done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from heshi.cases.rules import situation_of
from heshi.clocks.rules import SHANGHAI
from heshi.common.refusals import Conflict
from heshi.playbooks.rules import Situation, Step, Task, holds, offered, offered_on
from heshi.playbooks.rules.waiting import too_early
from heshi.rehearsal.rules import habits
from heshi.rehearsal.rules.ground import Choice, Ground, Option
from heshi.rehearsal.rules.made_up import Walk

FIRST_HOURS: Final = 6.0
NO_TASK: Final = (Task(0, "", ""),)
REST_WEIGHT: Final = 30
"""How strongly a case at an end stays there, beside the weights of the steps that could wake it."""


class DeadEnd(Conflict):
    """A case stood where nobody could do anything any more."""

    code = "dead_end"
    sentence = "模拟中有案件停在“{position}”，没有人能再办理，请给这个环节加一个不带条件的出口。"


def chosen_next(walk: Walk, ground: Ground) -> Option | None:
    """Return what somebody does next, or None when the case rests at its end."""
    while True:
        _pass_time(walk, ground)
        here = situation_of(walk.state, ground.playbook, ground.everybody, at=walk.now)
        ground.refusals.try_at(walk.case, here, walk.now)
        ready = _ready(walk, here, ground)
        if not walk.state.is_open:
            return _drawn(ready, ground, rest=REST_WEIGHT)
        if any(choice.leads_on for choice, _task in ready):
            return _drawn(ready, ground)
        if helping := _helping(here, ground, ready):
            return _drawn(ready, ground, helping)
        ahead = [clock.due_at for clock in walk.limits()]
        ahead += list(_waiting(here, ground))
        if ahead and (aside := _drawn(ready, ground, rest=REST_WEIGHT)):
            return aside
        if ahead:
            walk.pass_time(min(ahead) + timedelta(hours=1))
        elif walk.silent:
            walk.silent = False
        else:
            return _once_more(walk, here, ground)


def _drawn(
    ready: Sequence[Option], ground: Ground, helping: Collection[Choice] = (), rest: float = 0.0
) -> Option | None:
    """Return one of the things that can be done, as often as its weight says; nothing as often as ``rest`` does."""
    weights = [choice.full if choice in helping else choice.weight for choice, _task in ready]
    return ground.random.choices([None, *ready], [rest, *weights])[0]


def _offered(here: Situation, ground: Ground) -> Iterator[tuple[Step, int]]:
    """Yield everything that can be done now, on the case and on each of its open tasks."""
    book = ground.playbook
    yield from ((step, 0) for step in offered(book, here))
    for task in here.tasks:
        if task.is_open:
            yield from ((step, task.number) for step in offered_on(book, here, task))


def _ready(walk: Walk, here: Situation, ground: Ground) -> list[Option]:
    """Return what can be done now and was not done since the case came here."""
    choices, standing, silent = ground.choices, walk.standing, walk.silent
    return [
        (choices[step.code], task)
        for step, task in _offered(here, ground)
        if step.code in choices
        and (step.code, task) not in standing
        and not (silent and step.who == ("resident",))
    ]


def _helping(here: Situation, ground: Ground, ready: Iterable[Option]) -> list[Choice]:
    """Return what can be done now and may bring a step nearer by which the case would move on."""
    facts = here.facts
    blocked = [choice for choice in _starting(here, ground) if not holds(choice.step.needs, facts)]
    wanted = {name for choice in blocked if choice.leads_on for name in choice.step.needs.unmet(facts)}
    known = -1
    while known != len(wanted):
        known = len(wanted)
        wanted |= {
            name for choice in blocked if choice.writes & wanted for name in choice.step.needs.unmet(facts)
        }
    return [choice for choice, _task in ready if choice.writes & wanted]


def _starting(here: Situation, ground: Ground) -> Iterator[Choice]:
    """Yield every step that starts here, on the case or on a task that is open, whether it is ready or not."""
    states = {(task.kind, task.state) for task in here.tasks if task.is_open}
    for choice in ground.choices.values():
        if here.position in choice.step.source:
            work = choice.step.task
            if work is None or any((work.kind, state) in states for state in work.source):
                yield choice


def _waiting(here: Situation, ground: Ground) -> Iterator[datetime]:
    """Yield the days for which steps wait that start here."""
    waits = [
        too_early(choice.step, here.facts, here.at, task.number)
        for choice in _starting(here, ground)
        for task in (here.tasks if choice.step.task else NO_TASK)
    ]
    for day in waits:
        if day:
            yield day if isinstance(day, datetime) else datetime.combine(day, time(), SHANGHAI)


def _once_more(walk: Walk, here: Situation, ground: Ground) -> Option:
    """Return a step taken here before, to be answered in full this time: people go back and fill in what is missing."""
    walk.standing.clear()
    walk.thorough = True
    ready = _ready(walk, here, ground)
    if not ready:
        raise DeadEnd(position=ground.playbook.positions[here.position].label)
    return ground.random.choice([option for option in ready if not option[0].gives_up] or ready)


def _pass_time(walk: Walk, ground: Ground) -> None:
    """Let some hours go by; the case then knows which of its clocks ran out."""
    walk.pass_time(walk.now + timedelta(hours=_hours(walk, ground)))


def _hours(walk: Walk, ground: Ground) -> float:
    """Return after how many hours somebody acts; people hurry when a clock is about to run out, as a rule."""
    random = ground.random
    if not ground.realistic:
        return random.expovariate(1 / FIRST_HOURS)
    holder = ground.playbook.positions[walk.state.position].holder
    hours = random.expovariate(1 / habits.HOURS[holder])
    left = min(((clock.due_at - walk.now) / timedelta(hours=1) for clock in walk.limits()), default=hours)
    return left * random.random() if hours > left and random.random() < habits.PUNCTUAL else hours
