"""Which cases a person sees, in which roles she meets a particular one, and which of its tasks she may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from msgspec.structs import replace

from heshi.cases.record import Body, ClockChange, ClockStarted, Round
from heshi.cases.rules.folding import State
from heshi.cases.terms import ACCUSING, TICKED
from heshi.common.refusals import Unknown
from heshi.people.permissions import CENTRE_ROLES, PLACE_ROLES
from heshi.people.rules import Scope
from heshi.places.rules.codes import lies_in
from heshi.playbooks.rules import (
    Playbook,
    Task,
    TaskAdded,
    TaskChange,
    TaskMoved,
    at_level,
)
from heshi.playbooks.rules.unspoken import describing_asks


class CaseUnknown(Unknown):
    """No such case, or it is out of this person's sight."""

    code = "case_unknown"
    sentence = "没有找到这个编号的案件，请核对编号；如确有其事，请联系中心值班长。"


def sees(scope: Scope, *, unit_id: UUID, path: str, kind: str, involved: Collection[UUID] = ()) -> bool:
    """Say whether a person may see a case of this unit, place and kind; ``involved`` are the units that have a task in it.

    The same answer as `queries.visible_to` and `queries.involved` give together, for a case that lies in no table.
    """
    if scope.everything or unit_id in scope.unit_ids or not scope.unit_ids.isdisjoint(involved):
        return True
    return any(
        lies_in(path, upper=own) and not (own in scope.neighbours and kind in ACCUSING) for own in scope.paths
    )


def roles_here(scope: Scope, unit_id: UUID, path: str) -> frozenset[str]:
    """Return the roles that count for a case of this unit at this place.

    A role of a centre or of a village counts for every case below its place; any other only for the cases of its own unit. Each is
    there twice, once with the level at which it is held.
    """
    below = any(lies_in(path, upper=own) for own in scope.paths)
    held = [
        (role, own)
        for role, own in scope.duties
        if own == unit_id or (below and role in CENTRE_ROLES | PLACE_ROLES)
    ]
    return frozenset(name for role, own in held for name in (role, at_level(role, scope.levels[own])))


def may_see_task(task: Task, scope: Scope, *, unit_id: UUID, path: str) -> bool:
    """Return whether a person may see a task of a case: the one answer, whatever door she comes by.

    A sealed one is for the roles it names, around the case or at the unit that has the task, for everybody of that unit, and for
    whoever wrote in it. A role at the unit of the case is meant as it was when the task was added: with the case go no confidences.
    A checker sees it where her role is named.
    """
    if not task.seen_by or str(scope.staff_id) in task.written_by:
        return True
    if task.unit and UUID(task.unit) in scope.unit_ids:
        return True
    keeper = UUID(task.kept_by) if task.kept_by else unit_id
    roles = roles_here(scope, UUID(task.at_unit) if task.at_unit else unit_id, path)
    roles |= roles_here(scope, keeper, path)
    roles |= scope.roles & {"auditor"} if scope.everything else frozenset()
    return not roles.isdisjoint(task.seen_by)


def hidden_tasks(tasks: Iterable[Task], scope: Scope | None, *, unit_id: UUID, path: str) -> frozenset[int]:
    """Return the numbers of the tasks of a case that are out of a person's sight; None stands for whoever holds no post."""
    return frozenset(
        task.number
        for task in tasks
        if task.seen_by and (scope is None or not may_see_task(task, scope, unit_id=unit_id, path=path))
    )


def seen_body(body: Body, step: str, playbook: Playbook, state: State, hidden: frozenset[int]) -> Body | None:
    """Return what somebody may read of an event, from whom these tasks are hidden; None when all of it is about one of them.

    ``playbook`` is the one by which the case then lived: another may have a step of the same name that hides nothing.

    ``state`` is the case as it stands now: it knows for which task each clock ran.
    """
    if not hidden:
        return body
    taken, running = playbook.steps.get(step), _tasks_of_clocks(state)
    if taken and taken.task and taken_on(body) in hidden:
        return None
    clocks = tuple(change for change in body.clocks if _task_of(change, running) not in hidden)
    if step == TICKED and body.clocks and not clocks:
        return None
    tasks = tuple(change for change in body.tasks if change.number not in hidden)
    facts, draws = body.facts, body.draws
    if taken and _adds_one(body.tasks, hidden):
        covered = describing_asks(playbook, taken)
        draws = tuple(drawn for drawn in draws if drawn.into not in covered)
        facts = {name: value for name, value in facts.items() if name not in covered}
    return replace(body, facts=facts, clocks=clocks, tasks=tasks, draws=draws)


def taken_on(body: Body) -> int:
    """Return the task that a step was taken on: its own move stands first."""
    return next((change.number for change in body.tasks if isinstance(change, TaskMoved)), 0)


def _tasks_of_clocks(state: State) -> Mapping[Round, int]:
    return {key: clock.task for key, clock in state.clocks.items()}


def _task_of(change: ClockChange, running: Mapping[Round, int]) -> int:
    return change.task if isinstance(change, ClockStarted) else running.get(change.key, 0)


def _adds_one(changes: Iterable[TaskChange], hidden: frozenset[int]) -> bool:
    return any(isinstance(change, TaskAdded) and change.number in hidden for change in changes)
