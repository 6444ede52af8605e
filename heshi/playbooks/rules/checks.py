"""What must be true of a playbook before it may run, each failure a sentence at a line."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from heshi.clocks.rules import NATIONAL, Calendar, ClockDef
from heshi.common.yamltext import Draft, KeyPath, Problem
from heshi.playbooks.rules.effects import VERBS, Table
from heshi.playbooks.rules.passages import blind_ways, works
from heshi.playbooks.rules.proofreading import Finding, Unjudged, believable
from heshi.playbooks.rules.saying import never_so, sayings
from heshi.playbooks.rules.seeing import unseen
from heshi.playbooks.rules.shape import SAME, Ask, Playbook, Step
from heshi.playbooks.rules.standing import lasting, unfit
from heshi.playbooks.rules.vocabulary import vocabulary
from heshi.playbooks.terms import CASE_FACTS, COLOURS, MANDATES, OUTCOMES, SAY_LENGTH

TELLABLE = frozenset({"resident", "unit", "centre", "county_centre"})
SAYABLE = frozenset({"number", "unit", "due"})


@dataclass(frozen=True, slots=True)
class Known:
    """The names that exist outside the playbook."""

    roles: Collection[str]
    library: Mapping[str, ClockDef]
    unit_kinds: Collection[str] = ()
    calendar: Calendar = NATIONAL
    bound: Collection[str] = ()
    """Roles that see the cases of their own unit alone."""


def broken(playbook: Playbook, draft: Draft, known: Known, aside: Unjudged) -> list[Problem]:
    """Return every rule the playbook breaks; an empty list means it may run.

    ``aside`` is what could not be read as a playbook: what may only be wrong because of that is left out.
    """
    findings = believable(_names(playbook, known), aside)
    if aside.leaves_the_way and _has_every_place(playbook):
        findings += believable(blind_ways(playbook), aside)
        findings += believable(unseen(playbook, known.bound), aside)
    return [draft.problem(path, sentence) for path, sentence in findings]


def _has_every_place(playbook: Playbook) -> bool:
    """Say whether every position that is named is there, and one is an end: the drawing makes sense only then."""
    steps = playbook.steps.values()
    named = {playbook.start, *(code for step in steps for code in (*step.source, *step.targets()))}
    ends = any(position.end for position in playbook.positions.values())
    return ends and named <= {*playbook.positions, SAME}


def _names(playbook: Playbook, known: Known) -> Iterator[Finding]:
    if playbook.start not in playbook.positions:
        yield ("start",), f"起点“{playbook.start}”不在环节表里。"
    if not any(position.end for position in playbook.positions.values()):
        yield ("positions",), "没有终点：至少要有一个环节写明 end: true。"
    for code, position in playbook.positions.items():
        for outcome in set(position.outcomes) - set(OUTCOMES):
            yield ("positions", code, "outcomes"), f"没有结果代码“{outcome}”。"
    for code in set(playbook.clocks) & set(known.library):
        yield ("clocks", code), f"“{code}”是时限库里的时限，预案不能改它；本地约定请另起一个代码。"
    yield from _words(playbook, known)
    clocks = {*known.library, *playbook.clocks}
    yield from _clock_names(("opening",), playbook.opening.start, clocks)
    facts = _facts(playbook)
    for step in playbook.steps.values():
        yield from _step_names(playbook, step, known, clocks, facts)
    yield from _tables(playbook, facts)
    yield from vocabulary(
        playbook, facts=facts, clocks=clocks, roles=known.roles, unit_kinds=known.unit_kinds
    )
    yield from never_so(playbook, sayings(playbook))
    yield from unfit(playbook)


def _words(playbook: Playbook, known: Known) -> Iterator[Finding]:
    """Find local words for what does not exist, and colours and tiers that are named but never given."""
    given = {
        "roles": (set(known.roles), "没有名为“{0}”的角色。"),
        "outcomes": (set(OUTCOMES), "没有结果代码“{0}”。"),
        "tiers": (_given(playbook, "tier", playbook.tiers), "层级“{0}”没有判定的规则，请在 tiers 里写明什么情况归它。"),
        "colours": (_given(playbook, "colour", playbook.colours), "颜色“{0}”没有判定的规则，请在 colours 里写明什么情况用它。"),
    }  # fmt: skip
    for family, (there, sentence) in given.items():
        for code in sorted(set(playbook.words.get(family, {})) - there):
            yield ("words", family, code), sentence.format(code)


def _given(playbook: Playbook, fact: str, table: Table) -> set[str]:
    """Return every value that the table, a choice or a step gives this fact."""
    steps = playbook.steps.values()
    chosen = {code for step in steps for ask in step.asks if ask.name == fact for code in ask.options}
    sets = (each.sets for step in steps for _at, each in step.effects())
    chosen |= set(playbook.ladders.get(fact, ()))
    return {*chosen, *(str(row.then) for row in table), *(str(each[fact]) for each in sets if fact in each)}


def _facts(playbook: Playbook) -> set[str]:
    asked = {ask.name for step in playbook.steps.values() for ask in step.asks}
    effects = [each for step in playbook.steps.values() for _at, each in step.effects()]
    given = {name for each in effects for name in (*each.sets, *each.climbs)}
    drawn = {draw.into for step in playbook.steps.values() for draw in step.draws}
    remembered = {step.remembers for step in playbook.steps.values() if step.remembers}
    return {*CASE_FACTS, *asked, *given, *drawn, *remembered, *playbook.counters, *playbook.no_tasks}


def _step_names(
    playbook: Playbook, step: Step, known: Known, clocks: Collection[str], facts: Collection[str]
) -> Iterator[Finding]:
    at: KeyPath = ("steps", step.code)
    if not step.who:
        yield (*at, "who"), f"步骤“{step.label}”没有人可以办理，请在 who 里写明角色。"
    for role in set(step.who) - set(known.roles):
        yield (*at, "who"), f"没有名为“{role}”的角色。"
    for code in set(step.source) - set(playbook.positions):
        yield (*at, "from"), f"环节“{code}”不存在。"
    for code in set(step.targets()) - set(playbook.positions) - {SAME}:
        yield (*at, "to"), f"环节“{code}”不存在。"
    if step.to[-1].when:
        yield (*at, "to"), "去向表的最后一行不能带条件，否则会有案件无处可去。"
    yield from _never_tried((*at, "to"), step.to)
    yield from _terms(step, playbook, known)
    for path, effects in step.effects():
        if (outcome := effects.sets.get("outcome")) and outcome not in OUTCOMES:
            yield (*at, *path, "sets", "outcome"), f"没有结果代码“{outcome}”。"
    for path, work in works(step):
        for verb in VERBS:
            yield from _clock_names((*at, *path, verb), getattr(work, verb), clocks)
        yield from _clock_names((*at, *path, "until"), work.until, clocks)
        yield from _clock_names((*at, *path, "since"), work.since, clocks)
    yield from _step_words(playbook, step, known, facts)


def _terms(step: Step, playbook: Playbook, known: Known) -> Iterator[Finding]:
    at: KeyPath = ("steps", step.code)
    remembered = {each.remembers for each in playbook.steps.values() if each.remembers}
    staff = {*remembered, *(name for name, kind in playbook.named.items() if kind == "staff")}
    for role, terms in step.terms.items():
        if terms.other_than and terms.other_than not in staff:
            yield (
                (*at, "who"),
                f"“{role}”不能是“{terms.other_than}”那一位，但没有步骤记下那是谁：请在那一步写 remembers: {terms.other_than}。",
            )
    if step.when_over and "system" not in step.who:
        yield (*at, "when_over"), "到点由系统办的步骤，who 里要有 system。"
    if step.when_over and any(ask.required for ask in step.asks):
        yield (*at, "when_over"), "到点由系统办的步骤不能有必填项，没有人来填。"
    yield from _clock_names((*at, "when_over"), step.when_over, {*known.library, *playbook.clocks})


def _step_words(playbook: Playbook, step: Step, known: Known, facts: Collection[str]) -> Iterator[Finding]:
    at: KeyPath = ("steps", step.code)
    conditions = [((), step.needs), *((path, each.when) for path, each in step.effects())]
    conditions += [(path, tell.when) for path, each in step.effects() for tell in each.tells]
    for path, when in conditions:
        for fact in sorted(set(when.facts()) - set(facts)):
            yield (*at, *path), f"条件用到的“{fact}”没有任何步骤会填写。"
    for ask in step.asks:
        for sentence in _ask_words(ask):
            yield (*at, "asks", ask.name), sentence
    tells = [
        ((*path, "tells", n), tell) for path, each in step.effects() for n, tell in enumerate(each.tells)
    ]
    tellable = {*TELLABLE, *known.roles, *playbook.tasks, *playbook.named}
    asked = any("{due:" in tell.say for _path, tell in tells)
    sayable = {*SAYABLE, *(f"due:{code}" for code in (lasting(playbook, step) if asked else ()))}
    for path, tell in tells:
        if tell.who not in tellable:
            yield (*at, *path), f"不知道要告诉谁：“{tell.who}”。"
        if tell.who == "resident" and len(tell.say) > SAY_LENGTH:
            yield (
                (*at, *path),
                f"告诉群众的话有 {len(tell.say)} 个字，短信装不下，请写短到 {SAY_LENGTH} 字以内。",
            )
        if strange := _fields(tell.say) - sayable:
            yield (*at, *path), f"通知里的“{'、'.join(sorted(strange))}”无法填写。"


def _ask_words(ask: Ask) -> Iterator[str]:
    if ask.type == "choice" and not ask.options:
        yield f"“{ask.label}”是选择题，请写明 options。"
    if ask.type != "choice" and ask.options:
        yield f"“{ask.label}”写了 options，类型应当是 choice。"
    if ask.name == "outcome" and ask.type != "choice":
        yield f"“{ask.label}”是办理结果，类型应当是 choice，请写明 options。"
    if ask.name == "outcome" and (strange := set(ask.options) - set(OUTCOMES)):
        yield f"没有结果代码“{'、'.join(sorted(strange))}”。"
    if ask.name == "mandate" and (strange := set(ask.options) - set(MANDATES)):
        yield f"没有委托方式“{'、'.join(sorted(strange))}”，只有：{'、'.join(MANDATES)}。"
    if ask.name == "colour" and (strange := set(ask.options) - set(COLOURS)):
        yield f"没有颜色“{'、'.join(sorted(strange))}”，只有：{'、'.join(COLOURS)}。"


def _fields(say: str) -> set[str]:
    """Return what a notice wants filled in, with any formatting it asks for: only bare names can be filled."""
    try:
        parts = [part[1:] for part in string.Formatter().parse(say) if part[1] is not None]
    except ValueError:
        return {say}
    return {f"{name}{f'!{how}' if how else ''}{f':{spec}' if spec else ''}" for name, spec, how in parts}


def _clock_names(path: KeyPath, codes: Collection[str], known: Collection[str]) -> Iterator[Finding]:
    for code in codes:
        if code not in known:
            yield path, f"没有名为“{code}”的时限，请先在时限库或本预案 clocks 里写明。"


def _tables(playbook: Playbook, facts: Collection[str]) -> Iterator[Finding]:
    for name, table in (("tiers", playbook.tiers), ("colours", playbook.colours)):
        yield from _table(name, table, facts)
    for row_index, row in enumerate(playbook.colours):
        if row.then not in COLOURS:
            yield ("colours", row_index), f"没有颜色“{row.then}”，只有：{'、'.join(COLOURS)}。"


def _table(name: str, table: Table, facts: Collection[str]) -> Iterator[Finding]:
    if table and table[-1].when:
        yield (name, len(table) - 1), "判定表的最后一行不能带条件，否则会有案件定不了。"
    yield from _never_tried((name,), table)
    for index, row in enumerate(table):
        for fact in sorted(set(row.when.facts()) - set(facts)):
            yield (name, index), f"条件用到的“{fact}”没有任何步骤会填写。"


def _never_tried(at: KeyPath, table: Table) -> Iterator[Finding]:
    for index, row in enumerate(table[:-1]):
        if not row.when:
            yield (*at, index), f"表的第 {index + 1} 行不带条件，后面的行永远轮不到，请补上条件或移到最后。"
