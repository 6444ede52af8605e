"""What may happen now, and what follows from it. No clock, no database: values in, answer out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heshi.common.refusals import Conflict, Invalid, NotAllowed
from heshi.playbooks.rules.conditions import chosen, decided, holds
from heshi.playbooks.rules.shape import SAME, ClockWork, Playbook, Row, Step, Tell


class StepNotHere(Conflict):
    """The case is at a position from which this step does not start."""

    code = "step_not_here"
    sentence = "案件现在处于“{position}”，不能办理“{step}”，请查看最新进展。"


class StepNotYours(NotAllowed):
    """Nobody with this person's roles may take the step."""

    code = "step_not_yours"
    sentence = "“{step}”要由{who}办理，请转告对方或联系值班长。"


class StepNotReady(Invalid):
    """A condition of the step is not met yet."""

    code = "step_not_ready"
    sentence = "现在还不能办理“{step}”：条件“{needs}”尚未满足，请先补齐。"


class AnswersMissing(Invalid):
    """A required field is empty, or an answer is not one of the choices."""

    code = "answers_missing"
    sentence = "请填写：{fields}。"


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a case stands and who is looking at it."""

    position: str
    facts: Mapping[str, Any]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step leads to."""

    position: str
    end: bool
    facts: Mapping[str, Any]
    clocks: ClockWork
    tells: tuple[Tell, ...]
    answers: bool


def offered(playbook: Playbook, situation: Situation) -> list[Step]:
    """Return exactly the steps this person may take now, in the playbook's order."""
    return [
        step
        for step in playbook.steps.values()
        if situation.position in step.source
        and situation.roles.intersection(step.who)
        and holds(step.needs, situation.facts)
    ]


def decide(playbook: Playbook, situation: Situation, code: str, answers: Mapping[str, Any]) -> Outcome:
    """Return what follows when this person takes this step with these answers.

    The facts are those that change, and every answer: who reads the step later sees what was said, though it was said before.
    Raises StepNotHere, StepNotYours, StepNotReady or AnswersMissing.
    """
    step = _allowed(playbook, situation, code)
    given = _given(step, answers)
    facts = {**situation.facts, **given, **step.sets}
    row = chosen(step.to, facts) or Row({}, SAME)
    position = situation.position if row.then == SAME else str(row.then)
    changes = {**given, **step.sets, **row.sets}
    changes |= graded(playbook, {**facts, **changes})
    return Outcome(
        position=position,
        end=playbook.positions[position].end,
        facts={
            name: value
            for name, value in changes.items()
            if name in given or situation.facts.get(name) != value
        },
        clocks=step.clocks + row.clocks,
        tells=step.tells,
        answers=step.answers,
    )


def graded(playbook: Playbook, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return tier and colour of a case as the decision tables give them; a person's own choice stands."""
    tables = {"tier": playbook.tiers, "colour": playbook.colours}
    return {
        name: decided(table, facts)
        for name, table in tables.items()
        if table and not facts.get(f"{name}_confirmed")
    }


def _allowed(playbook: Playbook, situation: Situation, code: str) -> Step:
    step = playbook.steps.get(code)
    here = playbook.positions[situation.position]
    if step is None or situation.position not in step.source:
        raise StepNotHere(position=here.label, step=step.label if step else code)
    if not situation.roles.intersection(step.who):
        raise StepNotYours(step=step.label, who="、".join(playbook.word("roles", role) for role in step.who))
    if not holds(step.needs, situation.facts):
        raise StepNotReady(
            step=step.label, needs="、".join(playbook.word("facts", name) for name in step.needs)
        )
    return step


def _given(step: Step, answers: Mapping[str, Any]) -> dict[str, Any]:
    given = {ask.name: answers[ask.name] for ask in step.asks if answers.get(ask.name) not in (None, "")}
    missing = [ask for ask in step.asks if ask.required and ask.name not in given]
    wrong = [
        ask for ask in step.asks if ask.options and ask.name in given and given[ask.name] not in ask.options
    ]
    if missing or wrong:
        fields = missing + wrong
        raise AnswersMissing(
            fields="、".join(ask.label for ask in fields), names=[ask.name for ask in fields]
        )
    return given
