"""A gate stands on every way to the same result, unless a step says by name that it may pass."""

from __future__ import annotations

import pytest

from heshi.playbooks.rules import Playbook, PlaybookRefused
from tests.playbooks.sample import TEXT, sample

MORE = """\
tasks:
  visit:
    label: 走访
    holder: unit
    states: {asked: 待走访, seen: 已走访}
    done: [seen]
steps:
  visit:
    label: 走访过了
    who: [officer]
    from: [acting]
    to: same
    task: {kind: visit, from: [asked], to: seen}
  ask_visit:
    label: 请走访
    who: [officer]
    from: [acting]
    to: same
    asks: {certain: {label: 拿得准, type: yes_no}}
    adds: [{task: visit}]
  settle:
    label: 谈成
    who: [officer]
    from: [acting]
    to: done
    needs: {GATE}
    answers: true
    resident: 已经答复您。
"""
RESTS = (
    "outcomes: [solved]}\n  rated: {label: 待评价, resident: 请您评价这件事。, holder: resident, rests: true}"
)
RATE = """\
  rate: {label: 评价, who: [resident], from: [rated], to: done}
"""


def book(gate: str, reply: str = "label: 答复", *, rests: bool = False) -> Playbook:
    """Return the sample with a second way to the end: settling, behind a gate."""
    text = TEXT.replace("steps:\n", MORE.replace("{GATE}", gate), 1).replace("label: 答复\n", f"{reply}\n")
    if rests:
        text = (
            text.replace("outcomes: [solved]}", RESTS)
            .replace("then: done}", "then: rated}")
            .replace("to: done", "to: rated")
        )
        text = text.replace("colours:", f"{RATE}colours:")
    return sample(text)


def refused(gate: str, reply: str = "label: 答复", *, rests: bool = False) -> list[str]:
    with pytest.raises(PlaybookRefused) as refusal:
        book(gate, reply, rests=rests)
    return [problem.sentence for problem in refusal.value.problems]


def test_a_second_way_to_an_end_needs_the_same_tasks_done() -> None:
    assert refused("{visit_open: {at_most: 0}}") == [
        "“答复”和“谈成”通到同一个结果，却没有看“visit_open”；请在 needs 里补上同样的条件，确实不用看的写 ungated: {visit_open: 为什么}。"
    ]


def test_whoever_may_pass_a_gate_says_so_with_the_reason() -> None:
    passing = "label: 答复\n    ungated: {visit_open: 书面答复的不用走访}"

    assert book("{visit_open: {at_most: 0}}", passing).steps["reply"].ungated == {
        "visit_open": "书面答复的不用走访"
    }


def test_a_gate_that_is_nowhere_cannot_be_passed() -> None:
    passing = "label: 答复\n    ungated: {visit_all: 书面答复的不用走访}"

    assert refused("{visit_open: {at_most: 0}}", passing) == [
        "“答复”和“谈成”通到同一个结果，却没有看“visit_open”；请在 needs 里补上同样的条件，确实不用看的写 ungated: {visit_open: 为什么}。",
        "没有通到同一个结果的步骤要看“visit_all”，不用写 ungated，请删去。",
    ]


def test_before_the_office_rests_everything_that_one_answer_needs_the_other_needs_too() -> None:
    told = refused("{certain: true, plan: {present: true}}", rests=True)

    assert len(told) == 1
    assert "却没有看“certain”" in told[0]


def test_what_a_matter_is_by_nature_parts_the_ways_and_guards_none() -> None:
    assert book("{kind: dispute, plan: {present: true}}", rests=True).steps["settle"].needs.facts() == [
        "kind",
        "plan",
    ]
