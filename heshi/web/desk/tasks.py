"""The tasks of a case as people read them, and the cases that belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from heshi.cases.models import Case, Event, TaskRow, Tie
from heshi.cases.queries import visible_to
from heshi.cases.rules import State
from heshi.cases.terms import GATHERED, JOINED
from heshi.people.rules import Scope
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import DROPPED, Playbook, Task
from heshi.web.kit.names import Due, due_in_words, names
from heshi.web.kit.story import in_words

if TYPE_CHECKING:
    from heshi.web.desk.casefile import Button

MOST_TIES: Final = 50
WITH: Final = {"unit": "", "centre": "中心", "resident": "群众"}
TIED: Final = {
    ("merged", True): "并入了", ("merged", False): "并进来的", ("made_from", True): "依据的案件", ("made_from", False): "据此提出的",
}  # fmt: skip


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
    said: Sequence[tuple[str, str]]
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as a line of a list."""

    row: TaskRow
    label: str
    state: str
    due: Due


@dataclass(frozen=True, slots=True)
class TiedCase:
    """Another case that belongs to this one; its title only for those who may see it."""

    how: str
    number: str
    title: str
    visible: bool


def card_of(
    task: Task, playbook: Playbook, state: State, buttons: Sequence[Button], at: datetime
) -> TaskCard:
    """Return a task as a card."""
    kind, clock = playbook.tasks[task.kind], state.clock_of(task)
    due = due_in_words(clock.due_at, at=at) if clock and clock.state == "running" and task.is_open else None
    return TaskCard(
        number=task.number,
        label=kind.label,
        whom=names().unit(task.unit) or WITH[kind.holder],
        words=task.words,
        state=state_word(playbook, task.kind, task.state),
        is_open=task.is_open,
        badge=due,
        said=list(_said(playbook, task.said)),
        buttons=buttons,
    )


def line_of(row: TaskRow, *, at: datetime) -> TaskLine:
    """Return a task in the words of a list."""
    playbook = playbook_of(row.case.playbook_id)
    due = due_in_words(row.due_at, at=at) if row.due_at else Due("不计时", "grey")
    return TaskLine(row, playbook.tasks[row.kind].label, state_word(playbook, row.kind, row.state), due)


def state_word(playbook: Playbook, kind: str, state: str) -> str:
    """Return how far a task has come, in the words of its playbook."""
    return "随案了结" if state == DROPPED else playbook.tasks[kind].states.get(state, state)


def _said(playbook: Playbook, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    asks = {ask.name: ask for step in playbook.steps.values() if step.task for ask in step.asks}
    for name, answer in said.items():
        if name in asks:
            yield asks[name].label, in_words(asks[name], answer)


def is_tied(case: Case, events: Sequence[Event]) -> bool:
    """Say whether the history knows of other cases: most know of none, and nobody needs to look."""
    noted = any(event.step in (JOINED, GATHERED) for event in events)
    return noted or case.outcome == "merged" or bool(case.facts.get("made_from"))


def ties_of(case: Case, scope: Scope) -> list[TiedCase]:
    """Return the cases that became part of this one, that it became part of, or that it was made from."""
    found = Tie.objects.filter(Q(case=case) | Q(other=case), county=case.county).select_related(
        "case", "other"
    )
    ties = list(found.order_by("at")[:MOST_TIES])
    others = {tie.other_id if tie.case_id == case.pk else tie.case_id for tie in ties}
    seen = (
        set(visible_to(scope).filter(county=case.county, pk__in=others).values_list("pk", flat=True))
        if ties
        else set()
    )
    return [_tied(tie, case, seen) for tie in ties]


def _tied(tie: Tie, case: Case, seen: set[Any]) -> TiedCase:
    outward = tie.case_id == case.pk
    other = tie.other if outward else tie.case
    visible = other.pk in seen
    return TiedCase(TIED[tie.how, outward], other.number, other.title if visible else "", visible)
