"""A clock as it is kept for life: what the law said when a method was put in force, whatever the library says later."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date
from typing import Final

import msgspec

from heshi.clocks.rules.calendar import Calendar
from heshi.clocks.rules.definitions import ClockDef
from heshi.common.values import JsonObject

LIVING: Final = frozenset({"calendar"})
"""Days of rest are published year by year: a frozen clock counts by the calendar of today."""
OWN: Final = frozenset({"counts", "reference"})
"""What only a playbook's own clock says, which is frozen with the playbook's text, and what is said of the library alone."""


def frozen(definition: ClockDef) -> dict[str, object]:
    """Return a clock as plain values that JSON can hold."""
    kept = {
        each.name: getattr(definition, each.name)
        for each in fields(definition)
        if each.name not in LIVING | OWN
    }
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}
    plain["nearly_due"] = asdict(definition.nearly_due)
    plain["extension"] = asdict(definition.extension) if definition.extension else None
    return plain


def thawed(kept: JsonObject, calendar: Calendar) -> ClockDef:
    """Return the clock that was frozen; raises msgspec.ValidationError when that is no clock.

    What a later version of Heshi knows about clocks beside it has its usual value.
    """
    return replace(msgspec.convert(kept, ClockDef), calendar=calendar)
