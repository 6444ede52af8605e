"""The history of a case in plain words, for those who work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from heshi.cases.models import Event
from heshi.cases.record import (
    Body,
    ClockChange,
    ClockExtended,
    ClockPaused,
    ClockResumed,
    ClockStaged,
    ClockStarted,
    ClockStopped,
)
from heshi.cases.terms import ENGINE_STEPS, SOURCES
from heshi.clocks.rules import ClockDef, due_on
from heshi.clocks.terms import PAUSE_REASONS, STAGES
from heshi.playbooks.rules import Ask, Playbook, TaskAdded, TaskMoved
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.kit.answers import in_words
from heshi.web.kit.names import names

Answer = tuple[str, str, bool]
"""What was asked, what was said, and whether only staff may read it."""
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
    body = event.body
    facts = {**body.facts, **_said_on_tasks(body)}
    # A step that the frozen playbook does not know is one of the engine's; its facts are not answers to anything.
    answers = _answers(step.asks, facts) if step else _first(facts) if event.number == 1 else ()
    turned = (_turned(change, definitions) for change in body.clocks)
    return ToldAct(
        number=event.number,
        at=event.at,
        label=step.label if step else ENGINE_STEPS.get(event.step, event.step),
        by=event.actor_label,
        moved=_moved(event, playbook),
        answers=list(answers),
        notes=[*_tasks_added(body, playbook), *filter(None, turned)],
    )


def _said_on_tasks(body: Body) -> dict[str, object]:
    """Return the answers that an act gave on a task: they stay with the task, and the story tells them too."""
    moves = (change for change in body.tasks if isinstance(change, TaskMoved))
    return {name: value for change in moves for name, value in change.said.items()}


def _tasks_added(body: Body, playbook: Playbook) -> Iterator[str]:
    for change in body.tasks:
        if isinstance(change, TaskAdded):
            kind = playbook.tasks.get(change.kind)
            whom = "，".join(filter(None, [names().unit(change.unit), change.words]))
            yield f"添上“{kind.label if kind else change.kind}”{f'：{whom}' if whom else ''}"


def _moved(event: Event, playbook: Playbook) -> str:
    if event.went_to == event.came_from:
        return ""
    position = playbook.positions.get(event.went_to)
    return position.label if position else event.went_to


def _answers(asks: Iterable[Ask], facts: Mapping[str, object]) -> Iterator[Answer]:
    for ask in asks:
        if facts.get(ask.name) not in (None, ""):
            yield ask.label, in_words(ask, facts[ask.name]), ask.private


def _first(facts: Mapping[str, object]) -> Iterator[Answer]:
    for name, (label, word) in FIRST_FACTS.items():
        if facts.get(name) and (shown := word(str(facts[name]))):
            yield label, shown, False


def _turned(change: ClockChange, definitions: Mapping[str, ClockDef]) -> str:
    definition = definitions.get(change.code)
    title = definition.title if definition else change.code
    match change:
        case ClockStarted():
            return f"“{title}”开始计时，{_day(change.due)}到期"
        case ClockStopped():
            return f"“{title}”停止计时"
        case ClockPaused():
            return f"“{title}”暂停计时（{PAUSE_REASONS.get(change.reason, change.reason)}，依据：{change.document}）"
        case ClockResumed():
            return f"“{title}”恢复计时，改为{_day(change.due)}到期"
        case ClockExtended():
            return f"“{title}”延长，改为{_day(change.due)}到期"
        case ClockStaged():
            return f"“{title}”{STAGES[change.stage]}"
        case _:
            return ""


def _day(due: datetime) -> str:
    return f"{due_on(due):%-m月%-d日}"
