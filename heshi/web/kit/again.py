"""What was sent and could not be taken because the session had ended: kept until the same person is back, and filled in again.

Nothing is kept for strangers: a browser in which nobody of ours ever signed in has nothing that could come back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict

from heshi.web.kit.drawer import Drawer

DRAWER: Final = "sent_again"
COOKIE: Final = "last_staff"
A_MONTH: Final = 30 * 24 * 60 * 60
MOST_LETTERS: Final = 120_000
"""A whole form of the window with the longest words; whoever sends more fills the table of sessions."""
NEVER: Final = frozenset(
    {"csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2"}
)


@dataclass(frozen=True, slots=True)
class SentAgain:
    """A form that waits: to where it was sent, and all that was in it; files are not."""

    path: str
    data: QueryDict
    had_files: bool


def keep_sent(request: HttpRequest, who: str) -> bool:
    """Keep what was sent for ``who``, whose mark it is; return whether it could be kept."""
    # The page that shows it again must not tell the browser to throw its own copy away.
    request.not_taken = True  # type: ignore[attr-defined]
    pairs = pairs_of(request.POST)
    if not who or sum(len(name) + len(value) for name, value in pairs) > MOST_LETTERS:
        return False
    held = {"path": request.path, "pairs": pairs, "who": who, "files": bool(request.FILES)}
    Drawer(request.session, DRAWER).put(held)
    return True


def kept_for(session: SessionBase, who: str, *, under: str) -> SentAgain | None:
    """Return what waits for this person to be sent to an address that begins so; what was somebody else's is forgotten."""
    drawer = Drawer(session, DRAWER)
    held = drawer.look()
    if held is None:
        return None
    if held["who"] != who:
        drawer.clear()
        return None
    if not str(held["path"]).startswith(under):
        return None
    data = QueryDict(mutable=True)
    for name, value in held["pairs"]:
        data.appendlist(name, value)
    return SentAgain(held["path"], data, held["files"])


def let_go_of(session: SessionBase, path: str) -> None:
    """Forget what waited to be sent to an address: it has been sent."""
    drawer = Drawer(session, DRAWER)
    if DRAWER in session and (drawer.look() or {}).get("path") == path:
        drawer.clear()


def pairs_of(data: QueryDict) -> list[tuple[str, str]]:
    """Return everything that was filled in, in its order; never a password."""
    return [(name, str(value)) for name in data if name not in NEVER for value in data.getlist(name)]


def words_among(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return what somebody typed, among all that a form sends: anything that is written in words."""
    return [value for _name, value in pairs if len(value) > 1 and any(char > "\u00ff" for char in value)]


def last_staff(request: HttpRequest) -> str:
    """Return the mark of who was last at the desk in this browser; empty where nobody was, or she signed out."""
    try:
        return Signer(salt=COOKIE).unsign(request.COOKIES.get(COOKIE, ""))
    except BadSignature:
        return ""


def remember_staff(request: HttpRequest, answer: HttpResponse, mark: str) -> None:
    """Let the browser know who is at the desk, so that what she typed comes back to her and to nobody else."""
    if last_staff(request) != mark:
        answer.set_cookie(
            COOKIE, Signer(salt=COOKIE).sign(mark), max_age=A_MONTH, httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip


def forget_staff(answer: HttpResponse) -> None:
    """She goes: whoever sits down next finds nothing of hers."""
    answer.delete_cookie(COOKIE, samesite="Lax")


def is_from_our_page(request: HttpRequest) -> bool:
    """Return whether the browser itself says that a page of ours sent this; no other page can make it say so."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return origin.partition("://")[2] == request.get_host() or origin in settings.CSRF_TRUSTED_ORIGINS
