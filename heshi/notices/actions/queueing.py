"""Putting notices into the outbox: in the caller's transaction, each told once, many alike as one with a count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from heshi.common.keys import new_key
from heshi.notices.models import Notice
from heshi.notices.queries import addressed_to
from heshi.notices.rules import words
from heshi.notices.terms import MANY, NOT_REACHED
from heshi.people.rules import Scope


@transaction.atomic
def queue(notices: Sequence[Notice]) -> None:
    """Store notices, in the caller's transaction where there is one; what was told before is left alone.

    An inbox notice is delivered by being stored. The others wait for `send_due`, or for a person.
    """
    if not notices:
        return
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=2000)
    _gather(notices[0].county, {notice.alike for notice in notices if notice.alike})


def _gather(county: int, alike: Iterable[str]) -> None:
    """Let unread notices that say the same to the same desk become one with a count."""
    single = _unread(county).filter(alike__in=list(alike), head=None, count=1)
    waiting = dict(single.values_list("alike").annotate(how_many=Count("pk")))
    standing = _unread(county).filter(alike__in=list(waiting), count__gt=1).select_for_update()
    heads = {head.alike: head for head in standing}
    for kind, how_many in waiting.items():
        if kind in heads or how_many >= MANY:
            _join(single.filter(alike=kind), heads.get(kind))


def _unread(county: int) -> QuerySet[Notice]:
    return Notice.objects.filter(county=county, channel="inbox", read_at=None)


def _join(single: QuerySet[Notice], standing: Notice | None) -> None:
    """Let notices lie behind the head that stands, or behind a new one, which says how many there are."""
    newest = single.order_by("-pk")[:1].get()
    head = standing or _head_over(newest)
    head.count += single.update(head=head.pk)
    head.subject, head.text = words("many", head.to_kind, subject=newest.subject, count=head.count)
    head.save(force_insert=standing is None)


def _head_over(newest: Notice) -> Notice:
    key = new_key()
    return Notice(
        id=key, county=newest.county, to_kind=newest.to_kind, to_unit=newest.to_unit, to_roles=newest.to_roles,
        to_staff=newest.to_staff, address=newest.address, channel="inbox", about="many", alike=newest.alike, count=0,
        dedupe_key=f"many/{key.hex}", created_at=newest.created_at, send_after=newest.created_at, sent_at=newest.created_at,
    )  # fmt: skip


def mark_read(*, scope: Scope, ids: Sequence[UUID], county: int, at: datetime) -> int:
    """Mark notices as read that lie in this person's inbox, with all that lie behind one of them; return how many there were."""
    mine = addressed_to(scope, Notice.objects.filter(county=county, channel="inbox"))
    own = list(mine.filter(pk__in=list(ids)).values_list("pk", flat=True))
    unread = _unread(county).filter(Q(pk__in=own) | Q(head__in=own))
    return unread.update(read_at=at)


def mark_told(*, notice_id: UUID, county: int, at: datetime, by: str) -> bool:
    """Record who told the addressee by hand (rang up, or handed over the paper); False if it was done before."""
    waiting = Notice.objects.filter(pk=notice_id, county=county, sent_at=None)
    return bool(waiting.update(sent_at=at, told_by=by[:80], destination=""))


def mark_not_reached(*, notice_id: UUID, county: int, at: datetime, by: str) -> bool:
    """Record that nobody answered; it is to be tried again and stands last in the list. False if it was done meanwhile."""
    waiting = Notice.objects.filter(pk=notice_id, county=county, sent_at=None)
    return bool(
        waiting.update(attempts=F("attempts") + 1, last_error=NOT_REACHED.format(by=by)[:200], send_after=at)
    )
