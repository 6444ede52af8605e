"""Made-up answers for a simulation: likely ones for a simulated year, and every one that some condition waits for when in trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from heshi.playbooks.rules.conditions import Condition, Plain, Test
from heshi.playbooks.rules.shape import Ask, Playbook, Step
from heshi.playbooks.terms import PRESENCE
from heshi.rehearsal.rules import habits

OPTIONAL_SHARE: Final = 0.6
MOST_NAMED: Final = 3
MOST_DAYS: Final = 20
PLACE: Final = "990100001001"
FIRST_DAY: Final = date(2026, 3, 2)
UNITS: Final[Mapping[str, str]] = {f"unit-{n:02}": PRESENCE[n % len(PRESENCE)] for n in range(1, 25)}
"""Made-up units, and how each is present in the centre."""
STAFF: Final = tuple(f"staff-{n:02}" for n in range(1, 13))
CASES: Final = ("260000000001", "260000000002", "260000000003")
USUAL: Final[Mapping[str, Sequence[Plain]]] = {
    "yes_no": (True, True, True, False),
    "score": (1, 2, 3, 4, 4, 5, 5, 5),
    "number": (1, 5, 20),
    "money": (100, 5000, 80000),
    "kind": ("inquiry", "complaint", "dispute", "hazard"),
    "topic": ("01", "10", "15", "18"),
    "unit": tuple(UNITS),
    "staff": STAFF,
    "place": (PLACE,),
}
OPEN: Final = frozenset({"kind", "topic", "text", "long_text"})
"""Types of field in which a value that some condition waits for can be given."""
NUMBERS: Final = frozenset({"number", "money", "score"})
Values = Mapping[str, tuple[Plain, ...]]
Answers = dict[str, object]


def mentioned_values(playbook: Playbook) -> dict[str, tuple[Plain, ...]]:
    """Return for each fact the values that some condition looks for, so that every branch is tried."""
    values: dict[str, list[Plain]] = {}
    for condition in _conditions(playbook):
        for test in condition.tests():
            values.setdefault(test.fact, []).extend(_values(test))
    return {name: tuple(dict.fromkeys(found)) for name, found in values.items()}


def _conditions(playbook: Playbook) -> Iterator[Condition]:
    steps = playbook.steps.values()
    tables = [playbook.tiers, playbook.colours, *(kind.clock for kind in playbook.tasks.values())]
    tables += [step.to for step in steps] + [step.task.to for step in steps if step.task]
    yield from (row.when for table in tables for row in table)
    yield from (step.needs for step in steps)
    yield from (adding.when for step in steps for adding in step.adds)


def _values(test: Test) -> list[Plain]:
    if test.how != "is" and isinstance(test.value, bool):
        return []
    return list(test.value) if isinstance(test.value, tuple) else [test.value]


@dataclass(frozen=True, slots=True)
class Talk:
    """What a made-up answer may take into account: the case as it stands, the day, other cases, and how matters usually end."""

    facts: Mapping[str, object] = field(default_factory=dict)
    today: date = FIRST_DAY
    others: Sequence[str] = CASES
    outcomes: habits.Weights = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)
    """How many days ahead a date may lie, where a clock runs until then; below nothing, how many days back."""


NO_TALK: Final = Talk()


def answers_to(
    step: Step, random: Random, mentioned: Values, *, thorough: bool, talk: Talk = NO_TALK
) -> Answers:  # fmt: skip
    """Return an answer to everything that must be answered, and to some of the rest; to all of it when thorough.

    Every answer that some condition waits for comes up, as often as any other.
    """
    return {
        ask.name: _any(ask, random, mentioned, talk)
        for ask in step.asks
        if _is_answered(ask, random, OPTIONAL_SHARE, thorough=thorough, talk=talk)
    }


def likely_answers(step: Step, random: Random, *, thorough: bool, talk: Talk) -> Answers:
    """Return what people usually answer; each answer knows those before it."""
    given: Answers = {}
    for ask in step.asks:
        if _is_answered(ask, random, habits.OPTIONAL, thorough=thorough, talk=talk):
            given[ask.name] = _likely(step, ask, random, talk, given)
    return given


def _is_answered(ask: Ask, random: Random, share: float, *, thorough: bool, talk: Talk) -> bool:
    """Say whether a field is filled in; a day that no clock allows is left open where it may be."""
    if ask.required:
        return True
    if talk.longest.get(ask.name) == 0:
        return False
    return thorough or random.random() < share


def _any(ask: Ask, random: Random, mentioned: Values, talk: Talk) -> object:
    if ask.options:
        return random.choice(tuple(ask.options))
    if ask.type in NUMBERS:
        return random.choice(_in_bounds(ask, (*USUAL[ask.type], *mentioned.get(ask.name, ()))))
    choices = (*USUAL.get(ask.type, ()), *(mentioned.get(ask.name, ()) if ask.type in OPEN else ()))
    return random.choice(choices) if choices else _made_up(ask, random, talk)


def _likely(step: Step, ask: Ask, random: Random, talk: Talk, given: Mapping[str, object]) -> object:
    facts = talk.facts
    if ask.name == "outcome" and ask.options:
        return habits.outcome_of(tuple(ask.options), str(facts.get("kind")), talk.outcomes, random)
    if ask.options:
        return random.choice(tuple(ask.options))
    match ask.type:
        case "yes_no" if ask.name == "solved":
            return habits.says_solved(facts, random)
        case "yes_no":
            return habits.says_yes(step, ask.name, random)
        case "score":
            return _in_bounds(ask, (habits.score({**facts, **given}, random),))[0]
        case "kind" | "topic" | "place" if facts.get(ask.name):
            return facts[ask.name]
        case _:
            return _any(ask, random, {}, talk)


def _made_up(ask: Ask, random: Random, talk: Talk) -> object:
    match ask.type:
        case "date" | "moment":
            return _day(ask, random, talk)
        case "case":
            return random.choice(talk.others)
        case "units":
            return random.sample(tuple(UNITS), _how_many(ask, random))
        case "staffs":
            return random.sample(STAFF, _how_many(ask, random))
        case "lines" | "files":
            return [f"{ask.label} {number}" for number in range(1, _how_many(ask, random) + 1)]
        case _:
            return ask.label


def _day(ask: Ask, random: Random, talk: Talk) -> str:
    most = talk.longest.get(ask.name, -MOST_DAYS if ask.type == "moment" else MOST_DAYS)
    days = (
        -random.randint(1, min(MOST_DAYS, -most))
        if most < 0
        else random.randint(1, max(1, min(MOST_DAYS, most)))
    )
    day = (talk.today + timedelta(days=days)).isoformat()
    return f"{day}T08:30" if ask.type == "moment" else day


def _how_many(ask: Ask, random: Random) -> int:
    least = max(1, int(ask.at_least or 1))
    most = min(int(ask.at_most or len(UNITS)), max(least, MOST_NAMED), len(UNITS))
    return random.randint(min(least, most), most)


def _in_bounds(ask: Ask, values: Sequence[object]) -> list[float]:
    """Return the numbers that the field takes; its own bounds where none of them does."""
    low, high = ask.at_least, ask.at_most
    if ask.type == "score":
        low, high = max(low or 1, 1), min(high or 5, 5)
    found = [
        value
        for value in values
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and (low is None or value >= low)
        and (high is None or value <= high)
    ]
    return found or [bound for bound in (low, high) if bound is not None]
