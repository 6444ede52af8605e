"""Putting notices into the outbox: in the caller's transaction, each told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from heshi.notices.models import Notice
from heshi.notices.queries import addresses
from heshi.notices.rules import address, words
from heshi.people.rules import Scope


def notice(
    *,
    county: int,
    about: str,
    to_kind: str,
    at: datetime,
    case_id: UUID | None = None,
    number: str = "",
    to_unit: UUID | None = None,
    to_role: str = "",
    to_staff: UUID | None = None,
    channel: str = "inbox",
    destination: str = "",
    send_after: datetime | None = None,
    once: str = "",
    **places: str,
) -> Notice:
    """Return a notice ready to queue, with the words for its event; nothing is stored yet.

    `once` tells two notices about the same event of one case apart (an event's sequence, a clock's code);
    with the same case, event, address, channel and `once`, only the first is kept. `places` fill the words.
    """
    said = words(about, to_kind, number=number, **places)
    lies = address(to_kind=to_kind, case_id=case_id, to_unit=to_unit, to_role=to_role, to_staff=to_staff)
    return Notice(
        county=county,
        case_id=case_id,
        number=number,
        to_kind=to_kind,
        to_unit=to_unit,
        to_role=to_role,
        to_staff=to_staff,
        address=lies,
        destination=destination,
        channel=channel,
        subject=said.subject,
        text=said.text,
        about=about,
        dedupe_key=f"{_short(case_id)}/{about}/{once}/{lies if to_kind != 'resident' else ''}/{channel}",
        created_at=at,
        send_after=send_after or at,
    )


def queue(notices: Sequence[Notice]) -> None:
    """Store notices in one statement, in the caller's transaction; what was queued before is left alone.

    An inbox notice is delivered by being stored. The others wait for `send_due`.
    """
    for each in notices:
        each.address = each.address or _address(each)
        if each.channel == "inbox":
            each.sent_at = each.created_at
            each.destination = ""
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=2000)


def mark_read(*, scope: Scope, ids: Sequence[UUID], county: int, at: datetime) -> int:
    """Mark notices as read that lie in this person's inbox; return how many were unread."""
    return Notice.objects.filter(
        county=county, pk__in=list(ids), address__in=addresses(scope), channel="inbox", read_at=None
    ).update(read_at=at)


def mark_delivered(*, notice_id: UUID, county: int, at: datetime) -> bool:
    """Record that a person told the addressee (printed and handed over, or rang up); False if done before."""
    told = Notice.objects.filter(pk=notice_id, county=county, sent_at=None)
    return bool(told.update(sent_at=at, destination=""))


def _address(each: Notice) -> str:
    return address(
        to_kind=each.to_kind,
        case_id=each.case_id,
        to_unit=each.to_unit,
        to_role=each.to_role,
        to_staff=each.to_staff,
    )


def _short(case_id: UUID | None) -> str:
    return case_id.hex if case_id else "-"
