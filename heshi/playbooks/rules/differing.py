"""What differs between two playbooks, in sentences a clerk understands; comments and codes of the files do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from heshi.playbooks.rules.shape import (
    SAME,
    VERBS,
    Adding,
    Ask,
    ClockWork,
    Playbook,
    Position,
    Row,
    Step,
    Table,
    TaskKind,
)
from heshi.playbooks.rules.telling import (
    FACT_WORDS,
    GIVEN_WORDS,
    VERB_WORDS,
    role_word,
    told_campaign,
    told_condition,
    told_draw,
    told_figure,
    told_ladder,
    told_local_figure,
    told_rhythm,
    told_task,
    told_value,
)
from heshi.playbooks.terms import HOLDERS, OUTCOMES

Thing = TypeVar("Thing", Position, Step, TaskKind)
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
TOLD_WORDS: Final = {"resident": "群众", "unit": "承办单位", "centre": "中心", "county_centre": "县级中心"}


@dataclass(frozen=True, slots=True)
class _Names:
    """What both playbooks call things: the new word where there is one, so that a new word is told only once."""

    positions: Mapping[str, str]
    roles: Mapping[str, str]
    facts: Mapping[str, str]
    clocks: Mapping[str, str]


def differences(old: Playbook, new: Playbook) -> list[str]:
    """Return every difference as a sentence, from the whole down to the single step; an empty list when there is none."""
    names = _names(old, new)
    return [
        *_changed("预案", _of_whole(old, names), _of_whole(new, names)),
        *_members("环节", old.positions, new.positions, names),
        *_members("步骤", old.steps, new.steps, names),
        *_members("分项", old.tasks, new.tasks, names),
    ]


def _names(old: Playbook, new: Playbook) -> _Names:
    def words(family: str) -> dict[str, str]:
        return {**old.words.get(family, {}), **new.words.get(family, {})}

    return _Names(
        positions={code: each.label for code, each in [*old.positions.items(), *new.positions.items()]},
        roles=words("roles"),
        facts=words("facts"),
        clocks={code: str(spec["title"]) for code, spec in [*old.clocks.items(), *new.clocks.items()]},
    )


def _members(
    kind: str,
    old: Mapping[str, Thing],
    new: Mapping[str, Thing],
    names: _Names,
) -> Iterator[str]:
    yield from (f"删去{kind}“{old[code].label}”。" for code in old if code not in new)
    yield from (_added(kind, new[code], names) for code in new if code not in old)
    for code in (code for code in old if code in new):
        yield from _changed(
            f"{kind}“{new[code].label}”", _facets(old[code], names), _facets(new[code], names)
        )
    if [code for code in old if code in new] != [code for code in new if code in old]:
        yield f"{kind}的先后顺序变了。"


def _added(kind: str, thing: Position | Step | TaskKind, names: _Names) -> str:
    if isinstance(thing, TaskKind):
        return f"增加{kind}“{told_task(thing)}”。"
    if isinstance(thing, Position):
        return f"增加{kind}“{thing.label}”，{'是终点' if thing.end else f'在{HOLDERS[thing.holder]}手里'}。"
    who = "、".join(role_word(names.roles, role) for role in thing.who)
    targets = "、".join(dict.fromkeys(_place(target, names) for target in thing.targets()))
    return f"增加{kind}“{thing.label}”，由{who}办理，去向是{targets}。"


def _changed(what: str, old: Facets, new: Facets) -> Iterator[str]:
    for name, before in old.items():
        after = new[name]
        if before == after:
            continue
        if isinstance(before, tuple) and isinstance(after, tuple):
            yield f"{what}的{name}：{_came_and_went(before, after)}。"
        else:
            yield f"{what}的{name}由“{before or '空'}”改为“{after or '空'}”。"


def _came_and_went(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    parts = [
        f"{verb}{'、'.join(f'“{each}”' for each in some)}"
        for verb, some in (("增加", come), ("去掉", gone))
        if some
    ]
    return "；".join(parts) or "顺序变了"


def _of_whole(playbook: Playbook, names: _Names) -> Facets:
    return {
        "名称": playbook.title,
        "种子": playbook.seed,
        "出处": playbook.source,
        "说明": playbook.about,
        "起点": _place(playbook.start, names),
        "登记时开始的时限": _clocks(playbook.opening.start, names),
        "本地时限": tuple(
            f"{spec['title']} {spec['length']} {UNIT_WORDS[spec['unit']]}（{code}，{spec['source']}{_expiry(spec)}）"
            for code, spec in playbook.clocks.items()
        ),
        "层级判定": _table(playbook.tiers, "tier", names),
        "颜色判定": _table(playbook.colours, "colour", names),
        "原文数字": tuple(f"{name} {told_figure(value)}" for name, value in playbook.reference.items()),
        "阶梯": tuple(
            f"{names.facts.get(name) or FACT_WORDS.get(name, name)}：{told_ladder(rungs)}"
            for name, rungs in playbook.ladders.items()
        ),
        "节律": tuple(map(told_rhythm, playbook.rhythm.values())),
        "行动": tuple(map(told_campaign, playbook.campaigns.values())),
        "指标": tuple(told_local_figure(playbook, figure) for figure in playbook.figures.values()),
        "由多件案件起": f"{playbook.gathers.least} 件以上" if playbook.gathers else "",
        "未定义的规则": tuple(f"{what}：{default}" for what, default in playbook.undefined.items()),
        "不做的": tuple(f"{what}：{instead}" for what, instead in playbook.left_out.items()),
        "一年的模拟": f"{playbook.year.get('cases', '')}",
        **{
            said: tuple(f"{code} 叫{word}" for code, word in playbook.words.get(family, {}).items())
            for family, said in FAMILIES.items()
        },
    }


def _expiry(spec: Mapping[str, object]) -> str:
    return f"，{EXPIRY_WORDS[str(spec['on_expiry'])]}" if "on_expiry" in spec else ""


def _facets(thing: Position | Step | TaskKind, names: _Names) -> Facets:
    if isinstance(thing, TaskKind):
        return _of_task(thing, names)
    return _of_position(thing, names) if isinstance(thing, Position) else _of_step(thing, names)


def _of_task(kind: TaskKind, names: _Names) -> Facets:
    return {
        "名称": kind.label,
        "经手": HOLDERS[kind.holder],
        "状态": tuple(kind.states.values()),
        "了结的状态": tuple(kind.states.get(state, state) for state in kind.done),
        "时限": tuple(_turn(row, names) for row in kind.clock),
        "只给谁看": tuple(role_word(names.roles, role) for role in kind.seen_by),
    }


def _of_position(position: Position, names: _Names) -> Facets:
    return {
        "名称": position.label,
        "群众看到的话": position.resident,
        "经手": HOLDERS[position.holder],
        "终点": _yes(position.end),
        "结果": tuple(OUTCOMES[code] for code in position.outcomes),
        "到终点还走的时限": _clocks(position.keeps, names),
    }


def _of_step(step: Step, names: _Names) -> Facets:
    return {
        "名称": step.label,
        "办理人": tuple(role_word(names.roles, role) for role in step.who),
        "出发环节": tuple(_place(code, names) for code in step.source),
        "去向": tuple(_turn(row, names) for row in step.to),
        "前提": told_condition(step.needs, names.facts) if step.needs else "",
        "填写项": tuple(map(_ask, step.asks)),
        **{f"{VERB_WORDS[verb]}的时限": _clocks(getattr(step.clocks, verb), names) for verb in VERBS},
        "通知": tuple(
            f"告诉{TOLD_WORDS.get(tell.who) or role_word(names.roles, tell.who)}：{tell.say}"
            for tell in step.tells
        ),
        "顺带记下": _sets(step.sets, names),
        "答复群众": _yes(step.answers),
        "群众看到的话": step.resident,
        "模拟中的分量": str(step.weight),
        "在哪种分项上办": _task_work(step, names),
        "添上的分项": tuple(_adding(adding, names) for adding in step.adds),
        "计数": step.counts,
        "随机抽": tuple(told_draw(draw) for draw in step.draws),
        "往上一级的阶梯": step.climbs,
        "并入": step.joins,
        "到某一天为止的时限": tuple(f"{code} 到 {name}" for code, name in step.clocks.until.items()),
        "从某一天起算的时限": tuple(f"{code} 从 {name}" for code, name in step.clocks.since.items()),
    }


def _task_work(step: Step, names: _Names) -> str:
    work = step.task
    if work is None:
        return ""
    targets = "、".join(_turn(row, names) for row in work.to)
    return f"{work.kind}，从{'、'.join(work.source)}到{targets}{f'，时限 {work.clock}' if work.clock else ''}"


def _adding(adding: Adding, names: _Names) -> str:
    parts = {
        "每个": adding.each,
        "单位": adding.unit,
        "内容": adding.words,
        "说明": adding.title,
        "到期": adding.due,
        "起算": adding.since,
        "时限": adding.clock,
    }
    said = "，".join(f"{name} {value}" for name, value in parts.items() if value)
    when = told_condition(adding.when, names.facts) if adding.when else ""
    return "，".join(filter(None, (adding.task, said, when and f"当{when}")))


def _table(table: Table, fact: str, names: _Names) -> tuple[str, ...]:
    return tuple(f"{told_condition(row.when, names.facts)} → {told_value(fact, row.then)}" for row in table)


def _turn(row: Row, names: _Names) -> str:
    when = f"{told_condition(row.when, names.facts)} → " if row.when else ""
    also = [*_sets(row.sets, names), *_work(row.clocks, names)]
    return when + _place(row.then, names) + (f"（{'，'.join(also)}）" if also else "")


def _work(work: ClockWork, names: _Names) -> list[str]:
    done = {verb: _clocks(getattr(work, verb), names) for verb in VERBS}
    given = {"until": work.until, "since": work.since}
    return [
        *(f"{VERB_WORDS[verb]} {'、'.join(clocks)}" for verb, clocks in done.items() if clocks),
        *(
            f"{GIVEN_WORDS[verb]} {code}（{name}）"
            for verb, named in given.items()
            for code, name in named.items()
        ),
    ]


def _sets(sets: Mapping[str, object], names: _Names) -> tuple[str, ...]:
    return tuple(
        f"{names.facts.get(name) or FACT_WORDS.get(name, name)}为{told_value(name, value)}"
        for name, value in sets.items()
    )


def _ask(ask: Ask) -> str:
    parts = [f"记为 {ask.name}", TYPE_WORDS[ask.type], "必填" if ask.required else "可不填"]
    parts += ["群众看不到"] if ask.private else []
    parts += ["／".join(f"{code} {word}" for code, word in ask.options.items())] if ask.options else []
    parts += [f"提示：{ask.help}"] if ask.help else []
    parts += [f"只列{ask.role}"] if ask.role else []
    parts += [f"从 {ask.at_least} 到 {ask.at_most}"] if (ask.at_least, ask.at_most) != (None, None) else []
    return f"{ask.label}（{'，'.join(parts)}）"


def _clocks(codes: tuple[str, ...], names: _Names) -> tuple[str, ...]:
    return tuple(f"{names.clocks[code]} {code}" if code in names.clocks else code for code in codes)


def _place(code: str, names: _Names) -> str:
    return "原地" if code == SAME else names.positions.get(code, code)


def _yes(value: bool) -> str:
    return "是" if value else "否"
