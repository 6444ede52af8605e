"""A playbook in Chinese sentences: what can be read aloud at the counter instead of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from heshi.clocks.rules.lunar import lunar_words
from heshi.people.terms import ROLES, UNIT_KINDS
from heshi.playbooks.rules.conditions import Condition, Either, Test
from heshi.playbooks.rules.figures import FIXED_VALUES, many
from heshi.playbooks.rules.shape import (
    SAME,
    Ask,
    Campaign,
    ClockWork,
    Draw,
    LocalFigure,
    Playbook,
    Rhythm,
    Step,
    TaskKind,
)
from heshi.playbooks.terms import BEYOND_STAFF, COLOURS, FIGURE_FACTS, HOLDERS, OUTCOMES, PERIODS

VERB_WORDS: Final = {
    "start": "开始计时", "stop": "停止计时", "pause": "暂停", "resume": "恢复", "extend": "延长",
}  # fmt: skip
GIVEN_WORDS: Final = {"until": "到填的日子为止", "since": "从填的日子起算"}
"""What a step does to a clock by a day that it asks for."""
FACT_WORDS: Final = {
    "kind": "类别", "topic": "事项", "place": "地点", "unit": "单位", "outcome": "结果", "tier": "层级", "colour": "颜色",
    "tier_confirmed": "层级已核定", "colour_confirmed": "颜色已核定", "parties": "当事人数", "source": "来源", "visit": "来访",
    "solved": "已解决", "score": "评分", "overdue": "超期", "waited": "等待期满", "reporters": "反映人数", "suggested_unit": "建议单位",
    "late": "已过的期限", "running": "在走的期限", "presence": "进驻方式",
}  # fmt: skip
PHRASES: Final = {
    ("counted", "has"): "算作{}", ("counted", "lacks"): "不算作{}",
    ("was_late", "has"): "超过了{}的期限", ("was_late", "lacks"): "没有超过{}的期限",
}  # fmt: skip
LUNAR: Final = "农历"
"""What stands before a month and a day that are of the lunar calendar."""
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
        "指标": [told_local_figure(playbook, figure) for figure in playbook.figures.values()],
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
    """Return a kind of task in one line: who has it, through which states it goes, and for whom alone it is."""
    sealed = f"，只给{'、'.join(ROLES.get(role, role) for role in kind.seen_by)}看" if kind.seen_by else ""
    return f"{kind.label}，在{HOLDERS[kind.holder]}手里{sealed}：{'、'.join(kind.states.values())}"


def told_draw(draw: Draw) -> str:
    """Return a draw in one line: how many, from which roster, into what, and who stands aside."""
    whom = ROLES.get(draw.role, draw.role)
    kinds = "、".join(UNIT_KINDS.get(kind, kind) for kind in draw.kinds)
    number = f"{draw.how_many} " if isinstance(draw.how_many, int) else f"（{draw.how_many} 填的数）"
    roster = f"{kinds and f'{kinds}的'}{whom}" if whom else kinds
    aside = f"，除去 {'、'.join(draw.apart)} 填的" if draw.apart else ""
    return (
        f"{draw.label}（记为 {draw.into}）：从{roster}里随机抽 {number.strip()} 个{aside}，办过这件案件的回避"
    )


def told_ladder(rungs: Mapping[str, str]) -> str:
    """Return a ladder from its lowest rung to the highest."""
    return " → ".join(rungs.values())


def told_rhythm(rhythm: Rhythm) -> str:
    """Return a duty that comes back in one line."""
    days = "、".join(WEEKDAYS[int(day)] if rhythm.every == "week" else day_words(day) for day in rhythm.on)
    who = ROLES.get(rhythm.who, rhythm.who)
    return f"{PERIODS[rhythm.every]}{days and f'（{days}）'}{besides(rhythm)}：{rhythm.title}，{who}办"


def day_words(day: int | str) -> str:
    """Return a day of a rhythm in words: 10日, 3月10日, 农历五月初五."""
    if isinstance(day, int):
        return f"{day}日"
    month, number = (int(part) for part in day.removeprefix(LUNAR).split("-"))
    return f"{LUNAR}{lunar_words(month, number)}" if day.startswith(LUNAR) else f"{month}月{number}日"


def besides(rhythm: Rhythm) -> str:
    """Return what else is to be said of when a duty falls: so many days before, on rest days too."""
    before = f"前{rhythm.days_before}天" if rhythm.days_before else ""
    return f"{before}{'，休息日照做' if rhythm.rest_days else ''}"


def told_campaign(campaign: Campaign) -> str:
    """Return a campaign in one line: how many in how many days."""
    return f"{campaign.title}：{campaign.days} 天，目标 {campaign.target} 件"


def told_figure(figure: Any) -> str:
    """Return one of the source's own figures as it was printed, with its two numbers where it gives them."""
    if not isinstance(figure, Mapping):
        return str(figure)
    pair = f"（{figure['part']}／{figure['whole']}）" if "part" in figure and "whole" in figure else ""
    note = f"，{figure['note']}" if figure.get("note") else ""
    return f"{figure['says']}{pair}{note}"


