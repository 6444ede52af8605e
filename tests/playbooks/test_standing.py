"""What no playbook may say, whatever reasons it gives, and conditions that ask for what can never be."""

# ruff: noqa: E501 -- one mutation to a line reads better than ten lines each

from __future__ import annotations

from typing import Any

import pytest

from heshi.playbooks.rules import PlaybookRefused
from heshi.playbooks.rules.conditions import condition
from heshi.playbooks.rules.worlds import implies
from tests.playbooks.sample import TEXT, sample
from tests.playbooks.test_strength import over, refused, step

WORK = {"label": "办", "from": ["acting"], "to": "same"}


def office(code: str, **spec: Any) -> dict[str, Any]:
    return step(code, **{**WORK, "who": ["handling_unit_user"], **spec})


def test_a_unit_cannot_rate_itself_whatever_reason_it_gives() -> None:
    told = refused(step("rate", who=["handling_unit_user"], drops={"who": "经办人代填"}), "shulan_liubu")

    assert (
        "“评价”是群众的评价，只有本人能作，who 里只能写 resident；工作人员问到的话请另起一个填写项。" in told
    )


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (step("rate", who=["resident", "handling_unit_user"], drops={"who": "经办人代填"}), "“评价”是群众的评价，只有本人能作"),
        (step("withdraw", who=["dispatcher"], drops={"who": "分流员代撤"}), "“撤回诉求”是撤回，只有本人能撤"),
        (office("guess", asks={"solved": {"label": "解决没有", "type": "yes_no"}}), "“办”是群众的评价，只有本人能作"),
        (office("guess", sets={"score": 5}), "“办”是群众的评价，只有本人能作"),
        (office("hush", sets={"outcome": "withdrawn_by_applicant"}), "“办”是撤回，只有本人能撤"),
        (office("idle", who=["system"]), "步骤“办”没有人可以办理：系统只办到点的步骤"),
        (office("idle", who=["respondent"]), "步骤“办”没有人可以办理：对方当事人自己的入口还没有开"),
        (office("count", sets={"assisting_open": 0}), "“assisting_open”由系统来数，不能在 sets 里写"),
        (office("count", sets={"bounces": 0}), "“bounces”由系统来数，不能在 sets 里写"),
        (office("count", sets={"overdue": False}), "“overdue”由系统来数，不能在 sets 里写"),
        (office("count", asks={"waited": {"label": "期满", "type": "yes_no"}}), "“waited”由系统来数，不能作填写项"),
        (step("take_up", clocks={"stop": ["PM.MEDIATE"]}), "“接办”把法定时限“人民调解”停了，事情却还没有答复"),
        ({"positions": {"dispatched": {"rests": True}}}, "“已派单”写了 rests，可能在没有答复群众时就到达"),
        (office("court", sets={"outcome": "transferred_to_court"}), None),
        ({"year": {"kinds": {"alien": 3}}}, "没有类别“alien”"),
        ({"rhythm": {"r": {"title": "例会", "every": "year", "on": ["02-30"], "who": "dispatcher", "kinds": ["governance_centre"], "source": "原文"}}}, "没有“02-30”这一天"),
    ],
)  # fmt: skip
def test_what_no_playbook_may_say(spec: dict[str, Any], sentence: str | None) -> None:
    if sentence is None:
        assert over(spec).code == "canonical"
    else:
        assert any(told.startswith(sentence) for told in refused(spec))


def test_a_clock_of_the_law_may_be_stopped_by_what_it_waits_for() -> None:
    stops = {"clocks": {"stop": ["PM.MEDIATE"]}, "drops": {"clocks.run.PM.MEDIATE": "接办以后按承诺的日子办"}}

    assert over(step("take_up", **stops)).steps["take_up"].clocks.stop == ("PM.MEDIATE", "OBJECT", "ARRIVE")
    assert refused(step("take_up", drops=stops["drops"])) == [
        "这一步没有停掉还要走的法定时限，不用写“clocks.run.PM.MEDIATE”，请删去。"
    ]


