"""Clocks that began before anybody came to the counter: from the day or the moment that was stated."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from heshi.cases.actions import take_step
from heshi.cases.models import Case, Clock, Event
from heshi.cases.queries import state_of
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.rules.turning import DayNotPast, since
from heshi.clocks.queries import clock
from heshi.clocks.rules import SHANGHAI, MomentUnreadable
from heshi.common.refusals import Refusal
from heshi.journey.actions import tick
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from heshi.playbooks.queries import shelf
from tests.cast import NOON
from tests.files import OpenCase, acting

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def labour_case(open_case: OpenCase) -> Case:
    """Give a labour dispute that was just registered."""
    publish_text(text=shelf()["labour"].read_text("utf-8"), at=NOON)
    return open_case(book="labour", kind="dispute", topic="10")


def accept(case: Case, by: Staff, **stated: str) -> Case:
    """Accept the dispute with what the worker says of the days."""
    answers = {"unit": str(case.unit_id), "panel": "people", "claim": "compensation", "workers": 1}
    return take_step(case=case, step="accept", actor=acting(by, case), at=NOON, answers=answers | stated)


def local(day: str, at: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=SHANGHAI)


def test_the_time_to_go_to_arbitration_runs_from_the_day_of_the_harm(
    labour_case: Case, dispatcher: Staff
) -> None:
    accept(labour_case, dispatcher, harmed_on="2025-10-31")

    held = state_of(labour_case).latest("LAB.ARB.LIMIT")
    assert held is not None
    assert (held.started_at, held.due_at) == (local("2025-10-31"), local("2026-11-03"))
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_a_clock_that_was_over_before_it_began_is_told_at_the_next_tick(
    labour_case: Case, dispatcher: Staff
) -> None:
    accept(labour_case, dispatcher, harmed_on="2024-12-02")
    assert Clock.objects.get(case=labour_case, code="LAB.ARB.LIMIT").stage == "running"

    tick(at=LATER)

    assert Clock.objects.get(case=labour_case, code="LAB.ARB.LIMIT").stage == "lapsed"
    assert tick(at=LATER) == 0
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_nothing_runs_from_a_day_that_nobody_stated(labour_case: Case, dispatcher: Staff) -> None:
    accept(labour_case, dispatcher)

    assert not Clock.objects.filter(case=labour_case, code="LAB.ARB.LIMIT").exists()


@pytest.mark.parametrize(
    ("stated", "refusal"),
    [("2026-03-03", DayNotPast), ("2006-03-01", DayNotPast), ("去年秋天", MomentUnreadable), ("2026-02-30", MomentUnreadable)],
)  # fmt: skip
def test_a_day_to_come_one_far_too_old_and_one_that_is_none_are_refused_and_nothing_moves(
    labour_case: Case, dispatcher: Staff, stated: str, refusal: type[Refusal]
) -> None:
    before = Event.objects.count()

    with pytest.raises(refusal):
        accept(labour_case, dispatcher, harmed_on=stated)

    labour_case.refresh_from_db()
    assert (labour_case.position, Event.objects.count()) == ("applied", before)


def test_today_counts_and_so_does_the_oldest_day() -> None:
    year = clock("LAB.ARB.LIMIT")

    assert since(year, NOON, "2026-03-02").started == local("2026-03-02")
    assert since(year, NOON, "2006-03-02").due == local("2007-03-03")


def test_hours_run_from_the_stated_minute() -> None:
    began = since(clock("MED.AUTOPSY"), NOON, "2026-03-01T22:40+08:00")

    assert (began.started, began.due) == (local("2026-03-01", "22:40"), local("2026-03-03", "22:40"))
    with pytest.raises(DayNotPast):
        since(clock("MED.AUTOPSY"), NOON, "2026-03-02T12:01+08:00")
