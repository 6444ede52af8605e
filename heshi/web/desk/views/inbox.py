"""What the desk is told: notices to this person, her posts and her units."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.common.keys import key_from
from heshi.notices.actions import mark_read
from heshi.notices.queries import behind, inbox_for
from heshi.places.queries import county_code
from heshi.web.desk.views.telling import waiting
from heshi.web.kit.access import DeskRequest, at_desk, page

PAGE = 50
MOST_BEHIND = 200


@require_safe
@at_desk
def notices(request: DeskRequest) -> HttpResponse:
    """Show the notices, the newest first."""
    before = key_from(request.GET.get("before", ""))
    found = inbox_for(request.scope, limit=PAGE + 1, before=before)
    shown = {
        "heading": "通知", "notices": found[:PAGE], "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "later": bool(before),
    }  # fmt: skip
    return page(request, "desk/notices.html", shown | {"to_tell": waiting(request.scope)}, here="notices")


@require_safe
@at_desk
def many(request: DeskRequest, head: UUID) -> HttpResponse:
    """Show what lies behind a notice with a count, the newest first."""
    found = behind(request.scope, head, limit=MOST_BEHIND + 1)
    if not found:
        raise Http404
    shown = {
        "heading": found[0].subject, "notices": found[:MOST_BEHIND], "head": head, "cut": len(found) > MOST_BEHIND,
        "most": MOST_BEHIND,
    }  # fmt: skip
    return page(request, "desk/notices.html", shown, here="notices")


@require_POST
@at_desk
def read(request: DeskRequest) -> HttpResponse:
    """Mark notices as read; keys that are not hers change nothing."""
    keys = [key for text in request.POST.getlist("notice") if (key := key_from(text))]
    mark_read(scope=request.scope, ids=keys, county=county_code(), at=timezone.now())
    return redirect("desk:notices")
