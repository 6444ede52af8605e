"""Consequences as the worker draws them, at once."""

from __future__ import annotations

from heshi.journey.actions import draw
from heshi.journey.consequences import Consequence, named
from tests.cast import NOON


def drawn(consequence: str | Consequence = "statistics") -> int:
    """Draw a consequence until nothing waits for it; return how many events were gone through."""
    wanted = named(consequence) if isinstance(consequence, str) else consequence
    total = 0
    while made := draw(wanted, at=NOON):
        total += made
    return total
