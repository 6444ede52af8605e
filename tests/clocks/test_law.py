"""What single lines of the library must say, because somebody's right hangs on it."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from heshi.clocks import queries
from heshi.clocks.rules import Pause, check_pause, due_on, frozen, paused_due
from heshi.clocks.rules.changing import granted_length
from tests.clocks.test_rules import on

TRAFFIC = [  # 道路交通事故处理程序规定第112条: its days are working days
    ("TR.ASK", "2026-02-10", "2026-03-02"),
    ("TR.MEDIATE", "2026-02-10", "2026-03-02"),
    ("TR.CERT", "2026-09-24", "2026-10-15"),
    ("TR.CERT.APPR", "2026-02-13", "2026-02-27"),
    ("TR.ASK.AFTER", "2026-02-13", "2026-02-25"),
]


@pytest.mark.parametrize(("code", "since", "due"), TRAFFIC)
def test_the_days_of_the_traffic_rules_are_working_days(code: str, since: str, due: str) -> None:
    out = StringIO()

    call_command("clocks", "due", code, "--from", since, stdout=out)

    assert f"到期：{due} 24:00" in out.getvalue()


def test_the_notice_before_a_traffic_mediation_is_given_three_working_days_ahead() -> None:
    rule = queries.standing_rules()["TR.NOTICE"]

    assert (rule.at_least, rule.measure) == (3, "个工作日")
    assert "第112条" in rule.article


def test_a_month_of_people_s_mediation_is_a_target_that_a_county_may_change() -> None:
    clock = queries.clock("PM.MEDIATE")

    assert (clock.on_expiry, clock.verified) == ("target", False)
    assert "一般在一个月内" in clock.note


def test_what_the_petition_office_must_tell_is_what_was_received_and_how_it_goes_on() -> None:
    assert queries.clock("XF.TELL").title == "接收情况以及处理途径和程序的书面告知"


def test_an_answer_to_a_court_is_due_when_its_letter_says_so() -> None:
    clock = queries.clock("SF.JUDICIAL")

    assert (clock.source, clock.article) == ("法释〔2023〕11号", "第8条")
    assert "在建议书里写明，一般不超过两个月" in clock.note


def test_the_employer_s_month_can_be_lengthened_by_the_insurance_office() -> None:
    clock = queries.clock("LAB.INJURY.EMPLOYER")

    assert granted_length(clock, 0, "social_insurance", "职工在外地抢救", False, length=20) == 20
    assert clock.extension is not None
    assert clock.extension.article == "第17条"


@pytest.mark.parametrize(
    ("code", "due"), [("LAB.INJURY.DECIDE", date(2026, 5, 11)), ("LAB.INJURY.CLEAR", date(2026, 3, 27))]
)
def test_the_decision_on_an_injury_waits_for_what_another_organ_finds(code: str, due: date) -> None:
    clock, start = queries.clock(code), on("2026-03-02")
    waited = Pause("other_organ", on("2026-03-05"), on("2026-03-15"), "等待交通事故认定书的中止通知")

    check_pause(clock, waited)
    put_off = paused_due(clock, start, [waited])

    assert put_off is not None
    assert due_on(put_off) == due


@pytest.mark.parametrize("code", ["RL.TITLE.SUE", "GI.OPEN"])
def test_where_review_comes_before_the_court_the_clock_says_so(code: str) -> None:
    assert "复议前置" in queries.clock(code).note
    assert "行政复议法第23条" in queries.clock(code).note


def test_protection_from_violence_at_home_has_its_clocks() -> None:
    family = [clock for clock in queries.library().values() if clock.family == "family_violence"]
    found = {clock.code: (clock.span, clock.article) for clock in family}

    assert found == {
        "DV.ORDER": ("72小时", "第28条"),
        "DV.ORDER.URGENT": ("24小时", "第28条"),
        "DV.ORDER.TERM": ("6个月", "第30条"),
        "DV.REVIEW.ASK": ("5日", "第31条"),
    }
    assert "DV.MEASURES" in queries.standing_rules()


def test_why_a_clock_is_only_for_reference_is_no_part_of_what_is_frozen() -> None:
    clock = queries.clock("AR.ASK")

    assert clock.reference
    assert "reference" not in frozen(clock)
