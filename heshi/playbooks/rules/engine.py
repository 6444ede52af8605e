"""What may happen now, and what follows from it. No clock, no database: values in, answer out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from msgspec import structs

from heshi.playbooks.rules.addressing import told_by
from heshi.playbooks.rules.asking import given_to
from heshi.playbooks.rules.conditions import ALWAYS, holds
from heshi.playbooks.rules.effects import Adding, ClockWork, Effects, Row, Told, chosen
from heshi.playbooks.rules.lots import NO_LOTS, Drawn, Lots, drawn_in
from heshi.playbooks.rules.refusing import (
    StepNotHere,
    StepNotReady,
    StepNotYours,
    TaskNotSo,
    TaskUnknown,
    TooEarly,
    TopOfLadder,
)
from heshi.playbooks.rules.shape import SAME, Playbook, Step, Terms
from heshi.playbooks.rules.tasks import (
    Task,
    TaskChange,
    added,
    after,
    dropped,
    kept_by,
    moved,
    task_facts,
)
from heshi.playbooks.rules.unspoken import needs_words, speaks_of_one, told_who
from heshi.playbooks.rules.waiting import from_when, too_early
from heshi.playbooks.rules.who import at_level
from heshi.playbooks.rules.wording import told_wait


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
    actor: str = ""
    """Which member of staff is looking, where it is one."""
    at: datetime | None = None
    """The moment; without one, no step waits for a day."""
    lots: Lots = NO_LOTS
    """From what the step draws, where it does."""

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
        and _is_open_to(step, situation, facts, task.number)
    ]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A step that is this person's and not possible yet, and the sentence that says until when or for what."""

    step: Step
    why: str


def waiting(playbook: Playbook, situation: Situation) -> list[HeldBack]:
    """Return the steps on the case itself that wait for a day, or for tasks that others have to finish; nothing else is a wait."""
    facts = _seen(playbook, situation)
    found = []
    for step in playbook.steps.values():
        if step.task or situation.position not in step.source or not _is_for(step, situation, facts):
            continue
        try:
            _allowed(playbook, situation, step.code, facts)
        except TooEarly as refusal:
            found.append(HeldBack(step, str(refusal)))
        except StepNotReady as refusal:
            if set(step.needs.unmet(facts)) <= _told_counts(playbook):
                found.append(HeldBack(step, str(refusal)))
    return found


def _told_counts(playbook: Playbook) -> frozenset[str]:
    """Return the numbers of tasks that everybody may hear of."""
    sealed = tuple(f"{kind.code}_" for kind in playbook.tasks.values() if kind.seen_by)
    return frozenset(name for name in playbook.no_tasks if not name.startswith(sealed))


def decide(playbook: Playbook, situation: Situation, code: str, answers: Mapping[str, Any]) -> Outcome:
    """Return what follows when this person takes this step with these answers.

    One order, for every step: what it ``needs`` is asked of the facts as they were; then answers become facts and lots are drawn;
    then come what it sets, counts and climbs, its own first and then each ``also`` whose condition holds by now; the task it is
    taken on moves; tasks are added; the first fitting line of ``to`` decides with what it sets; tells are chosen by the
    facts at the end of it all.

    The facts of the outcome are those that change, and every answer: who reads the step later sees what was said, though it was said
    before. Answers given on a task stay with the task. Raises StepNotHere, StepNotYours, StepNotReady, AnswersMissing, AnswerOutside,
    TopOfLadder, RosterTooSmall, TaskNotSo or TaskUnknown.
    """
    facts = _seen(playbook, situation)
    step = _allowed(playbook, situation, code, facts)
    task = _task(playbook, situation, step)
    given = given_to(step.asks, answers)
    kept: Mapping[str, Any] = {} if task else given
    draws = drawn_in(step, {**facts, **given}, situation.lots)
    drawn = {each.into: list(each.result) for each in draws}
    effects, steady = _applied(playbook, step, {**facts, **given, **drawn}, situation)
    steady = {**drawn, **steady}
    facts = {**facts, **given, **steady}
    facts["presence"] = situation.presence.get(str(facts.get("unit") or ""), "")
    adds = [adding for effect in effects for adding in effect.adds if holds(adding.when, facts)]
    changes: list[TaskChange] = list(_changes(playbook, step, task, adds, facts, given, situation))
    facts |= {**playbook.no_tasks, **task_facts(after(situation.tasks, changes))}
    row = chosen(step.to, facts) or Row(ALWAYS, SAME)
    position = situation.position if row.then == SAME else str(row.then)
    end = playbook.positions[position].end
    if end and not playbook.positions[situation.position].end:
        changes += dropped(after(situation.tasks, changes))
    if "unit" in {playbook.positions[where].holder for where in (situation.position, position)}:
        changes = list(kept_by(changes, _unit_of(situation.facts if task else facts)))
    facts |= row.sets
    said = (*(tell for effect in effects for tell in effect.tells), *row.tells)
    tells, on_one = [tell for tell in said if holds(tell.when, facts)], bool(task and task.seen_by)
    keeper = task.kept_by if task else ""
    return Outcome(
        position=position,
        end=end,
        facts=_changed(situation, kept, {**kept, **steady, **row.sets}),
        clocks=sum((effect.clocks for effect in effects[1:]), effects[0].clocks) + row.clocks,
        tells=tuple(
            structs.replace(told, sealed=on_one or speaks_of_one(playbook, tell, adds), at=keeper)
            for tell in tells
            for told in told_by((tell,), playbook, facts, changes, situation.tasks)
        ),
        answers=step.answers,
        tasks=tuple(changes),
        draws=draws,
        joins=str(given.get(step.joins, "")) if step.joins else "",
        keeps=playbook.positions[position].keeps,
        rests=playbook.positions[position].rests and position != situation.position,
    )


