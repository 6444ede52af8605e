"""Who is at the desk: signed in, with what she may see worked out once for the whole request."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from heshi.common.fresh import Fresh
from heshi.journey.queries import clock_doubt
from heshi.notices.queries import MOST_COUNTED, unread_count
from heshi.people.models import Staff
from heshi.people.permissions import May, may
from heshi.people.queries import scope_of
from heshi.people.rules import Scope
from heshi.people.terms import POST_ROLES
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
        return view(request, *args, **kwargs)

    # The browser must not keep it either: at a window many people use one machine.
    return login_required(cache_control(private=True, no_store=True)(inside))


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
