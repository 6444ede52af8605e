"""A database of its own for a measurement, with the demo county in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections


@contextmanager
def own_database(name: str, *, keep: bool = False) -> Iterator[str]:
    """Make the database, settle the demo county in it, give its name, and drop it afterwards unless it is kept."""
    connection = connections["default"]
    home = connection.settings_dict["NAME"]
    made = _make(name, again=not keep)
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        if made:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("demo", stdout=sys.stderr)
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        if not keep:
            _drop(name)


@contextmanager
def copy_of(original: str, name: str) -> Iterator[str]:
    """Work on a fresh copy of a database of ours, give its name, and drop it afterwards."""
    connection = connections["default"]
    connection.close()
    _drop(name)
    with psycopg.connect(dsn("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"'.encode())
    connection.settings_dict["NAME"] = name
    try:
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        _drop(name)


def dsn(name: str) -> str:
    """Return how psycopg reaches a database of this server directly."""
    given = settings.DATABASES["default"]
    parts = {
        "dbname": name,
        "user": given["USER"],
        "password": given["PASSWORD"],
        "host": given["HOST"],
        "port": given["PORT"],
    }
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in parts.items() if value})


def _make(name: str, *, again: bool) -> bool:
    if again:
        _drop(name)
    with psycopg.connect(dsn("postgres"), autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        server.execute(f'CREATE DATABASE "{name}"'.encode())
    return True


def _drop(name: str) -> None:
    with psycopg.connect(dsn("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def say(text: str) -> None:
    """Say how far the measurement is, beside the result."""
    print(text, file=sys.stderr, flush=True)


def told(result: Mapping[str, object]) -> None:
    """Print the result: one JSON object, last."""
    print(json.dumps(result, ensure_ascii=False, indent=None), flush=True)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
