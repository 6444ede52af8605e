"""What happens next to a made-up case: time passes, and somebody does one of the things that can be done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from heshi.common.refusals import Conflict
from heshi.playbooks.rules import habits
from heshi.playbooks.rules.conditions import holds
from heshi.playbooks.rules.ground import Choice, Ground, Option
from heshi.playbooks.rules.made_up import Walk, waits

FIRST_HOURS: Final = 6.0
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
        ready = _ready(walk, ground)
        if walk.end:
            return _drawn(ready, ground, rest=REST_WEIGHT)
        if any(choice.leads_on for choice, _task in ready):
            return _drawn(ready, ground)
        if helping := _helping(walk, ground, ready):
            return _drawn(ready, ground, helping)
        ahead = [due for _code, due in walk.limits() if due >= walk.hour]
        ahead += [hour for choice, _task in _options(walk, ground) if (hour := waits(walk, choice.step))]
        if ahead and (aside := _drawn(ready, ground, rest=REST_WEIGHT)):
            return aside
        if ahead:
            walk.hour = min(ahead) + 1
        elif walk.silent:
            walk.silent = False
        else:
            return _once_more(walk, ground)


def _drawn(
    ready: Sequence[Option], ground: Ground, helping: Collection[Choice] = (), rest: float = 0.0
) -> Option | None:
    """Return one of the things that can be done, as often as its weight says; nothing as often as ``rest`` does."""
    weights = [choice.full if choice in helping else choice.weight for choice, _task in ready]
    return ground.random.choices([None, *ready], [rest, *weights])[0]


def _options(walk: Walk, ground: Ground) -> Sequence[Option]:
    """Return every step that starts here, on the case and on each of its open tasks."""
    here = ground.here[walk.position]
    if not walk.tasks:
        return here
    return [*here, *_on_tasks(walk, ground)]


def _on_tasks(walk: Walk, ground: Ground) -> Iterator[Option]:
    for task in walk.tasks:
        if task.is_open:
            for choice in ground.on.get((walk.position, task.kind, task.state), ()):
                yield choice, task.number


def _ready(walk: Walk, ground: Ground) -> list[Option]:
    """Return what can be done now and was not done since the case came here."""
    facts, standing, silent = walk.facts, walk.standing, walk.silent
    ready: list[Option] = []
    for option in _options(walk, ground):
        choice, task = option
        if (
            holds(choice.needs, facts)
            and not (silent and choice.resident)
            and (not standing or (choice.step.code, task) not in standing)
            and (choice.step.not_before is None or waits(walk, choice.step) is None)
            and not (choice.tops and any(facts.get(name) == rung for name, rung in choice.tops))
        ):
            ready.append(option)
    return ready


def _helping(walk: Walk, ground: Ground, ready: Iterable[Option]) -> list[Choice]:
    """Return what can be done now and may bring a step nearer by which the case would move on."""
    blocked = [choice for choice, _task in _options(walk, ground) if not holds(choice.needs, walk.facts)]
    wanted = {name for choice in blocked if choice.leads_on for name in choice.needs.unmet(walk.facts)}
    known = -1
    while known != len(wanted):
        known = len(wanted)
        wanted |= {
            name for choice in blocked if choice.writes & wanted for name in choice.needs.unmet(walk.facts)
        }
    return [choice for choice, _task in ready if choice.writes & wanted]


def _once_more(walk: Walk, ground: Ground) -> Option:
    """Return a step taken here before, to be answered in full this time: people go back and fill in what is missing."""
    walk.standing.clear()
    walk.thorough = True
    ready = _ready(walk, ground)
    if not ready:
        raise DeadEnd(position=ground.playbook.positions[walk.position].label)
    return ground.random.choice([option for option in ready if not option[0].gives_up] or ready)


def _pass_time(walk: Walk, ground: Ground) -> None:
    """Let some hours go by; the case then knows which of its clocks ran out."""
    holder, limits, lapsing = (
        ground.playbook.positions[walk.position].holder,
        list(walk.limits()),
        ground.lapsing,
    )
    walk.hour += _hours(walk.hour, limits, ground, holder)
    facts, hers, now = walk.facts, holder == "resident", walk.hour
    facts["late"] = late = tuple(code for code, due in limits if due < now)
    facts["running"] = tuple(code for code, due in limits if due >= now)
    facts["overdue"] = not hers and not walk.end and not lapsing.issuperset(late)
    facts["waited"] = hers and any(due < now and code not in lapsing for code, due in walk.own_limits())
    if facts["overdue"]:
        walk.flags.add("overdue")


def _hours(now: float, limits: Iterable[tuple[str, float]], ground: Ground, holder: str) -> float:
    """Return after how many hours somebody acts; people hurry when a clock is about to run out, as a rule."""
    random = ground.random
    if not ground.realistic:
        return random.expovariate(1 / FIRST_HOURS)
    hours = random.expovariate(1 / habits.HOURS[holder])
    left = min((due for _code, due in limits if due >= now), default=now + hours) - now
    return left * random.random() if hours > left and random.random() < habits.PUNCTUAL else hours
