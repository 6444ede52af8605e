"""What may happen now, and what follows from it. No clock, no database: values in, answer out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from heshi.common.refusals import Conflict, Invalid, NotAllowed, Unknown
from heshi.playbooks.rules.asking import given_to
from heshi.playbooks.rules.conditions import ALWAYS, holds
from heshi.playbooks.rules.lots import NO_LOTS, Drawn, Lots, draw_named, drawn_in, told_drawn
from heshi.playbooks.rules.shape import SAME, ClockWork, Playbook, Row, Step, Told, chosen, decided
from heshi.playbooks.rules.tasks import Task, TaskAdded, TaskChange, added, after, dropped, moved, task_facts
from heshi.playbooks.rules.telling import fact_word


class StepNotHere(Conflict):
    """The case is at a position from which this step does not start."""

    code = "step_not_here"
    sentence = "案件现在处于“{position}”，不能办理“{step}”，请查看最新进展。"


class StepNotYours(NotAllowed):
    """Nobody with this person's roles may take the step."""

    code = "step_not_yours"
    sentence = "“{step}”要由{who}办理，请转告对方或联系值班长。"


class StepNotReady(Invalid):
    """A condition of the step is not met yet."""

    code = "step_not_ready"
    sentence = "现在还不能办理“{step}”：条件“{needs}”尚未满足，请先补齐。"


class TopOfLadder(Conflict):
    """There is no rung above this one."""

    code = "top_of_ladder"
    sentence = "“{step}”已经到最高一级“{rung}”，不能再往上，请在这一级办理。"


class TaskNotSo(Conflict):
    """The task is over, or at a state from which this step does not start."""

    code = "task_not_so"
    sentence = "这一项现在是“{state}”，不能办理“{step}”，请刷新页面查看最新进展。"


class TaskUnknown(Unknown):
    """The case has no such task."""

    code = "task_unknown"
    sentence = "案件里没有第 {number} 项“{kind}”，请刷新页面再试。"


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a case stands, who is looking at it, and on which of its tasks (0: on the case itself).

    ``roles`` are those that count there; ``presence`` says how the units that are named are present in the centre.
    """

    position: str
    facts: Mapping[str, Any]
    roles: frozenset[str]
    tasks: tuple[Task, ...] = ()
    task: int = 0
    presence: Mapping[str, str] = field(default_factory=dict)
    lots: Lots = NO_LOTS

    def on(self, number: int, roles: frozenset[str]) -> Situation:
        """Return the same situation as it is met on one task."""
        return replace(self, task=number, roles=roles)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step leads to."""

    position: str
    end: bool
    facts: Mapping[str, Any]
    clocks: ClockWork
    tells: tuple[Told, ...]
    answers: bool
    tasks: tuple[TaskChange, ...] = ()
    joins: str = ""
    draws: tuple[Drawn, ...] = ()
    keeps: tuple[str, ...] = ()
    rests: bool = False


def offered(playbook: Playbook, situation: Situation) -> list[Step]:
    """Return exactly the steps this person may take now on the case itself, in the playbook's order."""
    facts = _seen(playbook, situation)
    return [
        step
        for step in playbook.steps.values()
        if step.task is None and _is_open_to(step, situation, facts) and not _at_top(playbook, step, facts)
    ]


def offered_on(playbook: Playbook, situation: Situation, task: Task) -> list[Step]:
    """Return the steps this person may take now on one task of the case; ``situation.roles`` are those that count for it."""
    facts = _seen(playbook, situation)
    return [
        step
        for step in playbook.steps.values()
        if step.task
        and task.is_open
        and step.task.kind == task.kind
        and task.state in step.task.source
        and _is_open_to(step, situation, facts)
    ]


def decide(playbook: Playbook, situation: Situation, code: str, answers: Mapping[str, Any]) -> Outcome:
    """Return what follows when this person takes this step with these answers.

    The facts are those that change, and every answer: who reads the step later sees what was said, though it was said before.
    Answers given on a task stay with the task. Raises StepNotHere, StepNotYours, StepNotReady, AnswersMissing, AnswerOutside,
    TopOfLadder, RosterTooSmall, TaskNotSo or TaskUnknown.
    """
    facts = _seen(playbook, situation)
    step = _allowed(playbook, situation, code, facts)
    task = _task(playbook, situation, step)
    given = given_to(step.asks, answers)
    kept: Mapping[str, Any] = {} if task else given
    draws = drawn_in(step, {**facts, **given}, situation.lots)
    steady = {**step.sets, **_counted(step, facts), **_climbed(playbook, step, facts)}
    steady |= {drawn.into: list(drawn.result) for drawn in draws}
    facts = {**facts, **given, **steady}
    facts["presence"] = situation.presence.get(str(facts.get("unit") or ""), "")
    changes: list[TaskChange] = list(_changes(playbook, step, task, facts, given, situation))
    facts |= {**playbook.no_tasks, **task_facts(after(situation.tasks, changes))}
    row = chosen(step.to, facts) or Row(ALWAYS, SAME)
    position = situation.position if row.then == SAME else str(row.then)
    end = playbook.positions[position].end
    if end and not playbook.positions[situation.position].end:
        changes += dropped(after(situation.tasks, changes))
    return Outcome(
        position=position,
        end=end,
        facts=_changed(playbook, situation, kept, {**kept, **steady, **row.sets}, facts),
        clocks=step.clocks + row.clocks,
        tells=tuple(_told(step, playbook, facts, changes, situation.tasks)),
        answers=step.answers,
        tasks=tuple(changes),
        draws=draws,
        joins=str(given.get(step.joins, "")) if step.joins else "",
        keeps=playbook.positions[position].keeps,
        rests=playbook.positions[position].rests and position != situation.position,
    )


