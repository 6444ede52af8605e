"""A playbook in Chinese sentences: what can be read aloud at the counter instead of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heshi.people.terms import ROLES
from heshi.playbooks.rules.conditions import Condition, Either, Test
from heshi.playbooks.rules.shape import (
    SAME,
    Ask,
    CampaignDef,
    ClockWork,
    Playbook,
    Rhythm,
    Step,
    TaskKind,
)
from heshi.playbooks.terms import BEYOND_STAFF, COLOURS, HOLDERS, OUTCOMES, PERIODS

VERB_WORDS: Final = {
    "start": "开始计时", "stop": "停止计时", "pause": "暂停", "resume": "恢复", "extend": "延长",
}  # fmt: skip
FACT_WORDS: Final = {
    "kind": "类别", "topic": "事项", "place": "地点", "unit": "单位", "outcome": "结果", "tier": "层级", "colour": "颜色",
    "tier_confirmed": "层级已核定", "colour_confirmed": "颜色已核定", "parties": "当事人数", "source": "来源", "visit": "来访",
    "solved": "已解决", "score": "评分", "overdue": "超期", "waited": "等待期满", "reporters": "反映人数", "suggested_unit": "建议单位",
    "late": "已过的期限", "running": "在走的期限", "presence": "进驻方式",
}  # fmt: skip
WEEKDAYS: Final = {1: "周一", 2: "周二", 3: "周三", 4: "周四", 5: "周五", 6: "周六", 7: "周日"}
COMPARISON_WORDS: Final = {
    "is": "是", "in": "是", "not": "不是", "not_in": "不是", "at_least": "不小于", "at_most": "不大于", "has": "有", "lacks": "没有",
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
    return [*lines, *_told_beyond(playbook)]


def _told_beyond(playbook: Playbook) -> list[str]:
    """Return what a playbook says beyond positions and steps, family by family; nothing for what it does not say."""
    families = {
        "分项": [told_task(kind) for kind in playbook.tasks.values()],
        "阶梯": [told_ladder(rungs) for rungs in playbook.ladders.values()],
        "节律": [told_rhythm(rhythm) for rhythm in playbook.rhythm.values()],
        "行动": [told_campaign(campaign) for campaign in playbook.campaigns.values()],
        "原文没写，这里这样定": [f"{what}：{default}" for what, default in playbook.undefined.items()],
        "不做的": [f"{what}：{instead}" for what, instead in playbook.left_out.items()],
        "原文的数（仅供对照）": [
            f"{what}：{told_figure(figure)}" for what, figure in playbook.reference.items()
        ],
    }
    return [
        line
        for name, some in families.items()
        if some
        for line in (f"【{name}】", *(f"  {one}" for one in some))
    ]


def told_task(kind: TaskKind) -> str:
    """Return a kind of task in one line: who has it, and through which states it goes."""
    return f"{kind.label}，在{HOLDERS[kind.holder]}手里：{'、'.join(kind.states.values())}"


def told_ladder(rungs: Mapping[str, str]) -> str:
    """Return a ladder from its lowest rung to the highest."""
    return " → ".join(rungs.values())


def told_rhythm(rhythm: Rhythm) -> str:
    """Return a duty that comes back in one line."""
    days = "、".join(WEEKDAYS[int(day)] if rhythm.every == "week" else _day(day) for day in rhythm.on)
    who = ROLES.get(rhythm.who, rhythm.who)
    return f"{PERIODS[rhythm.every]}{days and f'（{days}）'}：{rhythm.title}，{who}办"


def _day(day: int | str) -> str:
    return f"{day}日" if isinstance(day, int) else f"{int(day[:2])}月{int(day[3:])}日"


def told_campaign(campaign: CampaignDef) -> str:
    """Return a campaign in one line: how many in how many days."""
    return f"{campaign.title}：{campaign.days} 天，目标 {campaign.target} 件"


def told_figure(figure: Any) -> str:
    """Return one of the source's own figures as it was printed, with its two numbers where it gives them."""
    if not isinstance(figure, Mapping):
        return str(figure)
    pair = f"（{figure['part']}／{figure['whole']}）" if "part" in figure and "whole" in figure else ""
    note = f"，{figure['note']}" if figure.get("note") else ""
    return f"{figure['says']}{pair}{note}"


def fact_word(playbook: Playbook, name: str) -> str:
    """Return what a fact is called here, or everywhere, or its code."""
    local = playbook.words.get("facts", {}).get(name)
    return local or FACT_WORDS.get(name) or task_words(playbook).get(name, name)


def task_words(playbook: Playbook) -> dict[str, str]:
    """Return what the numbers of tasks are called: by kind and by state."""
    return {
        f"{kind.code}_{name}": f"{word}的{kind.label}数"
        for kind in playbook.tasks.values()
        for name, word in {"open": "没完", "all": "全部", **kind.states}.items()
    }


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
    return _joined(when, facts) or "其余情况"


def _joined(when: Condition, facts: Mapping[str, str]) -> str:
    return "，且".join(_told_line(line, facts) for line in when.lines)


def told_value(name: str, value: Any) -> str:
    """Return a fact's value as words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    family: Mapping[str, str] = {"outcome": OUTCOMES, "colour": COLOURS}.get(name, {})
    return family.get(str(value), "空" if value in ("", None) else str(value))


def _told_line(line: Test | Either, facts: Mapping[str, str]) -> str:
    if isinstance(line, Either):
        return "或者".join(f"（{_joined(each, facts)}）" for each in line.of)
    fact = facts.get(line.fact) or FACT_WORDS.get(line.fact, line.fact)
    return f"{fact}{_compared(line.fact, line.how, line.value)}"


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