def told(when: str) -> list[str]:
    """Return what is said of a condition on the first line of a table of the sample."""
    with pytest.raises(PlaybookRefused) as caught:
        sample(TEXT.replace("{when: {size: big}", f"{{when: {{{when}}}", 1))
    return [problem.sentence for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("kind: disputte", "没有名为“disputte”的类别，只有：inquiry、"),
        ("kind: {not: disputte}", "没有名为“disputte”的类别，只有：inquiry、"),
        ("outcome: solvd", "没有名为“solvd”的结果，只有：solved、"),
        ("presence: permanant", "没有名为“permanant”的进驻方式，只有：permanent、"),
        ('topic: "zz99"', "没有名为“zz99”的事项，只有：01、"),
        ("source: windw", "没有名为“windw”的来源，只有：web、"),
        ("returned: ture", "“returned”只能是 true 或 false，现在写的是“ture”。"),
        ("score: {at_least: 99}", "“score”是数，在 1 和 5 之间，现在写的是“99”。"),
        ("plan: {at_least: 3}", "“plan”不能用 at_least 来比，请用 present，或者写原话。"),
        ("returned: {has: ARRIVE}", "“returned”不能用 has 来比，请写 true 或 false。"),
        ("size: {has: big}", "“size”不能用 has 来比，请写它的代码，或者 in、not、not_in、present。"),
        ("size: huge", "没有名为“huge”的“size”的选项，只有：small、big。"),
        ("late: {lacks: NOPE.CLOCK}", "没有名为“NOPE.CLOCK”的时限，只有：HL.NORMAL、ARRIVE。"),
        ("running: {lacks: HL.NORMALL}", "没有名为“HL.NORMALL”的时限，只有：HL.NORMAL、ARRIVE。"),
        ("running: {lacks: MED.MEDIATE}", "条件看的时限“MED.MEDIATE”从未开始，“running”里永远没有它。"),
        ("late: ARRIVE", "“late”不能用 is 来比，它是几样东西，请用 has、lacks 或 present。"),
        ("any: [{kind: disputte}, {size: big}]", "没有名为“disputte”的类别，只有：inquiry、"),
    ],
)  # fmt: skip
def test_a_condition_asks_only_for_what_can_be(when: str, sentence: str) -> None:
    found = told(when)

    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_a_countys_own_label_for_a_matter_is_one() -> None:
    assert sample(TEXT.replace("{when: {size: big}", "{when: {topic: 用水}", 1)).code == "sample"


@pytest.mark.parametrize("place", ["colours", "tiers", "tells", "needs", "adds"])
def test_conditions_are_asked_wherever_they_stand(place: str) -> None:
    typo: dict[str, dict[str, Any]] = {
        "colours": {"colours": [{"when": {"kind": "disputte"}, "then": "red"}, {"then": "blue"}]},
        "tiers": {"tiers": [{"when": {"kind": "disputte"}, "then": "county"}, {"when": {"escalated": True}, "then": "village"}, {"then": "town"}]},
        "tells": office("say", tells=[{"who": "unit", "say": "请看一看。", "when": {"kind": "disputte"}}]),
        "needs": office("say", needs={"kind": "disputte"}),
        "adds": office("say", adds=[{"task": "visit", "when": {"kind": "disputte"}}]),
    }  # fmt: skip

    assert [sentence for sentence in refused(typo[place]) if sentence.startswith("没有名为“disputte”的类别")]


def test_a_notice_names_a_clock_that_can_be_running() -> None:
    text = TEXT.replace("请接办。", "请在 {due:MED.MEDIATE} 前接办。")

    with pytest.raises(PlaybookRefused, match=r"通知里的“due:MED\.MEDIATE”无法填写"):
        sample(text)


def test_an_outcome_that_no_end_knows_is_refused() -> None:
    with pytest.raises(
        PlaybookRefused, match="“答复”会记下结果“answered”，却没有一个终点的 outcomes 写了它。"
    ):
        sample(TEXT.replace("sets: {outcome: solved}", "sets: {outcome: answered}"))


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [
        ({"a": {"at_most": 0}}, {"a": {"at_most": 1}}, True),
        ({"a": {"at_most": 1}}, {"a": {"at_most": 0}}, False),
        ({"a": {"at_least": 0}}, {"a": {"at_most": 0}}, False),
        ({"a": "x"}, {"a": ["x", "y"]}, True),
        ({"a": ["x", "y"]}, {"a": "x"}, False),
        ({"a": {"not": True}}, {"a": False}, False),
        ({"a": {"has": "X"}}, {"a": {"lacks": "Y"}}, False),
        ({"any": [{"a": 1}, {"b": 1}]}, {"a": 1}, False),
        ({"a": 1}, {"any": [{"a": 1}, {"b": 1}]}, True),
        ({"a": 1, "b": 2}, {"b": {"present": True}}, True),
        ({}, {"a": 1}, False),
    ],
)
def test_one_condition_is_as_strong_as_another(
    one: dict[str, Any], other: dict[str, Any], is_so: bool
) -> None:
    assert implies(condition(one), condition(other)) is is_so
