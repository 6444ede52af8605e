"""Rules are refused when they are saved, decide at once, and can always be asked why."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from heshi.cases.models import Case
from heshi.intake.rules.report import Report
from heshi.journey.actions import receive
from heshi.people.actions import close_unit
from heshi.places.actions import succeed
from heshi.routing import queries
from heshi.routing.actions import load_rules, route_many
from heshi.routing.management.commands.routing import RulesBroken, RulesUnreadable
from heshi.routing.models import RuleSet
from heshi.routing.rules import RulesRefused
from tests.cast import NOON, TOWNSHIPS, VILLAGES, County

Books = dict[str, UUID]
RULES = f"""
title: 试用规则
rules:
  - {{code: wages, note: 欠薪交人社局, kinds: [complaint], topics: ["10"], unit: dept_hr, playbook: canonical}}
  - {{code: lamps, note: 甲镇的事交住建局, places: ["{TOWNSHIPS[0]}"], unit: dept_housing, playbook: shulan_liubu}}
"""
PATH = f"990100/{TOWNSHIPS[0]}/{VILLAGES[0]}"
ELSEWHERE = f"990100/{TOWNSHIPS[1]}"
COMMITTEE = f"committee_{TOWNSHIPS[0]}"


def asked(kind: str = "complaint", topic: str = "18", path: str = PATH) -> dict[str, Any]:
    return {"kind": kind, "topic": topic, "place": "", "path": path, "tier": ""}


def load(text: str = RULES) -> RuleSet:
    return load_rules(text=text, file="rules.yaml", at=NOON).rule_set


def routing(*arguments: str) -> str:
    out = io.StringIO()
    call_command("routing", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def rules(county: County, books: Books) -> RuleSet:
    return load()


def test_loaded_rules_decide_at_once(county: County, rules: RuleSet) -> None:
    decisions = route_many([asked(), asked(topic="10"), asked(path=ELSEWHERE)])

    assert [(one.unit_code, one.playbook, one.rule_id) for one in decisions] == [
        ("dept_housing", "shulan_liubu", "1/lamps"),
        ("dept_hr", "canonical", "1/wages"),
        (f"centre_{TOWNSHIPS[1]}", "canonical", None),
    ]
    assert decisions[0].unit_id == county.housing.pk


def test_the_same_file_again_changes_nothing_and_another_is_a_new_version(rules: RuleSet) -> None:
    again, other = load(), load(RULES.replace("dept_hr", COMMITTEE))

    assert (again.pk, other.version) == (rules.pk, 2)
    assert list(RuleSet.objects.order_by("version").values_list("version", "active")) == [
        (1, False),
        (2, True),
    ]
    assert route_many([asked(topic="10")])[0].unit_code == COMMITTEE


def test_deciding_asks_the_database_nothing(
    rules: RuleSet, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    route_many([asked()])

    with django_assert_num_queries(0):
        route_many([asked(topic=str(number)) for number in range(500)])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("unit: nowhere, playbook: canonical", "指定的机构“nowhere”不存在或已撤销"),
        ("unit: court, playbook: none_such", "的预案“none_such”没有施行"),
        ("unit: court, playbook: canonical, places: ['990100009']", "的区划“990100009”不存在"),
        ("unit: court, playbook: canonical, kinds: [gossip]", "的诉求类型“gossip”不存在"),
        ("unit: court, playbook: canonical, tiers: [moon]", "的层级“moon”没有任何预案使用"),
        ("unit: {kind: hean_tribunal}, playbook: canonical", "“和安庭”一个也没有"),
        ("unit: {kind: court, else: nowhere}, playbook: canonical", "指定的机构“nowhere”不存在"),
        ("unit: court, playbook: canonical, valid_from: 2026-02-01, valid_to: 2026-01-01", "永远不会适用"),
    ],
)
def test_broken_rule_is_refused_when_saved_and_nothing_is_saved(
    rules: RuleSet, wrong: str, sentence: str
) -> None:
    text = RULES + f"  - {{code: wrong, {wrong}}}\n"

    with pytest.raises(RulesRefused) as refused:
        load(text)

    assert str(refused.value).splitlines()[1].startswith("rules.yaml 第 6 行：规则“wrong”")
    assert sentence in str(refused.value)
    assert list(RuleSet.objects.filter(active=True)) == [rules]


def test_one_code_twice_is_refused(county: County, books: Books) -> None:
    with pytest.raises(RulesRefused, match="规则代码“wages”用了两次"):
        load(RULES.replace("code: lamps", "code: wages"))


def test_a_rule_that_never_decides_is_a_warning(county: County, books: Books) -> None:
    text = RULES + f"  - {{code: late, places: ['{VILLAGES[0]}'], unit: {COMMITTEE}, playbook: canonical}}\n"

    loaded = load_rules(text=text, file="rules.yaml", at=NOON)

    assert loaded.warnings == (
        "规则“late”（第 6 行）永远轮不到：排在前面的“lamps”（第 5 行）管得更宽，请调换次序或删去。",
    )


def test_unit_closed_later_is_reported_and_its_cases_go_to_the_centre(county: County, rules: RuleSet) -> None:
    close_unit(unit=county.housing, on=NOON.date())
    queries.forget()

    decision = route_many([asked()])[0]

    assert (decision.unit_code, decision.rule_id) == (f"centre_{TOWNSHIPS[0]}", "1/lamps")
    assert decision.fallback.startswith(
        "分流规则“甲镇的事交住建局”指定的机构“dept_housing”不在，已转甲镇综治中心"
    )
    with pytest.raises(RulesBroken):
        routing("check")


def test_place_merged_later_still_decides_and_is_reported(county: County, rules: RuleSet) -> None:
    succeed(old=TOWNSHIPS[0], new=TOWNSHIPS[1], on=NOON.date())
    queries.forget()

    assert [one.unit_code for one in route_many([asked(), asked(path=ELSEWHERE)])] == ["dept_housing"] * 2
    assert [problem.sentence for problem in queries.problems_now(on=NOON.date() + timedelta(days=1))] == [
        f"规则“lamps”的区划“{TOWNSHIPS[0]}”已由“{TOWNSHIPS[1]}”接续，请改写为新代码。"
    ]


def test_without_rules_everything_goes_to_the_centre(county: County, books: Books) -> None:
    decision = route_many([asked()])[0]

    assert (decision.unit_code, decision.rule_id) == (f"centre_{TOWNSHIPS[0]}", None)
    assert "还没有载入规则" in routing("check")


def report_lamp(key: str = "a") -> Case:
    report = Report(
        source="web",
        source_key=key,
        body="村口的路灯坏了。",
        kind="complaint",
        topic="18",
        place=VILLAGES[0],
        phone="13800001234",
    )
    (receipt,) = receive(reports=[report], at=NOON)
    return Case.objects.get(pk=receipt.case_id)


def test_a_case_can_be_asked_why_even_after_the_rules_changed(county: County, rules: RuleSet) -> None:
    case = report_lamp()
    load(RULES.replace("甲镇的事交住建局", "改过的说明"))

    assert routing("explain", case.number).splitlines() == [
        f"当时的情况：诉求类型 投诉，事项类别 其他，地点 {VILLAGES[0]}，层级 未知。",
        "适用规则“甲镇的事交住建局”（lamps）（第 1 版），交县住房和城乡建设局，预案 shulan_liubu。",
        "规则“欠薪交人社局”（wages）只管事项类别 拖欠农民工工资，本案是 其他。",
    ]


def test_dry_run_says_what_new_rules_would_move_and_changes_nothing(rules: RuleSet, tmp_path: Path) -> None:
    case = report_lamp()
    file = tmp_path / "new.yaml"
    file.write_text(RULES.replace("unit: dept_housing", f"unit: {COMMITTEE}"), encoding="utf-8")

    said = routing("dry-run", "--rules", str(file))

    spoken = f"{case.number[:4]}-{case.number[4:8]}-{case.number[8:]}"
    assert said.splitlines() == [
        "算了 1 件，有 1 件会改去别处。",
        f"  dept_housing shulan_liubu → {COMMITTEE} shulan_liubu：1 件，如 {spoken}",
    ]
    assert routing("dry-run") == "算了 1 件，有 0 件会改去别处。\n"
    assert Case.objects.get(pk=case.pk).unit_id == case.unit_id


def test_listing_and_loading_by_command(county: County, books: Books, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES, encoding="utf-8")

    assert routing("load", str(file)) == "已施行第 1 版，共 2 条规则。\n"
    assert routing("load", str(file)) == "内容没有变化，仍施行第 1 版，共 2 条规则。\n"
    assert routing("check") == "2 条规则都能照办。\n"
    assert routing("list").splitlines()[0].split()[:2] == ["10", "wages"]
    with pytest.raises(RulesUnreadable):
        routing("load", str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "unit: court, playbook: canonical",
            ("通用办理流程", "已派单", "承办单位经办人、人民调解员、联络员、网格员"),
        ),
        (
            "unit: {kind: court, at: county, else: dept_hr}, playbook: shulan_liubu",
            (
                "六步接办（吹哨、报到、会商、落实、反馈、评价）",
                "待报到",
                "承办单位经办人、人民调解员、联络员",
            ),
        ),
    ],
)
def test_a_unit_that_cannot_act_under_its_playbook_is_refused_in_one_sentence(
    rules: RuleSet, rule: str, said: tuple[str, str, str]
) -> None:
    playbook, position, able = said

    with pytest.raises(RulesRefused) as refused:
        load(RULES + f"  - {{code: wrong, {rule}}}\n")

    assert str(refused.value).partition("\n")[2] == (
        f"rules.yaml 第 6 行：规则“wrong”交给“县人民法院”，按预案“{playbook}”办不下去：到“{position}”时，它没有能接着办的岗位"
        f"（要有{able}中的一种），请改交别的单位、改用别的预案，或先给它设岗位。"
    )
    assert list(RuleSet.objects.filter(active=True)) == [rules]


def test_a_unit_that_lost_its_people_is_told_by_the_check(county: County, rules: RuleSet) -> None:
    county.staff["other_officer"].posts.update(valid_to=NOON.date())

    problems = queries.problems_now(on=NOON.date() + timedelta(days=1))

    assert [problem.sentence.partition("：")[0] for problem in problems] == [
        "规则“wages”交给“县人力资源和社会保障局”，按预案“通用办理流程”办不下去"
    ]


@pytest.fixture
def demo_county(db: None) -> None:
    """The made-up county with everybody in it, and every playbook in force."""
    call_command("demo", stdout=io.StringIO())
    queries.forget()


STATUTORY = {
    ("dispute", "10"): ("labour_committee", "labour"),
    ("dispute", "11"): ("labour_committee", "labour"),
    ("dispute", "劳动和社会保障"): ("labour_committee", "labour"),
    ("dispute", "15"): ("medical_committee", "medical"),
    ("dispute", "卫生计生"): ("medical_committee", "medical"),
    ("dispute", "16"): ("police_bureau", "traffic"),
    ("dispute", "诉前调解"): ("court_link_desk", "court_pretrial"),
    ("petition_matter", "10"): ("dept_hr", "petition"),
    ("petition_matter", "18"): ("petition_bureau", "petition"),
}


def test_what_the_law_has_a_way_for_goes_that_way_in_the_demo(demo_county: None) -> None:
    found = route_many([asked(kind, topic) for kind, topic in STATUTORY])

    assert dict(zip(STATUTORY, [(one.unit_code, one.playbook) for one in found], strict=True)) == STATUTORY


def test_the_demo_rules_fit_the_demo_county(demo_county: None) -> None:
    """Loaded, they passed every check: each unit is founded, each playbook in force, and each unit can act under its own."""
    assert routing("check").endswith("条规则都能照办。\n")
    assert "提醒" not in routing("load")
