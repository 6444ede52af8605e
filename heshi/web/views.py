"""The front page, the size of letters, and pages that only say something."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST, require_safe

from heshi.places.queries import drawn_map
from heshi.web.context import READING_COOKIE
from heshi.web.kit.access import DeskRequest, at_desk
from heshi.web.kit.again import is_from_our_page, kept_for, pairs_of, words_among

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


@never_cache
@require_GET
def alive(request: HttpRequest) -> JsonResponse:
    """Say whether the centre can be reached, who is signed in, and what a form must carry now: asked before a form is sent."""
    who = str(request.user.pk) if request.user.is_authenticated else ""
    return JsonResponse({"token": get_token(request), "who": who})


@never_cache
@require_GET
@at_desk
def again(request: DeskRequest) -> HttpResponse:
    """Show what was sent when the session had ended, from a page that cannot fill it in by itself; one more press sends it."""
    kept = kept_for(request.session, str(request.user.pk), under="/")
    if kept is None:
        return redirect("desk:queue")
    pairs = pairs_of(kept.data)
    shown = {"path": kept.path, "pairs": pairs, "words": words_among(pairs), "files": kept.had_files}
    return render(request, "again.html", shown)


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's name for it
    """Answer a form without a good mark of its page: nothing is done, and what was typed is given back.

    Where the browser says that the form stood on a page of ours, one press sends it again. Where it does not say so, the words can
    only be copied: somebody else's page may have written them.
    """
    try:
        pairs, files = pairs_of(request.POST), bool(request.FILES)
    except (SuspiciousOperation, MultiPartParserError, OSError):
        pairs, files = [], False
    ours = is_from_our_page(request)
    # Chosen files are gone: the page on which they are chosen comes first again.
    shown = {
        "path": request.get_full_path(),
        "pairs": [*pairs, ("attach", "1")] if files else pairs,
        "words": words_among(pairs),
        "files": files,
        "ours": ours,
    }
    return render(request, "403_csrf.html", shown, status=403)


@require_safe
def with_slash(request: HttpRequest, door: str) -> HttpResponse:
    """Go to the page that was meant when only the stroke at the end is missing."""
    address = f"/{door}/"
    if not is_valid_path(address):
        raise Http404
    asked = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address}?{asked}" if asked else address)


@require_GET
@gzip_page
def map_layer(_request: HttpRequest, version: str, layer: str) -> HttpResponse:
    """Return a layer of the map. Under its own version a browser keeps it for good; an older address gives what is drawn today."""
    drawn = drawn_map(on=timezone.localdate())
    if layer not in drawn.layers:
        raise Http404
    kept = f"public, max-age={A_YEAR}, immutable" if version == drawn.version else "no-cache"
    return HttpResponse(
        drawn.layers[layer], content_type="application/geo+json", headers={"Cache-Control": kept}
    )


@require_GET
def kit(request: HttpRequest) -> HttpResponse:
    """Show every component once, for those who write pages; only where debugging is on."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "kit.html", {"colours": ["red", "orange", "yellow", "blue", "green", "grey"]})
