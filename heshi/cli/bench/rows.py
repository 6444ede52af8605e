"""The rows that one opening of a file leaves, as the bare database can be given them again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from django.db import models

from heshi.cases.models import Case, Clock, Event, Lookup, Outgoing, Party, Statement
from heshi.cli.bench.load import Recorded

BELONGING: Sequence[type[models.Model]] = (Event, Statement, Party, Lookup, Clock, Outgoing)


def recorded(case: Case) -> list[Recorded]:
    """Return the row of a case that was just opened, and those that belong to it."""
    return [
        _table(Case, [case]),
        *(_table(model, model._default_manager.filter(case_id=case.pk)) for model in BELONGING),
    ]


def _table(model: type[models.Model], rows: Iterable[models.Model]) -> Recorded:
    fields = model._meta.concrete_fields
    values = [
        [
            _plain(
                field.get_prep_value(getattr(row, field.attname)), is_json=isinstance(field, models.JSONField)
            )
            for field in fields
        ]
        for row in rows
    ]
    return model._meta.db_table, [str(field.column) for field in fields], values


def _plain(value: object, *, is_json: bool) -> object:
    return json.dumps(value) if is_json else value
