"""Fields that say when to the minute, and what a made-up case answers where a clock began before."""

from __future__ import annotations

from random import Random

import pytest

from heshi.playbooks.rules.answering import FIRST_DAY, Talk, answers_to
from heshi.playbooks.rules.asking import AnswerNoMoment, given_to
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.ground import ground_of
from heshi.playbooks.rules.shape import Ask
from heshi.playbooks.rules.telling import told_step
from tests.playbooks.sample import TEXT, sample, shelved

DIED = Ask("died_at", "几点去世", "moment", required=True)


@pytest.mark.parametrize(
    "typed", ["2026-03-01T22:40", "2026-03-01 22:40", "2026-03-01T22:40+08:00", "2026-03-01T14:40Z"]
)
def test_a_moment_is_kept_one_way_however_it_was_typed(typed: str) -> None:
    assert given_to([DIED], {"died_at": typed}) == {"died_at": "2026-03-01T22:40+08:00"}


@pytest.mark.parametrize("typed", ["2026-03-01", "昨天夜里", "2026-02-30 10:00", "22:40"])
def test_what_names_no_minute_is_refused_with_the_field(typed: str) -> None:
    with pytest.raises(AnswerNoMoment, match="“几点去世”要写明哪天几点几分") as refused:
        given_to([DIED], {"died_at": typed})

    assert refused.value.details["names"] == ["died_at"]


def test_made_up_answers_lie_behind_where_a_clock_counts_from_them() -> None:
    book = shelved("labour")
    ground = ground_of(book, random=Random(1))
    days = next(choice.days for choice, _task in ground.here["applied"] if choice.step.code == "accept")
    told = [
        answers_to(book.steps["accept"], Random(n), {}, thorough=True, talk=Talk(longest=days))
        for n in range(50)
    ]

    assert all(given["harmed_on"] < FIRST_DAY.isoformat() for given in told)
    assert len({given["harmed_on"] for given in told}) > 5


def test_show_and_diff_speak_of_the_day_it_runs_from() -> None:
    plain = SINCE.replace("since: {ARRIVE: came_at}", "until: {ARRIVE: came_on}")

    assert "从填的日子起算 ARRIVE" in told_step(sample(SINCE), sample(SINCE).steps["dispatch"])
    assert differences(sample(plain), sample(SINCE)) == [
        "步骤“派单”的到某一天为止的时限：去掉“ARRIVE 到 came_on”。",
        "步骤“派单”的从某一天起算的时限：增加“ARRIVE 从 came_at”。",
    ]


SINCE = TEXT.replace(
    "      unit: {label: 承办单位, type: unit, required: true}\n    clocks: {start: [ARRIVE]}",
    "      unit: {label: 承办单位, type: unit, required: true}\n      came_at: {label: 几点来的, type: moment}\n"
    "      came_on: {label: 哪天来, type: date}\n"
    "    clocks: {start: [HL.DISPATCH], since: {ARRIVE: came_at}}",
)
