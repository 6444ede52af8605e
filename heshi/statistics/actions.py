"""Count cases: what each adds to the figures, by the difference to what it added before."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from django.db import connection, transaction

from heshi.cases.queries.outgoing import Happened
from heshi.common.keys import new_key
from heshi.common.together import encoded
from heshi.statistics import queries
from heshi.statistics.queries import CaseKey
from heshi.statistics.rules.contribution import Cell, Contribution, difference

BEGIN: Final = """
INSERT INTO statistics_casetally (id, county, case_id, month, keys, measures)
SELECT id, county, case_id, '', '{}', '[]'
FROM json_to_recordset(%s) AS new (id uuid, county integer, case_id uuid)
ORDER BY county, case_id
ON CONFLICT (county, case_id) DO NOTHING
"""
HOLD: Final = """
SELECT held.county, held.case_id, held.month, held.keys, held.measures
FROM statistics_casetally AS held
JOIN json_to_recordset(%s) AS wanted (county integer, case_id uuid) USING (county, case_id)
ORDER BY held.county, held.case_id FOR UPDATE OF held
"""
KEEP: Final = """
UPDATE statistics_casetally AS held SET month = now.month, keys = now.keys, measures = now.measures
FROM json_to_recordset(%s) AS now (county integer, case_id uuid, month text, keys jsonb, measures jsonb)
WHERE held.county = now.county AND held.case_id = now.case_id
"""
ADD: Final = """
INSERT INTO statistics_counter AS held (id, county, month, dimension, key, measure, value)
SELECT id, county, month, dimension, key, measure, value
FROM json_to_recordset(%s)
AS new (id uuid, county integer, month text, dimension text, key text, measure text, value integer)
ORDER BY county, month, dimension, key, measure
ON CONFLICT (county, month, dimension, key, measure) DO UPDATE SET value = held.value + excluded.value
"""
ALONE: Final = "LOCK TABLE statistics_casetally, statistics_counter IN EXCLUSIVE MODE"
LEFT_OVER: Final = """
DELETE FROM statistics_casetally AS held
WHERE NOT EXISTS (SELECT 1 FROM cases_case AS one WHERE one.county = held.county AND one.id = held.case_id)
"""
EMPTY: Final = "DELETE FROM statistics_counter"


@transaction.atomic
def count(happened: Iterable[Happened]) -> None:
    """Count the cases to which something happened anew; what each now counts as and the counters change together or not at all.

    What they counted as is locked before their events are read, so nobody counts them twice, and seeing an event again changes
    nothing.
    """
    keys = sorted({(one.county, one.case_id) for one in happened})
    named = encoded([{"id": new_key(), "county": county, "case_id": case_id} for county, case_id in keys])
    # A row to lock for every case, also for one never counted: two workers would both begin from nothing.
    _run(BEGIN, [named])
    # Locked in the order of the keys, so that two workers never wait for each other.
    before = {
        (county, case_id): Contribution(month, orjson.loads(groups), tuple(orjson.loads(measures)))
        for county, case_id, month, groups, measures in _rows(HOLD, [named])
    }
    after = queries.contributions(keys)
    # Most events change no figure; then no counter is touched and nobody waits for one.
    changed = {key: made for key, made in after.items() if made != before[key]}
    if changed:
        _run(KEEP, [encoded([_tally_row(key, made) for key, made in changed.items()])])
        _add(_sum(before, changed))


def _sum(
    before: Mapping[CaseKey, Contribution], changed: Mapping[CaseKey, Contribution]
) -> Tally[tuple[int, Cell]]:
    total: Tally[tuple[int, Cell]] = Tally()
    for key, made in changed.items():
        for cell, value in difference(before[key], made).items():
            total[key[0], cell] += value
    return total


def _add(total: Mapping[tuple[int, Cell], int]) -> None:
    rows = [
        {"id": new_key(), "county": county, "month": cell[0], "dimension": cell[1], "key": cell[2], "measure": cell[3], "value": value}
        for (county, cell), value in total.items()
        if value
    ]  # fmt: skip
    if rows:
        _run(ADD, [encoded(rows)])


def _tally_row(key: CaseKey, made: Contribution) -> dict[str, Any]:
    return {
        "county": key[0],
        "case_id": key[1],
        "month": made.month,
        "keys": made.keys,
        "measures": made.measures,
    }


@transaction.atomic
def recount() -> None:
    """Make every counter what the tallies of the cases there are lead to, at one stroke; the tallies are counted anew behind it.

    Nobody ever sees half of the figures: a tally that was wrong is put right by the difference when its case is counted again.
    """
    # Readers go on: they see the old figures until the new ones are whole.
    _run(ALONE, [])
    _run(LEFT_OVER, [])
    _run(EMPTY, [])
    totals = {(row[0], tuple(row[1:5])): row[5] for row in queries.counted_again()}
    _add(totals)


def _rows(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def _run(statement: str, params: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
