"""A case in a resident's words: where it stands, who has it, until when and why, and every step so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from heshi.cases import queries as cases
from heshi.cases.models import Attachment, Case, Clock, Event, Opening, Statement, Tie
from heshi.cases.terms import OPENED, TICKED
from heshi.clocks.rules import ClockDef, due_on
from heshi.people.models import Unit
from heshi.playbooks.rules import DROPPED, Ask, Playbook, Step, Task
from heshi.web.kit.asks import said

OVERDUE = "overdue"
HERSELF = "您"
FIRST = "您的诉求已经登记。"
LATE = "有一个期限已经过了，系统已经提醒承办单位和中心。"


@dataclass(frozen=True)
class Told:
    """One step, as she reads it."""

    at: datetime
    by: str
    words: str
    answers: list[tuple[str, str]]
    is_answer: bool = False


@dataclass(frozen=True)
class Until:
    """One running time limit: what, until when, and why."""

    title: str
    on: date
    at: datetime
    to_the_hour: bool
    why: str
    stage: str


@dataclass(frozen=True)
class TaskTold:
    """One thing that is being done within the case: what, by whom, how far."""

    number: int
    label: str
    whom: str
    words: str
    state: str
    is_open: bool


@dataclass(frozen=True)
class Main:
    """The case that this one became part of, as far as it concerns whoever also reported it."""

    number: str
    words: str
    is_open: bool
    told: list[Told]


def task_told(task: Task, playbook: Playbook) -> TaskTold:
    """Return a task in her words."""
    kind = playbook.tasks[task.kind]
    whom = {"unit": _unit_name(task.unit), "centre": "中心", "resident": "您"}[kind.holder]
    state = "随案了结" if task.state == DROPPED else kind.states.get(task.state, task.state)
    return TaskTold(task.number, kind.label, whom, task.words, state, task.is_open)


def main_of(case: Case) -> Main | None:
    """Return the case that this one became part of, with what the office has done and answered; nothing others said."""
    tie = Tie.objects.filter(county=case.county, case=case, how="merged").select_related("other").first()
    if tie is None:
        return None
    playbook = cases.playbook_for(tie.other)
    acts = [
        act if act.is_answer else replace(act, answers=[])
        for act in told(tie.other, playbook)
        if act.by != HERSELF
    ]
    return Main(tie.other.number, playbook.positions[tie.other.position].resident, tie.other.is_open, acts)


def told(case: Case, playbook: Playbook) -> list[Told]:
    """Return the history in plain words, oldest first; acts that concern nobody outside are left out."""
    return [step for event in cases.history(case) if (step := _told(event, playbook))]


def until(case: Case, playbook: Playbook) -> list[Until]:
    """Return the running time limits, the one due first on top."""
    definitions = cases.definitions_for(playbook)
    running = [clock for clock in cases.clocks_of(case) if clock.state == "running" and not clock.task]
    return [_until(clock, definitions) for clock in running if clock.code in definitions]


def openings(case: Case) -> Iterable[Opening]:
    """Return who opened the file, newest first."""
    return Opening.objects.filter(county=case.county, case=case).order_by("-hour")[:50]


def statements(case: Case) -> Iterable[Statement]:
    """Return what she said, in her own words."""
    return Statement.objects.filter(county=case.county, case=case).order_by("said_at")


def files(case: Case) -> Iterable[Attachment]:
    """Return what she sent along."""
    return Attachment.objects.filter(county=case.county, case=case).order_by("at")


def _told(event: Event, playbook: Playbook) -> Told | None:
    if event.step == TICKED:
        return Told(event.at, "系统", LATE, []) if _ran_out(event.body) else None
    step = playbook.steps.get(event.step)
    words = step.resident if step else (FIRST if event.step == OPENED else "")
    if not words:
        return None
    by = HERSELF if event.actor_kind == "resident" else event.actor_label
    answers = _answers(step, event.body.get("facts", {})) if step else []
    is_answer = bool(step and step.answers and event.actor_kind != "resident")
    return Told(event.at, by, words, answers, is_answer=is_answer)


def _answers(step: Step, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    shown = [ask for ask in step.asks if not ask.private and facts.get(ask.name) not in (None, "")]
    return [(ask.label, _in_words(ask, facts[ask.name])) for ask in shown if ask.type != "staff"]


def _in_words(ask: Ask, answer: Any) -> str:
    if ask.type not in ("unit", "units"):
        return said(ask, answer)
    return "、".join(filter(None, map(_unit_name, answer if isinstance(answer, list) else [answer])))


def _unit_name(key: str) -> str:
    return (Unit.objects.filter(pk=key).values_list("name", flat=True).first() or "") if key else ""


def _ran_out(body: Mapping[str, Any]) -> bool:
    return any(change.get("stage") == OVERDUE for change in body.get("clocks", []))


def _until(clock: Clock, definitions: Mapping[str, ClockDef]) -> Until:
    definition = definitions[clock.code]
    exact = definition.unit in ("hour", "second", "at_once")
    return Until(definition.title, due_on(clock.due_at), clock.due_at, exact, definition.why, clock.stage)
