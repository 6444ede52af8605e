"""What a made-up case counts as, in the words of the statistics."""

from __future__ import annotations

import pytest

from heshi.playbooks.rules.measuring import measured


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
            {"received", "closed", "accepted", "answered", "answered_withdrawn"},
        ),
        (
            {"outcome": "answered", "score": 5, "solved": True},
            {"moved", "answered", "overdue"},
            {"received", "closed", "accepted", "answered", "answered_only", "rated", "satisfied", "overdue"},
        ),
    ],
)
def test_what_counts(facts: dict[str, object], flags: set[str], found: set[str]) -> None:
    assert measured(facts, flags, end=True) == found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"outcome": "agreed_written"}, {"mediated", "agreed", "agreed_written"}),
        (
            {"outcome": "agreed_written", "confirmed": True},
            {"mediated", "agreed", "agreed_written", "confirmed"},
        ),
        ({"outcome": "agreed_oral", "confirmed": True}, {"mediated", "agreed"}),
        ({"outcome": "failed_no_agreement"}, {"mediated"}),
        ({"outcome": "refused_by_party"}, {"mediated"}),
        ({"outcome": "settled_by_self"}, {"mediated"}),
        ({"outcome": "withdrawn_by_applicant", "confirmed": True}, set()),
    ],
)
def test_what_counts_as_mediated(facts: dict[str, object], found: set[str]) -> None:
    assert (
        measured(facts, {"moved", "answered"}, end=True)
        & {"mediated", "agreed", "agreed_written", "confirmed"}
        == found
    )


def test_a_case_that_was_taken_back_raises_no_rate() -> None:
    facts = {"outcome": "withdrawn_by_applicant", "score": 5, "solved": True, "reopened": True}

    found = measured(facts, {"moved", "answered", "reopened"}, end=True)

    assert found == {"received", "closed", "accepted", "answered", "answered_withdrawn", "reopened"}


def test_whoever_says_it_is_solved_does_not_confirm_it_herself() -> None:
    own = measured({"outcome": "solved"}, {"moved", "answered", "own_word"}, end=True)
    hers = measured({"outcome": "solved", "solved": True}, {"moved", "answered", "own_word"}, end=True)

    assert (own & {"solved", "unconfirmed"}, hers & {"solved", "unconfirmed"}) == (
        {"unconfirmed"},
        {"solved"},
    )
