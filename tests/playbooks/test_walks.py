"""Any actor, any button, any order: never an unnamed position, never a dead end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heshi.common.refusals import Refusal
from heshi.people.terms import ROLES
from heshi.playbooks.rules import SAME, Ask, Playbook, Situation, decide, graded, holds, offered
from heshi.playbooks.terms import BEYOND_STAFF, OUTCOMES
from tests.playbooks.sample import SHELF, shelved

PLAYBOOKS = {code: shelved(code) for code in SHELF}
EVERYBODY = frozenset({*ROLES, *BEYOND_STAFF})
KINDS = ("inquiry", "complaint", "dispute", "hazard", "petition_matter", "praise", "report_violation")
TOPICS = ("01", "10", "11", "15", "18", "other")


def answers_to(asks: tuple[Ask, ...], data: st.DataObject) -> dict[str, Any]:
    return {
        ask.name: data.draw(answer_to(ask), label=ask.name)
        for ask in asks
        if ask.required or data.draw(st.booleans())
    }


def answer_to(ask: Ask) -> st.SearchStrategy[Any]:
    if ask.options:
        return st.sampled_from(sorted(ask.options))
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "score": st.integers(1, 5),
        "kind": st.sampled_from(KINDS),
        "topic": st.sampled_from(TOPICS),
        "number": st.integers(0, 9),
        "money": st.integers(0, 9),
    }
    return by_type.get(ask.type, st.text(min_size=1, max_size=5).filter(str.strip))


def moves_on(playbook: Playbook, position: str, facts: dict[str, Any]) -> set[str]:
    """Return the positions somebody may reach from here in one step, or in the same step once a time has run out."""
    reached: set[str] = set()
    for late in (False, True):
        for step in offered(playbook, Situation(position, {**facts, "overdue": late}, EVERYBODY)):
            reached |= {target for target in step.targets() if target != SAME}
    return reached


def an_end_is_in_reach(playbook: Playbook, position: str, facts: dict[str, Any]) -> bool:
    seen, edge = {position}, {position}
    while edge:
        if any(playbook.positions[code].end for code in edge):
            return True
        edge = {target for code in edge for target in moves_on(playbook, code, facts)} - seen
        seen |= edge
    return False


@pytest.mark.parametrize("code", SHELF)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_walk_reaches_an_unnamed_position_or_a_dead_end(code: str, data: st.DataObject) -> None:
    playbook = PLAYBOOKS[code]
    facts: dict[str, Any] = {
        "kind": data.draw(st.sampled_from(KINDS)),
        "topic": data.draw(st.sampled_from(TOPICS)),
        "source": "web",
    }
    facts |= graded(playbook, facts)
    position = playbook.start

    for _step in range(data.draw(st.integers(1, 25))):
        late = {**facts, "overdue": data.draw(st.booleans())}
        step = data.draw(st.sampled_from(list(playbook.steps.values())), label="button")
        who = data.draw(st.sampled_from(sorted(EVERYBODY)), label="who")
        answers = answers_to(step.asks, data)
        ready = position in step.source and who in step.who and holds(step.needs, late)
        situation = Situation(position, late, frozenset({who}))
        if not ready:
            with pytest.raises(Refusal):
                decide(playbook, situation, step.code, answers)
            continue

        outcome = decide(playbook, situation, step.code, answers)

        assert outcome.position in playbook.positions
        assert playbook.positions[outcome.position].label
        assert outcome.end == playbook.positions[outcome.position].end
        facts = {**facts, **outcome.facts}
        assert facts.get("outcome", "") in {"", *OUTCOMES}
        position = outcome.position
        assert an_end_is_in_reach(playbook, position, facts)


@pytest.mark.parametrize("code", SHELF)
def test_every_end_that_is_named_after_an_outcome_gets_one(code: str) -> None:
    """A case that rests at an end says how it ended, in one of the words that the end allows."""
    playbook = PLAYBOOKS[code]

    for position in playbook.positions.values():
        assert not position.end or position.outcomes, position.code