def graded(playbook: Playbook, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return tier and colour of a case as the decision tables give them; a person's own choice stands."""
    tables = {"tier": playbook.tiers, "colour": playbook.colours}
    return {
        name: decided(table, facts)
        for name, table in tables.items()
        if table and not facts.get(f"{name}_confirmed")
    }


def _seen(playbook: Playbook, situation: Situation) -> Mapping[str, Any]:
    """Return the facts with every counter and every number of tasks."""
    if not playbook.counters and not playbook.no_tasks:
        return situation.facts
    return {**playbook.counters, **situation.facts, **playbook.no_tasks, **task_facts(situation.tasks)}


def _is_open_to(step: Step, situation: Situation, facts: Mapping[str, Any]) -> bool:
    return (
        situation.position in step.source
        and not situation.roles.isdisjoint(step.who)
        and (not step.needs or holds(step.needs, facts))
    )


def _allowed(playbook: Playbook, situation: Situation, code: str, facts: Mapping[str, Any]) -> Step:
    step = playbook.steps.get(code)
    here = playbook.positions[situation.position]
    if step is None or situation.position not in step.source:
        raise StepNotHere(position=here.label, step=step.label if step else code)
    if situation.roles.isdisjoint(step.who):
        raise StepNotYours(step=step.label, who="、".join(playbook.word("roles", role) for role in step.who))
    if step.needs and not holds(step.needs, facts):
        unmet = "、".join(fact_word(playbook, name) for name in step.needs.unmet(facts))
        raise StepNotReady(step=step.label, needs=unmet)
    return step


def _task(playbook: Playbook, situation: Situation, step: Step) -> Task | None:
    if step.task is None:
        return None
    kind = playbook.tasks[step.task.kind]
    found = next((task for task in situation.tasks if task.number == situation.task), None)
    if found is None or found.kind != kind.code:
        raise TaskUnknown(number=situation.task, kind=kind.label)
    if not found.is_open or found.state not in step.task.source:
        raise TaskNotSo(state=kind.states.get(found.state, "已了结"), step=step.label)
    return found


def _counted(step: Step, facts: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(facts.get(name) or 0) + 1 for name in step.counts}


def _climbed(playbook: Playbook, step: Step, facts: Mapping[str, Any]) -> dict[str, Any]:
    climbed: dict[str, Any] = {}
    for name in step.climbs:
        rungs = list(playbook.ladders[name])
        height = _height(rungs, facts.get(name))
        if height == len(rungs) - 1:
            raise TopOfLadder(step=step.label, rung=playbook.ladders[name][rungs[-1]])
        climbed[name] = rungs[height + 1]
        if name == "tier":
            climbed["tier_confirmed"] = True
    return climbed


def _height(rungs: list[str], rung: Any) -> int:
    return rungs.index(rung) if rung in rungs else -1


def _at_top(playbook: Playbook, step: Step, facts: Mapping[str, Any]) -> bool:
    return any(facts.get(name) == list(playbook.ladders[name])[-1] for name in step.climbs)


def _changes(
    playbook: Playbook, step: Step, task: Task | None, facts: Mapping[str, Any], given: Mapping[str, Any], situation: Situation
) -> Iterator[TaskChange]:  # fmt: skip
    if task:
        yield moved(playbook, step, task, facts, given)
    if step.adds:
        last = max((one.number for one in situation.tasks), default=0)
        yield from added(playbook, step, facts, situation.presence, last)


def _changed(
    playbook: Playbook, situation: Situation, given: Mapping[str, Any], changes: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Return the facts that change, with the grades that follow from them, and every answer."""
    whole = {**changes, **graded(playbook, {**facts, **changes})}
    return {
        name: value for name, value in whole.items() if name in given or situation.facts.get(name) != value
    }


def _told(
    step: Step, playbook: Playbook, facts: Mapping[str, Any], changes: Iterable[TaskChange], tasks: Iterable[Task]
) -> Iterator[Told]:  # fmt: skip
    """Yield the notices with their addresses: whoever a task is with, and whoever a field named, become units and persons."""
    held = {task.number: task for task in tasks}
    for tell in step.tells:
        if tell.who in playbook.tasks:
            units = [_unit_of(change, held) for change in _of(tell.who, changes, held)]
            yield from (Told(f"unit:{unit}", tell.say) for unit in dict.fromkeys(units) if unit)
        elif draw := draw_named(playbook, tell.who):
            yield from told_drawn(draw, facts.get(tell.who), tell.say)
        elif tell.who.endswith("_staff"):
            if person := facts.get(tell.who):
                yield Told(f"staff:{person}", tell.say)
        else:
            yield Told(tell.who, tell.say)


def _unit_of(change: TaskChange, held: Mapping[int, Task]) -> str:
    return change.unit if isinstance(change, TaskAdded) else held[change.number].unit


def _of(kind: str, changes: Iterable[TaskChange], held: Mapping[int, Task]) -> list[TaskChange]:
    return [
        change
        for change in changes
        if (change.kind if isinstance(change, TaskAdded) else held[change.number].kind) == kind
    ]
