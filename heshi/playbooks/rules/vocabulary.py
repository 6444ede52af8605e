"""What must be true of tasks, ladders, rhythms, campaigns and everything else beyond positions and steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.asking import MOST_FILES
from heshi.playbooks.rules.dating import dated
from heshi.playbooks.rules.effects import Adding, ClockWork, Row
from heshi.playbooks.rules.figures import strange_figures
from heshi.playbooks.rules.lots import broken_draws
from heshi.playbooks.rules.naming import unnamed
from heshi.playbooks.rules.reserving import taken_names
from heshi.playbooks.rules.sealing import broken_seals
from heshi.playbooks.rules.shape import Playbook, Position, Rhythm, Step, TaskKind
from heshi.playbooks.rules.tasks import DROPPED, NO_CLOCK
from heshi.playbooks.terms import OFF_LIMITS, OUTCOMES

Finding = tuple[KeyPath, str]
DAYS_OF: Final = {"week": 7, "month": 31}
NAMED_DAYS: Final = frozenset({"quarter", "half_year", "year"})


def vocabulary(
    playbook: Playbook, *, facts: Collection[str], clocks: Collection[str], roles: Collection[str], unit_kinds: Collection[str]
) -> Iterator[Finding]:  # fmt: skip
    """Yield everything that is wrong with the words of the engine a playbook uses, each with its place."""
    for kind in playbook.tasks.values():
        yield from _kind(playbook, kind, facts, clocks)
    for step in playbook.steps.values():
        yield from _step(playbook, step, facts, clocks, roles)
    yield from broken_seals(playbook, roles)
    yield from taken_names(playbook)
    yield from broken_draws(playbook, roles, unit_kinds)
    for rhythm in playbook.rhythm.values():
        yield from _rhythm(rhythm, roles, unit_kinds)
    yield from _of_the_whole(playbook, facts, roles)
    yield from strange_figures(playbook, facts=facts)
    for code, position in playbook.positions.items():
        yield from _keeps(code, position, clocks)
    yield from dated(playbook)
    yield from unnamed(playbook)
    yield from _off_limits(playbook)


def _of_the_whole(playbook: Playbook, facts: Collection[str], roles: Collection[str]) -> Iterator[Finding]:
    for code, campaign in playbook.campaigns.items():
        for fact in sorted(set(campaign.counts.facts()) - set(facts)):
            yield ("campaigns", code, "counts"), f"条件用到的“{fact}”没有任何步骤会填写。"
    for role in sorted(set(playbook.gathers.who if playbook.gathers else ()) - set(roles)):
        yield ("gathers", "who"), f"没有名为“{role}”的角色。"
    for outcome in sorted(set(playbook.year.get("outcomes", ())) - set(OUTCOMES)):
        yield ("year", "outcomes", outcome), f"没有结果代码“{outcome}”。"


def _keeps(code: str, position: Position, clocks: Collection[str]) -> Iterator[Finding]:
    at: KeyPath = ("positions", code, "keeps")
    for clock in position.keeps:
        yield from _clock(at, clock, clocks)
    if position.keeps and not position.end:
        yield at, f"“{position.label}”不是终点，不用写 keeps。"


def _kind(
    playbook: Playbook, kind: TaskKind, facts: Collection[str], clocks: Collection[str]
) -> Iterator[Finding]:
    at: KeyPath = ("tasks", kind.code)
    for state in sorted(set(kind.done) - set(kind.states)):
        yield (*at, "done"), f"“{kind.label}”没有状态“{state}”。"
    if kind.first in kind.done:
        yield (
            (*at, "done"),
            f"“{kind.label}”一开始就是了结的状态“{kind.states[kind.first]}”，请把最先的状态写在前面。",
        )
    if DROPPED in kind.states:
        yield (*at, "states"), f"状态“{DROPPED}”由系统使用（随案了结），请换一个代码。"
    for index, row in enumerate(kind.clock):
        yield from _clock((*at, "clock"), row.then, clocks)
        yield from _unknown((*at, "clock", index), row, facts)
    if kind.clock and kind.clock[-1].when:
        yield (*at, "clock"), f"“{kind.label}”时限表的最后一行不能带条件，否则会有分项没有时限。"
    yield from _passages(playbook, kind)


def _passages(playbook: Playbook, kind: TaskKind) -> Iterator[Finding]:
    """Find states that nothing leads to, and states that nothing leads out of."""
    at: KeyPath = ("tasks", kind.code)
    works = [step.task for step in playbook.steps.values() if step.task and step.task.kind == kind.code]
    moves = {(source, str(row.then)) for work in works for source in work.source for row in work.to}
    adds = (
        adding for step in playbook.steps.values() for _at, each in step.effects() for adding in each.adds
    )
    if not any(adding.task == kind.code for adding in adds):
        yield at, f"没有步骤会添上分项“{kind.label}”，请在某一步的 adds 里写明，或删去它。"
    for state, label in kind.states.items():
        if state != kind.first and not any(target == state for _source, target in moves):
            yield (*at, "states", state), f"“{kind.label}”永远到不了“{label}”，请写明哪一步会到这里。"
        if state not in kind.done and not any(source == state for source, _target in moves):
            yield (*at, "states", state), f"“{kind.label}”停在“{label}”没有出口，请写明哪一步由它往下走。"


def _step(
    playbook: Playbook, step: Step, facts: Collection[str], clocks: Collection[str], roles: Collection[str]
) -> Iterator[Finding]:  # fmt: skip
    at: KeyPath = ("steps", step.code)
    asked = {ask.name: ask for ask in step.asks}
    for role in sorted({ask.role for ask in step.asks if ask.role} - set(roles)):
        yield (*at, "asks"), f"没有名为“{role}”的角色。"
    for ask in step.asks:
        if ask.type == "files" and (ask.at_most or 0) > MOST_FILES:
            yield (
                (*at, "asks", ask.name),
                f"“{ask.label}”一次最多能收 {MOST_FILES} 个文件，请把 at_most 改小。",
            )
    yield from _task_work(playbook, step, facts, clocks)
    named = {*asked, *(draw.into for draw in step.draws)}
    for path, effects in step.effects():
        for index, adding in enumerate(effects.adds):
            yield from _adding(playbook, adding, (*at, *path, "adds", index), named, facts, clocks)
        for name in sorted(set(effects.climbs) - set(playbook.ladders)):
            yield (*at, *path, "climbs"), f"没有名为“{name}”的阶梯，请在 ladders 里写明从低到高有哪几级。"
        yield from _until((*at, *path, "clocks"), effects.clocks, step)
    if step.joins and (step.joins not in asked or asked[step.joins].type != "case"):
        yield (*at, "joins"), f"joins 写的“{step.joins}”应当是这一步的填写项，类型是 case。"


def _task_work(
    playbook: Playbook, step: Step, facts: Collection[str], clocks: Collection[str]
) -> Iterator[Finding]:
    at, work = ("steps", step.code, "task"), step.task
    if work is None:
        return
    kind = playbook.tasks.get(work.kind)
    if kind is None:
        yield (*at, "kind"), f"没有名为“{work.kind}”的分项，请在 tasks 里写明。"
        return
    for state in sorted({*work.source, *(str(row.then) for row in work.to)} - set(kind.states)):
        yield at, f"“{kind.label}”没有状态“{state}”。"
    if work.to[-1].when:
        yield (*at, "to"), "去向表的最后一行不能带条件，否则会有分项无处可去。"
    for index, row in enumerate(work.to):
        yield from _unknown((*at, "to", index), row, facts)
    if work.clock != NO_CLOCK:
        yield from _clock((*at, "clock"), work.clock, clocks)


def _adding(
    playbook: Playbook, adding: Adding, at: KeyPath, asked: set[str], facts: Collection[str], clocks: Collection[str]
) -> Iterator[Finding]:  # fmt: skip
    kind = playbook.tasks.get(adding.task)
    if kind is None:
        yield at, f"没有名为“{adding.task}”的分项，请在 tasks 里写明。"
        return
    for key in ("each", "unit", "words", "due", "since"):
        name = getattr(adding, key)
        if name and name not in asked and (key == "each" or name not in facts):
            yield at, f"“{key}”写的“{name}”不是这一步的填写项。"
    if adding.due and not (adding.clock or kind.clock):
        yield at, f"“{kind.label}”写了到期日“{adding.due}”，还要写明用哪个时限（clock）。"
    yield from _unknown(at, Row(adding.when, ""), facts)
    yield from _clock(at, adding.clock, clocks)


def _until(at: KeyPath, work: ClockWork, step: Step) -> Iterator[Finding]:
    dates = {ask.name for ask in step.asks if ask.type == "date"}
    for code, name in work.until.items():
        if name not in dates:
            yield (*at, "until"), f"时限“{code}”到“{name}”为止，但“{name}”不是这一步里类型为 date 的填写项。"


def _rhythm(rhythm: Rhythm, roles: Collection[str], unit_kinds: Collection[str]) -> Iterator[Finding]:
    at: KeyPath = ("rhythm", rhythm.code)
    if rhythm.who not in roles:
        yield (*at, "who"), f"没有名为“{rhythm.who}”的角色。"
    for kind in sorted(set(rhythm.kinds) - set(unit_kinds)):
        yield (*at, "kinds"), f"没有名为“{kind}”的机构类别。"
    if rhythm.every == "day" and rhythm.on:
        yield (*at, "on"), "每天的事不用写 on。"
    if (most := DAYS_OF.get(rhythm.every)) and any(isinstance(day, str) or day > most for day in rhythm.on):
        yield (*at, "on"), f"on 只能写 1 到 {most} 的数。"
    if rhythm.every in NAMED_DAYS and any(not isinstance(day, str) for day in rhythm.on):
        yield (*at, "on"), 'on 要写成“月-日”，例如 "03-15"，并加上引号。'


def _unknown(at: KeyPath, row: Row, facts: Collection[str]) -> Iterator[Finding]:
    for fact in sorted(set(row.when.facts()) - {*facts, "presence"}):
        yield at, f"条件用到的“{fact}”没有任何步骤会填写。"


def _clock(at: KeyPath, code: str, clocks: Collection[str]) -> Iterator[Finding]:
    if code and code not in clocks:
        yield at, f"没有名为“{code}”的时限，请先在时限库或本预案 clocks 里写明。"


def _off_limits(playbook: Playbook) -> Iterator[Finding]:
    """Find words by which the method would turn from a matter to a person."""
    for path, text in _spoken(playbook):
        if word := next((word for word in OFF_LIMITS if word in text), ""):
            yield path, f"“{word}”说的是人，不是事：预案不能涉及个人的品行、经历、信仰或信访情况，请删去。"


def _spoken(playbook: Playbook) -> Iterator[tuple[KeyPath, str]]:
    yield from ((("figures", code), each.title + each.help) for code, each in playbook.figures.items())
    for code, position in playbook.positions.items():
        yield ("positions", code), position.label + position.resident
    for code, step in playbook.steps.items():
        yield from _spoken_in(code, step)
    for code, kind in playbook.tasks.items():
        yield ("tasks", code), kind.label + "".join(kind.states.values())
    for name, rungs in playbook.ladders.items():
        yield ("ladders", name), "".join(rungs.values())
    for code, rhythm in playbook.rhythm.items():
        yield ("rhythm", code), rhythm.title + rhythm.help
    for code, campaign in playbook.campaigns.items():
        yield ("campaigns", code), campaign.title
    for family, words in playbook.words.items():
        yield ("words", family), "".join(words.values())


def _spoken_in(code: str, step: Step) -> Iterator[tuple[KeyPath, str]]:
    yield ("steps", code), step.label + step.resident
    for ask in step.asks:
        yield ("steps", code, "asks", ask.name), ask.label + ask.help + "".join(ask.options.values())
    for path, effects in step.effects():
        yield from ((("steps", code, *path, "tells", n), tell.say) for n, tell in enumerate(effects.tells))
    for index, draw in enumerate(step.draws):
        yield ("steps", code, "draws", index), draw.label