def told_local_figure(playbook: Playbook, figure: LocalFigure) -> str:
    """Return a figure in one line with its two conditions and its source."""
    whole, part = figure_words(playbook, figure)
    return f"{figure.title}：分母是{whole}的案件，分子是其中{part}的。出处：{figure.source}"


def figure_words(playbook: Playbook, figure: LocalFigure) -> tuple[str, str]:
    """Return which cases a figure is about, and which of these it counts, in words."""
    return _figure_side(playbook, figure.of), _figure_side(playbook, figure.counts)


def _figure_side(playbook: Playbook, when: Condition) -> str:
    asked = {ask.name: ask.label for step in playbook.steps.values() for ask in step.asks}
    known = {**asked, **task_words(playbook), **FACT_WORDS, **FIGURE_FACTS, **playbook.words.get("facts", {})}
    lines = [_line_in_words(playbook, line) for line in when.lines]
    return "，且".join(_phrase(line) or told_condition(Condition((line,)), known) for line in lines)


def _phrase(line: Test | Either) -> str:
    return PHRASES.get((line.fact, line.how), "").format(line.value) if isinstance(line, Test) else ""


def _in_words(playbook: Playbook, when: Condition) -> Condition:
    """Return the condition with the words of the values that are fixed."""
    return Condition(tuple(_line_in_words(playbook, line) for line in when.lines))


def _line_in_words(playbook: Playbook, line: Test | Either) -> Test | Either:
    if isinstance(line, Either):
        return Either(tuple(_in_words(playbook, each) for each in line.of))
    known = _value_words(playbook, line.fact)
    if not known or isinstance(line.value, bool):
        return line
    words = tuple(f"“{known.get(str(value), value)}”" for value in many(line.value))
    return replace(line, value=words if isinstance(line.value, tuple) else words[0])


def _value_words(playbook: Playbook, name: str) -> Mapping[str, str]:
    """Return what the values of a fact are called, where they are fixed or a choice of the playbook."""
    if name in FIXED_VALUES:
        return FIXED_VALUES[name](playbook)
    asked = (ask.options for step in playbook.steps.values() for ask in step.asks if ask.name == name)
    chosen = {code: word for options in asked for code, word in options.items()}
    return {**chosen, **playbook.ladders.get(name, {})}


def fact_word(playbook: Playbook, name: str) -> str:
    """Return what a fact is called here, or everywhere, or its code."""
    local = playbook.words.get("facts", {}).get(name)
    return local or FACT_WORDS.get(name) or task_words(playbook).get(name, name)


def task_words(playbook: Playbook) -> dict[str, str]:
    """Return what the numbers of tasks are called, by kind and by state, and whoever is drawn by lot."""
    drawn = {draw.into: draw.label for step in playbook.steps.values() for draw in step.draws}
    return drawn | {
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
    words += [f"随机抽{told_draw(draw)}" for draw in step.draws]
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
    words = {**VERB_WORDS, **GIVEN_WORDS}
    return [f"{word} {'、'.join(codes)}" for verb, word in words.items() if (codes := getattr(work, verb))]
