"""The history of a case in plain words, for those who work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from heshi.cases.models import Event
from heshi.cases.queries.file import in_its_time
from heshi.cases.queries.papers import Paper
from heshi.cases.record import (
    Body,
    ClockChange,
    ClockExtended,
    ClockPaused,
    ClockReplanned,
    ClockResumed,
    ClockStaged,
    ClockStarted,
    ClockStopped,
    Planned,
)
from heshi.cases.terms import CHANGED, ENGINE_STEPS, INTERNAL, JOINED_SAID, REROUTED, SORTED, SOURCES
from heshi.clocks.rules import SHANGHAI, ClockDef, bound_in_words, due_on
from heshi.clocks.rules.stated import WRITTEN
from heshi.clocks.terms import EXACT, PAUSE_REASONS, STAGES
from heshi.common.numbers import spoken
from heshi.playbooks.rules import Ask, Playbook, TaskAdded, TaskMoved
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.kit.answers import SCORES, YES_NO, in_words
from heshi.web.kit.lots import ToldDraw, told_draws
from heshi.web.kit.names import names


class Answer(NamedTuple):
    """What was asked, what was said, whether only staff may read it, and the files that are the answer."""

    label: str
    words: str
    private: bool
    papers: Sequence[Paper] = ()


Seen = Callable[[Event, Playbook], Body | None]
"""Gives what somebody may read of an event, from the playbook of its time; None where she may only know that there was one."""
A_MINUTE: Final = timedelta(minutes=1)
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
    draws: Sequence[ToldDraw] = ()


def story_of(
    events: Iterable[Event], playbook: Playbook, seen: Seen, papers: Iterable[Paper] = ()
) -> list[ToldAct]:
    """Return the whole history, oldest first, each act in the words of the playbook by which the case then lived.

    ``papers`` are the files that came with its acts.

    ``seen`` gives what the reader may read of an event. Where that is nothing, she reads that there was one, and when: the numbers
    of a history have no gaps, and somebody who wonders can ask.
    """
    came = papers_by_event(papers)
    return [
        _told(event, body, book, came.get(event.number, {}))
        if (body := seen(event, book))
        else _internal(event, book)
        for event, book in in_its_time(events, playbook)
    ]


def whole(event: Event, _playbook: Playbook) -> Body:
    """Return all of an event, for whoever may read everything."""
    return event.body


def _internal(event: Event, playbook: Playbook) -> ToldAct:
    return ToldAct(event.number, event.at, INTERNAL, "", _moved(event, playbook), (), ())


def papers_by_event(papers: Iterable[Paper]) -> dict[int, dict[str, list[Paper]]]:
    """Return the files by the number of the act they came with, and by the question they answer."""
    found: dict[int, dict[str, list[Paper]]] = {}
    for paper in papers:
        found.setdefault(paper.event, {}).setdefault(paper.asked, []).append(paper)
    return found


def _told(event: Event, body: Body, playbook: Playbook, papers: Mapping[str, Sequence[Paper]]) -> ToldAct:
    definitions = playbook.laws
    step = playbook.steps.get(event.step)
    facts = {**body.facts, **_said_on_tasks(body)}
    # A step that the frozen playbook does not know is one of the engine's; its facts are not answers to anything.
    answers = _answers(step.asks, facts, papers) if step else _of_ours(event, facts, playbook, papers)
    turned = (_turned(change, definitions, event.at) for change in body.clocks)
    return ToldAct(
        number=event.number,
        at=event.at,
        label=step.label if step else ENGINE_STEPS.get(event.step, event.step),
        by=event.actor_label,
        moved=_moved(event, playbook),
        answers=list(answers),
        notes=[*_tasks_added(body, playbook), *filter(None, turned)],
        draws=told_draws(body.draws, playbook) if body.draws else (),
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


def _answers(
    asks: Iterable[Ask], facts: Mapping[str, object], papers: Mapping[str, Sequence[Paper]]
) -> Iterator[Answer]:
    for ask in asks:
        if facts.get(ask.name) not in (None, ""):
            yield Answer(ask.label, in_words(ask, facts[ask.name]), ask.private, papers.get(ask.name, ()))


def _of_ours(
    event: Event, facts: Mapping[str, object], playbook: Playbook, papers: Mapping[str, Sequence[Paper]]
) -> Iterator[Answer]:
    """Yield what is told of an act that stands in no playbook."""
    if event.number == 1:
        yield from _first(facts)
    if event.step == JOINED_SAID:
        yield from _joined_said(facts, papers)
    if event.step in (SORTED, REROUTED):
        yield from _sorted(facts, playbook)
    if event.step == CHANGED:
        yield Answer("改按", playbook.title, private=False)
        yield Answer("理由", str(facts.get("changed_why", "")), private=False)


JOINED_FACTS: Final[Mapping[str, tuple[str, Callable[[object], str]]]] = {
    "joined_from": ("哪一件的群众", lambda number: spoken(str(number))),
    "joined_added": ("补充情况", str),
    "joined_solved": ("问题解决了吗", lambda solved: YES_NO["yes" if solved else "no"]),
    "joined_score": ("给几分", lambda score: SCORES.get(int(str(score)), str(score))),
    "joined_words": ("想说的话", str),
}


def _joined_said(facts: Mapping[str, object], papers: Mapping[str, Sequence[Paper]]) -> Iterator[Answer]:
    """Yield what somebody said whose case became part of this one: to those who work on it, her own may be out of sight."""
    for name, (label, word) in JOINED_FACTS.items():
        if facts.get(name) not in (None, ""):
            yield Answer(label, word(facts[name]), private=True)
    if came := papers.get("joined_files"):
        yield Answer("照片、录音、文件", f"{len(came)} 个文件", private=True, papers=came)


def _sorted(facts: Mapping[str, object], playbook: Playbook) -> Iterator[Answer]:
    """Yield what somebody said a case is about, and what followed from that."""
    yield from _words_of({name: facts.get(name) for name in ("kind", "topic", "unit")})
    if not facts.get("unit"):
        yield Answer("建议承办单位", names().unit(str(facts["suggested_unit"])), private=False)
    if facts.get("playbook"):
        yield Answer("办法", playbook.title, private=False)


def _first(facts: Mapping[str, object]) -> Iterator[Answer]:
    # What was only guessed is not told as if it were so.
    yield from _words_of(
        {
            name: value
            for name, value in facts.items()
            if not (facts.get("unsure") and name in ("kind", "topic"))
        }
    )


def _words_of(facts: Mapping[str, object]) -> Iterator[Answer]:
    for name, (label, word) in FIRST_FACTS.items():
        if facts.get(name) and (shown := word(str(facts[name]))):
            yield Answer(label, shown, private=False)


def _turned(change: ClockChange, definitions: Mapping[str, ClockDef], at: datetime) -> str:
    definition = definitions.get(change.code)
    title = definition.title if definition else change.code
    match change:
        case ClockStarted() if change.started < at - A_MINUTE:  # it began before anybody came to the counter
            exact = definition is not None and definition.unit in EXACT
            return f"“{title}”从{_whole(change.started, exact)}起算，{_until(change, exact=exact)}"
        case ClockStarted():
            return f"“{title}”开始计时，{_until(change)}"
        case ClockStopped():
            return f"“{title}”停止计时"
        case ClockPaused():
            return f"“{title}”暂停计时（{PAUSE_REASONS.get(change.reason, change.reason)}，依据：{change.document}）"
        case ClockResumed():
            return f"“{title}”恢复计时，改为{_until(change)}"
        case ClockExtended():
            return f"“{title}”延长，改为{_until(change)}"
        case ClockStaged():
            return f"“{title}”{STAGES[change.stage]}"
        case ClockReplanned():
            return f"“{title}”重新计算，{_until(change)}"


def _whole(day: date, exact: bool) -> str:
    """Return a day with its year, with hour and minute where they count."""
    local = day.astimezone(SHANGHAI) if isinstance(day, datetime) else day
    return f"{local:{WRITTEN if exact else '%Y年%-m月%-d日'}}"


def _until(change: Planned, *, exact: bool | None = None) -> str:
    """Return until when, with the year where ``exact`` is said; of a bound that it is the earliest."""
    if change.awaits_year:
        return bound_in_words(change.due)
    if exact is None:
        return f"{due_on(change.due):%-m月%-d日}到期"
    return f"{_whole(change.due if exact else due_on(change.due), exact)}到期"
