"""As what somebody at the desk acts on a case: in which roles, and under which signature."""

from __future__ import annotations

from uuid import UUID

from heshi.cases.actions import Actor
from heshi.cases.models import Case
from heshi.cases.queries.file import case_roles, task_roles
from heshi.cases.terms import INTERNAL_KINDS
from heshi.people.permissions import WHO, May
from heshi.people.rules import Scope
from heshi.playbooks.rules import Task
from heshi.web.kit.access import DeskRequest
from heshi.web.kit.names import names


def roles_on(scope: Scope, case: Case) -> frozenset[str]:
    """Return the roles that count for a case; somebody who only checks has none, but on files made for checking."""
    return case_roles(scope, case) & _counting(scope, case, case.unit_id)


def roles_on_task(scope: Scope, case: Case, task: Task) -> frozenset[str]:
    """Return the roles that count for a task of a case; somebody who only checks has none, but on files made for checking."""
    unit = UUID(task.at_unit) if task.at_unit else case.unit_id
    return task_roles(scope, case, task) & _counting(scope, case, unit)


def _counting(scope: Scope, case: Case, unit: UUID) -> frozenset[str]:
    if not scope.is_masked_for(unit_id=unit, path=case.path):
        return scope.roles
    # A review of files is the checker's own work; no resident's file is changed by it, and its fields stay masked.
    return WHO[May.SEE_EVERYTHING_MASKED] if case.kind in INTERNAL_KINDS else frozenset()


def may_unmask(scope: Scope, case: Case) -> bool:
    """Return whether somebody works on a case and may look behind its masks; who only checks may not."""
    return bool(roles_on(scope, case)) and not scope.is_masked_for(unit_id=case.unit_id, path=case.path)


def actor_on(request: DeskRequest, case: Case, task: Task | None = None) -> Actor:
    """Return this person as the actor of a step on a case, or on one of its tasks."""
    roles = roles_on_task(request.scope, case, task) if task else roles_on(request.scope, case)
    unit = UUID(task.at_unit) if task and task.at_unit else case.unit_id
    return Actor("staff", request.user.pk, signature(request, unit), roles)


def signature(request: DeskRequest, unit: UUID | None = None) -> str:
    """Return how she signs an act: her name and her unit, the case's own unit where she has a post there."""
    # Sorted: somebody with two posts signs the same way on every page of one case.
    held = [own for _role, own in sorted(request.scope.duties, key=str)]
    own = unit if unit in held else (held[0] if held else None)
    # Cut to the column: a long unit name must not stop an act.
    return f"{request.user.display_name}（{names().unit(own)}）"[:80] if own else request.user.display_name
