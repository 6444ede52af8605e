"""The inbox inside Heshi: a notice is delivered by being stored."""

from __future__ import annotations

from heshi.notices.models import Notice


def send(notice: Notice) -> None:
    """Do nothing: the row itself is the message."""


def problems() -> list[str]:
    """Nothing can be missing."""
    return []
