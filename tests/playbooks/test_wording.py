"""A condition reads the same wherever it is read: at the counter, on the page, at the keyboard, in a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, Situation, Step, StepNotReady, decide
from heshi.playbooks.rules.conditions import Condition, condition
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.telling import told
from heshi.playbooks.rules.wording import condition_words, secured_word
from heshi.web.playbooks.showing import _step_line
from tests.playbooks.sample import sample, shelved

SHELVED = sorted(queries.shelf())


VIOLATED: Mapping[str, Callable[[Any], object]] = {
    "is": lambda _wanted: "otherwise",
    "not": lambda unwanted: unwanted,
    "in": lambda _wanted: "otherwise",
    "not_in": lambda unwanted: unwanted[0],
    "at_least": lambda least: least - 1,
    "at_most": lambda most: most + 1,
    "has": lambda _wanted: (),
    "lacks": lambda unwanted: (unwanted,),
    "present": lambda wanted: None if wanted else "there",
}
"""For each comparison a fact that does not meet it."""


def refused(book: Playbook, step: Step, line: Condition) -> str:
    """Return what somebody is told who takes a step while this line of what it needs is not met."""
    facts = {test.fact: VIOLATED[test.how](test.value) for test in line.tests()}
    steps = {**book.steps, step.code: replace(step, needs=line)}
    plain = replace(book, steps=steps, counters={}, no_tasks={})
    with pytest.raises(StepNotReady) as refusal:
        decide(plain, Situation(step.source[0], facts, frozenset(step.who)), step.code, {})
    return str(refusal.value)


def gated(book: Playbook) -> Iterator[Step]:
    """Yield the steps that need something."""
    return (step for step in book.steps.values() if step.needs)


@pytest.mark.parametrize("code", SHELVED)
def test_what_a_step_needs_reads_the_same_at_the_keyboard_and_on_the_page(code: str) -> None:
    book = shelved(code)
    lines = told(book, queries.shared_words())

    for step in gated(book):
        words = condition_words(book, step.needs)
        assert _step_line(book, step, book.laws).needs.startswith(words)
        assert any(f"要先满足：{words}" in line for line in lines)


@pytest.mark.parametrize("code", SHELVED)
def test_a_refusal_says_what_is_not_met_in_the_very_words_of_the_page(code: str) -> None:
    book = shelved(code)

    for step in gated(book):
        for line in step.needs.lines:
            words = condition_words(book, Condition((line,)))
            said = refused(book, step, Condition((line,)))
            assert said == f"现在还不能办理“{step.label}”，要先满足：{words}。"
            assert words in _step_line(book, step, book.laws).needs


def conditions(book: Playbook) -> Iterator[Condition]:
    """Yield every condition of a playbook that is not empty."""
    tables = [book.tiers, book.colours, *(kind.clock for kind in book.tasks.values())]
    tables += [step.to for step in book.steps.values()]
    tables += [step.task.to for step in book.steps.values() if step.task]
    found = [row.when for table in tables for row in table]
    found += [step.needs for step in book.steps.values()]
    found += [adding.when for step in book.steps.values() for adding in step.adds]
    return filter(None, [*found, *(campaign.counts for campaign in book.campaigns.values())])


@pytest.mark.parametrize("code", SHELVED)
def test_no_condition_shows_a_code(code: str) -> None:
    book = shelved(code)

    for when in conditions(book):
        assert not re.search(r"[a-z]+_|\b[a-z]{3,}\b|\b[A-Z]{2,}\.[A-Z]+\b", condition_words(book, when)), (
            when
        )


def test_a_choice_is_read_with_or_and_brackets_only_where_they_are_needed() -> None:
    book = sample()
    either = {"any": [{"size": "big"}, {"plan": {"present": True}}]}
    both = {"any": [{"size": "big", "overdue": True}, {"score": {"at_most": 2}}]}

    assert condition_words(book, condition(either)) == "“大小”是大事，或“办理打算”已填写"
    assert condition_words(book, condition(both)) == "（“大小”是大事，且“超期”为“是”），或“评分”不高于 2"
    assert (
        condition_words(book, condition({"kind": ["hazard", "dispute"], **either}))
        == "“类别”是风险隐患或矛盾纠纷，且（“大小”是大事，或“办理打算”已填写）"
    )
    assert condition_words(book, condition({})) == ""


def test_what_is_left_out_is_told_with_its_reason() -> None:
    lines = "\n".join(told(shelved("court_pretrial"), queries.shared_words()))

    assert "通用做法里有、这里不要：条件“类别”：法院交来的都是调解，不看是哪一类事" in lines
    assert "【通用做法里有、这里不取用的】" in lines
    assert "  “要求重新办理”：调成以后没履行的申请执行或者起诉，不退回来再调一遍" in lines
    assert "别的路上要看、这里不看：已过的期限：前端的日子过了，正该由中心接着调" in "\n".join(
        told(shelved("aojiang_cloud"), queries.shared_words())
    )


@pytest.mark.parametrize("code", SHELVED)
def test_every_safeguard_that_is_dropped_has_a_name(code: str) -> None:
    book = shelved(code)
    names = [secured_word(book, name) for step in book.steps.values() for name in step.drops]

    assert not [name for name in names if re.search(r"[a-z]_|\b[a-z]{3,}\.", name)]


def test_a_changed_reason_is_a_difference() -> None:
    book = sample()
    plan = replace(book.steps["plan"], ungated={"size": "大事小事都商量"}, drops={"tells.resident": "当面说"})
    after = replace(book, steps={**book.steps, "plan": plan}, without={"ARRIVE": "不设接办"})

    assert differences(book, after) == [
        "预案的不取用的通用做法：增加“‘报到’：不设接办”。",
        "步骤“商量”的不要的通用做法：增加“通知‘群众’：当面说”。",
        "步骤“商量”的不看的条件：增加“大小：大事小事都商量”。",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"score": 4}, "“评分”是4"),
        ({"kind": {"not": "dispute"}}, "“类别”不是矛盾纠纷"),
        ({"kind": ["dispute", "hazard"]}, "“类别”是矛盾纠纷或风险隐患"),
        ({"kind": {"not_in": ["dispute", "hazard"]}}, "“类别”不是矛盾纠纷或风险隐患"),
        ({"score": {"at_least": 3}}, "“评分”不低于 3"),
        ({"score": {"at_least": 3.0}}, "“评分”不低于 3"),
        ({"score": {"at_most": 2}}, "“评分”不高于 2"),
        ({"reporters": {"at_most": 0}}, "“反映人数”为零"),
        ({"reporters": {"at_least": 1}}, "“反映人数”不为零"),
        ({"running": {"has": "ARRIVE"}}, "“在走的期限”里有“报到”"),
        ({"late": {"lacks": "ARRIVE"}}, "“已过的期限”里没有“报到”"),
        ({"plan": {"present": True}}, "“办理打算”已填写"),
        ({"plan": {"present": False}}, "“办理打算”没有填写"),
        ({"overdue": True}, "“超期”为“是”"),
        ({"overdue": {"not": True}}, "“超期”为“否”"),
    ],
)
def test_each_comparison_has_its_words(written: Mapping[str, object], said: str) -> None:
    assert condition_words(sample(), condition(written)) == said
