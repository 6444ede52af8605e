"""Write a whole file of rows in one statement: the leading rows first, whatever belongs to them only if they are new.

One round trip, one transaction, and safe to repeat: a leading row that exists already (by any unique constraint) is passed over
together with everything that belongs to it. Rows travel as JSON, which PostgreSQL turns into rows of the tables itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

import orjson
import psycopg
from django.db import connection, models

Columns = Mapping[str, object]
"""A row by the names that the database has for its columns."""
Belonging = Mapping[type[models.Model], Sequence[Columns]]


@lru_cache(maxsize=64)
def _statement(lead: type[models.Model], others: tuple[type[models.Model], ...]) -> str:
    """Return the statement that writes these tables together; ``case_id`` ties the others to the lead."""
    given = f"SELECT {_columns(lead, 'r.')} FROM {_given(lead)} r"  # noqa: S608 -- names of the models' own tables
    parts = [
        f"new AS (INSERT INTO {_table(lead)} ({_columns(lead)}) {given} ON CONFLICT DO NOTHING RETURNING id)"
    ]
    parts += [
        f"w{index} AS (INSERT INTO {_table(other)} ({_columns(other)}) {_belonging(other)})"
        for index, other in enumerate(others)
    ]
    return f"WITH {', '.join(parts)} SELECT id FROM new"  # noqa: S608 -- as above


def _belonging(other: type[models.Model]) -> str:
    columns = _columns(other, "r.")
    return f"SELECT {columns} FROM {_given(other)} r JOIN new ON new.id = r.case_id"  # noqa: S608 -- as above


def _columns(model: type[models.Model], front: str = "") -> str:
    """Return the columns that a row must bring; those that the database fills in are left to it."""
    # A column left to the database may not be named: given as null it would be null.
    brought = [field for field in model._meta.concrete_fields if field.db_default is models.NOT_PROVIDED]
    return ", ".join(f'{front}"{field.column}"' for field in brought)


def _given(model: type[models.Model]) -> str:
    return f"json_populate_recordset(NULL::{_table(model)}, %s)"


def _table(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'


def row_of(instance: models.Model) -> dict[str, object]:
    """Return an unsaved instance as a row."""
    return {
        str(field.column): field.get_prep_value(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
    }


def encoded(rows: Sequence[Columns]) -> str:
    """Return rows as the JSON that PostgreSQL reads; bytes become its hexadecimal form."""
    return orjson.dumps(rows, default=_hexadecimal).decode()


def _hexadecimal(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    raise TypeError(f"{type(value).__name__} is not a column's value")


def insert_together(lead: type[models.Model], rows: Sequence[Columns], others: Belonging) -> set[UUID]:
    """Write the leading rows and what belongs to them; return the keys of the leading rows that were new.

    One statement is a transaction of its own, and part of the caller's where there is one. A row names its columns as the
    database does, and every column must be there but those the database fills in itself.
    """
    given = {model: belonging for model, belonging in others.items() if belonging}
    params = [encoded(rows), *map(encoded, given.values())]
    connection.ensure_connection()
    # psycopg itself: the same long statement comes thousands of times, and only prepared it is planned once.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_statement(lead, tuple(given)).encode(), params, prepare=True)
        return {key for (key,) in cursor.fetchall()}
