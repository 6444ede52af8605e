"""The rows that one opening of a file leaves, as the bare database can be given them again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from heshi.cases.models import Case, Clock, Event, Outgoing, Party, Statement

BELONGING: Sequence[type[models.Model]] = (Event, Statement, Party, Clock, Outgoing)
Recorded = tuple[str, list[str], list[list[Any]]]
"""A table, its columns and its rows."""


def recorded(case: Case) -> list[Recorded]:
    """Return the row of a case that was just opened, and those that belong to it."""
    return [
        _table(Case, [case]),
        *(_table(model, model._default_manager.filter(case_id=case.pk)) for model in BELONGING),
    ]


def _table(model: type[models.Model], rows: Iterable[models.Model]) -> Recorded:
    fields = model._meta.concrete_fields
    values = [[_plain(field, row) for field in fields] for row in rows]
    return model._meta.db_table, [str(field.column) for field in fields], values


def _plain(field: Any, row: models.Model) -> Any:
    value = field.get_prep_value(getattr(row, field.attname))
    return json.dumps(value) if isinstance(field, models.JSONField) else value
