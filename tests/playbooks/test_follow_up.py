"""Whoever takes in the fragment “follow_up” visits on every way to the end, and the second time not before its month."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from heshi.clocks.rules import SHANGHAI
from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, Situation, Task, TaskAdded, decide, everywhere, offered_on
from heshi.playbooks.rules.refusing import TooEarly
from tests.playbooks.sample import shelved

FOLLOWING = sorted(
    code
    for code, path in queries.shelf().items()
    if "follow_up" in queries.read_includes(path.read_text("utf-8"))
)
RATED = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
TITLES = ["一周初访", "一月复访"]


def answered(tasks: tuple[Task, ...] = ()) -> Situation:
    """Return a dispute with an agreement that was answered, at the end of the time for rating it."""
    facts = {"kind": "dispute", "outcome": "agreed_oral", "waited": True, "unit": "u1"}
    roles = frozenset[str]().union(*map(everywhere, ("resident", "front_desk", "dispatcher", "mediator")))
    return Situation("answered", facts, roles, tasks=tasks, at=RATED)


def planned(book: Playbook) -> tuple[Task, ...]:
    """Return the visits as some playbooks plan them with the agreement itself, none where they come with the rating."""
    adds = (
        [adding for _at, each in book.steps["agree"].effects() for adding in each.adds]
        if "agree" in book.steps
        else []
    )
    return tuple(
        Task(number, "visit", "planned", words=adding.title, clock=adding.clock)
        for number, adding in enumerate(adds, 1)
        if adding.task == "visit"
    )


@pytest.mark.parametrize("code", FOLLOWING)
@pytest.mark.parametrize("way", ["rate", "close_unrated"])
def test_rated_or_not_a_dispute_is_visited_before_it_ends(code: str, way: str) -> None:
    book = shelved(code)
    here = answered(planned(book))

    made = decide(book, here, way, {"solved": True, "score": 5} if way == "rate" else {})

    added = [
        one.words for one in made.tasks if isinstance(one, TaskAdded) and one.clock.startswith("PM.FOLLOWUP")
    ]
    assert made.position == "following"
    assert [*(task.words for task in here.tasks), *added] == TITLES


@pytest.mark.parametrize("code", FOLLOWING)
@pytest.mark.parametrize("step", ["visit", "cannot_reach"])
def test_the_second_visit_cannot_be_written_down_a_minute_after_the_rating(code: str, step: str) -> None:
    book = shelved(code)
    tasks = (
        Task(1, "visit", "planned", words="一周初访", clock="PM.FOLLOWUP"),
        Task(2, "visit", "planned", words="一月复访", clock="PM.FOLLOWUP.MONTH"),
    )
    facts = {"ends": {"PM.FOLLOWUP/1": "2026-03-09", "PM.FOLLOWUP.MONTH/2": "2026-04-01"}}
    roles = frozenset[str]().union(*(everywhere(role) for role in book.steps[step].who))
    here = Situation("following", facts, roles, tasks=tasks, at=RATED + timedelta(minutes=1))

    first, second = (
        [each.code for each in offered_on(book, here.on(task.number, roles), task)] for task in tasks
    )

    assert (step in first, step in second) == (True, False)
    with pytest.raises(
        TooEarly, match="要到2026年4月1日才能办（“协议达成后再次回访”的那一项，到了日子才办）"
    ):
        decide(book, here.on(2, roles), step, {"visit_words": "好", "flared": False, "tried": "三次"})
