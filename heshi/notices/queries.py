"""What lies in somebody's inbox, and what has not left yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from heshi.notices.models import Notice
from heshi.notices.rules import MOST_ATTEMPTS
from heshi.notices.terms import SENT_BY_MACHINE
from heshi.people.rules import Scope
from heshi.places.queries import county_code

MOST_COUNTED = 99


def inbox_for(scope: Scope, *, limit: int = 50, before: UUID | None = None) -> list[Notice]:
    """Return the newest notices to this person, her units, and her posts; `before` is the last id seen.

    Each address is read from its own end of the index, so the cost does not grow with the archive.
    """
    kept = Notice.objects.filter(county=county_code(), channel="inbox")
    older = kept.filter(pk__lt=before) if before else kept
    parts = [older.filter(address=each).order_by("-pk")[:limit] for each in addresses(scope)]
    return list(parts[0].union(*parts[1:], all=True).order_by("-id")[:limit])


def unread_count(scope: Scope) -> int:
    """Return how many notices this person has not read; counting stops just above 99."""
    unread = Notice.objects.filter(county=county_code(), channel="inbox", read_at=None)
    return unread.filter(address__in=addresses(scope))[: MOST_COUNTED + 1].count()


def addresses(scope: Scope) -> list[str]:
    """Return every address at which this person finds notices."""
    posts = [f"post:{unit}:{role}" for role, unit in scope.duties]
    units = [f"unit:{unit}" for unit in scope.unit_ids]
    return sorted([f"staff:{scope.staff_id}", *units, *posts, *(f"role:{role}" for role in scope.roles)])


def for_resident(case_id: UUID, *, limit: int = 50) -> list[Notice]:
    """Return what the resident of a case is told on her progress page, newest first."""
    told = Notice.objects.filter(county=county_code(), channel="inbox", address=f"case:{case_id}")
    return list(told.order_by("-pk")[:limit])


def to_send(*, at: datetime, county: int | None = None) -> QuerySet[Notice]:
    """Return what is due to leave through a machine, the longest waiting first."""
    waiting = Notice.objects.filter(
        county=county or county_code(), sent_at=None, send_after__lte=at, attempts__lt=MOST_ATTEMPTS
    )
    return waiting.exclude(channel="print").order_by("send_after")


def to_print(*, units: Iterable[UUID] = ()) -> QuerySet[Notice]:
    """Return what waits to be printed and handed over, of these units or of the whole county."""
    waiting = Notice.objects.filter(county=county_code(), channel="print", sent_at=None).order_by("pk")
    wanted = list(units)
    return waiting.filter(to_unit__in=wanted) if wanted else waiting


def unsent() -> QuerySet[Notice]:
    """Return everything that has not left yet, the oldest first."""
    return Notice.objects.filter(county=county_code(), sent_at=None).order_by("pk")


def unsent_older_than(hours: int, at: datetime) -> int:
    """Return how many notices a machine should have sent so many hours ago and has not; this must be zero."""
    late = Notice.objects.filter(county=county_code(), sent_at=None, channel__in=SENT_BY_MACHINE)
    return late.filter(created_at__lt=at - timedelta(hours=hours)).count()
