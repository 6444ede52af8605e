"""A playbook in Chinese sentences: what can be read aloud at the counter instead of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heshi.people.terms import ROLES
from heshi.playbooks.rules.shape import SAME, Ask, ClockWork, Condition, Playbook, Step
from heshi.playbooks.terms import BEYOND_STAFF, COLOURS, HOLDERS, OUTCOMES

VERB_WORDS: Final = {
    "start": "开始计时", "stop": "停止计时", "pause": "暂停", "resume": "恢复", "extend": "延长",
}  # fmt: skip
FACT_WORDS: Final = {
    "kind": "类别", "topic": "事项", "place": "地点", "unit": "单位", "outcome": "结果", "tier": "层级", "colour": "颜色",
    "tier_confirmed": "层级已核定", "colour_confirmed": "颜色已核定", "parties": "当事人数", "source": "来源", "visit": "来访",
    "solved": "已解决", "score": "评分", "overdue": "超期", "waited": "等待期满", "reporters": "反映人数", "suggested_unit": "建议单位",
}  # fmt: skip
COMPARISON_WORDS: Final = {
    "is": "是", "in": "是", "not": "不是", "not_in": "不是", "at_least": "不小于", "at_most": "不大于",
}  # fmt: skip


def told(playbook: Playbook) -> list[str]:
    """Return the playbook in plain lines: positions with their steps, then what is possible everywhere."""
    lines = [
        f"{playbook.title}（{playbook.code}）",
        f"出处：{playbook.source}",
        *filter(None, [playbook.about]),
        "",
    ]
    for code, position in playbook.positions.items():
        kind = "终点" if position.end else f"在{HOLDERS[position.holder]}"
        lines += [
            f"【{position.label}】{kind}{'，起点' if code == playbook.start else ''}",
            f"  群众看到：{position.resident}",
        ]
        lines += [f"  {told_step(playbook, step)}" for step in playbook.steps.values() if code in step.source]
    return lines


def told_step(playbook: Playbook, step: Step) -> str:
    """Return a step in one line: who takes it, where it leads, what it asks and which clocks it turns."""
    targets = dict.fromkeys(step.targets())
    labels = ["原地" if target == SAME else playbook.positions[target].label for target in targets]
    words = [f"{step.label}（{told_who(playbook, step)}）→ {'／'.join(labels)}"]
    words += [f"填写 {'、'.join(map(_told_ask, step.asks))}"] if step.asks else []
    words += [*_told_clocks(step.clocks), *(["答复群众"] if step.answers else [])]
    return "；".join(words)


def told_who(playbook: Playbook, step: Step) -> str:
    """Return who may take a step, in the place's own words."""
    return "、".join(role_word(playbook.words.get("roles", {}), role) for role in step.who)


def role_word(local: Mapping[str, str], role: str) -> str:
    """Return what a role is called here, or everywhere, or its code."""
    return local.get(role) or ROLES.get(role) or BEYOND_STAFF.get(role, role)


def told_condition(when: Condition, facts: Mapping[str, str]) -> str:
    """Return a condition as words; ``facts`` says what this place calls a fact."""
    return "，且".join(_told_line(name, wanted, facts) for name, wanted in when.items()) or "其余情况"


def told_value(name: str, value: Any) -> str:
    """Return a fact's value as words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    family: Mapping[str, str] = {"outcome": OUTCOMES, "colour": COLOURS}.get(name, {})
    return family.get(str(value), "空" if value in ("", None) else str(value))


def _told_line(name: str, wanted: Any, facts: Mapping[str, str]) -> str:
    fact = facts.get(name) or FACT_WORDS.get(name, name)
    lines = wanted.items() if isinstance(wanted, Mapping) else [("is", wanted)]
    return "，且".join(f"{fact}{_compared(name, how, value)}" for how, value in lines)


def _compared(name: str, how: str, value: Any) -> str:
    if how == "present":
        return "已填写" if value else "未填写"
    if isinstance(value, bool):
        return f"{'不为' if how == 'not' else '为'}{told_value(name, value)}"
    return f"{COMPARISON_WORDS[how]}{_values(name, value)}"


def _values(name: str, wanted: Any) -> str:
    many = wanted if isinstance(wanted, list | tuple) else [wanted]
    return "、".join(told_value(name, value) for value in many)


def _told_ask(ask: Ask) -> str:
    return f"{ask.label}{'*' if ask.required else ''}"


def _told_clocks(work: ClockWork) -> list[str]:
    return [
        f"{word} {'、'.join(codes)}" for verb, word in VERB_WORDS.items() if (codes := getattr(work, verb))
    ]
