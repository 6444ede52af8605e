"""Who is at the desk: signed in, with what she may see worked out once for the whole request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from heshi.cases.actions import Actor
from heshi.cases.models import Case
from heshi.cases.queries.file import task_roles
from heshi.cases.rules.sight import roles_here
from heshi.common.refusals import NotAllowed
from heshi.notices.queries import MOST_COUNTED, unread_count
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.people.rules import Scope
from heshi.people.terms import CENTRE_ROLES, POST_ROLES
from heshi.playbooks.rules import Task
from heshi.web.desk.labels import names

REGISTERING_ROLES = frozenset({"front_desk", "dispatcher"})
FIGURES_ROLES = CENTRE_ROLES | {"statistician", "auditor"}


class WindowNotYours(NotAllowed):
    """Only window clerks and dispatchers register for somebody else."""

    code = "window_not_yours"
    sentence = "窗口登记由窗口接待员和分流员办理，请转告窗口同事。"


class DeskRequest(HttpRequest):
    """A request from somebody at the desk."""

    user: Staff
    scope: Scope


View = Callable[..., HttpResponseBase]


def at_desk(view: View) -> View:
    """Let only staff in, and keep what they see out of every cache."""

    @wraps(view)
    def inside(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.scope = scope_of(request.user)
        return view(request, *args, **kwargs)

    return login_required(cache_control(private=True, no_store=True)(inside))


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of every desk page shows: the doors this person may take, and what waits for her."""

    sees_cases: bool
    registers: bool
    sees_figures: bool
    unread: str
    post: str


def frame_of(request: HttpRequest) -> Frame | None:
    """Return the frame for whoever is signed in; None before that."""
    if not isinstance(request.user, Staff):
        return None
    scope = getattr(request, "scope", None) or scope_of(request.user)
    unread = unread_count(scope)
    return Frame(
        sees_cases=not scope.is_empty,
        registers=bool(scope.roles & REGISTERING_ROLES),
        sees_figures=bool(scope.roles & FIGURES_ROLES),
        unread=f"{MOST_COUNTED}+" if unread > MOST_COUNTED else str(unread or ""),
        post=post_of(scope),
    )


def page(
    request: DeskRequest, template: str, shown: Mapping[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """Draw a page of the desk; ``here`` marks where she is."""
    return render(request, template, {"here": here, **shown}, status=status)


def post_of(scope: Scope) -> str:
    """Return in one line as what somebody is here."""
    held = sorted(scope.duties, key=lambda duty: (list(POST_ROLES).index(duty[0]), str(duty[1])))
    return "、".join(f"{names().unit(unit)}{POST_ROLES[role]}" for role, unit in held[:2])


def roles_on(scope: Scope, case: Case) -> frozenset[str]:
    """Return the roles that count for a case; somebody who only checks has none."""
    if scope.is_masked_for(unit_id=case.unit_id, path=case.path):
        return frozenset()
    return roles_here(scope, case.unit_id, case.path)


def roles_on_task(scope: Scope, case: Case, task: Task) -> frozenset[str]:
    """Return the roles that count for a task of a case; somebody who only checks has none."""
    unit = UUID(task.unit) if task.unit else case.unit_id
    return frozenset() if scope.is_masked_for(unit_id=unit, path=case.path) else task_roles(scope, case, task)


def actor_on(request: DeskRequest, case: Case, task: Task | None = None) -> Actor:
    """Return this person as the actor of a step on a case, or on one of its tasks."""
    roles = roles_on_task(request.scope, case, task) if task else roles_on(request.scope, case)
    unit = UUID(task.unit) if task and task.unit else case.unit_id
    return Actor("staff", request.user.pk, signature(request, unit), roles)


def signature(request: DeskRequest, unit: UUID | None = None) -> str:
    """Return how she signs an act: her name and her unit, the case's own unit where she has a post there."""
    held = [own for _role, own in sorted(request.scope.duties, key=str)]
    own = unit if unit in held else (held[0] if held else None)
    return f"{request.user.display_name}（{names().unit(own)}）"[:80] if own else request.user.display_name
