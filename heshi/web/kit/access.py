"""Who is at the desk: signed in, with what she may see worked out once for the whole request."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control

from heshi.common.fresh import Fresh
from heshi.journey.queries import clock_doubt
from heshi.notices.queries import MOST_COUNTED, unread_count
from heshi.people.models import Staff
from heshi.people.permissions import May, may
from heshi.people.queries import scope_of
from heshi.people.rules import Scope
from heshi.people.terms import POST_ROLES
from heshi.web.kit.again import keep_sent, last_staff, let_go_of, remember_staff
from heshi.web.kit.names import names


class DeskRequest(HttpRequest):
    """A request from somebody at the desk."""

    user: Staff
    scope: Scope


View = Callable[..., HttpResponseBase]


def at_desk(view: View) -> View:
    """Let only staff in, and keep what they see out of every cache."""

    @wraps(view)
    def inside(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        request.scope = scope_of(request.user)
        if request.method == "POST":
            let_go_of(request.session, request.path)
        answer = view(request, *args, **kwargs)
        if isinstance(answer, HttpResponse):
            remember_staff(request, answer, str(request.user.pk))
        return answer

    # The browser must not keep it either: at a window many people use one machine.
    seated = login_required(cache_control(private=True, no_store=True)(inside))

    @wraps(view)
    def door(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            return _back_after_sign_in(request)
        return seated(cast("DeskRequest", request), *args, **kwargs)

    return door


ENDED: Final = "登录的时间到了，请重新登录。刚才填写的内容都在，登录以后接着办。"
ENDED_LOST: Final = "登录的时间到了，请重新登录。刚才填写的内容没能留住：太长，或者这台电脑上还没有人登录过。"
COMES_BACK_AT: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "desk:register": ("desk:register", ()),
    "desk:suggest": ("desk:register", ()),
    "desk:step": ("desk:case", ("number",)),
    "desk:task-step": ("desk:case", ("number",)),
}
"""On which page a form is filled in again; those of any other page are shown on one of their own."""


def _back_after_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask her to sign in first, and keep what she sent: half an hour of listening must not be lost by an ended session."""
    kept = keep_sent(request, last_staff(request))
    messages.warning(request, ENDED if kept else ENDED_LOST)
    match = request.resolver_match
    name, parts = COMES_BACK_AT.get(match.view_name if match else "", ("again", ()))
    args = [str(match.kwargs[part]) for part in parts] if match else []
    return redirect_to_login(reverse(name, args=args))


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of every desk page shows: the doors this person may take, and what waits for her."""

    sees_cases: bool
    registers: bool
    sees_figures: bool
    unread: str
    post: str
    clock_doubt: str


SECONDS_KEPT: Final = 30
doubted = Fresh(load=clock_doubt, version=lambda: time.monotonic() // SECONDS_KEPT)
"""The clock is looked at by the worker; a page only repeats what it said."""


def frame_of(request: HttpRequest) -> Frame | None:
    """Return the frame for whoever is signed in; None before that."""
    if not isinstance(request.user, Staff):
        return None
    scope = getattr(request, "scope", None) or scope_of(request.user)
    unread = unread_count(scope)
    return Frame(
        sees_cases=not scope.is_empty,
        registers=may(scope.roles, May.REGISTER),
        sees_figures=may(scope.roles, May.SEE_FIGURES),
        unread=f"{MOST_COUNTED}+" if unread > MOST_COUNTED else str(unread or ""),
        post=post_of(scope),
        clock_doubt=doubted(),
    )


def page(
    request: DeskRequest, template: str, shown: Mapping[str, object], *, here: str = "", status: int = 200
) -> HttpResponse:
    """Draw a page of the desk; ``here`` marks where she is."""
    return render(request, template, {"here": here, **shown}, status=status)


def post_of(scope: Scope) -> str:
    """Return in one line as what somebody is here."""
    held = sorted(scope.duties, key=lambda duty: (list(POST_ROLES).index(duty[0]), str(duty[1])))
    return "、".join(f"{names().unit(unit)}{POST_ROLES[role]}" for role, unit in held[:2])
