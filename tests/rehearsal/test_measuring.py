"""What a made-up case counts as, in the words of the statistics and by their own function."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from heshi.cases.record import ClockStaged, Entry, body
from heshi.clocks.terms import Stage
from heshi.rehearsal.rules.measuring import measured
from heshi.statistics.rules import Landmarks
from tests.cast import NOON

WAY = Landmarks("sample", "received", accepting=frozenset({"accept"}))
SHE, SOMEONE_ELSE = UUID(int=1), UUID(int=2)
ENDED = {"received", "closed"}
ANSWERED = {*ENDED, "accepted", "answered", "on_time"}


def history(facts: dict[str, object], flags: set[str]) -> list[Entry]:
    """Return a history in which so much happened: each flag is an act of its own."""
    told: list[Entry] = []

    def act(step: str, to: str, by: UUID | None = SHE, **what: object) -> None:
        came_from = told[-1].went_to if told else ""
        made = body(**{"end": False, **what})  # type: ignore[arg-type]
        at = NOON + timedelta(hours=len(told))
        told.append(Entry(len(told) + 1, step, came_from, to, "staff", by, "她", at, made))

    act("register", "received", None, facts={"kind": "complaint", "playbook": "1"})
    if "moved" in flags:
        act("accept", "acting")
    if "overdue" in flags:
        act("clock", told[-1].went_to, clocks=(ClockStaged("HL.NORMAL", 1, stage=Stage.OVERDUE),))
    act("reply", told[-1].went_to, facts=facts, answer="answered" in flags)
    if "reopened" in flags:
        act("close", "done", SOMEONE_ELSE, end=True)
        act("reopen", "acting")
    act("close", "done", SHE if "own_word" in flags else SOMEONE_ELSE, end=True)
    return told


def counted(facts: dict[str, object], flags: set[str]) -> set[str]:
    return measured(history(facts, flags), facts, WAY)


@pytest.mark.parametrize(
    ("facts", "flags", "found"),
    [
        ({}, set(), ENDED),
        ({"outcome": "not_accepted"}, {"moved", "answered"}, {*ENDED, "not_accepted"}),
        ({"outcome": "solved"}, {"moved"}, {*ENDED, "accepted"}),
        ({"outcome": "solved"}, {"moved", "answered"}, {*ANSWERED, "solved"}),
        (
            {"outcome": "solved", "solved": False, "score": 2},
            {"moved", "answered"},
            {*ANSWERED, "answered_unsolved", "rated"},
        ),
        (
            {"outcome": "withdrawn_by_applicant", "solved": True},
            {"moved", "answered"},
            {*ANSWERED, "withdrawn", "answered_withdrawn"},
        ),
        (
            {"outcome": "answered", "score": 5, "solved": True},
            {"moved", "answered", "overdue"},
            {*ANSWERED, "answered_only", "rated", "satisfied", "overdue"} - {"on_time"},
        ),
    ],
)
def test_what_counts(facts: dict[str, object], flags: set[str], found: set[str]) -> None:
    assert counted(facts, flags) == found


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
    all_of_it = {"mediated", "agreed", "agreed_written", "confirmed"}

    assert counted(facts, {"moved", "answered"}) & all_of_it == found
    assert counted(facts, set()) & all_of_it == set()


def test_a_case_that_was_taken_back_raises_no_rate() -> None:
    facts: dict[str, object] = {"outcome": "withdrawn_by_applicant", "score": 5, "solved": True}

    found = counted(facts, {"moved", "answered", "reopened"})

    assert found & {"solved", "answered_unsolved", "answered_only", "unconfirmed"} == set()
    assert {"answered", "withdrawn", "answered_withdrawn", "reopened"} <= found


def test_whoever_says_it_is_solved_does_not_confirm_it_herself() -> None:
    own = counted({"outcome": "solved"}, {"moved", "answered", "own_word"})
    hers = counted({"outcome": "solved", "solved": True}, {"moved", "answered", "own_word"})

    assert (own & {"solved", "unconfirmed"}, hers & {"solved", "unconfirmed"}) == (
        {"unconfirmed"},
        {"solved"},
    )


def test_a_file_that_the_office_made_itself_counts_nowhere() -> None:
    made = history({"outcome": "solved"}, {"moved", "answered"})
    facts = {"kind": "file_review", "playbook": "1"}
    made[0] = made[0]._replace(body=body(facts=facts, end=False))

    assert measured(made, facts, WAY) == set()
