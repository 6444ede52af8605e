"""What the desk is told: notices to this person, her posts and her units."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.common.keys import key_from
from heshi.notices.actions import mark_read
from heshi.notices.queries import inbox_for
from heshi.places.queries import county_code
from heshi.web.kit.access import DeskRequest, at_desk, page

PAGE = 50


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
    return page(request, "desk/notices.html", shown, here="notices")


@require_POST
@at_desk
def read(request: DeskRequest) -> HttpResponse:
    """Mark notices as read; keys that are not hers change nothing."""
    keys = [key for text in request.POST.getlist("notice") if (key := key_from(text))]
    mark_read(scope=request.scope, ids=keys, county=county_code(), at=timezone.now())
    return redirect("desk:notices")
