"""Slowing down those who guess numbers, codes and passwords: one guard for pages and API, whatever the process.

A guess is counted in the database before it is checked, in one statement, so a hundred guesses at once count as a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from heshi.common.digests import sm3
from heshi.common.models import Guesses
from heshi.common.refusals import Refusal

Kind = Literal["follow", "sign_in"]
"""What is guessed at: the digits that open a case, or a password. Each is counted apart from the other."""

WINDOW: Final = timedelta(minutes=15)
PER_KEY: Final = 5
# A whole village may share one address of the telephone network, or one screen in the hall.
PER_ADDRESS: Final = 20

COUNT: Final = """
insert into common_guesses as held (subject, wrong, until) values (%(subject)s, 1, %(until)s)
on conflict (subject) do update set
  wrong = case when held.until <= %(at)s then 1 else held.wrong + 1 end,
  until = case when held.until <= %(at)s or held.wrong < %(limit)s then %(until)s else held.until end
returning wrong, until
"""


class TooManyGuesses(Refusal):
    """Too many wrong guesses about this number or account, or from this address."""

    code = "too_many_guesses"
    sentence = "输错次数太多，请 {minutes} 分钟后再试，或者打电话请工作人员帮您查。"
    status = 429


@contextmanager
def guess(kind: Kind, key: str, *, address: str, at: datetime) -> Iterator[None]:
    """Let somebody try whether what she typed fits a number or account; whatever is raised inside was a wrong guess.

    It is counted against the number or account and against the address before it is checked, and forgotten when it was right.
    Raises TooManyGuesses when one of the two has used up its limit.
    """
    of_key, of_address = _fingerprint(f"{kind}/key/{key}"), _fingerprint(f"{kind}/address/{address}")
    # Counted before it is checked: a hundred tries at the same moment would otherwise all see “none so far”.
    _take({of_key: PER_KEY, of_address: PER_ADDRESS}, at)
    yield
    Guesses.objects.filter(subject=of_key).delete()
    # One less, not none: a right guess of one's own must not wipe out the wrong ones about others.
    Guesses.objects.filter(subject=of_address, wrong__gt=0).update(wrong=F("wrong") - 1)


def address_of(request: HttpRequest) -> str:
    """Return where the visitor comes from; proxies are believed only as many as the settings say there are."""
    proxies = settings.HESHI_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    # Counted from the right: what stands further left is written by the visitor and can be anything.
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def _take(limits: Mapping[str, int], at: datetime) -> None:
    Guesses.objects.filter(until__lt=at - WINDOW).delete()
    blocked = [until for subject, limit in limits.items() if (until := _counted(subject, limit, at))]
    if blocked:
        seconds = max(1, ceil((max(blocked) - at).total_seconds()))
        raise TooManyGuesses(minutes=ceil(seconds / 60), retry_after=seconds)


def _counted(subject: str, limit: int, at: datetime) -> datetime | None:
    """Count one guess; return until when there must be none, None while there may be."""
    values: dict[str, str | int | datetime] = {
        "subject": subject,
        "until": at + WINDOW,
        "at": at,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        wrong, until = cursor.fetchone()
    return until if wrong > limit else None


def _fingerprint(name: str) -> str:
    # The table of guesses must not become a list of who telephoned from where.
    return sm3(f"{settings.SECRET_KEY}|{name}".encode())
