"""Steps that wait: for the end of a clock, for a day that was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from heshi.clocks.rules import SHANGHAI
from heshi.playbooks.rules import Situation, decide, offered, waiting
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.refusing import TooEarly
from heshi.playbooks.rules.telling import told_step
from heshi.playbooks.rules.waiting import too_early
from heshi.rehearsal.rules.tallying import simulate
from tests.playbooks.sample import TEXT, sample

OFFICER = frozenset({"officer"})
MET = TEXT.replace(
    "      size: {label: 大小,", "      meet_on: {label: 哪天见面, type: date}\n      size: {label: 大小,"
)
BY_DAY = MET.replace(
    "    needs: {plan: {present: true}}",
    "    needs: {plan: {present: true}}\n    not_before: {field: meet_on}",
)
BY_CLOCK = BY_DAY.replace("{field: meet_on}", "{clock: ARRIVE}")


def at(moment: str, text: str = BY_DAY, **facts: Any) -> Situation:
    """Return a case that is worked on, at a moment in China."""
    return Situation(
        "acting", {"plan": "去"} | facts, OFFICER, at=datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    )


def offers(text: str, situation: Situation) -> list[str]:
    return [step.code for step in offered(sample(text), situation)]


@pytest.mark.parametrize(
    ("moment", "open_steps"),
    [("2026-03-08T23:59", ["plan"]), ("2026-03-09T00:00", ["plan", "reply"]), ("2026-04-01T09:00", ["plan", "reply"])],
)  # fmt: skip
def test_a_step_is_offered_from_the_day_that_was_given(moment: str, open_steps: list[str]) -> None:
    assert offers(BY_DAY, at(moment, meet_on="2026-03-09")) == open_steps


def test_who_comes_too_early_is_told_from_which_day_on() -> None:
    with pytest.raises(TooEarly) as refused:
        decide(sample(BY_DAY), at("2026-03-08T10:00", meet_on="2026-03-09"), "reply", {"reply": "好"})

    assert str(refused.value) == "“答复”要到2026年3月9日才能办（到了“哪天见面”写的那天），请到那天再办。"


def test_what_waits_is_told_to_whom_it_is_for_and_to_nobody_else() -> None:
    early = at("2026-03-08T10:00", meet_on="2026-03-09")

    assert [(one.step.code, one.why) for one in waiting(sample(BY_DAY), early)] == [
        ("reply", "“答复”要到2026年3月9日才能办（到了“哪天见面”写的那天），请到那天再办。"),
    ]
    assert waiting(sample(BY_DAY), replace(early, roles=frozenset({"resident"}))) == []
    assert waiting(sample(BY_DAY), at("2026-03-09T00:00", meet_on="2026-03-09")) == []
    assert waiting(sample(TEXT), replace(early, facts={})) == []  # something to write first is no wait


@pytest.mark.parametrize("given", ["", "过几天", None])
def test_where_no_day_was_given_nothing_waits(given: str | None) -> None:
    assert offers(BY_DAY, at("2026-03-08T10:00", meet_on=given)) == ["plan", "reply"]


def test_a_clock_holds_a_step_back_while_it_runs() -> None:
    running = at("2026-03-08T10:00", ends={"ARRIVE": "2026-03-10"})

    assert offers(BY_CLOCK, running) == ["plan"]
    assert offers(BY_CLOCK, at("2026-03-10T00:00", ends={})) == ["plan", "reply"]
    with pytest.raises(TooEarly, match="要到2026年3月10日才能办（“报到”期满以后）"):
        decide(sample(BY_CLOCK), running, "reply", {"reply": "好"})


def test_without_a_moment_no_day_is_waited_for() -> None:
    step = sample(BY_DAY).steps["reply"]

    assert too_early(step, {"meet_on": "2026-03-09"}, None) is None
    assert too_early(step, {"meet_on": "2026-03-09T10:30+08:00"}, at("2026-03-08T10:00").at) == date(
        2026, 3, 9
    )


def test_a_simulation_waits_too_and_comes_to_an_end() -> None:
    for text in (BY_DAY, BY_CLOCK):
        assert simulate(sample(text), cases=50, seed=1).steps["reply"] >= 50


def test_show_and_diff_speak_of_the_wait() -> None:
    book = sample(BY_CLOCK)

    assert "“报到”期满以后" in told_step(book, book.steps["reply"])
    assert differences(sample(MET), book) == ["步骤“答复”的要等到由“空”改为“‘报到’期满以后”。"]
    assert differences(sample(MET), sample(BY_DAY)) == [
        "步骤“答复”的要等到由“空”改为“到了‘哪天见面’写的那天”。"
    ]


def test_whoever_comes_hours_too_early_is_told_the_hour() -> None:
    running = at("2026-03-09T10:00", ends={"ARRIVE": "2026-03-09T13:05+08:00"})

    with pytest.raises(TooEarly, match=r"要到2026年3月9日 13:05才能办（“报到”期满以后），请到那时再办。"):
        decide(sample(BY_CLOCK), running, "reply", {"reply": "好"})
