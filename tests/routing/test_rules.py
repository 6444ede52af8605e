"""Whose matter it is: decided by the first rule that fits, and checked before it can be saved."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heshi.routing.rules import (
    Compiled,
    Decision,
    Facts,
    Rule,
    RulesRefused,
    StandingUnits,
    Target,
    UnitRef,
    compiled,
    decide,
    explained,
    read_rules,
    swallowed,
)
from heshi.routing.terms import MOST_LOST

COUNTY, TOWN, VILLAGE = "990100", "990100001", "990100001001"
PATH = f"{COUNTY}/{TOWN}/{VILLAGE}"


def unit(code: str, kind: str = "line_department", place: str = COUNTY) -> UnitRef:
    return UnitRef(UUID(int=hash(code) % 2**64), code, f"{code}名", kind, place)


UNITS = [
    unit("county_centre", "governance_centre"),
    unit("town_centre", "governance_centre", TOWN),
    unit("committee", "township_committee", TOWN),
    unit("dept_hr"),
    unit("dept_housing"),
]
STANDING = StandingUnits(
    COUNTY,
    {one.code: one for one in UNITS},
    {(one.kind, one.place): one for one in UNITS},
    {COUNTY: UNITS[0], TOWN: UNITS[1]},
)


def rule(code: str, priority: int, target: str | Target, **conditions: list[str]) -> Rule:
    held: dict[str, Any] = {name: frozenset(words) for name, words in conditions.items()}
    aim = Target(unit=target) if isinstance(target, str) else target
    return Rule(code=code, priority=priority, target=aim, playbook="canonical", **held)


def ready(*rules: Rule) -> Compiled:
    return compiled(version=3, rules=rules, paths={TOWN: (f"{COUNTY}/{TOWN}",)}, standing=STANDING)


def test_first_rule_that_fits_decides_and_the_others_are_remembered_with_the_reason() -> None:
    rules = ready(
        rule("here", 1, "dept_hr", places=["990100002"]),
        rule("wages", 2, "dept_hr", kinds=["dispute"], topics=["10"]),
        rule("house", 3, "dept_housing", kinds=["dispute"], topics=["17"]),
        rule("all", 4, "county_centre"),
    )
    facts = Facts("dispute", "17", PATH)

    decision = decide(rules, facts)

    assert decision == Decision(
        STANDING.units["dept_housing"].id, "dept_housing", "dept_housing名", "canonical", "3/house", facts, 3,
        (("all", "later"), ("wages", "topic"), ("here", "place")),
    )  # fmt: skip


def test_decision_is_kept_in_the_case_as_plain_values() -> None:
    decision = decide(ready(rule("all", 1, "dept_hr")), Facts("inquiry", "18"))

    assert decision.told() == {
        "rule": "3/all", "version": 3, "inputs": {"kind": "inquiry", "topic": "18"}, "lost": [], "unit": "dept_hr",
        "playbook": "canonical",
    }  # fmt: skip


def test_priority_goes_before_the_order_in_the_file() -> None:
    rules = ready(rule("second", 20, "dept_hr"), rule("first", 10, "dept_housing"))

    assert decide(rules, Facts("inquiry", "18")).unit_code == "dept_housing"


@pytest.mark.parametrize(
    ("path", "expected"),
    [(PATH, "town_centre"), ("990100/990100009", "county_centre"), ("", "county_centre")],
)
def test_nobody_matched_means_the_township_centre_and_a_sentence_never_limbo(
    path: str, expected: str
) -> None:
    decision = decide(ready(rule("wages", 1, "dept_hr", topics=["10"])), Facts("complaint", "17", path))

    assert (decision.unit_code, decision.playbook, decision.rule_id) == (expected, "canonical", None)
    assert decision.fallback == f"没有分流规则适用于这件事，已转{expected}名，请分流员确认承办单位。"


def test_unit_gone_since_the_rule_was_saved_means_the_centre_and_a_sentence() -> None:
    decision = decide(ready(rule("wages", 1, "dept_gone")), Facts("dispute", "10", PATH))

    assert (decision.unit_code, decision.rule_id) == ("town_centre", "3/wages")
    assert "“dept_gone”不在，已转town_centre名" in decision.fallback


@pytest.mark.parametrize(
    ("target", "path", "expected"),
    [
        (Target(kind="township_committee", at="township"), PATH, "committee"),
        (Target(kind="township_committee", at="township", otherwise="dept_hr"), "990100", "dept_hr"),
        (Target(kind="village_committee", at="village"), PATH, "town_centre"),
        (Target(kind="governance_centre", at="county"), PATH, "county_centre"),
        (Target(is_centre=True, at="township"), PATH, "town_centre"),
        (Target(is_centre=True, at="county"), PATH, "county_centre"),
    ],
)
def test_a_rule_may_name_the_unit_around_the_matter(target: Target, path: str, expected: str) -> None:
    assert decide(ready(rule("near", 1, target)), Facts("dispute", "02", path)).unit_code == expected


def test_a_place_means_everything_below_it() -> None:
    rules = ready(rule("town", 1, "dept_hr", places=[TOWN]), rule("all", 2, "dept_housing"))

    sent = [
        decide(rules, Facts("dispute", "02", path)).unit_code
        for path in (PATH, f"{COUNTY}/{TOWN}", f"{COUNTY}/{TOWN}9")
    ]

    assert sent == ["dept_hr", "dept_hr", "dept_housing"]


words = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2)


@given(
    st.lists(st.tuples(words, words, words), max_size=40), st.tuples(*[st.sampled_from(["a", "b", "d"])] * 3)
)
def test_decision_is_what_reading_the_list_from_above_gives(
    conditions: list[tuple[list[str], list[str], list[str]]], asked: tuple[str, str, str]
) -> None:
    rules = [
        rule(f"r{place}", place, "dept_hr", kinds=kinds, topics=topics, tiers=tiers)
        for place, (kinds, topics, tiers) in enumerate(conditions)
    ]
    facts = Facts(asked[0], asked[1], "", asked[2])

    decision = decide(ready(*rules), facts)

    fits = [
        one.code
        for one in rules
        if all(
            not words or word in words
            for words, word in zip((one.kinds, one.topics, one.tiers), asked, strict=True)
        )
    ]
    assert decision.rule_id == (f"3/{fits[0]}" if fits else None)
    assert len(decision.lost) <= MOST_LOST
    assert [code for code, why in decision.lost if why == "later"] == fits[1 : 1 + MOST_LOST // 2]
    assert {code for code, why in decision.lost if why != "later"}.isdisjoint(fits)


def test_sixty_rules_decide_in_no_time() -> None:
    rules = ready(
        *(rule(f"r{place}", place, "dept_hr", topics=[str(place)], kinds=["dispute"]) for place in range(60))
    )
    asked = [Facts("dispute", str(number % 70), PATH) for number in range(20_000)]

    began = time.perf_counter()
    for facts in asked:
        decide(rules, facts)

    assert (time.perf_counter() - began) / len(asked) < 15e-6


GOOD = """
title: 试
rules:
  - {code: wages, note: 欠薪, kinds: [dispute], topics: ["10"], unit: dept_hr, playbook: canonical}
  - {code: near, unit: {kind: township_committee, at: township, else: dept_hr}, playbook: canonical, valid_to: 2027-01-01}
  - {code: rest, unit: {centre: township}, playbook: canonical}
