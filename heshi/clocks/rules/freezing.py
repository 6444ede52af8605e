"""A clock as it is kept for life: what the law said when a method was put in force, whatever the library says later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any, Final

from heshi.clocks.rules.calendar import Calendar
from heshi.clocks.rules.definitions import ClockDef, Extension, NearlyDue

LIVING: Final = frozenset({"calendar"})
"""Days of rest are published year by year: a frozen clock counts by the calendar of today."""


def frozen(definition: ClockDef) -> dict[str, Any]:  # Any: `asdict` of the standard library says no more
    """Return a clock as plain values that JSON can hold."""
    kept = {
        each.name: getattr(definition, each.name) for each in fields(definition) if each.name not in LIVING
    }
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}
    plain["nearly_due"] = asdict(definition.nearly_due)
    plain["extension"] = asdict(definition.extension) if definition.extension else None
    return plain


def thawed(kept: Mapping[str, Any], calendar: Calendar) -> ClockDef:
    """Return the clock that was frozen; raises TypeError or KeyError when that is no clock.

    What a later version of Heshi knows about clocks beside it has its usual value.
    """
    given = {
        **kept,
        "nearly_due": NearlyDue(**kept["nearly_due"]),
        "extension": _extension(kept["extension"]),
        "pause_reasons": tuple(kept["pause_reasons"]),
        "valid_from": _day(kept["valid_from"]),
        "valid_to": _day(kept["valid_to"]),
    }
    return ClockDef(**given, calendar=calendar)


def _extension(kept: Mapping[str, Any] | None) -> Extension | None:
    return Extension(**{**kept, "granted_by": tuple(kept["granted_by"])}) if kept else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
