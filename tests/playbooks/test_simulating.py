"""A simulation is the real engine on made-up cases: same seed, same result, and the numbers add up."""

from __future__ import annotations

import pytest

from heshi.playbooks.rules.measuring import WHOLES, measured
from heshi.playbooks.rules.simulating import DeadEnd, simulate
from tests.playbooks.sample import SHELF, TEXT, sample, shelved


@pytest.mark.parametrize("code", SHELF)
def test_every_case_comes_to_rest_at_an_end_and_the_numbers_add_up(code: str) -> None:
    playbook = shelved(code)

    result = simulate(playbook, cases=400, seed=7)

    assert result.measures["received"] == (400, 400)
    assert result.measures["closed"] == (400, 400)
    assert sum(result.ends.values()) == sum(result.outcomes.values()) == 400
    assert all(playbook.positions[code].end for code in result.ends)
    assert set(result.positions) <= set(playbook.positions)
    assert set(result.measures) == set(WHOLES)
    assert all(part <= whole for part, whole in result.measures.values())
    solved, unsolved = result.measures["solved"][0], result.measures["answered_unsolved"][0]
    assert 0 < solved + unsolved <= result.measures["answered"][0]


def test_the_same_seed_gives_the_same_result_and_another_one_another() -> None:
    playbook = shelved("canonical")

    assert simulate(playbook, cases=50, seed=1) == simulate(playbook, cases=50, seed=1)
    assert simulate(playbook, cases=50, seed=1) != simulate(playbook, cases=50, seed=2)


def test_a_step_with_conditions_that_are_never_met_is_a_dead_end() -> None:
    text = TEXT.replace("needs: {plan: {present: true}}", "needs: {overdue: 3}")

    with pytest.raises(DeadEnd, match="办理中"):
        simulate(sample(text), cases=5, seed=1)


@pytest.mark.parametrize(
    ("facts", "flags", "found"),
    [
        ({}, set(), {"received", "closed"}),
        ({"outcome": "not_accepted"}, {"moved", "answered"}, {"received", "closed"}),
        ({"outcome": "solved"}, {"moved"}, {"received", "closed", "accepted"}),
        (
            {"outcome": "solved"},
            {"moved", "answered"},
            {"received", "closed", "accepted", "answered", "solved"},
        ),
        (
            {"outcome": "solved", "solved": False, "score": 2},
            {"moved", "answered"},
            {"received", "closed", "accepted", "answered", "answered_unsolved", "rated"},
        ),
        (
            {"outcome": "withdrawn_by_applicant", "solved": True},
            {"moved", "answered"},
            {"received", "closed", "accepted", "answered"},
        ),
        (
            {"outcome": "answered", "score": 5, "solved": True},
            {"moved", "answered", "overdue"},
            {"received", "closed", "accepted", "answered", "rated", "satisfied", "overdue"},
        ),
    ],
)
def test_what_counts(facts: dict[str, object], flags: set[str], found: set[str]) -> None:
    assert measured(facts, flags, end=True) == found