"""


def test_file_becomes_rules_in_order_with_their_lines() -> None:
    rules = read_rules(file="r.yaml", text=GOOD)

    assert [(one.code, one.priority, one.line) for one in rules] == [
        ("wages", 10, 4),
        ("near", 20, 5),
        ("rest", 30, 6),
    ]
    assert rules[1].target == Target(kind="township_committee", at="township", otherwise="dept_hr")


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("rules: [", 1, "这里不是规范的 YAML，请检查缩进、冒号和引号。"),
        ("", 1, "规则文件应由“键: 值”组成，文件是空的或格式不对。"),
        ("rules: []", 1, "“rules”不能是空的。"),
        (
            "rules:\n  - {code: a, unit: x, playbook: p, colour: red}",
            2,
            "不认识的键“colour”，请核对拼写，这里可写：code、note、",
        ),
        ("rules:\n  - {code: a, unit: x}", 2, "“rules”的第 1 项缺少“playbook”，请补上。"),
        (
            "rules:\n  - {code: a, unit: x, playbook: p, topics: [10]}",
            2,
            "应当是文字，现在写的是“10”，请给它加上引号。",
        ),
        ("rules:\n  - {code: a, unit: {kind: castle, at: township}, playbook: p}", 2, "“unit”应是机构代码"),
        ("rules:\n  - {code: a, unit: {centre: moon}, playbook: p}", 2, "“unit”应是机构代码"),
        (
            "rules:\n  - {code: a, unit: x, playbook: p, valid_from: soon}",
            2,
            "“soon”不是日期，请写 2026-01-31 这样的日期。",
        ),
        ("rules:\n  - {code: a, unit: x, playbook: p, valid_to: 2026-02-30}", 2, "“2026-02-30”不是日期"),
        ("rules:\n  - {code: a, unit: x, playbok: p}", 2, "不认识的键“playbok”，是不是“playbook”？"),
        ("rules:\n  - {code: a, unit: x, playbook: p, tiers: [' ']}", 2, "“ ”里没有字，请删去或写上。"),
        ("rules:\n  - 1", 2, "“rules”的第 1 项的写法不对，这里应当是“键: 值”，现在写的是“1”。"),
    ],
)
def test_misshapen_file_is_refused_with_line_and_sentence(text: str, line: int, sentence: str) -> None:
    with pytest.raises(RulesRefused) as refused:
        read_rules(file="r.yaml", text=text)

    assert refused.value.problems[0].line == line
    assert sentence in str(refused.value)


def test_rule_that_an_earlier_one_swallows_is_found() -> None:
    paths: dict[str, tuple[str, ...]] = {TOWN: (f"{COUNTY}/{TOWN}",), VILLAGE: (PATH,)}
    wide = rule("wide", 1, "dept_hr", kinds=["dispute", "complaint"], places=[TOWN])
    inside = rule("inside", 2, "dept_hr", kinds=["dispute"], places=[VILLAGE], topics=["10"])
    beside = rule("beside", 3, "dept_hr", kinds=["inquiry"], places=[VILLAGE])
    anywhere = rule("anywhere", 4, "dept_hr", kinds=["dispute"])

    pairs = swallowed([wide, inside, beside, anywhere], paths)

    assert [(loser.code, upper.code) for loser, upper in pairs] == [("inside", "wide")]


def test_decision_is_said_in_words() -> None:
    rules = [
        rule("wages", 1, "dept_hr", topics=["10"]),
        rule("all", 2, "county_centre"),
        rule("rest", 3, "dept_hr"),
    ]
    route = decide(ready(*rules), Facts("dispute", "17", PATH)).told()

    lines = explained(route, rules={one.code: one for one in rules}, unit="和安县综治中心")

    assert lines == [
        "当时的情况：诉求类型 矛盾纠纷，事项类别 物业，地点 990100001001，层级 未知。",
        "适用规则“all”（第 3 版），交和安县综治中心，预案 canonical。",
        "规则“rest”也适用，但排在后面。",
        "规则“wages”只管事项类别 拖欠农民工工资，本案是 物业。",
    ]
