"""The two loads of `bench intake`, to be run in a process of their own; nothing here needs Django."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import psycopg
from psycopg import sql

from heshi.common.keys import new_key
from heshi.common.numbers import new_number

CLIENTS = 8
Recorded = tuple[str, list[str], list[list[object]]]
"""A table, its columns and its rows."""


def _together(do: Callable[[int], int]) -> tuple[float, int]:
    """Let every client work at once; return the seconds it took and what they did together."""
    counts: list[int] = []
    start = time.perf_counter()
    threads = [
        threading.Thread(target=lambda number=number: counts.append(do(number))) for number in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start, sum(counts)


def post_all(port: int, key: str, bodies: Sequence[bytes], seconds: float, name: str) -> tuple[float, int]:
    """Post reports for so many seconds; return seconds taken and reports acknowledged."""
    until = time.perf_counter() + seconds
    return _together(lambda number: _client(port, key, bodies, until, f"{name}-{number}"))


def _client(port: int, key: str, bodies: Sequence[bytes], until: float, name: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    done = 0
    while time.perf_counter() < until:
        sent = headers | {"Idempotency-Key": f"{name}-{done}"}
        connection.request("POST", "/api/v1/requests", bodies[done % len(bodies)], sent)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {said[:300]!r}")
        done += 1
    return done


def insert_all(where: str, recorded: Sequence[Recorded], seconds: float) -> tuple[float, int]:
    """Insert the recorded rows again and again under fresh keys; return seconds taken and files written."""
    until = time.perf_counter() + seconds
    return _together(lambda _number: _writer(where, recorded, until))


def _writer(where: str, recorded: Sequence[Recorded], until: float) -> int:
    statements = [(insert(table, columns), columns, rows) for table, columns, rows in recorded]
    done = 0
    with psycopg.connect(where, autocommit=True, prepare_threshold=0) as connection:
        while time.perf_counter() < until:
            fresh = {"case": new_key(), "number": new_number()}
            with connection.transaction(), connection.pipeline(), connection.cursor() as cursor:
                for statement, columns, rows in statements:
                    for row in rows:
                        cursor.execute(statement, _renewed(columns, row, fresh))
            done += 1
    return done


def insert(table: str, columns: Sequence[str]) -> sql.Composed:
    """Return the statement that inserts one row into a table."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    values = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, values)


def _renewed(columns: Sequence[str], row: Sequence[object], fresh: Mapping[str, object]) -> list[object]:
    of_case = "source_key" in columns
    new = {"case_id": fresh["case"], "id": fresh["case"] if of_case else new_key()}
    if of_case:
        new |= {"number": fresh["number"], "source_key": str(new_key())}
    return [new.get(column, value) for column, value in zip(columns, row, strict=True)]
