"""Tasks within a case: what a step adds, how it moves one, and what conditions may ask about all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
from msgspec import structs

from heshi.playbooks.rules.conditions import holds
from heshi.playbooks.rules.effects import Adding, decided
from heshi.playbooks.rules.shape import Playbook, Step, TaskKind

DROPPED: Final = "dropped"
"""The state of a task that was still open when its case ended."""
NO_CLOCK: Final = "none"
"""What a move says in the place of a clock when the one that ran is to stop."""


class TaskAdded(msgspec.Struct, frozen=True, tag_field="op", tag="add", omit_defaults=True, kw_only=True):
    """A task begins. ``due`` is the day it was given, ``since`` when its clock began, ``round`` that of its clock.

    The first two are asked for, the last is found out.
    """

    number: int
    kind: str
    state: str
    unit: str = ""
    words: str = ""
    clock: str = ""
    round: int = 0
    due: str = ""
    since: str = ""
    seen_by: tuple[str, ...] = ()
    """For which roles only it is, none for everybody. A promise of the moment it was added: it holds for as long as the task is kept."""
    kept_by: str = ""
    """The unit that had the case when a sealed task was added: those roles are meant there, whoever has the case later."""


class TaskMoved(msgspec.Struct, frozen=True, tag_field="op", tag="move", omit_defaults=True, kw_only=True):
    """A task goes on; ``clock`` is its next one, `NO_CLOCK` to stop the one it has, nothing to let it run."""

    number: int
    state: str
    open: bool
    said: dict[str, object] = {}
    clock: str = ""
    round: int = 0
    by: str = ""
    """Which member of staff said it, where the task is for some only: she may still read what she wrote."""


TaskChange = TaskAdded | TaskMoved


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a case as its events have left it; ``clock`` and ``round`` name the clock that runs for it."""

    number: int
    kind: str
    state: str
    unit: str = ""
    words: str = ""
    is_open: bool = True
    clock: str = ""
    round: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    seen_by: tuple[str, ...] = ()
    kept_by: str = ""
    written_by: tuple[str, ...] = ()

    @property
    def at_unit(self) -> str:
        """Return the unit whose people work on it: the one it was given to, or that keeps it; empty for whoever has the case."""
        return self.unit or self.kept_by


def no_tasks(kinds: Iterable[TaskKind]) -> dict[str, int]:
    """Return every number of tasks that a condition may ask about, for a case that has none."""
    return {f"{kind.code}_{name}": 0 for kind in kinds for name in ("open", "all", *kind.states)}


def task_facts(tasks: Iterable[Task]) -> dict[str, int]:
    """Return how many tasks there are of each kind, how many are open, and how many in each state."""
    found: dict[str, int] = {}
    for task in tasks:
        names = [f"{task.kind}_all", f"{task.kind}_{task.state}"]
        for name in (*names, f"{task.kind}_open") if task.is_open else names:
            found[name] = found.get(name, 0) + 1
    return found


def leading(playbook: Playbook, tasks: Iterable[Task]) -> list[str]:
    """Return the units that answer for the whole case beside the one that has it: each with an open task of a kind that leads."""
    units = (task.unit for task in tasks if task.is_open and playbook.tasks[task.kind].leads)
    return list(dict.fromkeys(filter(None, units)))


def added(
    playbook: Playbook, step: Step, adds: Iterable[Adding], facts: Mapping[str, Any], presence: Mapping[str, str], last: int
) -> Iterator[TaskAdded]:  # fmt: skip
    """Yield the tasks that a step adds; ``last`` is the highest number so far, ``presence`` how each unit is present."""
    for adding in adds:
        if not holds(adding.when, facts):
            continue
        for unit, words in _each(adding, step, facts):
            last += 1
            kind = playbook.tasks[adding.task]
            clock = adding.clock or decided(kind.clock, {**facts, "presence": presence.get(unit, "")}) or ""
            due = str(facts.get(adding.due) or "") if adding.due else ""
            since = str(facts.get(adding.since) or "") if adding.since else ""
            yield TaskAdded(
                number=last, kind=kind.code, state=kind.first, unit=unit, words=words, clock=clock, due=due, since=since,
                seen_by=kind.seen_by,
            )  # fmt: skip


def _each(adding: Adding, step: Step, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    unit, words = str(facts.get(adding.unit) or ""), str(facts.get(adding.words) or adding.title)
    if not adding.each:
        yield unit, words
        return
    are_units = any(ask.name == adding.each and ask.type == "units" for ask in step.asks)
    are_units = are_units or any(draw.into == adding.each and not draw.role for draw in step.draws)
    for one in facts.get(adding.each) or ():
        yield (str(one), words) if are_units else (unit, str(one))


def kept_by(changes: Iterable[TaskChange], unit: str) -> Iterator[TaskChange]:
    """Yield the changes, each sealed task that is added with the unit that has the case now and keeps it."""
    for change in changes:
        sealed = isinstance(change, TaskAdded) and change.seen_by
        yield structs.replace(change, kept_by=unit) if sealed else change


def moved(
    playbook: Playbook,
    step: Step,
    task: Task,
    facts: Mapping[str, Any],
    said: Mapping[str, Any],
    by: str = "",
) -> TaskMoved:
    """Return what a step makes of the task it is taken on; ``by`` is the member of staff who takes it."""
    work = step.task
    assert work is not None  # noqa: S101 -- the engine asks only for steps that are taken on a task
    state = str(decided(work.to, facts))
    open_still = state not in playbook.tasks[task.kind].done
    clock = work.clock or ("" if open_still else NO_CLOCK)
    return TaskMoved(
        number=task.number, state=state, open=open_still, said=dict(said), clock=clock, by=by if task.seen_by and said else "",
    )  # fmt: skip


def dropped(tasks: Iterable[Task]) -> Iterator[TaskMoved]:
    """Yield the end of every task that is still open when its case ends."""
    for task in tasks:
        if task.is_open:
            yield TaskMoved(number=task.number, state=DROPPED, open=False, clock=NO_CLOCK)


def after(tasks: Sequence[Task], changes: Iterable[TaskChange]) -> tuple[Task, ...]:
    """Return the tasks as they stand after these changes."""
    standing = {task.number: task for task in tasks}
    for change in changes:
        standing[change.number] = changed(standing.get(change.number), change)
    return tuple(standing.values())


def changed(task: Task | None, change: TaskChange) -> Task:
    """Return a task after one change; raises LookupError when what moves was never added."""
    if isinstance(change, TaskAdded):
        return Task(
            change.number,
            change.kind,
            change.state,
            change.unit,
            change.words,
            True,
            change.clock,
            change.round,
            seen_by=change.seen_by,
            kept_by=change.kept_by,
        )
    if task is None:
        raise LookupError(change.number)
    written_by = tuple(dict.fromkeys((*task.written_by, *filter(None, [change.by]))))
    kept = replace(
        task,
        state=change.state,
        is_open=change.open,
        said={**task.said, **change.said},
        written_by=written_by,
    )
    match change.clock:
        case "":
            return kept
        case "none":
            return replace(kept, clock="", round=0)
        case clock:
            return replace(kept, clock=clock, round=change.round)
