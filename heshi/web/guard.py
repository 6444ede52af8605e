"""Slowing down those who guess numbers, codes and passwords.

A guess is counted before it is checked, in one statement, so a hundred guesses at once count as a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from heshi.common.crypto import sm3
from heshi.common.refusals import Refusal
from heshi.web.models import Guesses

WINDOW = timedelta(minutes=15)
PER_SUBJECT = 5
# A whole village may share one address of the telephone network, or one screen in the hall.
PER_ADDRESS = 20

COUNT = """
insert into web_guesses as held (subject, wrong, until) values (%(subject)s, 1, %(until)s)
on conflict (subject) do update set
  wrong = case when held.until <= %(at)s then 1 else held.wrong + 1 end,
  until = case when held.until <= %(at)s or held.wrong < %(limit)s then %(until)s else held.until end
returning wrong, until
"""


class TooManyGuesses(Refusal):
    """Too many wrong guesses about this subject, or from this address."""

    code = "too_many_guesses"
    sentence = "输错次数太多，请 {minutes} 分钟后再试，或者打电话请工作人员帮您查。"
    status = 429


def take_guess(*, limits: Mapping[str, int], at: datetime) -> None:
    """Count one guess against every subject; raises TooManyGuesses when one of them has used up its limit."""
    blocked = [until for name, limit in limits.items() if (until := _counted(name, limit, at))]
    if blocked:
        raise TooManyGuesses(minutes=max(1, ceil((max(blocked) - at).total_seconds() / 60)))


def was_right(*, subject: str, address: str) -> None:
    """Forget the guesses about the subject, and take this one back from the address."""
    Guesses.objects.filter(subject=_mark(subject)).delete()
    Guesses.objects.filter(subject=_mark(address), wrong__gt=0).update(wrong=F("wrong") - 1)


def address_of(request: HttpRequest) -> str:
    """Return where the visitor comes from; proxies are believed only as many as the settings say there are."""
    proxies = getattr(settings, "HESHI_PROXIES", 0)
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if proxies and len(hops) >= proxies:
        return "address:" + hops[-proxies]
    return "address:" + str(request.META.get("REMOTE_ADDR", ""))


def _counted(name: str, limit: int, at: datetime) -> datetime | None:
    Guesses.objects.filter(until__lt=at - WINDOW).delete()
    values: dict[str, str | int | datetime] = {
        "subject": _mark(name),
        "until": at + WINDOW,
        "at": at,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        wrong, until = cursor.fetchone()
    return until if wrong > limit else None


def _mark(name: str) -> str:
    return sm3(f"{settings.SECRET_KEY}|{name}".encode())
