"""The history of a case in plain words, for those who work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from heshi.cases.models import Event
from heshi.cases.rules import moment
from heshi.cases.terms import ENGINE_STEPS, SOURCES
from heshi.clocks.rules import ClockDef, due_on
from heshi.clocks.terms import PAUSE_REASONS
from heshi.playbooks.rules import Ask, Playbook
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.kit.answers import in_words
from heshi.web.kit.names import names

Answer = tuple[str, str, bool]
"""What was asked, what was said, and whether only staff may read it."""
STAGES: Final = {
    "half_way": "时限过半",
    "nearly_due": "即将到期",
    "overdue": "已超期",
    "lapsed": "期限已过",
    "reached": "日子到了",
}
FIRST_FACTS: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "source": ("渠道", lambda code: SOURCES.get(code, code)),
    "kind": ("诉求类别", kind_label),
    "topic": ("事项", topic_label),
    "place": ("地点", lambda code: names().place(code)),
    "unit": ("承办单位", lambda key: names().unit(key)),
}
"""What is told of the moment a case came in."""


@dataclass(frozen=True, slots=True)
class ToldAct:
    """One event as a person reads it."""

    number: int
    at: datetime
    label: str
    by: str
    moved: str
    answers: Sequence[Answer]
    notes: Sequence[str]


def story_of(
    events: Iterable[Event], playbook: Playbook, definitions: Mapping[str, ClockDef]
) -> list[ToldAct]:
    """Return the whole history, oldest first."""
    return [_told(event, playbook, definitions) for event in events]


def _told(event: Event, playbook: Playbook, definitions: Mapping[str, ClockDef]) -> ToldAct:
    step = playbook.steps.get(event.step)
    facts = {**event.body.get("facts", {}), **_said_on_tasks(event)}
    answers = _answers(step.asks, facts) if step else _first(facts) if event.number == 1 else ()
    turned = (_turned(change, definitions) for change in event.body.get("clocks", ()))
    return ToldAct(
        number=event.number,
        at=event.at,
        label=step.label if step else ENGINE_STEPS.get(event.step, event.step),
        by=event.actor_label,
        moved=_moved(event, playbook),
        answers=list(answers),
        notes=[*_tasks_added(event, playbook), *filter(None, turned)],
    )


def _said_on_tasks(event: Event) -> dict[str, Any]:
    """Return the answers that an act gave on a task: they stay with the task, and the story tells them too."""
    return {
        name: value
        for change in event.body.get("tasks", ())
        for name, value in change.get("said", {}).items()
    }


def _tasks_added(event: Event, playbook: Playbook) -> Iterator[str]:
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


def _answers(asks: Iterable[Ask], facts: Mapping[str, Any]) -> Iterator[Answer]:
    for ask in asks:
        if facts.get(ask.name) not in (None, ""):
            yield ask.label, in_words(ask, facts[ask.name]), ask.private


def _first(facts: Mapping[str, Any]) -> Iterator[Answer]:
    for name, (label, word) in FIRST_FACTS.items():
        if facts.get(name) and (shown := word(facts[name])):
            yield label, shown, False


def _turned(change: Mapping[str, Any], definitions: Mapping[str, ClockDef]) -> str:
    """Return what happened to a clock; nothing for what nobody needs to read."""
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
