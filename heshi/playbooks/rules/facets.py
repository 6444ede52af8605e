"""A playbook, a position, a step or a task facet by facet, in words: what two of them are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from heshi.playbooks.rules.asking import bounds_of
from heshi.playbooks.rules.assigning import adding_words
from heshi.playbooks.rules.effects import VERBS, ClockWork, Effects, Row, Table, Tell
from heshi.playbooks.rules.shape import Ask, Playbook, Position, Step, TaskKind
from heshi.playbooks.rules.telling import (
    told_calendar,
    told_campaign,
    told_draw,
    told_figure,
    told_ladder,
    told_local_figure,
    told_rhythm,
    told_table,
)
from heshi.playbooks.rules.who import who_list
from heshi.playbooks.rules.wording import (
    GIVEN_WORDS,
    VERB_WORDS,
    case_words,
    clock_word,
    condition_words,
    dropped_words,
    fact_word,
    outcome_word,
    place_word,
    role_word,
    sets_words,
    told_wait,
    told_word,
    ungated_words,
    without_words,
)
from heshi.playbooks.terms import HOLDERS

Facets = Mapping[str, str | tuple[str, ...]]
"""What can be said of a thing: one text, or several of which some may come and go."""


FAMILIES: Final = {
    "roles": "角色的叫法", "tiers": "层级的叫法", "colours": "颜色的叫法", "outcomes": "结果的叫法", "facts": "填写内容的叫法",
}  # fmt: skip


TYPE_WORDS: Final = {
    "text": "一行字", "long_text": "一段话", "yes_no": "是否", "choice": "选择", "unit": "单位", "staff": "人员", "date": "日期",
    "moment": "日期和时间", "units": "几个单位",
    "lines": "一行一样", "case": "案件编号",
    "number": "数", "money": "金额", "score": "1 到 5 分", "kind": "类别", "topic": "事项", "place": "地点",
    "files": "照片或材料", "staffs": "几个人员",
}  # fmt: skip


EXPIRY_WORDS: Final = {"overdue": "到期算超期", "lapse": "到期失效", "revisit": "到期再看"}


UNIT_WORDS: Final = {"minute": "分钟", "hour": "小时", "day": "日", "working_day": "工作日", "month": "个月"}


def facets_of_whole(playbook: Playbook, names: Playbook) -> Facets:
    """Return what a playbook says beside its positions, steps and tasks; ``names`` is what things are called by."""
    return {
        "名称": playbook.title,
        "种子": playbook.seed,
        "出处": playbook.source,
        "说明": playbook.about,
        "起点": place_word(names, playbook.start),
        "登记时开始的时限": _clocks(playbook.opening.start, names),
        "本地时限": tuple(
            f"{spec['title']} {spec['length']} {_counted(playbook, spec)}（{code}，{spec['source']}{_expiry(spec)}）"
            for code, spec in playbook.clocks.items()
        ),
        "本地的日子": tuple(map(told_calendar, playbook.calendars.values())),
        "层级判定": _table(playbook.tiers, "tier", names),
        "颜色判定": _table(playbook.colours, "colour", names),
        "原文数字": tuple(f"{name} {told_figure(value)}" for name, value in playbook.reference.items()),
        "阶梯": tuple(
            f"{fact_word(names, name)}：{told_ladder(rungs)}" for name, rungs in playbook.ladders.items()
        ),
        "节律": tuple(map(told_rhythm, playbook.rhythm.values())),
        "行动": tuple(map(told_campaign, playbook.campaigns.values())),
        "指标": tuple(told_local_figure(playbook, figure) for figure in playbook.figures.values()),
        "由多件案件起": f"{playbook.gathers.least} 件以上" if playbook.gathers else "",
        "未定义的规则": tuple(f"{what}：{default}" for what, default in playbook.undefined.items()),
        "不取用的通用做法": tuple(without_words(playbook, {})),
        "不做的": tuple(f"{what}：{instead}" for what, instead in playbook.left_out.items()),
        "一年的模拟": f"{playbook.year.get('cases', '')}",
        **{
            said: tuple(f"{code} 叫{word}" for code, word in playbook.words.get(family, {}).items())
            for family, said in FAMILIES.items()
        },
    }


def _counted(playbook: Playbook, spec: Mapping[str, object]) -> str:
    days = playbook.calendars.get(str(spec.get("calendar")))
    return f"个{days.title}" if days else UNIT_WORDS[str(spec["unit"])]


def _expiry(spec: Mapping[str, object]) -> str:
    return f"，{EXPIRY_WORDS[str(spec['on_expiry'])]}" if "on_expiry" in spec else ""


def facets_of(thing: Position | Step | TaskKind, names: Playbook) -> Facets:
    """Return what one position, step or kind of task says."""
    if isinstance(thing, TaskKind):
        return _of_task(thing, names)
    return _of_position(thing, names) if isinstance(thing, Position) else _of_step(thing, names)


def _of_task(kind: TaskKind, names: Playbook) -> Facets:
    return {
        "名称": kind.label,
        "经手": HOLDERS[kind.holder],
        "状态": tuple(kind.states.values()),
        "了结的状态": tuple(kind.states.get(state, state) for state in kind.done),
        "时限": tuple(
            f"{case_words(names, row.when, among=len(kind.clock))} → {clock_word(names, str(row.then))}"
            for row in kind.clock
        ),
        "只给谁看": tuple(role_word(names, role) for role in kind.seen_by),
    }


def _of_position(position: Position, names: Playbook) -> Facets:
    return {
        "名称": position.label,
        "群众看到的话": position.resident,
        "经手": HOLDERS[position.holder],
        "终点": _yes(position.end),
        "结果": tuple(outcome_word(names, code) for code in position.outcomes),
        "到终点还走的时限": _clocks(position.keeps, names),
    }


def _of_step(step: Step, names: Playbook) -> Facets:
    return {
        "名称": step.label,
        "办理人": tuple(who_list(names, step)),
        "出发环节": tuple(place_word(names, code) for code in step.source),
        "去向": tuple(_turn(row, names) for row in step.to),
        "前提": condition_words(names, step.needs),
        "要等到": told_wait(names, step),
        "填写项": tuple(map(_ask, step.asks)),
        **{f"{VERB_WORDS[verb]}计时的时限": _clocks(getattr(step.clocks, verb), names) for verb in VERBS},
        "通知": tuple(_tell(tell, names) for tell in step.tells),
        "顺带记下": tuple(sets_words(names, step.sets)),
        "答复群众": _yes(step.answers),
        "群众看到的话": step.resident,
        "模拟中的分量": str(step.weight),
        "在哪种分项上办": _task_work(step, names),
        "添上的分项": tuple(adding_words(names, adding) for adding in step.adds),
        "计数": tuple(fact_word(names, name) for name in step.counts),
        "随机抽": tuple(told_draw(names, draw) for draw in step.draws),
        "往上一级的阶梯": tuple(fact_word(names, name) for name in step.climbs),
        "并入": fact_word(names, step.joins) if step.joins else "",
        **{
            what: tuple(
                f"“{clock_word(names, code)}”{to}“{fact_word(names, name)}”" for code, name in work.items()
            )
            for what, to, work in (
                ("到某一天为止的时限", "到", step.clocks.until),
                ("从某一天起算的时限", "从", step.clocks.since),
            )
        },
        "带条件的后果": tuple(also_words(names, step)),
        "记下是谁办的": fact_word(names, step.remembers) if step.remembers else "",
        "到点由系统办": tuple(clock_word(names, code) for code in step.when_over),
        "不要的通用做法": tuple(dropped_words(names, step.drops)),
        "不看的条件": tuple(ungated_words(names, step.ungated)),
    }


def _task_work(step: Step, names: Playbook) -> str:
    work = step.task
    if work is None or work.kind not in names.tasks:
        return work.kind if work else ""
    kind = names.tasks[work.kind]
    sources = "、".join(kind.states.get(state, state) for state in work.source)
    targets = "、".join(
        f"{_when(row, names)}{kind.states.get(str(row.then), str(row.then))}" for row in work.to
    )
    return f"{kind.label}，从{sources}到{targets}{f'，时限“{clock_word(names, work.clock)}”' if work.clock else ''}"


def _table(table: Table, fact: str, names: Playbook) -> tuple[str, ...]:
    return tuple(f"{when} → {then}" for when, then in told_table(names, fact, table))


def _when(row: Row, names: Playbook) -> str:
    return f"{condition_words(names, row.when)} → " if row.when else ""


def _turn(row: Row, names: Playbook) -> str:
    also = [
        *sets_words(names, row.sets),
        *_work(row.clocks, names),
        *(_tell(tell, names) for tell in row.tells),
    ]
    return _when(row, names) + place_word(names, str(row.then)) + (f"（{'，'.join(also)}）" if also else "")


def _work(work: ClockWork, names: Playbook) -> list[str]:
    done = {verb: _clocks(getattr(work, verb), names) for verb in VERBS}
    given = [
        f"{GIVEN_WORDS[verb]} “{clock_word(names, code)}”（{fact_word(names, name)}）"
        for verb in GIVEN_WORDS
        for code, name in getattr(work, verb).items()
    ]
    return [f"{VERB_WORDS[verb]}计时 {'、'.join(clocks)}" for verb, clocks in done.items() if clocks] + given


def _tell(tell: Tell, names: Playbook) -> str:
    when = f"{condition_words(names, tell.when)}时，" if tell.when else ""
    return f"{when}告诉{told_word(names, tell.who)}：{tell.say}"


def also_words(book: Playbook, step: Step) -> list[str]:
    """Return what a step brings about under a condition, a line for each."""
    return [_also(each, book) for each in step.also]


def _also(effects: Effects, names: Playbook) -> str:
    made = [*sets_words(names, effects.sets), *_work(effects.clocks, names)]
    made += [_tell(tell, names) for tell in effects.tells]
    made += [f"添上{adding_words(names, adding)}" for adding in effects.adds]
    made += [f"“{fact_word(names, name)}”加一" for name in effects.counts]
    made += [f"“{fact_word(names, name)}”上一级" for name in effects.climbs]
    return f"{condition_words(names, effects.when)} → {'，'.join(made)}"


def _ask(ask: Ask) -> str:
    parts = [f"记为 {ask.name}", TYPE_WORDS[ask.type], "必填" if ask.required else "可不填"]
    parts += ["群众看不到"] if ask.private else []
    parts += ["／".join(f"{code} {word}" for code, word in ask.options.items())] if ask.options else []
    parts += [f"提示：{ask.help}"] if ask.help else []
    parts += [f"只列{ask.role}"] if ask.role else []
    parts += [bounds_of(ask)] if bounds_of(ask) else []
    return f"{ask.label}（{'，'.join(parts)}）"


def _clocks(codes: tuple[str, ...], names: Playbook) -> tuple[str, ...]:
    return tuple(f"{names.clocks[code]['title']} {code}" if code in names.clocks else code for code in codes)


def _yes(value: bool) -> str:
    return "是" if value else "否"
