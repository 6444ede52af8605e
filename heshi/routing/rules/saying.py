"""Say in plain words why a case went where it went."""

from __future__ import annotations

from collections.abc import Mapping

from heshi.cases.terms import KINDS
from heshi.routing.rules.shape import KeptDecision, Rule
from heshi.routing.terms import KIND, LATER, PLACE, TIER, TOPIC, WHYS
from heshi.understanding.terms import topic_label

NOT_KNOWN = "未知"


def explained(route: KeptDecision, *, rules: Mapping[str, Rule], unit: str) -> list[str]:
    """Return the decision kept in a case as sentences; ``rules`` are those of its version, by code."""
    lines = [f"当时的情况：{_inputs(route['inputs'])}。"]
    lines += [] if route.get("how") else [_won(route, rules, unit)]
    if fallback := route.get("fallback"):
        lines.append(fallback)
    lines += [_lost(code, why, route["inputs"], rules.get(code)) for code, why in route["lost"]]
    return lines


def _inputs(inputs: Mapping[str, str]) -> str:
    return "，".join(
        f"{label} {_word(name, _input(name, inputs)) or NOT_KNOWN}"
        for name, label in WHYS.items()
        if name != LATER
    )


def _input(name: str, inputs: Mapping[str, str]) -> str:
    return inputs.get("path" if name == PLACE else name, "")


def _word(name: str, value: str) -> str:
    if name == KIND:
        return KINDS.get(value, value)
    if name == TOPIC:
        return topic_label(value)
    return value.rsplit("/", 1)[-1] if name == PLACE else value


def _won(route: KeptDecision, rules: Mapping[str, Rule], unit: str) -> str:
    if not route["rule"]:
        return f"没有规则适用，转{unit}，预案 {route['playbook']}。"
    version, _, code = route["rule"].partition("/")
    return f"适用规则{_named(code, rules.get(code))}（第 {version} 版），交{unit}，预案 {route['playbook']}。"


def _named(code: str, rule: Rule | None) -> str:
    return f"“{rule.note}”（{code}）" if rule and rule.note else f"“{code}”"


def _lost(code: str, why: str, inputs: Mapping[str, str], rule: Rule | None) -> str:
    if why == LATER:
        return f"规则{_named(code, rule)}也适用，但排在后面。"
    asked = "、".join(_word(why, value) for value in sorted(_asked(rule, why)))
    only = f"只管{WHYS[why]} {asked}，" if asked else f"的{WHYS[why]}不符，"
    return f"规则{_named(code, rule)}{only}本案是 {_word(why, _input(why, inputs)) or NOT_KNOWN}。"


def _asked(rule: Rule | None, why: str) -> frozenset[str]:
    if rule is None:
        return frozenset()
    return {KIND: rule.kinds, TOPIC: rule.topics, PLACE: rule.places, TIER: rule.tiers}[why]
