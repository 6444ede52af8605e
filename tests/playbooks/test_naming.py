"""Nothing that people read is a code: facts have names, answers have sentences, no state is counted twice."""

from __future__ import annotations

import re

import pytest

from heshi.playbooks import queries
from heshi.playbooks.rules import PlaybookRefused
from heshi.playbooks.rules.telling import told, told_step
from tests.playbooks.sample import TEXT, sample, shelved

CODES = re.compile(r"“([a-z][a-z_]+)”")
TASK = """\
tasks:
  look: {label: 看现场, holder: unit, states: {STATE: 待看, seen: 看过}, done: [seen]}
"""
PLAN = "    label: 商量\n"
ON_TASK = """\
  ask_look: {label: 请看现场, who: [officer], from: [acting], to: same, adds: [{task: look}]}
  look: {label: 看过了, who: [officer], from: [acting], to: same, task: {kind: look, from: [STATE], to: seen}}
colours:
"""


def refusal(text: str) -> str:
    with pytest.raises(PlaybookRefused) as refused:
        sample(text)
    return str(refused.value)


@pytest.mark.parametrize(
    "spoilt",
    [
        "    counts: [looks]\n",
        "    sets: {watched: true}\n",
        "    remembers: last_looker\n",
        "    also: [{when: {size: big}, counts: [big_ones]}]\n",
    ],
)
def test_a_fact_that_nobody_fills_in_needs_a_name(spoilt: str) -> None:
    name = next(name for name in ("looks", "watched", "last_looker", "big_ones") if name in spoilt)
    text = TEXT.replace(PLAN, PLAN + spoilt)

    assert f"“{name}”要写进给人看的句子，请在 words.facts 里写明它叫什么" in refusal(text)
    assert sample(text.replace("returned: 退回过", f"returned: 退回过, {name}: 有名字"))


def test_what_is_noted_is_noted_in_words() -> None:
    text = TEXT.replace(PLAN, f"{PLAN}    sets: {{size: huge}}\n")

    assert "“size”记为“huge”，没有人知道那是什么" in refusal(text)
    assert sample(text.replace("size: huge", "size: big"))
    assert sample(text.replace("size: huge", "size: 特大"))


def test_whoever_is_answered_sees_it() -> None:
    text = TEXT.replace("    resident: 已经答复您。\n", "")

    assert text != TEXT
    assert "“答复”答复了群众，群众却看不到这一步；请写明 resident" in refusal(text)


@pytest.mark.parametrize("state", ["open", "all"])
def test_no_state_of_a_task_is_counted_twice(state: str) -> None:
    text = TASK + TEXT.replace("colours:\n", ON_TASK)

    assert sample(text.replace("STATE", "waiting")).no_tasks == {
        "look_open": 0, "look_all": 0, "look_waiting": 0, "look_seen": 0
    }  # fmt: skip
    assert f"状态“{state}”由系统使用" in refusal(text.replace("STATE", state))


@pytest.mark.parametrize("code", sorted(queries.shelf()))
def test_no_shipped_playbook_is_told_in_codes(code: str) -> None:
    lines = told(shelved(code), queries.shared_words())

    assert [found for line in lines for found in CODES.findall(line)] == []


def test_a_step_says_which_task_it_adds_and_on_which_it_is_taken() -> None:
    book = sample(
        TASK.replace("STATE", "waiting") + TEXT.replace("colours:\n", ON_TASK.replace("STATE", "waiting"))
    )

    lines = {step.code: told_step(book, step) for step in book.steps.values()}

    assert lines["ask_look"] == "请看现场（经办人）→ 原地；添上看现场"
    assert lines["look"] == "看过了（经办人）→ 原地；在一项“看现场”上办，从“待看”到“看过”"
