"""Drawing consequences: each event once for each of them, whatever is killed, however many work at it, whatever one case holds."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db import connection, transaction

from heshi.cases.models import THIS_TRANSACTION, Outgoing
from heshi.cases.queries.outgoing import (
    BEGINNING,
    Happened,
    Spot,
    archived,
    is_from_another_database,
    now,
    of_cases,
    waiting,
)
from heshi.common.statements import run
from heshi.journey.actions.aside import aside, set_aside
from heshi.journey.case_duties import CASE_DUTIES
from heshi.journey.consequences import Consequence, consequences
from heshi.journey.models import START, Bookmark, SetAside
from heshi.places.queries import county_code

CASES_AT_ONCE: Final = 200
"""So many cases of the archive are gone through at once when a consequence is made anew."""
log = logging.getLogger("heshi.consequences")


def draw_all(*, at: datetime) -> int:
    """Draw every consequence of what waits, a portion each; return how many events were gone through."""
    return sum(draw(each, at=at) for each in consequences())


def draw(consequence: Consequence, *, at: datetime) -> int:
    """Draw one consequence for the next portion of events; return how many there were.

    Nothing is done, and 0 returned, while another worker is at it: whoever holds the bookmark works alone, so nothing is drawn
    twice and nothing out of order.
    """
    found = _next_portion(consequence, at)
    _take_away_what_all_have_read()  # afterwards: two that work at once do not see how far the other one will have come
    return found


@transaction.atomic
def _next_portion(consequence: Consequence, at: datetime) -> int:
    bookmark = _held(consequence)
    if bookmark is None:
        return 0
    if bookmark.built_to is not None and (found := _build(consequence, bookmark, at)):
        return found
    spot = Spot(bookmark.transaction, bookmark.event_id)
    happened, reached = waiting(spot, limit=consequence.at_once)
    if not happened:
        return _start_anew() if is_from_another_database(spot) else 0
    _draw(consequence, happened, at)
    _mark(consequence, reached)
    return len(happened)


def _held(consequence: Consequence) -> Bookmark | None:
    """Return the bookmark, locked, or None while somebody else has it; a new consequence begins with the archive."""
    mine = Bookmark.objects.filter(county=county_code(), name=consequence.name)
    if not mine.exists():
        Bookmark.objects.bulk_create([_new_bookmark(consequence, now())], ignore_conflicts=True)
    return mine.select_for_update(skip_locked=True).first()


def _new_bookmark(consequence: Consequence, spot: Spot) -> Bookmark:
    return Bookmark(
        county=county_code(), name=consequence.name, transaction=spot.transaction, event_id=spot.event_id
    )


def _mark(consequence: Consequence, spot: Spot) -> None:
    mine = Bookmark.objects.filter(county=county_code(), name=consequence.name)
    mine.update(transaction=spot.transaction, event_id=spot.event_id)


def _build(consequence: Consequence, bookmark: Bookmark, at: datetime) -> int:
    """Go through the next cases of the archive; what happens meanwhile waits. Return how many events, 0 at the end of it."""
    happened, last = archived(bookmark.built_to or START, limit=CASES_AT_ONCE)
    _draw(consequence, happened, at)
    Bookmark.objects.filter(pk=bookmark.pk).update(built_to=last)
    return len(happened)


def _start_anew() -> int:
    """Begin from what is there: an archive carried into another database keeps events that its transactions do not count.

    They are few, every handler bears to see an event twice, and none of them is lost.
    """
    Outgoing.objects.filter(county=county_code()).update(transaction=THIS_TRANSACTION)
    Bookmark.objects.filter(county=county_code()).update(
        transaction=BEGINNING.transaction, event_id=BEGINNING.event_id
    )
    return 0


# --- one broken case and all the others -------------------------------------------------------------


def _draw(consequence: Consequence, found: Sequence[Happened], at: datetime) -> None:
    """Draw a portion at once; when that fails, case by case, so that only what is broken is set aside."""
    apart = set(aside(consequence.name).values_list("case_id", flat=True))
    wanted = [happened for happened in found if happened.case_id not in apart]
    if not wanted or _fault(consequence, wanted) is None:
        return
    log.warning("%s：一批没有做成，逐件再做", consequence.title)
    for own in _by_case(wanted):
        if error := _fault(consequence, own):
            log.error("%s：案件 %s 没有做成，先放在一边", consequence.title, own[0].case_id, exc_info=error)
            set_aside(consequence.name, own[0].case_id, error, since=own[0].number, at=at)


def _fault(consequence: Consequence, found: Sequence[Happened]) -> Exception | None:
    """Draw these events, or leave everything as it was and return what went wrong; raises only when the database is gone."""
    try:
        with transaction.atomic():
            consequence.handle(found)
    except Exception as error:  # whatever a handler meets in one case, the other cases go on
        if not connection.is_usable():
            raise
        return error
    return None


def _by_case(found: Iterable[Happened]) -> list[list[Happened]]:
    ordered = sorted(found, key=lambda happened: (happened.case_id, happened.number))
    return [list(own) for _case, own in groupby(ordered, key=lambda happened: happened.case_id)]


def retry(*, at: datetime, now: bool = False, limit: int = 100) -> int:
    """Try again what was set aside and has waited long enough, or all of it ``now``; return how many cases could go on."""
    if now:
        SetAside.objects.filter(county=county_code(), name__in=[duty.name for duty in CASE_DUTIES]).update(
            try_at=at
        )
    return sum(_retried(each, at, now, limit) for each in consequences())


@transaction.atomic
def _retried(consequence: Consequence, at: datetime, now: bool, limit: int) -> int:
    if _held(consequence) is None:
        return 0
    wanted = aside(consequence.name) if now else aside(consequence.name).filter(try_at__lte=at)
    return sum(_tried_again(consequence, each, at) for each in wanted.order_by("try_at")[:limit])


def _tried_again(consequence: Consequence, each: SetAside, at: datetime) -> bool:
    if error := _fault(consequence, of_cases([each.case_id], since=each.since)):
        set_aside(consequence.name, each.case_id, error, since=each.since, at=at)
        return False
    each.delete()
    return True


# --- making anew ------------------------------------------------------------------------------------


@transaction.atomic
def rebuild(consequence: Consequence) -> None:
    """Let a consequence be made anew from the whole archive, portion by portion, by whoever draws it next."""
    Bookmark.objects.filter(
        county=county_code(), name=consequence.name
    ).delete()  # waits for whoever is drawing
    consequence.begin_anew()
    aside(consequence.name).delete()
    _new_bookmark(consequence, now()).save()


TAKEN: Final = """
DELETE FROM cases_outgoing WHERE county = %(county)s AND (transaction, id) <= (
  SELECT transaction, event_id FROM journey_bookmark WHERE county = %(county)s AND name = ANY(%(names)s)
  ORDER BY transaction, event_id LIMIT 1)
"""


def _take_away_what_all_have_read() -> None:
    names = [each.name for each in consequences()]
    if Bookmark.objects.filter(county=county_code(), name__in=names).count() == len(names):
        run(TAKEN, {"county": county_code(), "names": names})
