"""One file: whoever asks for a case goes through here; what is out of sight does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from heshi.cases.models import Case, Clock, Event, TaskRow, WrittenPause
from heshi.cases.record import EventUnreadable
from heshi.cases.rules import ClockState, State
from heshi.cases.rules.changing import FORMER
from heshi.cases.rules.folding import COLUMNS, REFERENCES
from heshi.cases.rules.sight import CaseUnknown, hidden_tasks, roles_here
from heshi.cases.terms import ACCUSING, CHANGED, SORTED
from heshi.clocks.rules import ClockDef, Pause
from heshi.clocks.terms import Stage, Ticking
from heshi.common.crypto import lookup
from heshi.common.numbers import check_number, spoken
from heshi.common.refusals import ILL_FORMED, Damaged, Unknown
from heshi.people.rules import Scope
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook, Task, TaskKind, TaskUnknown


class FollowRefused(Unknown):
    """Number and last four digits do not belong together; which of them is wrong is not said."""

    code = "follow_refused"
    sentence = "编号和手机号后四位对不上，请对照回执再输一次；没有留手机号的，请输入回执上的四位查询码。"


class CaseDamaged(Damaged):
    """The rows of a case hold what no event could have written."""

    code = "case_damaged"
    sentence = (
        "案件 {number} 现存的{what}读不出来，先停在这里，请系统管理员运行 heshi replay --repair 按事件改正。"
    )


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
    found = (sight.filter(number=digits).annotate(**beside).first() for sight in looks)
    case = next(filter(None, found), None)
    if case is None:
        raise CaseUnknown(number=number)
    return case


def may_see(scope: Scope, case: Case) -> bool:
    """Return whether a case is in this person's sight, by itself or by a task."""
    own = {"county": case.county, "pk": case.pk}
    return visible_to(scope).filter(**own).exists() or involved(scope).filter(**own).exists()


def involved(scope: Scope) -> QuerySet[Case]:
    """Return the cases in which one of this person's units has a task, its own files aside.

    A sealed task stays with the unit that had the case when it was added; until it is done that unit can come to it.
    """
    if not scope.unit_ids:
        return Case.objects.none()
    theirs = TaskRow.objects.filter(county=OuterRef("county"), case_id=OuterRef("pk")).filter(
        Q(unit__in=scope.unit_ids) | Q(kept_by__in=scope.unit_ids, is_open=True)
    )
    return Case.objects.filter(Exists(theirs))


def follow(number: str, last_four: str) -> Case:
    """Return the case that a resident follows; raises NumberMistyped or FollowRefused."""
    digits = check_number(number)
    found = Case.objects.filter(number=digits).first()
    # One refusal for both: which of the two was wrong would let a stranger try numbers until one exists.
    if found is None or not found.follow_key or found.follow_key != lookup(f"{digits}/{last_four.strip()}"):
        raise FollowRefused
    return found


def history(case: Case, *, after: int = 0) -> list[Event]:
    """Return the history behind a revision, the whole of it where none is given, oldest first."""
    own = Event.objects.filter(county=case.county, case=case)
    return list((own.filter(number__gt=after) if after else own).order_by("number"))


def in_its_time(events: Iterable[Event], playbook: Playbook) -> Iterator[tuple[Event, Playbook]]:
    """Yield each event with the playbook by which the case lived then; ``playbook`` is today's, for a history that names none.

    Raises Damaged where one of them cannot be read.
    """
    book = playbook
    for event in events:
        if version := event.body.facts.get("playbook"):
            book = playbook_of(_version_of(event, version))
        yield event, book


def books_of(state: State, playbook: Playbook) -> list[Playbook]:
    """Return the playbooks by which a case has lived, today's first and the others newest first."""
    former = state.facts.get(FORMER)
    versions = reversed(former if isinstance(former, list) else [])
    return [playbook, *(playbook_of(version) for version in versions)]


def _version_of(event: Event, written: object) -> UUID:
    try:
        return UUID(str(written))
    except ValueError as error:
        raise EventUnreadable(event=event.number, why="写的预案不成样子") from error


def with_former(state: State, playbook: Playbook) -> Playbook:
    """Return the playbook with the kinds of task of those by which the case lived before: what was done is still told in words."""
    for before in books_of(state, playbook)[1:]:
        playbook = replace(
            playbook, tasks={**before.tasks, **playbook.tasks}, steps={**before.steps, **playbook.steps}
        )
    return playbook


def clocks_of(case: Case) -> list[Clock]:
    """Return every clock of the case, those due first before the others."""
    return list(
        Clock.objects.filter(county=case.county, case=case).order_by("stopped_at", "due_at", "code", "round")
    )


def case_roles(scope: Scope, case: Case) -> frozenset[str]:
    """Return the roles in which a person meets a case: at the unit that has it, at each that leads beside it, and around it."""
    roles = roles_here(scope, case.unit_id, case.path)
    return roles.union(*(roles_here(scope, unit, case.path) for unit in _leading_beside(case)))


def _leading_beside(case: Case) -> Iterable[UUID]:
    """Return the units that have an open task by which they answer for the whole case."""
    kinds = [kind.code for kind in playbook_of(case.playbook_id).tasks.values() if kind.leads]
    if not kinds:
        return ()
    open_ones = TaskRow.objects.filter(county=case.county, case_id=case.pk, kind__in=kinds, is_open=True)
    return open_ones.exclude(unit=None).values_list("unit_id", flat=True)


