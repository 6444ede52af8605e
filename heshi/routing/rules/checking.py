"""What is wrong with a set of rules, told when it is saved: never found out by a resident's case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from heshi.cases.terms import KINDS
from heshi.common.yamltext import Miswritten, Problem
from heshi.people.terms import POST_ROLES
from heshi.places.rules.codes import lies_in
from heshi.playbooks.rules import Playbook
from heshi.routing.rules.acting import stuck_at
from heshi.routing.rules.deciding import wanted
from heshi.routing.rules.shape import Rule, StandingUnits, UnitRef


class RulesRefused(Miswritten):
    """The rules cannot all be carried out."""

    code = "rules_refused"
    sentence = "分流规则有误，一条也没有保存，请改正后再载入："
    thing = "规则文件"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule may name: units standing today, playbooks in force, places with their paths and heirs, tiers.

    ``posts`` gives by a unit's code the roles held there today, each also as role@level.
    """

    standing: StandingUnits
    playbooks: Mapping[str, Playbook]
    paths: dict[str, tuple[str, ...]]
    heirs: dict[str, str]
    tiers: frozenset[str]
    posts: Mapping[str, frozenset[str]] = field(default_factory=dict)


def broken(rules: Sequence[Rule], around: Surroundings, *, file: str) -> list[Problem]:
    """Return why these rules cannot be saved: one sentence for each thing that does not exist or contradicts itself."""
    seen: set[str] = set()
    problems = []
    for rule in rules:
        problems += [
            Problem(file, rule.line, f"规则“{rule.code}”{sentence}") for sentence in _wrong_with(rule, around)
        ]
        if rule.code in seen:
            problems.append(Problem(file, rule.line, f"规则代码“{rule.code}”用了两次，请改其中一个。"))
        seen.add(rule.code)
    return problems


def _wrong_with(rule: Rule, around: Surroundings) -> Iterator[str]:
    yield from abolished(rule, around.standing)
    yield from _unable(rule, around)
    if rule.playbook not in around.playbooks:
        yield f"的预案“{rule.playbook}”没有施行，请先发布预案或改用：{'、'.join(sorted(around.playbooks)) or '（还没有预案）'}。"
    for kind in sorted(rule.kinds - KINDS.keys()):
        yield f"的诉求类型“{kind}”不存在，可写：{'、'.join(KINDS)}。"
    for place in sorted(rule.places):
        if place in around.heirs:
            yield f"的区划“{place}”已由“{around.heirs[place]}”接续，请改写为新代码。"
        elif place not in around.paths:
            yield f"的区划“{place}”不存在，请核对区划代码。"
    for tier in sorted(rule.tiers - around.tiers):
        yield f"的层级“{tier}”没有任何预案使用，请核对预案里的层级代码。"
    if rule.valid_from and rule.valid_to and rule.valid_to <= rule.valid_from:
        yield "的失效日不晚于生效日，永远不会适用，请改正日期。"


def _unable(rule: Rule, around: Surroundings) -> Iterator[str]:
    """Yield which of the units that a rule means cannot act under its playbook: a case would lie there, and nobody could move it."""
    playbook = around.playbooks.get(rule.playbook)
    for unit in _meant(rule, around.standing) if playbook else ():
        if playbook and (stuck := stuck_at(playbook, around.posts.get(unit.code, frozenset()))):
            able = "、".join(POST_ROLES[role] for role in stuck.roles)
            asked = f"（要有{able}中的一种）" if able else ""
            yield (
                f"交给“{unit.name}”，按预案“{playbook.title}”办不下去：到“{stuck.position.label}”时，它没有能接着办的岗位{asked}，"
                "请改交别的单位、改用别的预案，或先给它设岗位。"
            )


def _meant(rule: Rule, standing: StandingUnits) -> list[UnitRef]:
    """Return every unit that a rule may send a case to."""
    target = rule.target
    if target.is_centre:
        found = list(standing.centres.values())
    else:
        found = [unit for (kind, _place), unit in standing.by_kind.items() if kind == target.kind]
    named = [standing.units.get(code) for code in (target.unit, target.otherwise) if code]
    return sorted({unit for unit in (*found, *named) if unit}, key=lambda unit: unit.code)


def abolished(rule: Rule, standing: StandingUnits) -> Iterator[str]:
    """Yield what a rule asks for and nobody can give today."""
    target = rule.target
    for code in filter(None, (target.unit, target.otherwise)):
        if code not in standing.units:
            yield f"指定的机构“{code}”不存在或已撤销，请改为现有机构的代码。"
    if target.kind and not any(kind == target.kind for kind, _place in standing.by_kind):
        yield f"指定的{wanted(target)}一个也没有，请先登记机构或改用别的类别。"


def swallowed(rules: Sequence[Rule], paths: dict[str, tuple[str, ...]]) -> list[tuple[Rule, Rule]]:
    """Return pairs (rule, the earlier rule that always goes before it): it can never decide anything."""
    ordered = sorted(rules, key=lambda rule: rule.priority)
    pairs = []
    for place, rule in enumerate(ordered):
        upper = next((earlier for earlier in ordered[:place] if _covers(earlier, rule, paths)), None)
        if upper:
            pairs.append((rule, upper))
    return pairs


def _covers(earlier: Rule, later: Rule, paths: dict[str, tuple[str, ...]]) -> bool:
    return (
        _holds_whenever(earlier.kinds, later.kinds)
        and _holds_whenever(earlier.topics, later.topics)
        and _holds_whenever(earlier.tiers, later.tiers)
        and _lies_within(earlier.places, later.places, paths)
        and (
            earlier.valid_from is None
            or (later.valid_from is not None and earlier.valid_from <= later.valid_from)
        )
        and (earlier.valid_to is None or (later.valid_to is not None and later.valid_to <= earlier.valid_to))
    )


def _holds_whenever(upper: frozenset[str], lower: frozenset[str]) -> bool:
    return not upper or (bool(lower) and lower <= upper)


def _lies_within(upper: frozenset[str], lower: frozenset[str], paths: dict[str, tuple[str, ...]]) -> bool:
    if not upper:
        return True
    roofs = [path for place in upper for path in paths.get(place, ())]
    floors = [path for place in lower for path in paths.get(place, ())]
    return bool(floors) and all(any(lies_in(floor, upper=roof) for roof in roofs) for floor in floors)
