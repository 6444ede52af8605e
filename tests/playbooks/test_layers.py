"""A playbook lies over the fragments it takes in: what they secure adds up, and what is dropped is dropped by name."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, PlaybookRefused, load
from heshi.playbooks.rules.conditions import condition
from heshi.playbooks.rules.layers import joined
from heshi.playbooks.rules.laying import secured
from heshi.playbooks.rules.reading import read
from tests.playbooks.sample import KNOWN

CLOSE = """\
steps:
  reply:
    label: 答复
    who: [officer]
    from: [acting]
    to: done
    needs: {plan: {present: true}}
    asks:
      reply: {label: 给群众的答复, type: long_text, required: true, private: true}
    sets: {outcome: solved, told: true}
    clocks: {stop: [ARRIVE, HL.NORMAL]}
    tells: [{who: resident, say: 您的事有了答复。}, {who: clerk, say: 案件已经答复。}]
    counts: [replies]
    answers: true
    resident: 已经答复您。
words:
  facts: {told: 已告知, replies: 答复次数}
"""
GATE = """\
steps:
  reply:
    needs: {checked: true}
    sets: {told: false}
    drops: {sets.told: 看过的不记作告知}
    clocks: {start: [HL.NORMAL]}
"""
OWN = """\
playbook: sample
title: 三步办理
source: 测试
include: [gate, close]
start: received
opening: {start: [HL.NORMAL]}
clocks:
  ARRIVE: {title: 报到, length: 4, unit: hour, source: 测试}
positions:
  received: {label: 已登记, resident: 您说的事已经登记。, holder: centre}
  acting: {label: 办理中, resident: 承办单位正在办理。}
  done: {label: 办结, resident: 这件事已经办结。, end: true, outcomes: [solved, answered]}
steps:
  dispatch:
    label: 派单
    who: [clerk]
    from: [received]
    to: acting
    asks:
      plan: {label: 打算, type: text}
      checked: {label: 看过, type: yes_no}
    clocks: {start: [ARRIVE]}
  reply:
    REPLY
