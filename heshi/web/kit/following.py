"""How a resident gets back to her case: the address on her receipt, and which cases this browser may follow."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

NAME = "follows"
MOST = 20


def allow(session: SessionBase, number: str | None = None) -> None:
    """Remember one more case whose number and digits were given right; without a number forget them all."""
    # A session is a row that every page reads: an endless list would make each of them slower.
    held = [] if number is None else [*session.get(NAME, []), number][-MOST:]
    session[NAME] = held


def is_allowed(session: SessionBase, number: str) -> bool:
    """Return whether this session may see the case."""
    return number in session.get(NAME, [])


def follow_address(number: str) -> str:
    """Return the whole address at which a case can be followed."""
    return f"{settings.HESHI_PUBLIC_URL}{reverse('follow:ask')}?number={number}"


def qr_code(number: str) -> segno.QRCode:
    """Return the code for a telephone's camera; it holds the address and the number, never the four digits."""
    return segno.make(follow_address(number), error="m")
