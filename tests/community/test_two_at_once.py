"""Two workers at once, two people at once: real connections, real threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from heshi.common.refusals import Refusal
from heshi.community.actions import count_campaigns, make_ahead, mark_done, remind, skip, start_campaign
from heshi.community.models import Campaign, Occurrence
from heshi.notices.models import Notice
from heshi.places import queries as places
from tests.cast import COUNTY, NOON, County, settle_county
from tests.community.books import CODE, TODAY, after, duty, publish, seat


@pytest.fixture
def settled(transactional_db: None) -> Iterator[County]:
    """Give the small county, written for good, since other connections must see it."""
    places.forget()
    county = settle_county()
    publish()
    yield county
    places.forget()


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Let every act start at the same moment on a connection of its own; return results or the codes of refusals."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def test_workers_make_each_duty_once_and_tell_of_it_once(settled: County) -> None:
    together(*[lambda: make_ahead(at=NOON)] * 3)
    assert Occurrence.objects.count() == 15

    told = together(*[lambda: remind(at=after(2))] * 3)

    assert (sum(told), Notice.objects.count(), remind(at=after(2))) == (3, 3, 0)


def test_of_two_answers_the_first_stands(settled: County) -> None:
    one = duty(settled)
    people = [seat(settled.staff[name]) for name in ("dispatcher", "leader")]

    def done() -> str:
        mine = Occurrence.objects.select_related("unit__place").get(pk=one.pk)
        return mark_done(duty=mine, by=people[0], words="做了", at=NOON, revision=1).state

    def not_done() -> str:
        mine = Occurrence.objects.select_related("unit__place").get(pk=one.pk)
        return skip(duty=mine, by=people[1], reason="没有做", at=NOON, revision=1).state

    results = together(done, not_done, done, not_done)

    one.refresh_from_db()
    assert sorted(results) == sorted([one.state, *["duty_moved"] * 3])
    assert one.revision == 2


def test_an_answer_and_a_new_version_never_undo_each_other(settled: County) -> None:
    make_ahead(at=NOON)
    one = (
        Occurrence.objects.filter(unit=settled.centre, rhythm="review")
        .select_related("unit__place")
        .latest("due_on")
    )
    publish("", "", at=after(1))
    by = seat(settled.staff["dispatcher"])

    answer, _made = together(
        lambda: mark_done(duty=one, by=by, words="提前做了", at=NOON, revision=1).state,
        lambda: make_ahead(at=NOON),
    )

    kept = Occurrence.objects.filter(pk=one.pk).values_list("state", flat=True).first()
    assert (answer, kept) in [("done", "done"), ("duty_moved", None)]


def test_two_press_start_and_one_campaign_runs(settled: County) -> None:
    by = [seat(settled.staff[name]) for name in ("leader", "dispatcher")]

    def begin(scope: Any) -> str:
        start_campaign(by=scope, playbook_code=CODE, code="hazards", place=COUNTY, starts_on=TODAY, at=NOON)
        return "started"

    results = together(lambda: begin(by[0]), lambda: begin(by[1]))

    assert sorted(results) == ["campaign_runs", "started"]
    assert Campaign.objects.count() == 1
    assert sum(together(*[lambda: count_campaigns(at=after(1))] * 3)) == 1
