"""What lies in somebody's inbox, and what has not left yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from heshi.notices.models import Notice
from heshi.notices.rules import MOST_ATTEMPTS
from heshi.notices.terms import BY_HAND
from heshi.people.rules import Scope
from heshi.places.queries import county_code

MOST_COUNTED = 99
FAILED = Q(attempts__gte=MOST_ATTEMPTS)


def inbox_for(scope: Scope, *, limit: int = 50, before: UUID | None = None) -> list[Notice]:
    """Return the newest notices to this person and to the desks she works at; `before` is the last id seen.

    Each address is read from its own end of the index, so the cost does not grow with the archive.
    """
    kept = Notice.objects.filter(county=county_code(), channel="inbox", head=None)
    older = kept.filter(pk__lt=before) if before else kept
    parts = [older.filter(each).order_by("-pk")[:limit] for each in _desks(scope)]
    return list(parts[0].union(*parts[1:], all=True).order_by("-id")[:limit])


def unread_count(scope: Scope) -> int:
    """Return how many notices this person has not read, many alike counted once; counting stops just above 99."""
    unread = Notice.objects.filter(county=county_code(), channel="inbox", read_at=None, head=None)
    return addressed_to(scope, unread)[: MOST_COUNTED + 1].count()


def behind(scope: Scope, head: UUID, *, limit: int = 500) -> list[Notice]:
    """Return the notices that lie behind one with a count, the newest first; none for whom it is not addressed to."""
    kept = Notice.objects.filter(county=county_code(), channel="inbox", head=head)
    return list(addressed_to(scope, kept).order_by("-pk")[:limit])


def addressed_to(scope: Scope, notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Return those of the notices that are for this person."""
    return notices.filter(reduce(or_, _desks(scope)))


def _desks(scope: Scope) -> list[Q]:
    """Return what a notice is like that is for this person: to herself, to a role of hers, to a unit where she holds a role it names.

    A notice to a whole unit is for those who see its files.
    """
    roles: dict[UUID, list[str]] = {unit: [] for unit in scope.unit_ids}
    for role, unit in sorted(scope.duties):
        roles.setdefault(unit, []).append(role)
    return [
        Q(address=f"staff:{scope.staff_id}"),
        *(Q(address=f"role:{role}") for role in sorted(scope.roles)),
        *(
            Q(address=f"unit:{unit}") & _named(held, whole=unit in scope.unit_ids)
            for unit, held in roles.items()
        ),
    ]


def _named(roles: list[str], *, whole: bool) -> Q:
    named = Q(to_roles__overlap=roles)
    return named | Q(to_roles=[]) if whole else named


def for_resident(case_id: UUID, *, limit: int = 50) -> list[Notice]:
    """Return what the resident of a case was told, on whichever way, newest first."""
    told = Notice.objects.filter(county=county_code(), to_kind="resident", case_id=case_id)
    return list(told.defer("destination").order_by("-pk")[:limit])


def told_of(county: int, cases: Iterable[UUID]) -> set[str]:
    """Return what was told of these cases, by the ``once`` of its notices (`actions.built`), whoever it was told to at the time."""
    told = Notice.objects.filter(county=county, case_id__in=list(cases)).values_list("dedupe_key", flat=True)
    return {key.rsplit("/", 2)[0] for key in told.iterator(chunk_size=2000)}


def to_send(*, at: datetime, county: int | None = None) -> QuerySet[Notice]:
    """Return what is due to leave through a machine, the longest waiting first."""
    waiting = Notice.objects.filter(
        county=county or county_code(), sent_at=None, send_after__lte=at, attempts__lt=MOST_ATTEMPTS
    )
    return waiting.exclude(channel__in=BY_HAND).order_by("send_after")


def by_hand() -> QuerySet[Notice]:
    """Return what a person must tell: on the telephone, on paper, and what could not be sent, the longest waiting first.

    The number or address stays sealed until it is asked for; one that cannot be opened must not hide the others.
    """
    waiting = Notice.objects.filter(Q(channel__in=BY_HAND) | FAILED, county=county_code(), sent_at=None)
    return waiting.defer("destination").order_by("send_after", "pk")


def not_delivered(*, limit: int = 20) -> list[Notice]:
    """Return what no machine could send in all its attempts, the longest waiting first."""
    failed = Notice.objects.filter(FAILED, county=county_code(), sent_at=None).exclude(channel__in=BY_HAND)
    return list(failed.defer("destination").order_by("pk")[:limit])


def unsent() -> QuerySet[Notice]:
    """Return everything that has not left yet, the oldest first."""
    return Notice.objects.filter(county=county_code(), sent_at=None).defer("destination").order_by("pk")


def unsent_older_than(hours: int, at: datetime) -> int:
    """Return how many notices a machine should have sent so many hours ago and has not; this must be zero."""
    late = Notice.objects.filter(county=county_code(), sent_at=None).exclude(channel__in=BY_HAND)
    return late.filter(created_at__lt=at - timedelta(hours=hours)).count()
