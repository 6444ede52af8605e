"""How many questions an act puts to the database, whatever the second it happens in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def questions() -> Iterator[CaptureQueriesContext]:
    """Note the questions inside; what the process holds stays held meanwhile.

    What is held is renewed every few seconds, and the renewal would count among the questions of whoever
    happens to call just then.
    """
    held = SimpleNamespace(monotonic=lambda: float("-inf"))
    with patch("heshi.common.fresh.time", held), CaptureQueriesContext(connection) as seen:
        yield seen