"""


def lying(reply: str, *, close: str = CLOSE, gate: str = GATE, own: str = OWN) -> Playbook:
    """Return the playbook whose step ``reply`` says this over two fragments."""
    text = own.replace("REPLY", reply)
    fragments = {"gate": gate, "close": close}
    return load(file="own.yaml", text=text, fragments=fragments, known=KNOWN, schema=queries.schema())


def refused(reply: str, **layers: str) -> list[str]:
    with pytest.raises(PlaybookRefused) as refusal:
        lying(reply, **layers)
    return [str(problem) for problem in refusal.value.problems]


def test_conditions_of_every_layer_must_be_met() -> None:
    reply = lying("needs: {kind: dispute}").steps["reply"]

    assert reply.needs == condition({"kind": "dispute", "checked": True, "plan": {"present": True}})


def test_the_same_fact_asked_for_twice_must_be_so_twice() -> None:
    reply = lying("needs: {plan: {not: 再议}}").steps["reply"]

    assert reply.needs == condition(
        {"all": [{"plan": {"not": "再议"}}, {"checked": True}, {"plan": {"present": True}}]}
    )


def test_what_a_step_does_adds_up_and_its_own_word_goes_first() -> None:
    reply = lying(
        "sets: {outcome: answered}\n    drops: {sets.outcome: 这里只答复}\n    tells: [{who: clerk, say: 请看答复。}]"
    ).steps["reply"]

    assert dict(reply.sets) == {"outcome": "answered", "told": False}
    assert [(tell.who, tell.say) for tell in reply.tells] == [
        ("clerk", "请看答复。"),
        ("resident", "您的事有了答复。"),
    ]
    assert (reply.clocks.start, reply.clocks.stop) == (("HL.NORMAL",), ("ARRIVE", "HL.NORMAL"))
    assert (reply.counts, reply.answers) == (("replies",), True)


def test_a_condition_is_dropped_by_name_with_the_reason() -> None:
    reply = lying("drops: {needs.checked: 这里不用先看}").steps["reply"]

    assert reply.needs == condition({"plan": {"present": True}})
    assert reply.drops == {"needs.checked": "这里不用先看", "sets.told": "看过的不记作告知"}


def test_only_what_the_layer_below_says_can_be_dropped() -> None:
    assert refused("drops: {needs.looked: 这里不用先看}") == [
        "own.yaml 第 24 行：片段里没有“needs.looked”，不用写进 drops，请核对拼写或删去。"
    ]


def test_a_fragment_may_drop_what_only_some_playbooks_take_in() -> None:
    reply = lying("weight: 3", gate=GATE.replace("drops: {", "drops: {sets.nowhere: 有的预案里有, ")).steps[
        "reply"
    ]

    assert reply.sets["told"] is False


@pytest.mark.parametrize(
    ("reply", "lost"),
    [
        ("answers: false", "answers"),
        ("asks: {reply: {required: false}}", "asks.reply.required"),
        ("asks: {reply: {private: false}}", "asks.reply.private"),
    ],
)
def test_nothing_is_lost_without_being_named(reply: str, lost: str) -> None:
    (problem,) = refused(reply)

    assert problem == (
        f"own.yaml 第 23 行：这样写会丢掉片段里的“{lost}”；真的不要，请逐项写进 drops 并写明理由，例如 drops: {{{lost}: 为什么}}。"
    )


def test_what_is_dropped_by_name_is_gone() -> None:
    reply = lying("asks: {reply: {private: false}}\n    drops: {asks.reply.private: 群众看得到答复}").steps[
        "reply"
    ]

    assert [(ask.name, ask.private, ask.required) for ask in reply.asks] == [("reply", False, True)]


def test_a_way_of_ones_own_must_not_lose_what_the_fragments_way_did() -> None:
    rows = (
        "to: [{when: {plan: 修}, then: done, clocks: {stop: [ARRIVE]}, sets: {mended: true}}, {then: done}]"
    )
    close = CLOSE.replace("    to: done\n", f"    {rows}\n")

    (problem,) = refused("to: done", close=close)

    assert "这样写会丢掉片段里的“sets.mended”" in problem  # the clock is stopped by the step itself as well


def test_whatever_may_be_dropped_can_be_dropped() -> None:
    names = sorted(set(secured(yaml.safe_load(CLOSE)["steps"]["reply"])))
    drops = "\n".join(f"      {name}: 测试里都不要" for name in names)

    values: Any = joined(
        read("own.yaml", OWN.replace("REPLY", f"drops:\n{drops}")), {"gate": "steps: {}", "close": CLOSE}
    ).values

    kept = {key: value for key, value in values["steps"]["reply"].items() if key != "drops"}
    assert kept == {
        "label": "答复",
        "who": ["officer"],
        "from": ["acting"],
        "to": "done",
        "needs": {},
        "asks": {},
        "resident": "已经答复您。",
    }


def test_a_clock_that_is_left_out_is_turned_by_no_fragment() -> None:
    own = OWN.replace("include:", "without: {HL.NORMAL: 这里不限办理的日子}\ninclude:").replace(
        "opening: {start: [HL.NORMAL]}\n", ""
    )
    close = f"clocks:\n  HL.NORMAL: {{title: 办理, length: 5, unit: day, source: 测试}}\n{CLOSE}"
    reply = lying("weight: 3", own=own, close=close).steps["reply"]

    assert (reply.clocks.start, reply.clocks.stop) == ((), ("ARRIVE",))


def test_every_mistake_of_joining_is_told_at_once() -> None:
    told = refused("answers: false", own=OWN.replace("include:", "without: {ntoe: 写错了名字}\ninclude:"))

    assert len(told) == 2
    assert "片段里没有“ntoe”" in told[0]


@pytest.mark.parametrize("code", sorted(queries.shelf()))
def test_no_condition_of_a_fragment_is_lost_in_the_library_unless_it_is_named(code: str) -> None:
    """The same question asked again without the code that answers it: every fact of every fragment still stands in the way."""
    book = queries.from_file(queries.shelf()[code])
    without, lost = set(book.without), []
    for name in queries.read_includes(queries.text_of(queries.shelf()[code])):
        steps: dict[str, Any] = yaml.safe_load(queries.fragments()[name]).get("steps", {})
        for step, spec in steps.items():
            if step in book.steps and step not in without:
                kept = {
                    *book.steps[step].needs.facts(),
                    *(key.removeprefix("needs.") for key in book.steps[step].drops),
                }
                lost += [f"{name}: {step} needs {fact}" for fact in spec.get("needs", {}) if fact not in kept]

    assert lost == []