def _unit_of(facts: Mapping[str, Any]) -> str:
    """Return the unit that has the case; an answer of that name on a task stays with the task and gives the case to nobody."""
    return str(facts.get("unit") or "")


def _applied(
    playbook: Playbook, step: Step, facts: Mapping[str, Any], situation: Situation
) -> tuple[list[Effects], dict[str, Any]]:
    """Return the effects whose conditions hold, each asked of what those before it made, and the facts they make together."""
    steady: dict[str, Any] = {}
    if step.remembers and situation.actor:
        steady[step.remembers] = situation.actor
    applied = []
    for effect in (step.own, *step.also):
        known = {**facts, **steady}
        if holds(effect.when, known):
            steady |= {**effect.sets, **_counted(effect.counts, known)}
            steady |= _climbed(playbook, step, effect.climbs, known)
            applied.append(effect)
    return applied, steady


def _seen(playbook: Playbook, situation: Situation) -> Mapping[str, Any]:
    """Return the facts with every counter and every number of tasks."""
    if not playbook.counters and not playbook.no_tasks:
        return situation.facts
    return {**playbook.counters, **situation.facts, **playbook.no_tasks, **task_facts(situation.tasks)}


def _is_open_to(step: Step, situation: Situation, facts: Mapping[str, Any], task: int = 0) -> bool:
    return (
        situation.position in step.source
        and _is_for(step, situation, facts)
        and (not step.needs or holds(step.needs, facts))
        and (step.not_before is None or too_early(step, facts, situation.at, task) is None)
    )


def _allowed(playbook: Playbook, situation: Situation, code: str, facts: Mapping[str, Any]) -> Step:
    step = playbook.steps.get(code)
    here = playbook.positions[situation.position]
    if step is None or situation.position not in step.source:
        raise StepNotHere(position=here.label, step=step.label if step else code)
    if not _is_for(step, situation, facts):
        raise StepNotYours(step=step.label, who=told_who(playbook, step, situation.roles))
    if day := too_early(step, facts, situation.at, situation.task if step.task else 0):
        when, then = from_when(day)
        raise TooEarly(step=step.label, when=when, then=then, waits=told_wait(playbook, step))
    if step.needs and not holds(step.needs, facts):
        left = step.needs.left(facts)
        raise StepNotReady(step=step.label, needs=needs_words(playbook, step, left, situation.roles))
    return step


def _is_for(step: Step, situation: Situation, facts: Mapping[str, Any]) -> bool:
    """Say whether one of this person's roles may take the step, on the terms that go with it."""
    return any(
        role in situation.roles
        and (role not in step.terms or _meets(step.terms[role], role, situation, facts))
        for role in step.who
    )


def _meets(terms: Terms, role: str, situation: Situation, facts: Mapping[str, Any]) -> bool:
    if terms.level and at_level(role, terms.level) not in situation.roles:
        return False
    return not terms.other_than or not situation.actor or facts.get(terms.other_than) != situation.actor


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


def _counted(counts: Iterable[str], facts: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(facts.get(name) or 0) + 1 for name in counts}


def _climbed(
    playbook: Playbook, step: Step, climbs: Iterable[str], facts: Mapping[str, Any]
) -> dict[str, Any]:
    climbed: dict[str, Any] = {}
    for name in climbs:
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
    playbook: Playbook, step: Step, task: Task | None, adds: Sequence[Adding], facts: Mapping[str, Any], given: Mapping[str, Any],
    situation: Situation,
) -> Iterator[TaskChange]:  # fmt: skip
    if task:
        yield moved(playbook, step, task, facts, given, situation.actor)
    if adds:
        last = max((one.number for one in situation.tasks), default=0)
        yield from added(playbook, step, adds, facts, situation.presence, last)


def _changed(situation: Situation, given: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that change, and every answer."""
    return {
        name: value for name, value in changes.items() if name in given or situation.facts.get(name) != value
    }
