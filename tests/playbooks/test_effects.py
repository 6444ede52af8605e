"""What a step brings about and when: one order for answers, facts, counters, tasks, the way on and the notices."""

from __future__ import annotations

from typing import Any

import pytest

from heshi.playbooks.rules import PlaybookRefused, Situation, StepNotYours, Told, decide, everywhere, offered
from tests.playbooks.sample import TEXT, sample

WORDED = TEXT.replace(
    "returned: 退回过",
    "returned: 退回过, watched: 盯着, big_ones: 大事几件, often: 常有, times: 商量几次, planner: 商量的人",
)
ALSO = """\
    also:
      - when: {size: big}
        sets: {watched: true}
        counts: [big_ones]
        clocks: {start: [HL.NORMAL]}
        tells: [{who: centre, say: "案件 {number} 是大事。"}]
      - when: {watched: true, big_ones: {at_least: 2}}
        sets: {often: true}
"""
RICH = WORDED.replace(
    "      size: {label: 大小, type: choice, options: {small: 小事, big: 大事}}\n",
    "      size: {label: 大小, type: choice, options: {small: 小事, big: 大事}}\n"
    "      guests: {label: 请哪些单位, type: units}\n      guide: {label: 请谁指导, type: staff}\n"
    "    tells:\n"
    '      - {who: guests, say: "请来一趟。", when: {size: big}}\n'
    '      - {who: guide, say: "请指导一下。"}\n' + ALSO,
)
OFFICER = frozenset({"officer"})


def planned(text: str = RICH, roles: frozenset[str] = OFFICER, actor: str = "", **given: Any) -> Any:
    """Take the step “plan” with these answers; facts begin with ``had_``."""
    facts = {name.removeprefix("had_"): value for name, value in given.items() if name.startswith("had_")}
    answers = {name: value for name, value in given.items() if not name.startswith("had_")}
    return decide(sample(text), Situation("acting", facts, roles, actor=actor), "plan", answers)


def test_an_effect_whose_condition_does_not_hold_leaves_no_trace() -> None:
    made = planned(size="small")

    assert (made.facts, made.clocks.start, made.tells) == ({"size": "small"}, (), ())


def test_each_effect_is_asked_of_what_those_before_it_made() -> None:
    first, second = planned(size="big"), planned(size="big", had_big_ones=1)

    assert first.facts == {"size": "big", "watched": True, "big_ones": 1}
    assert second.facts == {"size": "big", "watched": True, "big_ones": 2, "often": True}
    assert first.clocks.start == ("HL.NORMAL",)
    assert first.tells == (Told("centre", "案件 {number} 是大事。"),)


def test_a_notice_goes_by_the_answer_to_whomever_the_answer_names() -> None:
    made = planned(size="big", guests=["u1", "u2"], guide="s1")

    assert made.tells == (
        Told("unit:u1", "请来一趟。"),
        Told("unit:u2", "请来一趟。"),
        Told("staff:s1", "请指导一下。"),
        Told("centre", "案件 {number} 是大事。"),
    )
    assert planned(size="small", guests=["u1"]).tells == ()


def test_what_a_step_needs_is_asked_before_it_counts() -> None:
    once = RICH.replace(
        "    label: 商量\n", "    label: 商量\n    needs: {times: {at_most: 0}}\n    counts: [times]\n"
    )
    once = once.replace("{size: big}\n        sets", "{times: {at_least: 1}}\n        sets")

    made = planned(once, size="small")

    assert made.facts["times"] == 1
    assert made.facts["watched"] is True, "what comes behind it sees the count with this step"
    assert not offered(sample(once), Situation("acting", {"times": 1, "plan": ""}, OFFICER))


def test_a_row_of_the_way_on_tells_too() -> None:
    rows = RICH.replace(
        "      - {then: done}\n", '      - {then: done, tells: [{who: resident, say: "这件事办完了。"}]}\n'
    )
    at = Situation("acting", {"plan": "去"}, OFFICER)

    made = decide(sample(rows), at, "reply", {"reply": "好了"})

    assert made.tells == (Told("resident", "这件事办完了。"),)


# --- who ----------------------------------------------------------------------------------------

AT_TOWN = RICH.replace(
    "    label: 商量\n    who: [officer]", "    label: 商量\n    who: [{role: officer, level: town}]"
)
ANOTHER = RICH.replace(
    "    label: 商量\n    who: [officer]",
    "    label: 商量\n    remembers: planner\n    who: [clerk, {role: officer, other_than: planner}]",
)


def test_only_the_townships_own_may() -> None:
    planned(AT_TOWN, frozenset({"officer", "officer@town"}), size="small")
    planned(AT_TOWN, everywhere("officer"), size="small")

    with pytest.raises(StepNotYours, match="镇街的经办人"):
        planned(AT_TOWN, frozenset({"officer", "officer@county"}), size="small")


@pytest.mark.parametrize("party", ["resident", "respondent"])
def test_either_party_may(party: str) -> None:
    both = RICH.replace("    label: 商量\n    who: [officer]", "    label: 商量\n    who: [either_party]")

    assert planned(both, frozenset({party}), size="small").position == "acting"
    with pytest.raises(StepNotYours, match="群众、对方当事人"):
        planned(both, size="small")


def test_another_than_the_last_one_may() -> None:
    made = planned(ANOTHER, actor="s1", size="small")
    assert made.facts["planner"] == "s1"

    planned(ANOTHER, actor="s2", had_planner="s1", size="small")
    planned(ANOTHER, frozenset({"clerk"}), actor="s1", had_planner="s1", size="small")
    with pytest.raises(StepNotYours, match="不是“商量的人”那一位"):
        planned(ANOTHER, actor="s1", had_planner="s1", size="small")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RICH.replace("{who: guests,", "{who: nobody_there,"), "不知道要告诉谁：“nobody_there”。"),
        (RICH.replace("when: {watched: true,", "when: {unheard: true,"), "条件用到的“unheard”没有任何步骤会填写。"),
        (RICH.replace("clocks: {start: [HL.NORMAL]}\n        t", "clocks: {start: [NO.CLOCK]}\n        t"), "没有名为“NO.CLOCK”的时限"),
        (RICH.replace("{who: centre, say: \"案件", "{who: resident, say: \"" + "很长" * 80 + "案件"), "短信装不下"),
        (ANOTHER.replace("    remembers: planner\n", ""), "但没有步骤记下那是谁"),
        (AT_TOWN.replace("level: town", "level: moon"), "moon"),
        (RICH.replace("    label: 商量\n", "    label: 商量\n    when_over: [ARRIVE]\n"), "who 里要有 system"),
        (RICH.replace("guests, say: \"请来一趟。\"", "guests, say: \"{unheard}请来一趟。\""), "通知里的“unheard”无法填写"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PlaybookRefused) as refused:
        sample(text)

    assert said in str(refused.value)
    assert "sample.yaml 第" in str(refused.value)
