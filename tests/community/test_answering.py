"""Answering a duty: who may, in which words, once; what was refused leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from heshi.common.refusals import Refusal
from heshi.community.actions import mark_done, skip
from heshi.community.actions.answering import (
    DutyMoved,
    DutyReasonMissing,
    DutyWordsMissing,
    DutyWordsTooLong,
)
from heshi.community.models import Occurrence
from heshi.community.queries.rhythm import OccurrenceUnknown, occurrence_for
from heshi.people.models import Staff
from tests.cast import NOON, TOWNSHIPS, VILLAGES, County
from tests.community.books import TODAY, duty, seat

COMMITTEE, VILLAGE = f"committee_{TOWNSHIPS[0]}", f"village_{VILLAGES[0]}"


def told(one: Occurrence) -> dict[str, Any]:
    """Return what is recorded about a duty."""
    one.refresh_from_db()
    return {
        name: getattr(one, name)
        for name in ("state", "words", "reason", "answered_at", "answered_by", "revision")
    }


NOTHING = {
    "state": "open",
    "words": "",
    "reason": "",
    "answered_at": None,
    "answered_by": None,
    "revision": 1,
}


def test_done_is_recorded_in_the_units_words(county: County, dispatcher: Staff) -> None:
    mine = duty(county)

    mark_done(duty=mine, by=seat(dispatcher), words=" 看了 6 件，2 件转乡镇。 ", at=NOON)

    assert told(mine) == {
        "state": "done", "words": "看了 6 件，2 件转乡镇。", "reason": "", "answered_at": NOON, "answered_by": dispatcher.pk,
        "revision": 2,
    }  # fmt: skip


def test_not_done_is_recorded_with_the_reason_and_may_still_be_done(
    county: County, dispatcher: Staff, leader: Staff
) -> None:
    mine = duty(county)

    skip(duty=mine, by=seat(dispatcher), reason="停电。", at=NOON)
    assert told(mine)["state"] == "skipped"
    mark_done(duty=mine, by=seat(leader), words="次日补开。", at=NOON + timedelta(days=1))

    assert told(mine) == {
        "state": "done", "words": "次日补开。", "reason": "停电。", "answered_at": NOON + timedelta(days=1),
        "answered_by": leader.pk, "revision": 3,
    }  # fmt: skip


def test_a_late_unit_may_say_why(county: County, dispatcher: Staff) -> None:
    mine = duty(county, due_on=TODAY - timedelta(days=3))

    mark_done(duty=mine, by=seat(dispatcher), words="补开了。", reason="防汛值守。", at=NOON)

    assert (told(mine)["words"], told(mine)["reason"]) == ("补开了。", "防汛值守。")


EVERYBODY = {
    "clerk", "dispatcher", "supervisor", "leader", "township_clerk", "township_dispatcher", "mediator", "other_mediator",
    "officer", "other_officer", "liaison", "grid_worker", "judge", "auditor", "statistician", "admin_sys", "admin_sec",
    "admin_audit",
}  # fmt: skip


def answer(act: Callable[[], Occurrence]) -> str:
    """Return the code of the refusal, nothing when the answer was taken in."""
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize(
    ("unit", "role", "may"),
    [
        ("county_centre", "dispatcher", {"dispatcher", "leader"}),
        ("county_centre", "clerk", {"dispatcher", "leader"}),
        (f"centre_{TOWNSHIPS[0]}", "dispatcher", {"dispatcher", "leader", "township_dispatcher"}),
        (f"centre_{TOWNSHIPS[1]}", "dispatcher", {"dispatcher", "leader"}),
        (COMMITTEE, "mediator", {"dispatcher", "leader", "township_dispatcher", "mediator"}),
        (VILLAGE, "grid_worker", {"dispatcher", "leader", "township_dispatcher", "grid_worker"}),
        ("dept_housing", "liaison", {"dispatcher", "leader", "liaison"}),
        ("dept_housing", "handling_unit_user", {"dispatcher", "leader", "officer"}),
    ],
)
def test_who_may_answer(unit: str, role: str, may: set[str], county: County) -> None:
    allowed = set()
    for name in EVERYBODY:
        one = duty(county, unit, role=role)
        by = seat(county.staff[name])
        first = answer(partial(skip, duty=one, by=by, reason="停电", at=NOON))
        second = answer(partial(mark_done, duty=one, by=by, words="做了", at=NOON))
        assert first == second
        assert (told(one) == NOTHING) == (first == "duty_not_yours")
        allowed |= {name} if first == "" else set()
        one.delete()

    assert allowed == may


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"words": "  "}, DutyWordsMissing),
        ({"words": "长" * 2001}, DutyWordsTooLong),
        ({"words": "做了", "reason": "长" * 2001}, DutyWordsTooLong),
        ({"words": "做了", "revision": 7}, DutyMoved),
    ],
)
def test_done_without_proper_words_changes_nothing(
    given: dict[str, Any], refused: type[Refusal], county: County, dispatcher: Staff
) -> None:
    mine = duty(county)

    with pytest.raises(refused):
        mark_done(duty=mine, by=seat(dispatcher), at=NOON, **given)

    assert told(mine) == NOTHING


@pytest.mark.parametrize(
    ("reason", "refused"),
    [("", DutyReasonMissing), ("\n", DutyReasonMissing), ("长" * 2001, DutyWordsTooLong)],
)
def test_skipping_without_a_reason_changes_nothing(
    reason: str, refused: type[Refusal], county: County, dispatcher: Staff
) -> None:
    mine = duty(county)

    with pytest.raises(refused):
        skip(duty=mine, by=seat(dispatcher), reason=reason, at=NOON)

    assert told(mine) == NOTHING


@pytest.mark.parametrize("second", ["done", "skip"])
def test_the_second_to_answer_is_told_and_changes_nothing(
    second: str, county: County, dispatcher: Staff, leader: Staff
) -> None:
    mine = duty(county)
    stale = Occurrence.objects.select_related("unit__place").get(pk=mine.pk)
    mark_done(duty=mine, by=seat(dispatcher), words="第一个", at=NOON)
    before = told(mine)

    by = seat(leader)
    refused = answer(
        lambda: (
            mark_done(duty=stale, by=by, words="第二个", at=NOON)
            if second == "done"
            else skip(duty=stale, by=by, reason="第二个", at=NOON)
        )
    )

    assert (refused, told(mine)) == ("duty_moved", before)


def test_what_was_done_is_not_undone(county: County, dispatcher: Staff) -> None:
    mine = mark_done(duty=duty(county), by=seat(dispatcher), words="做了", at=NOON)

    with pytest.raises(DutyMoved):
        skip(duty=mine, by=seat(dispatcher), reason="其实没有", at=NOON)

    assert told(mine)["state"] == "done"


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("mediator", True), ("township_dispatcher", True), ("township_clerk", True), ("dispatcher", True), ("auditor", True),
        ("other_mediator", False), ("officer", False), ("grid_worker", False), ("statistician", False), ("admin_sys", False),
    ],
)  # fmt: skip
def test_who_sees_a_duty(name: str, sees: bool, county: County) -> None:
    one = duty(county, COMMITTEE, role="mediator")

    if sees:
        assert occurrence_for(seat(county.staff[name]), one.pk) == one
    else:
        with pytest.raises(OccurrenceUnknown):
            occurrence_for(seat(county.staff[name]), one.pk)


def test_another_countys_duty_does_not_exist_here(county: County, dispatcher: Staff) -> None:
    theirs = duty(county, county=990200)

    with pytest.raises(OccurrenceUnknown):
        occurrence_for(seat(dispatcher), theirs.pk)
