"""Count cases: what each adds to the figures, by the difference to what it added before."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import orjson
from django.db import transaction

from heshi.cases.queries.outgoing import Happened
from heshi.common.keys import new_key
from heshi.common.statements import rows_of, run
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
    run(BEGIN, [named])
    before = dict(rows_of(HOLD, [named], _held))
    after = queries.contributions(keys)
    # Most events change no figure; then no counter is touched and nobody waits for one.
    changed = {key: made for key, made in after.items() if made != before[key]}
    if changed:
        run(KEEP, [encoded([_tally_row(key, made) for key, made in changed.items()])])
        _add(_sum(before, changed))


def _held(county: int, case_id: UUID, month: str, groups: str, measures: str) -> tuple[CaseKey, Contribution]:
    return (county, case_id), Contribution(month, orjson.loads(groups), tuple(orjson.loads(measures)))


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
        run(ADD, [encoded(rows)])


def _tally_row(key: CaseKey, made: Contribution) -> dict[str, object]:
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
    run(ALONE, [])
    run(LEFT_OVER, [])
    run(EMPTY, [])
    totals = {(cell.county, cell[1:5]): cell.value for cell in queries.counted_again()}
    _add(totals)
