"""Pauses are not counted and never shorten; extensions need someone who may, a reason, and sometimes consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heshi.clocks import queries
from heshi.clocks.rules import Pause, check_pause, due_at, due_on, extended, paused_due, replan
from heshi.clocks.rules.changing import (
    ExtensionNeedsApprover,
    ExtensionNeedsConsent,
    ExtensionNeedsReason,
    ExtensionNotForeseen,
    ExtensionTooLong,
    ExtensionUsedUp,
    PauseBackwards,
    PauseNotAllowed,
    PauseWithoutDocument,
)
from tests.clocks.test_rules import DAY_UNITS, LENGTHS, STARTS, clock, on


def pause(first: str, last: str | None, reason: str = "appraisal") -> Pause:
    return Pause(reason, on(first), on(last) if last else None, "鉴定委托书 第1号")


def day_of(due: datetime | None) -> date:
    assert due is not None
    return due_on(due)


def test_appraisal_time_is_not_counted_in_working_days() -> None:
    subject, start = queries.clock("MED.MEDIATE"), on("2026-03-02")

    found = paused_due(subject, start, [pause("2026-03-10", "2026-03-24")])

    assert due_on(due_at(subject, start)) == date(2026, 4, 14)
    assert day_of(found) == date(2026, 4, 28)


def test_hearing_time_is_not_counted_in_natural_days_and_the_end_still_rolls() -> None:
    subject, start = queries.clock("XF.FINAL"), on("2026-03-02")

    assert due_on(due_at(subject, start)) == date(2026, 4, 1)
    assert day_of(paused_due(subject, start, [pause("2026-03-10", "2026-03-13", "hearing")])) == date(
        2026, 4, 7
    )


def test_while_a_pause_lasts_nothing_is_due() -> None:
    assert paused_due(clock(30, "day"), on("2026-03-02"), [pause("2026-03-10", None)]) is None


def test_overlapping_pauses_count_once_and_a_late_one_changes_nothing() -> None:
    subject, start = clock(10, "day", roll="none"), on("2026-03-02")
    twice = [pause("2026-03-04", "2026-03-06"), pause("2026-03-05", "2026-03-07"), pause("2026-06-01", None)]

    assert day_of(paused_due(subject, start, twice)) == date(2026, 3, 15)


def test_hours_are_paused_by_the_minute() -> None:
    found = paused_due(clock(24, "hour"), on("2026-03-02"), [pause("2026-03-02", "2026-03-03")])

    assert found == on("2026-03-04")


def test_extensions_follow_the_paused_period() -> None:
    subject, start = queries.clock("XF.HANDLE"), on("2026-01-05")

    assert day_of(paused_due(subject, start, [])) == date(2026, 3, 6)
    assert day_of(paused_due(subject, start, [], extensions=[30])) == date(2026, 4, 7)


def test_a_changed_clock_is_planned_again() -> None:
    subject, start = queries.clock("XF.HANDLE"), on("2026-01-05")
    found = replan(subject, start, [], [30])

    assert found is not None
    assert (due_on(found.due_at), found.awaits_year) == (date(2026, 4, 7), None)
    assert start < found.half_at < found.nearly_at < found.due_at
    assert replan(subject, start, [pause("2026-01-06", None)]) is None


def test_a_changed_clock_that_reaches_an_unknown_year_is_a_bound() -> None:
    found = replan(queries.clock("XF.HANDLE"), on("2026-10-12"), [], [30])

    assert found is not None
    assert found.awaits_year == 2027


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (Pause("holiday", on("2026-03-02"), None, "某件"), PauseNotAllowed),
        (Pause("appraisal", on("2026-03-02"), None, "  "), PauseWithoutDocument),
        (Pause("appraisal", on("2026-03-02"), on("2026-03-01"), "某件"), PauseBackwards),
    ],
)
def test_a_pause_needs_a_lawful_reason_and_a_paper(wrong: Pause, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_pause(queries.clock("MED.MEDIATE"), wrong)

    check_pause(queries.clock("MED.MEDIATE"), pause("2026-03-02", "2026-03-03"))


def longer(code: str, **changes: Any) -> date:
    subject = queries.clock(code)
    asked: dict[str, Any] = {"times_used": 0, "approver_role": "leader", "reason": "案情复杂"} | changes
    return due_on(extended(subject, due_at(subject, on("2026-01-05")), **asked))


def test_a_petition_may_be_lengthened_once_by_the_head_with_a_reason() -> None:
    assert longer("XF.HANDLE") == date(2026, 4, 7)
    with pytest.raises(ExtensionUsedUp):
        longer("XF.HANDLE", times_used=1)
    with pytest.raises(ExtensionNeedsApprover, match="本机关、单位负责人"):
        longer("XF.HANDLE", approver_role="front_desk")
    with pytest.raises(ExtensionNeedsReason):
        longer("XF.HANDLE", reason=" ")
    with pytest.raises(ExtensionTooLong, match="30日"):
        longer("XF.HANDLE", length=31)


def test_mediation_is_lengthened_only_when_every_party_agrees() -> None:
    with pytest.raises(ExtensionNeedsConsent, match="各方当事人一致同意"):
        longer("PM.MEDIATE", approver_role="mediator", length=10)

    assert longer("PM.MEDIATE", approver_role="mediator", length=10, consented=True, times_used=4) == date(
        2026, 2, 14
    )


def test_a_public_order_case_is_lengthened_by_the_organ_above_and_only_twice() -> None:
    assert longer("PS.CASE", approver_role="higher_organ", times_used=1) == date(2026, 3, 6)
    with pytest.raises(ExtensionNeedsApprover, match="上一级机关"):
        longer("PS.CASE")
    with pytest.raises(ExtensionUsedUp):
        longer("PS.CASE", approver_role="higher_organ", times_used=2)


def test_asking_a_third_party_about_information_is_not_counted() -> None:
    subject, start = queries.clock("GI.OPEN"), on("2026-03-02")
    asked = pause("2026-03-09", "2026-03-16", "consulting")

    assert due_on(due_at(subject, start)) == date(2026, 3, 30)
    assert day_of(paused_due(subject, start, [asked])) == date(2026, 4, 7)


def test_some_clocks_cannot_be_lengthened_at_all() -> None:
    with pytest.raises(ExtensionNotForeseen):
        longer("XF.OBJECT")


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    spans = draw(st.lists(st.tuples(st.integers(-50, 2000), st.integers(0, 900)), max_size=4))
    begun = [(start + timedelta(hours=first), hours) for first, hours in spans]
    return [Pause("appraisal", at, at + timedelta(hours=hours), "某件") for at, hours in begun]


@given(st.data(), STARTS.filter(lambda at: at.year < 2025), LENGTHS, st.one_of(DAY_UNITS, st.just("hour")))
def test_a_pause_never_shortens(data: st.DataObject, start: datetime, length: int, unit: str) -> None:
    subject = replace(clock(length, unit), pause_reasons=("appraisal",))
    found = data.draw(pauses(start))

    paused = paused_due(subject, start, found)
    fewer = paused_due(subject, start, found[:-1])

    assert paused is not None
    assert fewer is not None
    assert due_at(subject, start) <= fewer <= paused


@given(STARTS, LENGTHS, st.one_of(DAY_UNITS, st.just("hour")))
def test_no_pause_changes_nothing(start: datetime, length: int, unit: str) -> None:
    assert paused_due(clock(length, unit), start, []) == due_at(clock(length, unit), start)
