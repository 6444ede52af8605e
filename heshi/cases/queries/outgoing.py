"""Events in the order in which consequences read them: those that are on their way, and the archive from its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from heshi.cases.models import Case, Event
from heshi.common.statements import rows_of
from heshi.places.queries import county_code


class Happened(NamedTuple):
    """That something happened to a case: the key and the number of the event, and the case."""

    event_id: UUID
    county: int
    case_id: UUID
    number: int


class Spot(NamedTuple):
    """How far somebody has read: the transaction and the key of the last event."""

    transaction: int
    event_id: UUID


BEGINNING: Final = Spot(0, UUID(int=0))
# Read no further than the oldest transaction that still goes on: its events may come to lie before those that are there already.
# One that certainly belongs to another database on the same server is not waited for.
OLDEST_OPEN: Final = """
  coalesce(
    (SELECT min(each::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS each
     WHERE NOT EXISTS (SELECT FROM pg_stat_activity AS other
                       WHERE other.backend_xid = each::xid AND other.datname <> current_database())),
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
"""
# What this very transaction wrote is its own and may be read when no older one is going on.
WAITING: Final = f"""
WITH open AS (SELECT {OLDEST_OPEN} AS oldest, pg_current_xact_id_if_assigned()::text::bigint AS own)
SELECT id, county, case_id, number, transaction FROM cases_outgoing, open
WHERE county = %(county)s AND (transaction, id) > (%(transaction)s, %(event)s)
  AND (transaction < open.oldest OR (transaction = open.own AND open.own <= open.oldest))
ORDER BY transaction, id LIMIT %(limit)s
"""  # noqa: S608 -- put together from our own words
OLDEST: Final = f"SELECT least({OLDEST_OPEN}, pg_current_xact_id()::text::bigint)"
NEWEST: Final = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


def waiting(after: Spot, *, limit: int) -> tuple[list[Happened], Spot]:
    """Return the next events behind a spot, and the spot behind them; nothing that may still be overtaken."""
    params = {
        "county": county_code(),
        "transaction": after.transaction,
        "event": after.event_id,
        "limit": limit,
    }
    rows = rows_of(WAITING, params, _on_its_way)
    return [happened for happened, _spot in rows], rows[-1][1] if rows else after


def _on_its_way(
    event_id: UUID, county: int, case_id: UUID, number: int, transaction: int
) -> tuple[Happened, Spot]:
    return Happened(event_id, county, case_id, number), Spot(transaction, event_id)


def now() -> Spot:
    """Return the spot before which everything is in the archive for whoever looks there from now on."""
    (oldest,) = rows_of(OLDEST, {}, int)
    return Spot(oldest, UUID(int=0))


def is_from_another_database(spot: Spot) -> bool:
    """Return whether a spot lies in the future: the archive was carried into a database that counts its transactions anew."""
    (newest,) = rows_of(NEWEST, {}, int)
    return spot.transaction > newest


def archived(after: UUID, *, limit: int) -> tuple[list[Happened], UUID | None]:
    """Return every event of the next cases of the archive, oldest case first, and the last of these cases; None at the end."""
    cases = list(
        Case.objects.filter(county=county_code(), pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    return of_cases(cases), cases[-1] if cases else None


def of_cases(cases: Sequence[UUID], *, since: int = 1) -> list[Happened]:
    """Return the events of these cases from a number on, each case's in order."""
    events = Event.objects.filter(county=county_code(), case_id__in=cases, number__gte=since)
    return [
        Happened(*row)
        for row in events.order_by("case_id", "number").values_list("pk", "county", "case_id", "number")
    ]
