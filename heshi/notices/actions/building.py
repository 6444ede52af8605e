"""The one builder of notices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heshi.common.fingerprints import sm3
from heshi.notices.models import Notice
from heshi.notices.rules import Addressee
from heshi.notices.terms import Words

ALIKE_LENGTH = 16


def built(
    *, county: int, to: Addressee, said: Words, about: str, once: str, at: datetime, alike: str = "", case_id: UUID | None = None,
    number: str = "",
) -> Notice:  # fmt: skip
    """Return a notice that is not stored yet.

    ``once`` is what it is about in this county, together with the addressee: the same is never told a second time. ``alike`` is
    what unread notices at one desk have in common that may become one with a count; empty for one that stands alone.
    """
    inbox = to.way.channel == "inbox"
    return Notice(
        county=county, case_id=case_id, number=number, to_kind=to.kind, to_unit=to.unit, to_roles=sorted(to.roles), to_staff=to.staff,
        address=to.lies_at, destination=to.way.destination, channel=to.way.channel, subject=said.subject[:60], text=said.text,
        about=about, dedupe_key=f"{once}/{to.lies_at}/{'+'.join(sorted(to.roles))}", created_at=at, send_after=at,
        sent_at=at if inbox else None, alike=_alike(to, alike) if alike else "",
    )  # fmt: skip


def _alike(to: Addressee, what: str) -> str:
    """Return what is the same for one desk; what is told to a resident always stands alone."""
    if to.kind == "resident":
        return ""
    return sm3("/".join((to.lies_at, *sorted(to.roles), what)).encode())[:ALIKE_LENGTH]
