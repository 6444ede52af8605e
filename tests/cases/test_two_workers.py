"""Two workers at once, two people at once: real connections, real threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from heshi.cases.actions import Actor, CaseMoved, take_step
from heshi.cases.models import Case, Event, TaskRow
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.places import queries as places
from heshi.playbooks.actions import publish_shelf
from tests.cast import NOON, County, settle_county
from tests.consequences import drawn
from tests.files import STANDING, acting, new_file, opened, walk

LATE = NOON + timedelta(days=30)


@pytest.fixture
def settled(transactional_db: None) -> Iterator[County]:
    """Give the small county, written for good, since other connections must see it."""
    places.forget()
    county = settle_county()
    publish_shelf(at=NOON, only=STANDING)
    yield county
    places.forget()


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Let every act start at the same moment on a connection of its own; return results or refusals."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except CaseMoved as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def test_two_ticks_at_once_make_each_event_once(settled: County) -> None:
    opened(settled, *(new_file(settled, f"matter {number}") for number in range(24)))

    made = together(*[lambda: tick(at=LATE)] * 3)
    made.append(tick(at=LATE))

    assert sum(made) == 24
    assert Event.objects.filter(step="clock").count() == 24
    drawn("notices")
    assert Notice.objects.filter(about="clock").exists()
    assert Notice.objects.filter(about="clock").count() == len(
        set(Notice.objects.filter(about="clock").values_list("dedupe_key"))
    )
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_two_people_press_the_same_button_and_one_wins(settled: County) -> None:
    (made,) = opened(settled, new_file(settled))
    dispatcher = settled.staff["dispatcher"]
    answers = {"kind": "complaint", "topic": "18", "unit": str(settled.housing.pk)}

    results = together(*[lambda: _dispatched(made.case_id, dispatcher, answers)] * 4)

    assert sum(isinstance(result, CaseMoved) for result in results) == 3
    assert Event.objects.filter(case_id=made.case_id).count() == 2
    assert list(broken_chains()) == []


def test_two_units_act_on_their_own_tasks_at_the_same_moment_and_both_arrive(settled: County) -> None:
    (made,) = opened(settled, new_file(settled, book="canonical"))
    case, staff = Case.objects.get(pk=made.case_id), settled.staff
    walk(
        case,
        (staff["dispatcher"], "accept", {"kind": "complaint", "topic": "18"}),
        (staff["dispatcher"], "dispatch", {"unit": str(settled.housing.pk)}),
        (staff["officer"], "take_up", {}),
        (staff["dispatcher"], "call_units", {
            "whistle_words": "到村口", "responders": [str(settled.units[code].pk) for code in ("dept_hr", "court")]
        }),
    )  # fmt: skip
    seen, revision = dict(TaskRow.objects.filter(case=case).values_list("number", "unit")), case.revision

    def arriving(number: int) -> str:
        own = Case.objects.get(pk=case.pk)
        actor = Actor(
            "staff", staff["officer"].pk, "来的人", frozenset({"handling_unit_user", "liaison", "dispatcher"})
        )
        return take_step(
            case=own, step="report_in", actor=actor, at=NOON, revision=revision, task=number
        ).position  # fmt: skip

    came = together(*[lambda number=number: arriving(number) for number in seen])

    assert [isinstance(one, CaseMoved) for one in came] == [False, False]
    assert set(TaskRow.objects.filter(case=case).values_list("state", flat=True)) == {"arrived"}
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_a_tick_and_a_person_never_wait_for_each_other(settled: County) -> None:
    files = opened(settled, *(new_file(settled, f"matter {number}") for number in range(8)))
    dispatcher = settled.staff["dispatcher"]
    answers = {"kind": "complaint", "topic": "18", "unit": str(settled.housing.pk)}

    together(
        lambda: tick(at=LATE),
        *[lambda made=made: _dispatched(made.case_id, dispatcher, answers) for made in files],
    )

    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def _dispatched(case_id: Any, dispatcher: Staff, answers: dict[str, str]) -> str:
    case = Case.objects.get(pk=case_id)
    if case.position != "whistled":
        raise CaseMoved
    return take_step(
        case=case, step="dispatch", actor=acting(dispatcher, case), at=NOON, answers=answers
    ).position
