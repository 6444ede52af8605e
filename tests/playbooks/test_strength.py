"""A safeguard of a fragment is compared by value, condition, row and count: what a playbook takes away it must name."""

# ruff: noqa: E501 -- one mutation to a line reads better than ten lines each

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
import yaml

from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook, PlaybookRefused, load

PROBE = """\
clocks:
  XW: {title: 问一问, length: 3, unit: day, source: 测试}
tasks:
  seal: {label: 密谈, holder: centre, states: {waiting: 待谈, held: 已谈, done: 完}, done: [done], seen_by: [mediator]}
  paper: {label: 材料, holder: centre, clock: XW, states: {missing: 待补, here: 已补}, done: [here]}
steps:
  probe:
    label: 探
    who: [{role: mediator, other_than: last_one}, either_party]
    from: [acting]
    to: [{when: {urgent: true}, then: same, sets: {hit: true}, clocks: {start: [XW]}}, {then: same}]
    not_before: {field: day_x}
    remembers: last_one
    asks:
      day_x: {label: 哪天, type: date, required: true}
      day_y: {label: 另一天, type: date}
      urgent: {label: 急不急, type: yes_no}
      papers: {label: 材料, type: files, required: true, at_least: 2, at_most: 5}
      boss: {label: 领导, type: staff, role: leader, required: true}
      size: {label: 大小, type: choice, required: true, options: {s: 小, b: 大}}
      out_of: {label: 回避, type: staffs, role: expert}
    draws: [{into: panel, label: 评议员, from: {role: expert}, how_many: 3, not: [out_of]}]
    also: [{when: {size: b}, sets: {watched: true}, tells: [{who: unit, say: 请看一看吧。}], counts: [looks]}]
    adds: [{task: paper, title: 一样}, {task: paper, title: 又一样}]
    tells: [{who: resident, say: 您的事探了探。}]
    clocks: {since: {XW: day_x}}
    resident: 探了一下。
  bring: {label: 补, who: [mediator], from: open, to: same, task: {kind: paper, from: [missing], to: here, clock: none}}
  seal_up: {label: 封, who: [mediator], from: open, to: same, adds: [{task: seal}]}
  hold: {label: 谈, who: [mediator], from: open, to: same, task: {kind: seal, from: [waiting], to: held}}
  fin: {label: 完, who: [mediator], from: open, to: same, task: {kind: seal, from: [held], to: done}}
words:
  facts: {hit: 急过, last_one: 探过的人, watched: 盯着, looks: 看了几次, looked: 看过}
"""


