"""One file: whoever asks for a case goes through here; what is out of sight does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from heshi.cases.models import Case, Clock, Event, TaskRow
from heshi.cases.rules import ClockState, State, facts_now
from heshi.cases.rules.folding import COLUMNS, REFERENCES
from heshi.cases.rules.sight import roles_here
from heshi.cases.terms import ACCUSING
from heshi.clocks.rules import ClockDef, Pause
from heshi.clocks.terms import Stage, Ticking
from heshi.common.crypto import lookup
from heshi.common.numbers import check_number
from heshi.common.refusals import Unknown
from heshi.people.rules import Scope
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook, Situation, Task


class CaseUnknown(Unknown):
    """No such case, or it is out of this person's sight."""

    code = "case_unknown"
    sentence = "没有找到这个编号的案件，请核对编号；如确有其事，请联系中心值班长。"


class FollowRefused(Unknown):
    """Number and last four digits do not belong together; which of them is wrong is not said."""

    code = "follow_refused"
    sentence = "编号和手机号后四位对不上，请对照回执再输一次；没有留手机号的，请输入回执上的四位查询码。"


def visible_to(scope: Scope) -> QuerySet[Case]:
    """Return the cases a person may see: the one predicate behind lists, files, search, map, statistics and API.

    Whoever only serves a village does not see what is reported about somebody there: it may be about herself
    (信访工作条例第30条).
    """
    # Whoever checks sees every file; that the personal fields stay masked is decided where they are shown.
    if scope.everything:
        return Case.objects.all()
    if scope.is_empty:
        return Case.objects.none()
    sight = Q(unit_id__in=scope.unit_ids) if scope.unit_ids else Q(pk__in=[])
    for path in scope.paths:
        there = Q(path=path) | Q(path__startswith=f"{path}/")
        sight |= there & ~Q(kind__in=ACCUSING) if path in scope.neighbours else there
    return Case.objects.filter(sight)


def case_for(scope: Scope, number: str) -> Case:
    """Return a case by its number; raises NumberMistyped or CaseUnknown."""
    return case_with(scope, number, {})


def case_with(scope: Scope, number: str, beside: Mapping[str, RawSQL]) -> Case:
    """Return a case by its number, with what is read ``beside`` it in the same question; raises what `case_for` raises."""
    digits = check_number(number)
    # One after the other: nearly every case is found by the first look, and an OR of both would read two indexes each time.
    looks = (visible_to(scope), involved(scope))
    found = (sight.filter(number=digits).select_related("unit").annotate(**beside).first() for sight in looks)
    case = next(filter(None, found), None)
    if case is None:
        raise CaseUnknown(number=number)
    return case


def may_see(scope: Scope, case: Case) -> bool:
    """Return whether a case is in this person's sight, by itself or by a task."""
    own = {"county": case.county, "pk": case.pk}
    return visible_to(scope).filter(**own).exists() or involved(scope).filter(**own).exists()


def involved(scope: Scope) -> QuerySet[Case]:
    """Return the cases in which one of this person's units has a task, its own files aside."""
    if not scope.unit_ids:
        return Case.objects.none()
    theirs = TaskRow.objects.filter(
        county=OuterRef("county"), case_id=OuterRef("pk"), unit__in=scope.unit_ids
    )
    return Case.objects.filter(Exists(theirs))


def follow(number: str, last_four: str) -> Case:
    """Return the case that a resident follows; raises NumberMistyped or FollowRefused."""
    digits = check_number(number)
    found = Case.objects.filter(number=digits).select_related("unit").first()
    # One refusal for both: which of the two was wrong would let a stranger try numbers until one exists.
    if found is None or not found.follow_key or found.follow_key != lookup(f"{digits}/{last_four.strip()}"):
        raise FollowRefused
    return found


def history(case: Case) -> list[Event]:
    """Return the whole history, oldest first."""
    return list(Event.objects.filter(county=case.county, case=case).order_by("number"))


def clocks_of(case: Case) -> list[Clock]:
    """Return every clock of the case, those due first before the others."""
    return list(
        Clock.objects.filter(county=case.county, case=case).order_by("stopped_at", "due_at", "code", "round")
    )


def situation_of(
    state: State, playbook: Playbook, roles: frozenset[str], *, task: int = 0, presence: Mapping[str, str] | None = None
) -> Situation:  # fmt: skip
    """Return where a case stands for somebody in these roles."""
    tasks = tuple(state.tasks.values())
    return Situation(state.position, facts_now(state, playbook), roles, tasks, task, presence or {})


def task_roles(scope: Scope, case: Case, task: Task) -> frozenset[str]:
    """Return the roles in which a person meets a task: at the unit that has it, and those of the centre around the case."""
    return roles_here(scope, UUID(task.unit) if task.unit else case.unit_id, case.path)


def state_of(case: Case) -> State:
    """Return the state a case is in, from its row and its clocks; the same value that its events fold into."""
    clocks = Clock.objects.filter(county=case.county, case_id=case.pk)
    tasks = TaskRow.objects.filter(county=case.county, case_id=case.pk).order_by("number")
    return state_from(case, clocks, tasks)


def state_from(case: Case, clocks: Iterable[Clock], tasks: Iterable[TaskRow]) -> State:
    """Return the state a case is in, from what is stored of it; the tasks in the order of their numbers."""
    facts: dict[str, Any] = {**case.facts, **{name: getattr(case, name) for name in COLUMNS}}
    facts |= {name: str(getattr(case, column)) for name, column in REFERENCES.items()}
    facts["visit"] = str(case.visit) if case.visit else None
    playbook = playbook_of(case.playbook_id)
    return State(
        position=case.position,
        is_open=case.is_open,
        revision=case.revision,
        opened_at=case.opened_at,
        moved_at=case.moved_at,
        closed_at=case.closed_at,
        facts=facts,
        clocks={(clock.code, clock.round): clock_state(clock) for clock in clocks},
        # Most playbooks know no tasks: for them the rows are not even asked for.
        tasks={row.number: task_of(row) for row in tasks} if playbook.tasks else {},
    )


def task_of(row: TaskRow) -> Task:
    """Return the stored task as the rules see it."""
    return Task(
        row.number, row.kind, row.state, str(row.unit_id) if row.unit_id else "", row.words, row.is_open, row.clock, row.round,
        row.said,
    )  # fmt: skip


def clock_state(clock: Clock) -> ClockState:
    """Return the stored clock as the rules see it."""
    return ClockState(
        clock.code, clock.round, clock.started_at, clock.half_at, clock.nearly_at, clock.due_at,
        Ticking(clock.state), Stage(clock.stage), tuple(_pause(pause) for pause in clock.pauses), tuple(clock.extensions),
        clock.stopped_at, clock.awaits_year, clock.task,
    )  # fmt: skip


def _pause(row: Mapping[str, Any]) -> Pause:
    ended = row["ended"] and datetime.fromisoformat(row["ended"])
    return Pause(row["reason"], datetime.fromisoformat(row["started"]), ended, row["document"])


def definitions_for(playbook: Playbook) -> Mapping[str, ClockDef]:
    """Return the clocks of a playbook, as they were when it was put in force: a case keeps its clocks for life."""
    return playbook.laws


def playbook_for(case: Case) -> Playbook:
    """Return the playbook version the case lives by."""
    return playbook_of(case.playbook_id)
