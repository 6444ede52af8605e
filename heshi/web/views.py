"""The front page, the size of letters, and pages that only say something."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from heshi.web.context import READING_COOKIE

A_YEAR = 365 * 24 * 60 * 60


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the doors a resident may take."""
    return render(request, "home.html")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what happens with what a resident tells us."""
    return render(request, "privacy.html")


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """Remember how large to write, and go back to the page she was on."""
    size = "large" if request.POST.get("reading") == "large" else "normal"
    address = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    answer = redirect(address if inside else "home")
    answer.set_cookie(
        READING_COOKIE, size, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
    )
    return answer


@require_safe
def with_slash(request: HttpRequest, door: str) -> HttpResponse:
    """Go to the page that was meant when only the stroke at the end is missing."""
    address = f"/{door}/"
    if not is_valid_path(address):
        raise Http404
    asked = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address}?{asked}" if asked else address)


@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """Show every component once, for those who write pages; only where debugging is on."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "kit.html", {"colours": ["red", "orange", "yellow", "blue", "green", "grey"]})