@cache
def written(code: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load(queries.text_of(queries.shelf()[code]))
    return values


def over(spec: dict[str, Any], code: str = "canonical") -> Playbook:
    """Return a shipped playbook, with the fragment ``probe`` beneath it, and this laid over."""
    whole = copy.deepcopy(written(code))
    if code == "canonical":
        whole["include"] = ["probe", *whole["include"]]
    _laid(whole, copy.deepcopy(spec))
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    fragments = {**queries.fragments(), "probe": PROBE}
    return load(
        file="own.yaml", text=text, fragments=fragments, known=queries.known(), schema=queries.schema()
    )


def _laid(whole: dict[str, Any], spec: dict[str, Any]) -> None:
    for key, value in spec.items():
        if isinstance(value, dict) and isinstance(whole.get(key), dict):
            _laid(whole[key], value)
        else:
            whole[key] = value


def refused(spec: dict[str, Any], code: str = "canonical") -> list[str]:
    with pytest.raises(PlaybookRefused) as caught:
        over(spec, code)
    return [problem.sentence for problem in caught.value.problems]


def step(code: str, **spec: Any) -> dict[str, Any]:
    return {"steps": {code: spec}}


def probe(**spec: Any) -> dict[str, Any]:
    return step("probe", **spec)


LAWS = {"start": ["MED.MEDIATE", "LAB.MEDIATE", "PM.MEDIATE", "XF.HANDLE"]}
PRAISE = {"kind": "praise"}


def again() -> dict[str, list[str]]:
    """Return that the days for the confirmation begin anew."""
    return {"stop": ["PM.CONFIRM"], "start": ["PM.CONFIRM"]}


TAKEN_AWAY: list[tuple[str, dict[str, Any]]] = [
    # a value, under the same name
    ("sets.outcome", step("withdraw", sets={"outcome": "solved"})),
    ("sets.ruled", step("rule", sets={"ruled": False})),
    ("sets.unrated", step("close_unrated", sets={"unrated": False})),
    ("sets.rights_told", step("tell_rights", also=[{"when": {"kind": "dispute"}, "sets": {"rights_told": False}}])),
    ("clocks.since.XW", probe(clocks={"since": {"XW": "day_y"}})),
    ("not_before.day_x", probe(not_before={"field": "day_y"})),
    ("not_before.day_x", probe(not_before={"clock": "XW"})),
    ("draws.panel", probe(draws=[{"into": "panel", "label": "评", "from": {"role": "expert"}, "how_many": 1}])),
    ("draws.panel", probe(draws=[{"into": "panel", "label": "评", "from": {"role": "expert"}, "how_many": 3}])),
    ("remembers", probe(remembers="someone")),
    ("resident", step("refuse_mediation", resident="")),
    # a condition of its own
    ("clocks.start.PM.CONFIRM", step("agree", to=[{"when": PRAISE, "then": "answered", "clocks": {"start": ["PM.CONFIRM"]}}, {"then": "answered"}])),
    ("tells.resident", step("accept", tells=[{"who": "resident", "say": "已经受理。", "when": PRAISE}])),
    ("adds.confirmation", step("apply_confirm", adds=[{"task": "confirmation", "unit": "confirm_court", "when": PRAISE}])),
    # a row that nobody comes to
    ("clocks.start.PM.MEDIATE", step("accept", to=[{"when": {"kind": "praise", "topic": "18"}, "then": "accepted", "clocks": LAWS}, {"then": "accepted", "clocks": {"start": ["HL.NORMAL"]}}])),
    ("sets.reopened", step("rate", to=[{"when": PRAISE, "then": "acting", "sets": {"reopened": True, "outcome": ""}}, {"then": "closed"}])),
    ("sets.hit", probe(to="same")),
    # fewer than before
    ("adds.visit", step("rate", adds=[{"task": "visit", "title": "一周初访", "clock": "PM.FOLLOWUP", "when": {"kind": "dispute"}}])),
    ("adds.paper", probe(adds=[{"task": "paper", "title": "一样"}])),
    # what is asked
    ("asks.papers.type", probe(asks={"papers": {"type": "text"}})),
    ("asks.boss.type", probe(asks={"boss": {"type": "text"}})),
    ("asks.boss.role", probe(asks={"boss": {"role": "clerk"}})),
    ("asks.papers.at_least", probe(asks={"papers": {"at_least": 0}})),
    ("asks.papers.at_most", probe(asks={"papers": {"at_most": 9}})),
    ("asks.amount.type", step("agree", asks={"amount": {"type": "text"}})),
    ("asks.reply.private", step("feed_back", asks={"reply": {"private": True}})),
    ("asks.both_applied.options", step("apply_confirm", asks={"both_applied": {"options": {"both": "双方", "one": "一方"}}})),
    # whose act it is
    ("who", step("withdraw", who=["dispatcher"])),
    ("who", step("refuse_mediation", who=["mediator"])),
    ("who", step("reopen", who=["resident", "handling_unit_user"])),
    ("who", step("rule", who=["handling_unit_user", "dispatcher"])),
    ("who", step("decide_confirm", who=["mediator"])),
    ("who", probe(who=["mediator", "resident", "respondent"])),
    ("who", probe(who=[{"role": "mediator", "other_than": "last_one"}, "resident"])),
    ("from", step("withdraw", **{"from": ["registered"]})),
    ("from", step("refuse_mediation", **{"from": ["acting"]})),
    # tasks, positions, clocks
    ("task.clock", step("take_confirm", task={"kind": "confirmation", "from": ["applied"], "to": "taken"})),
    ("task.from", step("take_confirm", task={"kind": "confirmation", "from": ["applied", "taken"], "to": "taken", "clock": "PM.CONFIRM.DECIDE"})),
    ("done", {"tasks": {"confirmation": {"done": ["taken", "confirmed", "declined"]}}}),
    ("clock", {"tasks": {"confirmation": {"clock": "REVIEW"}}}),
    ("seen_by", {"tasks": {"seal": {"seen_by": ["mediator", "dispatcher"]}}}),
    ("holder", {"tasks": {"confirmation": {"holder": "centre"}}}),
    ("rests", {"positions": {"answered": {"rests": False}}}),
    ("outcomes", {"positions": {"withdrawn": {"outcomes": ["withdrawn_by_applicant", "solved"]}}}),
    ("on_expiry", {"clocks": {"ARRIVE": {"on_expiry": "lapse"}}}),
    ("length", {"clocks": {"OBJECT": {"length": 300}}}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spec"), TAKEN_AWAY)
def test_what_is_taken_away_without_being_named_is_refused(name: str, spec: dict[str, Any]) -> None:
    lost = [sentence for sentence in refused(spec) if sentence.startswith("这样写会丢掉片段里的")]

    assert len(lost) == 1
    assert name in lost[0].split("”")[0].split("“")[1].split("、")
    assert f"drops: {{{lost[0].split('drops: {')[1]}".endswith(": 为什么}。")


def test_a_ladder_keeps_its_rungs_unless_it_is_left_out() -> None:
    short = {"ladders": {"supervision": {"reminder": "提示", "warning": "警示"}}}

    assert refused(short) == [
        "这样写会丢掉片段里的阶梯“通报、约谈、督查”；真的不要，请写 without: {supervision: 为什么}，再写自己的阶梯。"
    ]
    own = over({**short, "without": {"supervision": "原文只有两级"}})
    assert list(own.ladders["supervision"]) == ["reminder", "warning"]


def test_how_it_got_weaker_is_said_with_the_situation() -> None:
    assert refused(step("accept", tells=[{"who": "resident", "say": "已经受理。", "when": {"kind": ["praise"]}}])) == [
        "这样写会丢掉片段里的“tells.resident”（kind 是“inquiry”时没有了）；真的不要，请逐项写进 drops 并写明理由，例如 drops: {tells.resident: 为什么}。"
    ]  # fmt: skip


ADDED: list[dict[str, Any]] = [
    step("accept", tells=[{"who": "resident", "say": "收下了，谢谢您。"}]),
    step("accept", needs={"topic": {"present": True}}, sets={"looked": True}, asks={"memo": {"label": "备注", "type": "text"}}),
    step("agree", to=[{"when": {"outcome": "agreed_oral"}, "then": "answered", "clocks": again()},
                      {"when": {"outcome": "agreed_written"}, "then": "answered", "clocks": again()}, {"then": "answered"}]),
    step("accept", clocks={"start": ["PM.MEDIATE", "MED.MEDIATE", "XF.HANDLE", "DISPATCH"], "since": {"LAB.MEDIATE": "registration"}}, to="accepted"),
    step("feed_back", asks={"outcome": {"options": {"solved": "办好了", "answered_unsolved": "没办成"}}}),
    probe(asks={"papers": {"at_least": 3}}, draws=[{"into": "panel", "label": "评", "from": {"role": "expert"}, "how_many": 5, "not": ["out_of"]}]),
    step("rule", who=["leader"]),
    {"clocks": {"OBJECT": {"length": 3, "source": "本县规定"}}},
    {"clocks": {"COME.NEAR": {"title": "就近报到", "length": 1, "unit": "hour", "source": "本县规定"}}, "tasks": {"response": {"clock": "COME.NEAR"}}},
]  # fmt: skip


@pytest.mark.parametrize("spec", ADDED)
def test_adding_and_ones_own_words_need_no_reason(spec: dict[str, Any]) -> None:
    assert over(spec).code == "canonical"


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("sets.ruled", step("rule", sets={"ruled": False})),
        ("who", step("reopen", who=["resident", "mediator"])),
        ("from", step("withdraw", **{"from": ["registered"]})),
        ("adds.visit", step("rate", adds=[{"task": "visit", "title": "回访", "clock": "PM.FOLLOWUP"}])),
        ("asks.amount.type", step("agree", asks={"amount": {"type": "text"}})),
    ],
)
def test_what_is_named_with_the_reason_may_go(name: str, spec: dict[str, Any]) -> None:
    ((code, own),) = spec["steps"].items()

    assert over(step(code, **own, drops={name: "本县规定不同"})).steps[code].drops == {name: "本县规定不同"}


def test_a_task_names_what_it_drops_too() -> None:
    own = over({"tasks": {"confirmation": {"clock": "REVIEW", "drops": {"clock": "本县法院另有规定"}}}})

    assert own.tasks["confirmation"].clock[0].then == "REVIEW"