def moved_since(case: Case, revision: int, task: int = 0) -> bool:
    """Return whether the case moved since somebody saw that revision, in a way that concerns what she is about to do.

    On the case itself every act does. On a task it is only what moved the case, or that same task: two units that act on their own
    tasks at the same moment do not stand in each other's way.
    """
    if revision == case.revision:
        return False
    later = history(case, after=revision) if task and revision < case.revision else []
    return not later or any(
        event.step in (CHANGED, SORTED)
        or event.came_from != event.went_to
        or any(move.number == task for move in event.body.tasks)
        for event in later
    )


def task_roles(scope: Scope, case: Case, task: Task) -> frozenset[str]:
    """Return the roles in which a person meets a task: at the unit that has or keeps it, and those of the centre around the case."""
    return roles_here(scope, UUID(task.at_unit) if task.at_unit else case.unit_id, case.path)


def hidden_from(scope: Scope | None, case: Case, state: State) -> frozenset[int]:
    """Return the numbers of the tasks of a case that this person may not see; None stands for the resident and for other systems."""
    return hidden_tasks(state.tasks.values(), scope, unit_id=case.unit_id, path=case.path)


def check_task(scope: Scope | None, case: Case, number: int, *, kind: str) -> None:
    """Raise TaskUnknown, in the same words, for a task that there is not and for one out of this person's sight.

    None stands for the resident; ``kind`` is what the answer calls it. Asked before anything else that could stand against a step:
    numbers are easily tried one by one.
    """
    state = state_of(case)
    if number not in state.tasks or number in hidden_from(scope, case, state):
        raise TaskUnknown(number=number, kind=kind)


def state_of(case: Case) -> State:
    """Return the state a case is in, from its row and its clocks; the same value that its events fold into. Raises Damaged."""
    clocks = Clock.objects.filter(county=case.county, case_id=case.pk)
    tasks = TaskRow.objects.filter(county=case.county, case_id=case.pk).order_by("number")
    return state_from(case, clocks, tasks)


def state_from(case: Case, clocks: Iterable[Clock], tasks: Iterable[TaskRow]) -> State:
    """Return the state a case is in, from what is stored of it; the tasks in the order of their numbers. Raises Damaged."""
    with _reading(case, "事实"):
        facts = _facts(case)
        playbook = playbook_of(case.playbook_id)
        kinds = with_former(State(facts=facts), playbook).tasks
    with _reading(case, f"环节“{case.position}”"):
        playbook.positions[case.position]
    with _reading(case, "时限"):
        ticking = {(clock.code, clock.round): clock_state(clock) for clock in clocks}
    with _reading(case, "分项"):
        # Most playbooks know no tasks: for them the rows are not even asked for.
        asked = {row.number: task_of(row, kinds) for row in tasks} if kinds else {}
    return State(
        position=case.position,
        is_open=case.is_open,
        revision=case.revision,
        opened_at=case.opened_at,
        moved_at=case.moved_at,
        closed_at=case.closed_at,
        facts=facts,
        clocks=ticking,
        tasks=asked,
    )


@contextmanager
def _reading(case: Case, what: str) -> Iterator[None]:
    """Turn whatever goes wrong in reading ``what`` is stored of a case into CaseDamaged."""
    try:
        yield
    except ILL_FORMED as error:
        raise CaseDamaged(number=spoken(case.number), what=what) from error


def _facts(case: Case) -> dict[str, object]:
    facts: dict[str, object] = {**case.facts, **{name: getattr(case, name) for name in COLUMNS}}
    facts |= {name: str(getattr(case, column)) for name, column in REFERENCES.items()}
    facts["visit"] = str(case.visit) if case.visit else None
    return facts


def task_of(row: TaskRow, kinds: Mapping[str, TaskKind]) -> Task:
    """Return the stored task as the rules see it; raises KeyError for one of no known kind."""
    return Task(
        row.number, kinds[row.kind].code, row.state, str(row.unit_id) if row.unit_id else "", row.words, row.is_open, row.clock, row.round,
        row.said, tuple(row.seen_by), str(row.kept_by) if row.kept_by else "", tuple(row.written_by),
    )  # fmt: skip


def clock_state(clock: Clock) -> ClockState:
    """Return the stored clock as the rules see it."""
    return ClockState(
        clock.code, clock.round, clock.started_at, clock.half_at, clock.nearly_at, clock.due_at,
        Ticking(clock.state), Stage(clock.stage), tuple(_pause(pause) for pause in clock.pauses), tuple(clock.extensions),
        clock.stopped_at, clock.awaits_year, clock.task,
    )  # fmt: skip


def _pause(row: WrittenPause) -> Pause:
    ended = datetime.fromisoformat(row["ended"]) if row["ended"] else None
    return Pause(row["reason"], datetime.fromisoformat(row["started"]), ended, row["document"])


def definitions_for(playbook: Playbook) -> Mapping[str, ClockDef]:
    """Return the clocks of a playbook, as they were when it was put in force: a case keeps its clocks for life."""
    return playbook.laws


def playbook_for(case: Case) -> Playbook:
    """Return the playbook version the case lives by."""
    return playbook_of(case.playbook_id)
