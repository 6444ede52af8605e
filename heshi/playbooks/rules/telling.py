"""A playbook in Chinese sentences: what can be read aloud at the counter instead of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from heshi.clocks.rules.lunar import lunar_day_words, lunar_words
from heshi.people.terms import ROLES, UNIT_KINDS
from heshi.playbooks.rules.assigning import work_words
from heshi.playbooks.rules.effects import Table
from heshi.playbooks.rules.shape import (
    Ask,
    CampaignDef,
    Draw,
    LocalCalendar,
    LocalFigure,
    Playbook,
    Rhythm,
    Step,
    TaskKind,
)
from heshi.playbooks.rules.who import who_words
from heshi.playbooks.rules.wording import (
    case_words,
    clock_words,
    condition_words,
    dropped_words,
    fact_word,
    place_word,
    told_wait,
    ungated_words,
    value_word,
    without_words,
)
from heshi.playbooks.terms import HOLDERS, PERIODS

LUNAR: Final = "农历"
"""What stands before a month and a day that are of the lunar calendar."""
WEEKDAYS: Final = {1: "周一", 2: "周二", 3: "周三", 4: "周四", 5: "周五", 6: "周六", 7: "周日"}


def told(playbook: Playbook, shared: Mapping[str, str]) -> list[str]:
    """Return the playbook in plain lines: positions with their steps, then what is possible everywhere.

    ``shared`` says what the fragments call the things that a playbook may leave out.
    """
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
    return [*lines, *_told_beyond(playbook, shared)]


def _told_beyond(playbook: Playbook, shared: Mapping[str, str]) -> list[str]:
    """Return what a playbook says beyond positions and steps, family by family; nothing for what it does not say."""
    families = {
        "由哪一级牵头": _told_table(playbook, "tier", playbook.tiers),
        "案件是什么颜色": _told_table(playbook, "colour", playbook.colours),
        "本地的日子": [told_calendar(days) for days in playbook.calendars.values()],
        "分项": [told_task(kind) for kind in playbook.tasks.values()],
        "阶梯": [told_ladder(rungs) for rungs in playbook.ladders.values()],
        "节律": [told_rhythm(rhythm) for rhythm in playbook.rhythm.values()],
        "行动": [told_campaign(campaign) for campaign in playbook.campaigns.values()],
        "指标": [told_local_figure(playbook, figure) for figure in playbook.figures.values()],
        "原文没写，这里这样定": [f"{what}：{default}" for what, default in playbook.undefined.items()],
        "通用做法里有、这里不取用的": without_words(playbook, shared),
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


def _told_table(playbook: Playbook, fact: str, table: Table) -> list[str]:
    return [f"{when}：{then}" for when, then in told_table(playbook, fact, table)]


def told_calendar(days: LocalCalendar) -> str:
    """Return which days a place counts by: 赶集日：农历初二、初五、初八."""
    named = [lunar_day_words(number) for number in days.lunar]
    named += [f"{number}日" for number in days.solar] + [WEEKDAYS[number] for number in days.weekdays]
    how = "农历" if days.lunar else "每月" if days.solar else "每"
    return f"{days.title}：{how}{'、'.join(named)}"


def told_task(kind: TaskKind) -> str:
    """Return a kind of task in one line: who has it, through which states it goes, and for whom alone it is."""
    sealed = f"，只给{'、'.join(ROLES.get(role, role) for role in kind.seen_by)}看" if kind.seen_by else ""
    return f"{kind.label}，在{HOLDERS[kind.holder]}手里{sealed}：{'、'.join(kind.states.values())}"


def told_draw(playbook: Playbook, draw: Draw) -> str:
    """Return a draw in one line: how many, from which roster, into what, and who stands aside."""
    whom = ROLES.get(draw.role, draw.role)
    kinds = "、".join(UNIT_KINDS.get(kind, kind) for kind in draw.kinds)
    number = (
        f"{draw.how_many}"
        if isinstance(draw.how_many, int)
        else f"“{fact_word(playbook, draw.how_many)}”填的"
    )
    roster = f"{kinds and f'{kinds}的'}{whom}" if whom else kinds
    apart = "、".join(f"“{fact_word(playbook, name)}”" for name in draw.apart)
    aside = f"，除去{apart}填的" if apart else ""
    return f"{draw.label}：从{roster}里随机抽 {number} 个{aside}，办过这件案件的回避"


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


def told_campaign(campaign: CampaignDef) -> str:
    """Return a campaign in one line: how many in how many days."""
    return f"{campaign.title}：{campaign.days} 天，目标 {campaign.target} 件"


def told_figure(figure: object) -> str:
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
    return condition_words(playbook, figure.of), condition_words(playbook, figure.counts)


def told_step(playbook: Playbook, step: Step) -> str:
    """Return a step in one line: who takes it, where it leads, what it needs and asks, which clocks it turns, what it leaves out."""
    words = [f"{step.label}（{who_words(playbook, step)}）→ {'／'.join(_told_ways(playbook, step))}"]
    words += work_words(playbook, step)
    words += [told_wait(playbook, step)] if step.not_before else []
    words += [f"要先满足：{condition_words(playbook, step.needs)}"] if step.needs else []
    words += [f"填写 {'、'.join(map(_told_ask, step.asks))}"] if step.asks else []
    words += [f"随机抽{told_draw(playbook, draw)}" for draw in step.draws]
    words += [*clock_words(playbook, step.clocks), *(["答复群众"] if step.answers else [])]
    words += [f"通用做法里有、这里不要：{one}" for one in dropped_words(playbook, step.drops)]
    words += [f"别的路上要看、这里不看：{one}" for one in ungated_words(playbook, step.ungated)]
    return "；".join(words)


def _told_ways(playbook: Playbook, step: Step) -> list[str]:
    """Return where a step leads, each way with its condition where there are several."""
    if len(step.to) == 1:
        return [place_word(playbook, str(step.to[0].then))]
    return [
        f"{case_words(playbook, row.when, among=len(step.to))}到{place_word(playbook, str(row.then))}"
        for row in step.to
    ]


def told_table(playbook: Playbook, fact: str, table: Table) -> list[tuple[str, str]]:
    """Return a decision table line by line: when, and what the fact is then."""
    return [
        (case_words(playbook, row.when, among=len(table)), value_word(playbook, fact, row.then))
        for row in table
    ]


def _told_ask(ask: Ask) -> str:
    return f"{ask.label}{'*' if ask.required else ''}"
