"""Which cases this browser may follow: those whose number and digits were once given right in this session."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase

NAME = "follows"
MOST = 20


def allow(session: SessionBase, number: str | None = None) -> None:
    """Remember one more case; without a number forget them all."""
    held = [] if number is None else [*session.get(NAME, []), number][-MOST:]
    session[NAME] = held


def is_allowed(session: SessionBase, number: str) -> bool:
    """Return whether this session may see the case."""
    return number in session.get(NAME, [])
