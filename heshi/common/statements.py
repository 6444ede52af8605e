"""Statements that Django's queries cannot say: run as they are written, each row made into what the caller calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import _ExecuteParameters

Row = TypeVar("Row")
Params = dict[str, object]
"""What a statement is given by name."""
Given = Mapping[str, object] | Sequence[object]
"""What a statement is given: by name, or in its order."""


def rows_of(statement: str, given: Given, row: Callable[..., Row]) -> list[Row]:
    """Return what a statement finds; ``row`` is called with the columns in their order."""
    with connection.cursor() as cursor:
        cursor.execute(statement, cast("_ExecuteParameters", given))
        return [row(*found) for found in cursor.fetchall()]


def run(statement: str, given: Given = ()) -> None:
    """Run a statement for what it does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, cast("_ExecuteParameters", given))
