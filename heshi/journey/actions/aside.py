"""One broken case and all the others: what could not be done for a case waits apart, with a sentence, and is tried again later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from heshi.common.refusals import Refusal
from heshi.journey.models import FailedDuty, SetAside
from heshi.places.queries import county_code

WAITS: Final = tuple(map(timedelta, (0, 0, 0, 0), (60, 600, 3600, 21_600)))
"""How long what was set aside waits after the first, second … try."""


def aside(name: str) -> QuerySet[SetAside]:
    """Return what is set aside under the name of a consequence or a duty."""
    return SetAside.objects.filter(county=county_code(), name=name)


def set_aside(name: str, case_id: UUID, error: Exception, *, since: int, at: datetime) -> None:
    """Put a case apart, or let it wait longer when it lies there already."""
    why = why_of(error)
    known = aside(name).filter(case_id=case_id).first()
    if known is None:
        aside(name).create(
            county=county_code(), name=name, case_id=case_id, since=since, why=why, first_at=at, try_at=at + WAITS[0]
        )  # fmt: skip
        return
    wait = WAITS[min(known.tries, len(WAITS) - 1)]
    aside(name).filter(pk=known.pk).update(why=why, tries=F("tries") + 1, try_at=at + wait)


def done_after_all(name: str, case_ids: Iterable[UUID]) -> None:
    """Take what could be done meanwhile from what is set aside."""
    aside(name).filter(case_id__in=list(case_ids)).delete()


def why_of(error: Exception) -> str:
    """Return our own sentence, or what kind of error it was; never what it quotes: that may be somebody's words."""
    return str(error)[:300] if isinstance(error, Refusal) else f"程序出错（{type(error).__name__}），详见日志"


def duty_failed(name: str, error: Exception, *, at: datetime) -> None:
    """Note that a duty could not be done at all, so that `heshi status` names it; since when stays as it was."""
    mine = FailedDuty.objects.filter(county=county_code(), name=name)
    if not mine.update(why=why_of(error), tries=F("tries") + 1):
        FailedDuty.objects.bulk_create(
            [FailedDuty(county=county_code(), name=name, why=why_of(error), first_at=at)],
            ignore_conflicts=True,
        )


def duty_done(name: str) -> None:
    """Note that a duty was done: what kept it from being done is over."""
    FailedDuty.objects.filter(county=county_code(), name=name).delete()
