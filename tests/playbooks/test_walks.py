"""Any actor, any button, any order: never an unnamed position, never a dead end."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heshi.common.refusals import Refusal
from heshi.people.terms import ROLES
from heshi.playbooks import queries
from heshi.playbooks.rules import (
    SAME,
    Ask,
    Playbook,
    Situation,
    Step,
    Task,
    after,
    decide,
    graded,
    offered,
    offered_on,
)
from heshi.playbooks.terms import BEYOND_STAFF, OUTCOMES
from tests.playbooks.sample import shelved

SHELVED = sorted(queries.shelf())
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
        "number": st.integers(int(ask.at_least or 0), int(ask.at_most or 9)),
        "money": st.integers(0, 9),
        "units": st.just(["unit_a", "unit_b"]),
        "lines": st.just(["一样", "两样"]),
        "date": st.just("2026-03-20"),
        "moment": st.just("2026-03-01T22:40+08:00"),
    }
    return by_type.get(ask.type, st.text(min_size=1, max_size=5).filter(str.strip))


def pressed(playbook: Playbook, situation: Situation) -> list[tuple[Step, int]]:
    """Return everything somebody may press here, on the case and on each of its tasks."""
    whole = [(step, 0) for step in offered(playbook, situation)]
    return whole + [
        (step, task.number) for task in situation.tasks for step in offered_on(playbook, situation, task)
    ]


@lru_cache(maxsize=256)
def leads_out(playbook_code: str, position: str) -> bool:
    """Say whether the drawing leads from here to an end; the simulation shows that conditions let people through."""
    playbook, seen, edge = shelved(playbook_code), {position}, {position}
    while edge:
        if any(playbook.positions[code].end for code in edge):
            return True
        found = {
            target for step in playbook.steps.values() if edge & set(step.source) for target in step.targets()
        }
        edge = found - seen - {SAME}
        seen |= edge
    return False


@pytest.mark.parametrize("code", SHELVED)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_walk_reaches_an_unnamed_position_or_a_dead_end(code: str, data: st.DataObject) -> None:
    playbook = shelved(code)
    facts: dict[str, Any] = {
        "kind": data.draw(st.sampled_from(KINDS)),
        "topic": data.draw(st.sampled_from(TOPICS)),
        "source": "web",
    }
    facts |= graded(playbook, facts)
    position, tasks = playbook.start, tuple[Task, ...]()

    for _step in range(data.draw(st.integers(1, 20))):
        late = {**facts, "overdue": data.draw(st.booleans())}
        here = Situation(position, late, frozenset({data.draw(st.sampled_from(sorted(EVERYBODY)))}), tasks)
        able = pressed(playbook, here)
        step = data.draw(st.sampled_from(list(playbook.steps.values())), label="button")
        number = next((number for one, number in able if one is step), 0)
        answers = answers_to(step.asks, data)
        if not any(one is step for one, _number in able):
            with pytest.raises(Refusal):
                decide(playbook, here, step.code, answers)
            continue

        outcome = decide(playbook, here.on(number, here.roles), step.code, answers)

        assert outcome.position in playbook.positions
        assert outcome.end == playbook.positions[outcome.position].end
        facts, tasks = {**facts, **outcome.facts}, after(tasks, outcome.tasks)
        assert facts.get("outcome", "") in {"", *OUTCOMES}
        assert not (
            outcome.end and any(task.is_open for task in tasks) and not playbook.positions[position].end
        )
        position = outcome.position
        assert leads_out(code, position)


@pytest.mark.parametrize("code", SHELVED)
def test_every_end_that_is_named_after_an_outcome_gets_one(code: str) -> None:
    """A case that rests at an end says how it ended, in one of the words that the end allows."""
    playbook = shelved(code)

    for position in playbook.positions.values():
        assert not position.end or position.outcomes, position.code
