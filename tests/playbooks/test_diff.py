"""What differs between two playbooks is told in sentences, and by the exit code."""

# ruff: noqa: E501 -- the sentence that is expected stays in one piece

from __future__ import annotations

from pathlib import Path

import pytest

from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text
from heshi.playbooks.rules.differing import differences
from tests.cast import NOON
from tests.playbooks.sample import SHELF, TEXT, sample, shelved
from tests.rehearsal.test_command import run

SIX_STEPS = queries.shelf()["shulan_liubu"].read_text(encoding="utf-8")
# words in the sample, what stands there instead, what is told
CHANGED = [
    ("title: 三步办理", "title: 四步办理", ["预案的名称由“三步办理”改为“四步办理”。"]),
    ("opening: {start: [HL.NORMAL]}", "opening: {start: [HL.NORMAL, HL.DISPATCH]}", ["预案的登记时开始的时限：增加“HL.DISPATCH”。"]),
    ("clerk: 窗口", "clerk: 前台", ["预案的角色的叫法：增加“clerk 叫前台”；去掉“clerk 叫窗口”。"]),
    (
        "length: 4, unit: hour",
        "length: 2, unit: working_day",
        ["预案的本地时限：增加“报到 2 工作日（ARRIVE，测试）”；去掉“报到 4 小时（ARRIVE，测试）”。"],
    ),
    (
        "length: 4, unit: hour",
        "length: 30, unit: minute",
        ["预案的本地时限：增加“报到 30 分钟（ARRIVE，测试）”；去掉“报到 4 小时（ARRIVE，测试）”。"],
    ),
    ("{label: 已登记,", "{label: 已收到,", ["环节“已收到”的名称由“已登记”改为“已收到”。"]),
    ("这件事已经办结。", "事情已经办好。", ["环节“办结”的群众看到的话由“这件事已经办结。”改为“事情已经办好。”。"]),
    ("outcomes: [solved]", "outcomes: [solved, answered]", ["环节“办结”的结果：增加“已答复”。"]),
    ("who: [officer, clerk]", "who: [officer]", ["步骤“答复”的办理人：去掉“窗口”。"]),
    ("from: [received]", "from: [received, acting]", ["步骤“派单”的出发环节：增加“办理中”。"]),
    (
        "{when: {size: big}, then: received,",
        "{when: {size: small}, then: received,",
        ["步骤“答复”的去向：增加“‘大小’是小事 → 已登记（‘退回过’为‘是’，开始计时 HL.NORMAL）”；去掉“‘大小’是大事 → 已登记（‘退回过’为‘是’，开始计时 HL.NORMAL）”。"],
    ),
    ("plan: {present: true}", "plan: {present: false}", ["步骤“答复”的前提由“‘办理打算’已填写”改为“‘办理打算’没有填写”。"]),
    (
        "type: unit, required: true",
        "type: unit",
        ["步骤“派单”的填写项：增加“承办单位（记为 unit，单位，可不填）”；去掉“承办单位（记为 unit，单位，必填）”。"],
    ),
    ("clocks: {stop: [ARRIVE, HL.NORMAL]}", "clocks: {stop: [HL.NORMAL]}", ["步骤“答复”的停止计时的时限：去掉“报到 ARRIVE”。"]),
    ("请接办。", "请马上接办。", ["步骤“派单”的通知：增加“告诉承办单位：案件 {number} 请马上接办。”；去掉“告诉承办单位：案件 {number} 请接办。”。"]),
    ("sets: {outcome: solved}", "sets: {outcome: solved, size: big}", ["步骤“答复”的顺带记下：增加“‘大小’为‘大事’”。"]),
    ("then: red", "then: yellow", ["预案的颜色判定：增加“‘类别’是风险隐患 → 黄色”；去掉“‘类别’是风险隐患 → 红色”。"]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "instead", "told"), CHANGED, ids=[row[1] for row in CHANGED])
def test_a_change_is_told_in_one_sentence(words: str, instead: str, told: list[str]) -> None:
    assert words in TEXT
    changed = TEXT.replace(words, instead, 1)

    assert differences(sample(), sample(changed)) == told


def test_what_came_and_what_went_is_told_both_ways() -> None:
    plan = TEXT[TEXT.index("  plan:\n    label") : TEXT.index("  reply:\n")]
    without = sample(TEXT.replace(plan, plan.replace("  plan:\n", "  think:\n").replace("商量", "思考")))

    assert differences(sample(), without) == [
        "删去步骤“商量”。",
        "增加步骤“思考”，由经办人办理，去向是原地。",
    ]
    assert differences(without, sample()) == [
        "删去步骤“思考”。",
        "增加步骤“商量”，由经办人办理，去向是原地。",
    ]


@pytest.mark.parametrize("one", SHELF)
@pytest.mark.parametrize("other", SHELF)
def test_shipped_playbooks_differ_from_each_other_and_not_from_themselves(one: str, other: str) -> None:
    assert bool(differences(shelved(one), shelved(other))) == (one != other)


def test_the_command_compares_names_and_files(tmp_path: Path) -> None:
    same, changed = tmp_path / "same.yaml", tmp_path / "changed.yaml"
    same.write_text(
        f"# 抄来的\n{SIX_STEPS}".replace("playbook: shulan_liubu", "playbook: hean_liubu"), "utf-8"
    )
    changed.write_text(SIX_STEPS.replace("label: 会商\n", "label: 碰头\n"), "utf-8")

    assert run("diff", "shulan_liubu", str(same)) == ("两份预案的办法相同。\n", "", 0)
    assert run("diff", "shulan_liubu", str(changed)) == ("步骤“碰头”的名称由“会商”改为“碰头”。\n", "", 1)


@pytest.mark.django_db
def test_the_command_compares_versions() -> None:
    for text in (SIX_STEPS, SIX_STEPS.replace("label: 报到\n", "label: 签到\n")):
        publish_text(text=text, at=NOON)

    out, err, code = run("diff", "shulan_liubu@1", "shulan_liubu@2")

    assert (out, err, code) == ("步骤“签到”的名称由“报到”改为“签到”。\n", "", 1)
    assert run("diff", "shulan_liubu@1", "shulan_liubu")[2] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["shulan_liubu@9", "shulan_liubu@x", "nothing@1", "nothing", "nothing.yaml", "@"]
)
def test_what_cannot_be_compared_gets_a_sentence_and_exit_code_two(name: str) -> None:
    out, err, code = run("diff", "canonical", name)

    assert (out, code) == ("", 2)
    assert "请" in err
