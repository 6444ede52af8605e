"""The history of a case in plain words, for those who work on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heshi.cases.models import Event
from heshi.cases.rules import ClockState, moment
from heshi.cases.terms import ENGINE_STEPS, SOURCES
from heshi.clocks.rules import SHANGHAI, ClockDef, due_on
from heshi.clocks.terms import PAUSE_REASONS, UNITS
from heshi.people.models import Staff
from heshi.playbooks.rules import Ask, Playbook
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.kit.asks import said
from heshi.web.kit.names import Due, due_in_words, names

STAGES: Final = {
    "half_way": "时限过半",
    "nearly_due": "即将到期",
    "overdue": "已超期",
    "lapsed": "期限已过",
    "reached": "日子到了",
}
STATES: Final = {"running": "计时中", "paused": "已暂停", "stopped": "已停止"}
FIRST_FACTS: Final = ("source", "kind", "topic", "place", "unit")
FACT_LABELS: Final = {
    "source": "渠道",
    "kind": "诉求类别",
    "topic": "事项",
    "place": "地点",
    "unit": "承办单位",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One event as a person reads it."""

    number: int
    at: datetime
    label: str
    by: str
    moved: str
    answers: list[tuple[str, str, bool]]
    clocks: list[str]


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit: what, until when, why, and what happened to it."""

    title: str
    due: datetime
    on: Any
    exact: bool
    why: str
    state: str
    running: bool
    is_over: bool
    badge: Due | None
    notes: list[str]


def story_of(events: list[Event], playbook: Playbook, definitions: Mapping[str, ClockDef]) -> list[Act]:
    """Return the whole history, oldest first."""
    return [_act(event, playbook, definitions) for event in events]


def _act(event: Event, playbook: Playbook, definitions: Mapping[str, ClockDef]) -> Act:
    step = playbook.steps.get(event.step)
    facts = {**event.body.get("facts", {}), **_said_on_tasks(event)}
    answers = list(_answers(step.asks, facts)) if step else list(_first(facts)) if event.number == 1 else []
    return Act(
        number=event.number,
        at=event.at,
        label=step.label if step else ENGINE_STEPS.get(event.step, event.step),
        by=event.actor_label,
        moved=_moved(event, playbook),
        answers=answers,
        clocks=[
            *_tasked(event, playbook),
            *(words for change in event.body.get("clocks", ()) if (words := _turned(change, definitions))),
        ],
    )


def _said_on_tasks(event: Event) -> dict[str, Any]:
    """Return the answers that an act gave on a task: they stay with the task, and the story tells them too."""
    return {
        name: value
        for change in event.body.get("tasks", ())
        for name, value in change.get("said", {}).items()
    }


def _tasked(event: Event, playbook: Playbook) -> Iterator[str]:
    for change in event.body.get("tasks", ()):
        if change["op"] == "add":
            kind = playbook.tasks.get(change["kind"])
            whom = "，".join(filter(None, [names().unit(change["unit"]), change["words"]]))
            yield f"添上“{kind.label if kind else change['kind']}”{f'：{whom}' if whom else ''}"


def _moved(event: Event, playbook: Playbook) -> str:
    if event.went_to == event.came_from:
        return ""
    position = playbook.positions.get(event.went_to)
    return position.label if position else event.went_to


def _answers(asks: tuple[Ask, ...], facts: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for ask in asks:
        if facts.get(ask.name) not in (None, ""):
            yield ask.label, in_words(ask, facts[ask.name]), ask.private


def in_words(ask: Ask, answer: Any) -> str:
    """Return an answer as people read it, names instead of keys."""
    match ask.type:
        case "unit":
            return names().unit(answer) or str(answer)
        case "units":
            return "、".join(names().unit(one) or str(one) for one in answer)
        case "staff":
            return staff_name(answer)
        case "topic":
            return topic_label(str(answer))
        case "place":
            return names().place(str(answer))
        case _:
            return said(ask, answer)


def staff_name(key: Any) -> str:
    """Return the name of a person that a field named."""
    try:
        named = Staff.objects.filter(pk=UUID(str(key))).values_list("display_name", flat=True).first()
    except ValueError:
        return str(key)
    return named or str(key)


def _first(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    words = {
        "source": lambda code: SOURCES.get(code, code),
        "kind": kind_label,
        "topic": topic_label,
        "place": names().place,
        "unit": names().unit,
    }
    for name in FIRST_FACTS:
        if facts.get(name) and (shown := words[name](facts[name])):
            yield FACT_LABELS[name], shown, False


def _turned(change: Mapping[str, Any], definitions: Mapping[str, ClockDef]) -> str:
    definition = definitions.get(change["code"])
    title = definition.title if definition else change["code"]
    due = f"{due_on(moment(change['due'])):%-m月%-d日}" if change.get("due") else ""
    match change["op"]:
        case "start":
            return f"“{title}”开始计时，{due}到期"
        case "stop":
            return f"“{title}”停止计时"
        case "pause":
            return f"“{title}”暂停计时（{PAUSE_REASONS.get(change['reason'], change['reason'])}，依据：{change['document']}）"
        case "resume":
            return f"“{title}”恢复计时，改为{due}到期"
        case "extend":
            return f"“{title}”延长，改为{due}到期"
        case "stage":
            return f"“{title}”{STAGES.get(change['stage'], change['stage'])}"
    return ""


def limits_of(clocks: list[ClockState], definitions: Mapping[str, ClockDef], *, at: datetime) -> list[Limit]:
    """Return the time limits, those that run first, then by date."""
    ordered = sorted(clocks, key=lambda clock: (list(STATES).index(clock.state), clock.due_at, clock.code))
    return [_limit(clock, definitions[clock.code], at) for clock in ordered if clock.code in definitions]


def _limit(clock: ClockState, definition: ClockDef, at: datetime) -> Limit:
    running = clock.state == "running"
    return Limit(
        title=definition.title,
        due=clock.due_at,
        on=due_on(clock.due_at),
        exact=definition.unit in ("hour", "second", "at_once"),
        why=definition.why,
        state=STATES[clock.state],
        running=running,
        is_over=clock.state == "stopped",
        badge=due_in_words(clock.due_at, at=at) if running else None,
        notes=list(_notes(clock, definition)),
    )


def _notes(clock: ClockState, definition: ClockDef) -> Iterator[str]:
    for pause in clock.pauses:
        until = f"至{pause.ended_at.astimezone(SHANGHAI):%-m月%-d日}" if pause.ended_at else "至今"
        reason = PAUSE_REASONS.get(pause.reason, pause.reason)
        yield f"{pause.started_at.astimezone(SHANGHAI):%-m月%-d日}{until}暂停（{reason}，{pause.document}），不计入期限"
    for length in clock.extensions:
        basis = definition.extension.article if definition.extension else ""
        yield f"已延长 {length}{UNITS[definition.unit]}{f'（{basis}）' if basis else ''}"
