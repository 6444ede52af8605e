"""Addresses with what is asked in them, and where a list that comes page by page goes on."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode


def address(name: str, *parts: str, asked: Mapping[str, str] | None = None) -> str:
    """Return the address of a page with what is asked of it; what is empty is not asked."""
    wanted = {key: value for key, value in (asked or {}).items() if value}
    place = reverse(name, args=parts)
    return f"{place}?{urlencode(wanted)}" if wanted else place


def pager(
    request: HttpRequest, name: str, following: str, *, kept: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what ``parts/pager.html`` shows: the way back to the first page, and on to the one behind the mark ``following``."""
    kept = kept or {}
    return {
        # No way back page by page: what lies before a mark may have changed, its beginning is always right.
        "first": address(name, asked=kept) if request.GET.get("after") else "",
        "following": address(name, asked={**kept, "after": following}) if following else "",
    }
