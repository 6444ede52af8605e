"""Waking the worker when there is something to do, through PostgreSQL's NOTIFY, so that nothing is asked for again and again."""

from __future__ import annotations

import time
from typing import Final

from django.db import DatabaseError, connection, transaction

CHANNEL: Final = "heshi_work"
AT_MOST_EVERY: Final = 0.2
"""Seconds between two calls from one process. A NOTIFY inside the transaction would make every commit in the database queue for one
lock; so it is sent after the commit and seldom, and whoever was woken looks a second time after this pause."""
_called = float("-inf")


def wake() -> None:
    """Wake the workers when the transaction that goes on has been written; a failure is no harm, for they look by themselves too."""
    transaction.on_commit(_call, robust=True)


def _call() -> None:
    global _called  # noqa: PLW0603 -- a pause between calls, for this process alone
    now = time.monotonic()
    if now - _called < AT_MOST_EVERY:
        return
    _called = now
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def wait(seconds: float) -> bool:
    """Wait until somebody wakes us, at most so many seconds; return whether somebody did."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        with connection.wrap_database_errors:
            return any(True for _call in connection.connection.notifies(timeout=seconds, stop_after=1))
    except DatabaseError:
        connection.close()
        time.sleep(seconds)
        return False
