"""Addresses of the HTTP API; every answer that is no answer is a problem, never a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from heshi.api.problems import known_problem
from heshi.api.v1 import api

NOT_ALLOWED = 405


def as_problem(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let the framework's plain 405 become a problem."""

    @wraps(view)
    def said(request: HttpRequest, *arguments: object, **named: object) -> HttpResponseBase:
        answer = view(request, *arguments, **named)
        if answer.status_code != NOT_ALLOWED:
            return answer
        problem = known_problem(NOT_ALLOWED)
        problem["Allow"] = answer["Allow"]
        return problem

    return said


@csrf_exempt
def nowhere(_request: HttpRequest, **_named: object) -> HttpResponse:
    """Answer whatever has no address."""
    return known_problem(404)


def _patterns() -> tuple[list[URLPattern | URLResolver], str, str]:
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = as_problem(pattern.callback)
    return patterns, app, namespace


_PATTERNS, _APP, _NAMESPACE = _patterns()
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include((_PATTERNS, _APP), namespace=_NAMESPACE)),
    re_path(r"^.*$", nowhere),
]
