"""Fields that say when to the minute, and what a made-up case answers where a clock began before."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from heshi.playbooks import queries
from heshi.playbooks.rules import load
from heshi.playbooks.rules.asking import AnswerNoMoment, given_to
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.shape import Ask
from heshi.playbooks.rules.telling import told, told_step
from heshi.rehearsal.rules.answering import FIRST_DAY, Talk, answers_to
from heshi.rehearsal.rules.ground import ground_of
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
    days = ground.choices["accept"].days
    told = [
        answers_to(book.steps["accept"], Random(n), {}, thorough=True, talk=Talk(longest=days))
        for n in range(50)
    ]

    assert all(str(given["harmed_on"]) < FIRST_DAY.isoformat() for given in told)
    assert len({given["harmed_on"] for given in told}) > 5


def test_show_and_diff_speak_of_the_day_it_runs_from() -> None:
    plain = SINCE.replace("since: {ARRIVE: came_at}", "until: {ARRIVE: came_on}")

    assert "从填的日子起算“报到”" in told_step(sample(SINCE), sample(SINCE).steps["dispatch"])
    assert differences(sample(plain), sample(SINCE)) == [
        "步骤“派单”的到某一天为止的时限：去掉“‘报到’到‘哪天来’”。",
        "步骤“派单”的从某一天起算的时限：增加“‘报到’从‘几点来的’”。",
    ]


SINCE = TEXT.replace(
    "      unit: {label: 承办单位, type: unit, required: true}\n    clocks: {start: [ARRIVE]}",
    "      unit: {label: 承办单位, type: unit, required: true}\n      came_at: {label: 几点来的, type: moment}\n"
    "      came_on: {label: 哪天来, type: date}\n"
    "    clocks: {start: [HL.DISPATCH], since: {ARRIVE: came_at}}",
)


STALL = "clocks:\n  STALL: {title: 集上再问, length: 2, unit: local_day, calendar: market, source: 测试}\n"
MARKET = "calendars:\n  market: {title: 赶集日, lunar: [2, 5], source: 测试}\n"


def test_show_and_diff_speak_of_market_days() -> None:
    weekly = TEXT.replace("clocks:\n", MARKET.replace("lunar: [2, 5]", "weekdays: [3, 7]") + STALL, 1)
    lunar = TEXT.replace("clocks:\n", MARKET + STALL, 1)

    assert "  赶集日：农历初二、初五" in told(sample(lunar), {})
    assert differences(sample(weekly), sample(lunar)) == [
        "预案的本地的日子：增加“赶集日：农历初二、初五”；去掉“赶集日：每周三、周日”。",
    ]
    assert (
        differences(sample(TEXT), sample(lunar))[0]
        == "预案的本地时限：增加“集上再问 2 个赶集日（STALL，测试）”。"
    )
    assert sample(lunar).laws["STALL"].span == "2个赶集日"


def test_the_basis_of_a_clock_names_the_day_it_counts_from() -> None:
    text = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")
    days = next(part for part in text.split("```yaml\n") if part.startswith("playbook: days_that_count"))
    book = load(file="days.yaml", text=days.split("```")[0], fragments={}, known=queries.known(), schema=queries.schema())  # fmt: skip

    assert [book.laws[code].why.split(" · ")[0] for code in ("RIGHT", "LOOK", "ASK")] == [
        "“哪天知道权利受了侵害”填的日子起12个月", "“几点几分来的电话”填的日子起30分钟", "计时开始之时起2个赶集日"
    ]  # fmt: skip
    assert (
        shelved("yifeng_eco")
        .laws["RESTORE"]
        .why.startswith("到“哪天以前补好”或“不合格的，哪天以前补齐”填的日子为止，最长从计时开始之时起365日")
    )
