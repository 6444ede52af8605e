"""A gate stands on every way to the same result, unless a step says by name that it may pass."""

# ruff: noqa: E501 -- one mutation to a line reads better than ten lines each

from __future__ import annotations

from typing import Any

import pytest

from heshi.playbooks.rules import Playbook, PlaybookRefused
from tests.playbooks.sample import TEXT, sample
from tests.playbooks.test_strength import refused as refused_over
from tests.playbooks.test_strength import step

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


def book(
    gate: str, reply: str = "label: 答复", *, rests: bool = False, needs: str = "{plan: {present: true}}"
) -> Playbook:
    """Return the sample with a second way to the end: settling, behind a gate; ``needs`` is what replying needs."""
    text = TEXT.replace("steps:\n", MORE.replace("{GATE}", gate), 1).replace("label: 答复\n", f"{reply}\n")
    text = text.replace("needs: {plan: {present: true}}", f"needs: {needs}")
    if rests:
        text = (
            text.replace("outcomes: [solved]}", RESTS)
            .replace("then: done}", "then: rated}")
            .replace("to: done", "to: rated")
        )
        text = text.replace("colours:", f"{RATE}colours:")
    return sample(text)


def refused(
    gate: str, reply: str = "label: 答复", *, rests: bool = False, needs: str = "{plan: {present: true}}"
) -> list[str]:
    with pytest.raises(PlaybookRefused) as refusal:
        book(gate, reply, rests=rests, needs=needs)
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


def test_a_gate_binds_only_where_it_is_as_strong() -> None:
    assert refused("{visit_open: {at_most: 0}}", needs="{visit_open: {at_most: 1}}") == [
        "“答复”和“谈成”通到同一个结果，却没有看“visit_open”；请在 needs 里补上同样的条件，确实不用看的写 ungated: {visit_open: 为什么}。"
    ]


def test_a_gate_that_always_stands_open_is_none() -> None:
    told = refused("{visit_open: {at_most: 0}}", needs="{visit_open: {at_least: 0}}")

    assert sorted(told) == [
        "“visit_open”总是不小于 0，这样写等于没有条件，请改正。",
        "“答复”和“谈成”通到同一个结果，却没有看“visit_open”；请在 needs 里补上同样的条件，确实不用看的写 ungated: {visit_open: 为什么}。",
    ]


def test_a_stronger_condition_is_as_good_as_the_gate() -> None:
    stronger = "{visit_open: {at_most: 0}, visit_all: {at_least: 1}}"

    assert book("{visit_open: {at_most: 0}}", needs=stronger).code == "sample"


QUICK = {"label": "快办", "who": ["handling_unit_user"], "answers": True, "resident": "已经办了。"}
NO_TASK = {"needs": {"confirmation_open": {"at_most": 0}, "response_open": {"at_most": 0}}}
PAST = "“快办”不经过“待评价”就到"


@pytest.mark.parametrize(
    ("code", "spec", "sentence"),
    [
        ("canonical", {"from": "open", "to": "answered"}, "“快办”和“答复群众、达成协议”通到同一个结果，却没有看“assisting_open”"),
        ("canonical", {"from": ["acting", "answered"], "to": "answered"}, "“快办”和“答复群众、达成协议”通到同一个结果，却没有看“assisting_open”"),
        ("canonical", {"from": ["acting"], "to": "answered", "needs": {"assisting_open": {"at_most": 9}}}, "“快办”和“答复群众、达成协议”通到同一个结果，却没有看“assisting_open”"),
        ("canonical", {"from": ["acting"], "to": [{"when": {"kind": "praise"}, "then": "same"}, {"then": "answered"}]}, "“快办”和“答复群众、达成协议”通到同一个结果，却没有看“assisting_open”"),
        ("shulan_liubu", {"from": ["answered"], "to": "closed", **NO_TASK}, "“快办”和“期满未评价，办结”通到同一个结果，却没有看“waited”"),
        ("shulan_liubu", {"from": ["whistled"], "to": "closed", "who": ["dispatcher"], "sets": {"outcome": "solved"}}, f"{PAST}“办结”，群众没有机会说解决了没有"),
        ("canonical", {"from": ["acting"], "to": "terminated", "sets": {"outcome": "solved"}}, f"{PAST}“调解终止”，群众没有机会说解决了没有"),
    ],
)  # fmt: skip
def test_no_step_of_ones_own_walks_past_a_gate(code: str, spec: dict[str, Any], sentence: str) -> None:
    told = refused_over(step("quick", **{**QUICK, **spec}), code)

    assert [each for each in told if each.startswith(sentence)]


def test_an_end_of_ones_own_is_no_way_past_the_rating() -> None:
    end = {"label": "办完", "resident": "这件事已经办完了。", "end": True, "outcomes": ["solved"]}
    quick = step("quick", **QUICK, **{"from": ["acting"], "to": "done2", "sets": {"outcome": "solved"}})

    assert refused_over({"positions": {"done2": end}, **quick}) == [
        "“快办”不经过“待评价”就到“办完”，群众没有机会说解决了没有；请先到“待评价”，确实不用经过的写 ungated: {answered: 为什么}。"
    ]
