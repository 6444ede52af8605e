"""What may happen now, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from heshi.playbooks.rules import (
    AnswersMissing,
    ClockWork,
    Outcome,
    Situation,
    StepNotHere,
    StepNotReady,
    StepNotYours,
    Told,
    decide,
    holds,
    offered,
)
from heshi.playbooks.rules.conditions import condition
from tests.playbooks.sample import sample

PLAYBOOK = sample()
CLERK, OFFICER, RESIDENT = frozenset({"clerk"}), frozenset({"officer"}), frozenset({"resident"})


def at(position: str, roles: frozenset[str], **facts: Any) -> Situation:
    return Situation(position, facts, roles)


def test_each_person_is_offered_exactly_her_steps() -> None:
    seen = {
        (position, min(roles)): [step.code for step in offered(PLAYBOOK, at(position, roles, plan="去看看"))]
        for position in PLAYBOOK.positions
        for roles in (CLERK, OFFICER, RESIDENT)
    }

    assert seen == {
        ("received", "clerk"): ["dispatch"], ("received", "officer"): [], ("received", "resident"): [],
        ("acting", "clerk"): ["reply"], ("acting", "officer"): ["plan", "reply"], ("acting", "resident"): [],
        ("done", "clerk"): [], ("done", "officer"): [], ("done", "resident"): [],
    }  # fmt: skip


def test_a_step_that_is_not_ready_is_not_offered() -> None:
    assert [step.code for step in offered(PLAYBOOK, at("acting", OFFICER))] == ["plan"]


def test_a_step_leads_on_sets_facts_and_turns_clocks() -> None:
    outcome = decide(PLAYBOOK, at("received", CLERK, kind="hazard"), "dispatch", {"unit": "u1"})

    assert outcome == Outcome(
        position="acting",
        end=False,
        facts={"unit": "u1"},
        clocks=ClockWork(start=("ARRIVE",)),
        tells=(Told("unit", "案件 {number} 请接办。"),),
        answers=False,
    )


def test_a_line_of_the_table_sets_its_own_facts_and_clocks() -> None:
    situation = at("acting", OFFICER, plan="去看看", size="big", colour="blue")

    outcome = decide(PLAYBOOK, situation, "reply", {"reply": "还要再办"})

    assert (outcome.position, outcome.end, outcome.answers) == ("received", False, True)
    assert outcome.facts == {"reply": "还要再办", "outcome": "solved", "returned": True}
    assert outcome.clocks == ClockWork(start=("HL.NORMAL",), stop=("ARRIVE", "HL.NORMAL"))


def test_a_step_to_same_stays_and_is_recorded() -> None:
    outcome = decide(PLAYBOOK, at("acting", OFFICER, colour="blue"), "plan", {"plan": "去看看", "size": ""})

    assert (outcome.position, outcome.facts) == ("acting", {"plan": "去看看"})


def test_what_is_answered_again_in_the_same_words_is_recorded_again() -> None:
    situation = at("acting", OFFICER, colour="blue", plan="去看看")

    assert decide(PLAYBOOK, situation, "plan", {"plan": "去看看"}).facts == {"plan": "去看看"}


def test_a_colour_that_a_person_confirmed_stands() -> None:
    situation = at("received", CLERK, kind="hazard", colour="yellow", colour_confirmed=True)

    assert decide(PLAYBOOK, situation, "dispatch", {"unit": "u1"}).facts == {"unit": "u1"}


@pytest.mark.parametrize(
    ("situation", "step", "answers", "refusal", "says"),
    [
        (at("done", CLERK), "dispatch", {"unit": "u1"}, StepNotHere, "案件现在处于“办结”，不能办理“派单”"),
        (at("acting", CLERK), "no_such_step", {}, StepNotHere, "no_such_step"),
        (at("received", RESIDENT), "dispatch", {"unit": "u1"}, StepNotYours, "“派单”要由窗口办理"),
        (
            at("acting", OFFICER),
            "reply",
            {"reply": "好"},
            StepNotReady,
            "现在还不能办理“答复”，要先满足：“办理打算”已填写。",
        ),
        (at("received", CLERK), "dispatch", {"unit": ""}, AnswersMissing, "请填写：承办单位"),
        (at("acting", OFFICER), "plan", {"size": "huge"}, AnswersMissing, "请填写：大小"),
    ],
)
def test_what_may_not_happen_is_refused_with_a_sentence(
    situation: Situation, step: str, answers: dict[str, Any], refusal: type[Exception], says: str
) -> None:
    with pytest.raises(refusal, match=says):
        decide(PLAYBOOK, situation, step, answers)


@pytest.mark.parametrize(
    ("when", "met"),
    [
        ({}, True), ({"a": 1}, True), ({"a": 2}, False), ({"a": [1, 2]}, True), ({"a": {"not": 1}}, False),
        ({"a": {"in": [1]}}, True), ({"a": {"not_in": [1]}}, False), ({"a": {"at_least": 1, "at_most": 1}}, True),
        ({"a": {"at_least": 2}}, False), ({"b": {"present": False}}, True), ({"b": {"present": True}}, False),
        ({"b": {"at_least": 1}}, False), ({"c": {"at_least": 1}}, False), ({"a": 1, "b": 1}, False), ({"b": None}, True),
        ({"d": False}, True), ({"d": True}, False), ({"a": {"is": 1}}, True),
        ({"any": [{"a": 2}, {"d": False}]}, True), ({"any": [{"a": 2}, {"d": True}]}, False), ({"a": 2, "any": [{"d": False}]}, False),
        ({"any": [{"a": 1, "d": True}, {"a": 1, "c": "words"}]}, True), ({"any": [{"any": [{"a": 1}]}]}, True),
        ({"all": [{"a": 1}, {"d": False}]}, True), ({"all": [{"any": [{"a": 2}]}, {"any": [{"d": False}]}]}, False),
    ],
)  # fmt: skip
def test_conditions(when: dict[str, Any], met: bool) -> None:
    assert holds(condition(when), {"a": 1, "c": "words", "d": False}) is met
