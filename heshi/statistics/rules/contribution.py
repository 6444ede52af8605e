"""What one case adds to the figures: a pure function of its whole history, so that counting again gives the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from heshi.cases.record import (
    ClockChange,
    ClockExtended,
    ClockPaused,
    ClockResumed,
    ClockStaged,
    ClockStarted,
    ClockStopped,
    Entry,
    Planned,
    Round,
)
from heshi.cases.terms import CHANGED, INTERNAL_KINDS, SORTED
from heshi.clocks.terms import Stage
from heshi.places.rules.codes import township_in
from heshi.playbooks.rules import LocalFigure, Playbook, Task, changed, holds, task_facts
from heshi.playbooks.rules.figures import figure_mark
from heshi.playbooks.terms import NOT_TAKEN, SOLVED, UNSOLVED
from heshi.statistics.terms import OWN, OWN_DIMENSIONS, SATISFIED_FROM, WHOLE_COUNTY

SHANGHAI = ZoneInfo("Asia/Shanghai")
WITHDRAWN = "withdrawn_by_applicant"
Cell = tuple[str, str, str, str]
"""Month, dimension, key, measure."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What the figures need to know about a playbook: where cases wait for the resident, and how they are taken on."""

    code: str
    start: str
    waits: frozenset[str] = frozenset()
    accepting: frozenset[str] = frozenset()
    figures: Mapping[str, LocalFigure] = field(default_factory=dict)
    """The playbook's own figures, by the name under which they are counted."""
    nothing_yet: Mapping[str, int] = field(default_factory=dict)
    """Its counts and numbers of tasks, each at nothing."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """In which month, under which keys and in which measures a case counts, once each."""

    month: str
    keys: Mapping[str, str]
    measures: tuple[str, ...]

    def cells(self) -> list[Cell]:
        """Return every counter this case adds one to."""
        return [
            (self.month, dimension, key, measure)
            for dimension, key in self.keys.items()
            for measure in self.measures
            if OWN not in measure or dimension in OWN_DIMENSIONS
        ]


NOTHING = Contribution("", {}, ())


@dataclass(slots=True)
class _Story:
    """What has happened so far, while the events are read one by one."""

    facts: dict[str, object] = field(default_factory=dict)
    ended: bool = False
    answered: bool = False
    accepted: bool = False
    reopened: bool = False
    overdue: bool = False
    claimed_by: tuple[str, UUID | None] | None = None
    ended_by: tuple[str, UUID | None] | None = None
    position: str = ""
    was_late: set[str] = field(default_factory=set)
    tasks: dict[int, Task] = field(default_factory=dict)
    due: dict[Round, datetime] = field(default_factory=dict)
    paused: set[Round] = field(default_factory=set)
    sealed: set[Round] = field(default_factory=set)
    """Clocks of tasks that are for some only: the figures are for everybody."""


def contribution(events: Sequence[Entry], landmarks_of: Callable[[str], Landmarks]) -> Contribution:
    """Return what the case with this history adds to the figures; ``landmarks_of`` knows the playbook by its version's key."""
    if not events:
        return NOTHING
    if events[0].body.facts.get("kind") in INTERNAL_KINDS:
        return NOTHING  # nobody asked for it
    if "history" in events[0].body.facts and all(event.body.end for event in events):
        return NOTHING  # done elsewhere, before it came here
    way = landmarks_of(str(events[0].body.facts["playbook"]))
    story = _Story()
    for event in events:
        if event.step in (CHANGED, SORTED) and "playbook" in event.body.facts:
            way = landmarks_of(str(event.body.facts["playbook"]))
        _take_in(story, event, way)
    # The month in which it came in, for ever: what happens later counts there too, so that shares stay below one.
    month = f"{events[0].at.astimezone(SHANGHAI):%Y-%m}"
    measures = _measures(story)
    measures |= set(_own(story, way, measures))
    return Contribution(month, _keys(story.facts, way), tuple(sorted(measures)))


def difference(before: Contribution, after: Contribution) -> Counter[Cell]:
    """Return what must be added to the counters to go from one contribution to the other; without zeros."""
    change = Counter(after.cells())
    change.subtract(before.cells())
    return Counter({cell: value for cell, value in change.items() if value})


def _take_in(story: _Story, event: Entry, way: Landmarks) -> None:
    body = event.body
    story.facts.update(body.facts)
    story.position = event.went_to
    for move in body.tasks:
        story.tasks[move.number] = changed(story.tasks.get(move.number), move)
    _look_at_clocks(story, event, waiting=event.came_from in way.waits)
    on_it = event.step in way.accepting and event.went_to != event.came_from
    if on_it or (event.step == CHANGED and event.went_to != way.start):
        story.accepted = True
    # A resident who says it is settled did not get an answer by that.
    if body.answer and event.actor_kind != "resident":
        story.answered = True
    if body.answer or body.facts.get("outcome"):
        story.claimed_by = (event.actor_kind, event.actor_id)
    # Noted for ever: an office cannot wash a reopened case clean by closing it a second time.
    if story.ended and not body.end:
        story.reopened = True
    if body.end and not story.ended:
        story.ended_by = (event.actor_kind, event.actor_id)
    story.ended = body.end


