"""Make a large archive from a small one: every file copied many times under fresh keys and numbers, most of them closed long ago."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from heshi.cases.models import Case, Clock, Event, Lookup, Party, Statement
from heshi.cli.bench.ground import say
from heshi.common.numbers import new_number
from heshi.statistics.models import Counter

OPEN_SHARE = 10
"""One copy in so many is still open; an archive is mostly closed files."""
MONTHS = 36
TOKEN_INDEXES = ("statement_tokens", "statement_bands")


def multiply(times: int) -> None:
    """Copy every case ``times - 1`` times, a day earlier each time, with its events, words, people and clocks."""
    with connection.cursor() as cursor:
        again = _without_token_indexes(cursor)
        taken = set(Case.objects.values_list("number", flat=True))
        for round_ in range(1, times):
            _copy(cursor, round_, taken)
            if round_ % 10 == 0:
                say(f"{round_ + 1} / {times}")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for statement in again:
            cursor.execute(statement)
        _spread_counters(cursor, times)
        cursor.execute("VACUUM ANALYZE")


def _without_token_indexes(cursor: CursorWrapper) -> list[str]:
    """Drop the two large indexes and return how to make them again: building once is faster than growing."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(TOKEN_INDEXES)])
    again = [definition for (definition,) in cursor.fetchall()]
    for name in TOKEN_INDEXES:
        cursor.execute(f'DROP INDEX "{name}"')
    return again


def _copy(cursor: CursorWrapper, round_: int, taken: set[str]) -> None:
    if round_ == 1:
        cursor.execute(
            "CREATE TEMP TABLE original AS SELECT id, row_number() OVER (ORDER BY id) AS place FROM cases_case"
        )
    cursor.execute("DROP TABLE IF EXISTS twin")
    cursor.execute("CREATE TEMP TABLE twin (place bigint, number text, id uuid DEFAULT uuidv7())")
    cursor.execute("SELECT count(*) FROM original")
    (count,) = cursor.fetchone()
    with cursor.cursor.copy("COPY twin (place, number) FROM STDIN") as rows:
        for place in range(1, count + 1):
            rows.write_row((place, _fresh(taken)))
    cursor.execute("ANALYZE twin")
    shift = f"- interval '{round_} days'"
    closed = f"twin.place % {OPEN_SHARE} <> {round_ % OPEN_SHARE}"
    later = "row.due_at + twin.place * interval '1 second'"
    changed = {
        "id": "twin.id",
        "number": "twin.number",
        "source_key": f"row.source_key || '-{round_}'",
        "is_open": f"NOT ({closed})",
        "opened_at": f"row.opened_at {shift}",
        "moved_at": f"row.moved_at {shift}",
        "due_at": f"CASE WHEN {closed} THEN NULL ELSE {later} END",
        "closed_at": f"CASE WHEN {closed} THEN row.opened_at {shift} END",
    }
    _copied(cursor, Case, changed)
    owned = {"id": "uuidv7()", "case_id": "twin.id"}
    for model in (Event, Party, Lookup, Clock):
        _copied(cursor, model, owned)
    # Bands of their own: in an archive a year of other matters does not repeat this year's word for word.
    others = f"ARRAY(SELECT band # {round_} FROM unnest(row.bands) band)"  # noqa: S608 -- a number of ours
    _copied(cursor, Statement, owned | {"bands": others})


def _fresh(taken: set[str]) -> str:
    """Return a number nobody has: among a million random ones a few would meet."""
    number = next(number for number in iter(new_number, "") if number not in taken)
    taken.add(number)
    return number


def _copied(cursor: CursorWrapper, model: type[models.Model], changed: Mapping[str, str]) -> None:
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields]
    values = ", ".join(changed.get(column, f'row."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    owner = "id" if model is Case else "case_id"
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM original JOIN twin USING (place)'  # noqa: S608 -- names of columns
        f' JOIN "{table}" row ON row."{owner}" = original.id'
    )


def _spread_counters(cursor: CursorWrapper, times: int) -> None:
    """Give the months before this one their share of counters, as the copied files would have made."""
    table = Counter._meta.db_table
    columns = [str(field.column) for field in Counter._meta.concrete_fields]
    changed = {
        "id": "uuidv7()",
        "month": "to_char(to_date(row.month, 'YYYY-MM') - gap * interval '1 month', 'YYYY-MM')",
        "value": f"row.value * {max(1, times // MONTHS)}",
    }
    values = ", ".join(changed.get(column, f'row."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" row, generate_series(1, {MONTHS}) gap'  # noqa: S608
    )
