"""Consequences as the worker draws them, at once."""

from __future__ import annotations

import time

from heshi.journey.actions import draw
from heshi.journey.consequences import Consequence, named
from heshi.journey.models import Bookmark
from heshi.journey.queries import behind
from tests.cast import NOON

PATIENCE_SECONDS = 20


def drawn(consequence: str | Consequence = "statistics") -> int:
    """Draw a consequence until nothing waits for it; return how many events were gone through."""
    wanted = named(consequence) if isinstance(consequence, str) else consequence
    total, until = 0, time.monotonic() + PATIENCE_SECONDS
    while (made := draw(wanted, at=NOON)) or behind(Bookmark.objects.get(name=wanted.name)):
        assert time.monotonic() < until, "an older transaction goes on"
        total += made
    return total