def _look_at_clocks(story: _Story, event: Entry, *, waiting: bool) -> None:
    """Notice every time limit that the office let pass; time that the resident takes to answer is her own."""
    for change in event.body.clocks:
        if isinstance(change, ClockStarted) and change.task and story.tasks[change.task].seen_by:
            story.sealed.add(change.key)
        if change.key in story.sealed:
            continue
        if not waiting and _is_late(story, change, event.at):
            story.overdue = True
            story.was_late.add(change.code)
        match change:
            case ClockPaused():
                story.paused.add(change.key)
            case ClockResumed() | ClockStopped():
                story.paused.discard(change.key)
            case ClockStaged(stage=Stage.LAPSED | Stage.REACHED):
                story.due.pop(
                    change.key, None
                )  # it took a right away, or said when to look again: nobody is late
        if isinstance(change, Planned):
            story.due[change.key] = change.due


def _is_late(story: _Story, change: ClockChange, at: datetime) -> bool:
    if isinstance(change, ClockStaged):
        return change.stage is Stage.OVERDUE
    if change.key in story.paused or not isinstance(change, ClockStopped | ClockPaused | ClockExtended):
        return False
    due = story.due.get(change.key)
    return due is not None and at > due


def _keys(facts: Mapping[str, object], way: Landmarks) -> dict[str, str]:
    return {
        "all": WHOLE_COUNTY,
        "topic": str(facts.get("topic") or WHOLE_COUNTY),
        "township": township_in(str(facts.get("path") or "")) or WHOLE_COUNTY,
        "unit": str(facts.get("unit") or WHOLE_COUNTY),
        "kind": str(facts.get("kind") or WHOLE_COUNTY),
        "playbook": way.code,
    }


def _measures(story: _Story) -> set[str]:
    outcome = str(story.facts.get("outcome") or "")
    found = {"received"}
    found |= _when(closed=story.ended, overdue=story.overdue, withdrawn=outcome == WITHDRAWN)
    if outcome in NOT_TAKEN:
        return found | {"not_accepted"}
    if not story.accepted:
        return found
    found.add("accepted")
    return found | _answered(story, outcome) if story.answered else found


def _answered(story: _Story, outcome: str) -> set[str]:
    score = story.facts.get("score")
    return _when(
        answered=True,
        on_time=not story.overdue,
        reopened=story.reopened or bool(story.facts.get("reopened")),
        rated=score is not None,
        satisfied=isinstance(score, int | float) and score >= SATISFIED_FROM,
    ) | {_verdict(story, outcome)}


def _verdict(story: _Story, outcome: str) -> str:
    """Return the one bucket of the answered in which this case lies."""
    said = story.facts.get("solved")
    if outcome == WITHDRAWN:
        return "answered_withdrawn"
    if said is False or outcome in UNSOLVED:
        return "answered_unsolved"
    if outcome not in SOLVED:
        return "answered_only" if outcome else "unconfirmed"
    return "solved" if story.ended and (said is True or _someone_else_closed(story)) else "unconfirmed"


def _someone_else_closed(story: _Story) -> bool:
    """Whoever says that a matter is solved does not confirm it herself; nor does the system by letting time pass."""
    return story.ended_by is not None and story.ended_by != story.claimed_by and story.ended_by[0] != "system"


def _own(story: _Story, way: Landmarks, measures: Collection[str]) -> Iterator[str]:
    """Yield in which of the playbook's own figures the case counts: in the whole, and in the part of it."""
    if not way.figures:
        return
    facts = {
        **way.nothing_yet, **story.facts, **task_facts(story.tasks.values()),
        "counted": measures, "was_late": story.was_late, "position": story.position,
    }  # fmt: skip
    for name, figure in way.figures.items():
        if holds(figure.of, facts):
            yield own_measure(name, "of")
            if holds(figure.counts, facts):
                yield own_measure(name, "counts")


def own_measure(name: str, part: str) -> str:
    """Return under which measure a playbook's own figure is counted: its whole is ``of``, its part ``counts``."""
    return f"{name}{OWN}{part}"


def _when(**flags: bool) -> set[str]:
    return {name for name, is_so in flags.items() if is_so}


def landmarks_through(book: Playbook) -> Landmarks:
    """Return what the figures need to know about a playbook."""
    ends = {code for code, position in book.positions.items() if position.end}
    steps = {code: (step.source, step.targets()) for code, step in book.steps.items()}
    waits = frozenset(code for code, position in book.positions.items() if position.holder == "resident")
    figures = {own_name(book, figure): figure for figure in book.figures.values()}
    accepting = accepting_steps(steps, book.start, ends)
    return Landmarks(book.code, book.start, waits, accepting, figures, {**book.counters, **book.no_tasks})


def own_name(book: Playbook, figure: LocalFigure) -> str:
    """Return under which name a playbook's own figure is counted; another definition has another name."""
    return OWN.join((book.code, figure.code, figure_mark(figure)))


def accepting_steps(
    steps: Mapping[str, tuple[Collection[str], Collection[str]]], start: str, ends: Collection[str]
) -> frozenset[str]:
    """Return the steps by which a case is taken on.

    ``steps`` gives for each step where it starts and where it may lead. A playbook with a step ``accept`` says so itself;
    elsewhere it is whatever leads from the first position to one that is no end.
    """
    if "accept" in steps:
        return frozenset({"accept"})
    return frozenset(
        code
        for code, (sources, targets) in steps.items()
        if start in sources and set(targets) - {*ends, start, "same"}
    )
