"""What every page knows: the centre's name and telephone, and how large to write."""

from __future__ import annotations

import time
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

from heshi.common.fresh import Fresh
from heshi.common.refusals import Unknown
from heshi.people import queries as people

READING_COOKIE = "reading"
SECONDS_KEPT = 60


class Centre(NamedTuple):
    """Who answers, as the header shows it."""

    name: str
    phone: str


def read_centre() -> Centre:
    """Return the county centre; before any unit is loaded, a name that fits every county."""
    try:
        unit = people.county_centre()
    except Unknown:
        return Centre("社会治安综合治理中心", settings.HESHI_HOTLINE)
    return Centre(unit.name, unit.phone or settings.HESHI_HOTLINE)


# Kept for a while: every page says whom to telephone, and the number changes once in years.
centre = Fresh(load=read_centre, version=lambda: time.monotonic() // SECONDS_KEPT)


def site(request: HttpRequest) -> dict[str, object]:
    """Return what the frame of every page shows."""
    held = centre()
    return {
        "centre_name": held.name,
        "centre_phone": held.phone,
        "hotline": settings.HESHI_HOTLINE,
        "reading": "large" if request.COOKIES.get(READING_COOKIE) == "large" else "normal",
    }
