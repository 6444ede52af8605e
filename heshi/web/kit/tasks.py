"""The tasks of a case as people read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from heshi.cases.queries.papers import Paper
from heshi.cases.rules import State
from heshi.clocks.terms import Ticking
from heshi.playbooks.rules import DROPPED, Playbook, Task
from heshi.web.kit.answers import in_words
from heshi.web.kit.due import Due, due_in_words
from heshi.web.kit.names import names
from heshi.web.kit.steps import StepButton
from heshi.web.kit.story import Answer

TO_STAFF: Final = {"unit": "", "centre": "中心", "resident": "群众"}
TO_RESIDENT: Final = {**TO_STAFF, "resident": "您"}


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task: what, with whom, how far, until when, what was said, and what this person may do."""

    number: int
    label: str
    whom: str
    words: str
    state: str
    is_open: bool
    badge: Due | None
    said: Sequence[Answer]
    buttons: Sequence[StepButton]


def card_of(
    task: Task, playbook: Playbook, state: State, buttons: Sequence[StepButton], *, at: datetime, papers: Iterable[Paper] = ()
) -> TaskCard:  # fmt: skip
    """Return a task as a card for those who work on it; ``papers`` are the files that came with the case's acts."""
    return replace(
        plain_card(task, playbook, buttons),
        whom=_whom(task, playbook, TO_STAFF),
        badge=_due(task, playbook, state, at),
        said=list(_said(playbook, task, papers)),
    )


def card_for_her(
    task: Task, playbook: Playbook, state: State, buttons: Sequence[StepButton], *, at: datetime, private: Collection[str] = ()
) -> TaskCard:  # fmt: skip
    """Return a task as a card for the resident, with the day until which it has to be done.

    ``private`` are the parts of the task that are (`private_parts`).
    """
    return replace(
        plain_card(task, playbook, buttons, private=private), badge=_due(task, playbook, state, at)
    )


def _due(task: Task, playbook: Playbook, state: State, at: datetime) -> Due | None:
    clock = state.clock_of(task)
    runs = clock and clock.state is Ticking.RUNNING and task.is_open
    if not (clock and runs):
        return None
    return due_in_words(clock.due_at, at=at, law=playbook.laws.get(clock.code), bound=clock.is_bound)


def plain_card(
    task: Task, playbook: Playbook, buttons: Sequence[StepButton], *, private: Collection[str] = ()
) -> TaskCard:
    """Return a task as a card for the resident: what is said on a task is meant for those who work on it.

    ``private`` are the parts of the task that are (`private_parts`).
    """
    shown = replace(
        task,
        unit="" if "unit" in private else task.unit,
        words="" if "words" in private else task.words,
    )
    return TaskCard(
        number=task.number,
        label=playbook.tasks[task.kind].label,
        whom=_whom(shown, playbook, TO_RESIDENT),
        words=shown.words,
        state=state_word(playbook, task.kind, task.state),
        is_open=task.is_open,
        badge=None,
        said=(),
        buttons=buttons,
    )


def state_word(playbook: Playbook, kind: str, state: str) -> str:
    """Return how far a task has come, in the words of its playbook."""
    return "随案了结" if state == DROPPED else playbook.tasks[kind].states.get(state, state)


def _whom(task: Task, playbook: Playbook, holders: Mapping[str, str]) -> str:
    return names().unit(task.unit) or holders[playbook.tasks[task.kind].holder]


def _said(playbook: Playbook, task: Task, papers: Iterable[Paper]) -> Iterator[Answer]:
    asks = {ask.name: ask for step in playbook.steps.values() if step.task for ask in step.asks}
    files = {str(paper.id): paper for paper in papers if paper.task == task.number}
    for name, answer in task.said.items():
        if name in asks:
            mine = [files[key] for key in answer if key in files] if asks[name].type == "files" else ()
            yield Answer(asks[name].label, in_words(asks[name], answer), asks[name].private, mine)
