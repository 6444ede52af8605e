"""The clocks of a playbook: those of law that it names, and its own local ones, which are written as short as can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from heshi.clocks.rules import NATIONAL, Calendar, ClockDef
from heshi.clocks.terms import EXACT

LAPSING: Final = frozenset({"lapse", "free_to_go_on", "revisit"})
"""What the end of a clock means when it takes a right away, or only says when to look again: nobody is late."""


def laws_of(
    values: Mapping[str, Any], library: Mapping[str, ClockDef], calendar: Calendar = NATIONAL
) -> dict[str, ClockDef]:
    """Return the clocks that a playbook's plain values name: those of ``library``, and its local ones, counted by ``calendar``."""
    local = {
        code: _local(values["playbook"], code, spec, calendar)
        for code, spec in values.get("clocks", {}).items()
    }
    return {code: library[code] for code in sorted(set(words_in(values)) & set(library))} | local


def words_in(value: Any) -> Iterator[str]:
    """Yield every key and every text in plain values, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from words_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_in(each)


def _local(family: str, code: str, spec: Mapping[str, Any], calendar: Calendar) -> ClockDef:
    return ClockDef(
        code=code, title=spec["title"], trigger="step", since="计时开始之时", length=spec["length"], unit=spec["unit"], article="",
        source=spec["source"], verified=False, family=family, roll="none" if spec["unit"] in EXACT else "next_working_day",
        on_expiry=spec.get("on_expiry", "overdue"), calendar=calendar,
    )  # fmt: skip


def lapsing(laws: Mapping[str, ClockDef]) -> frozenset[str]:
    """Return the clocks whose end makes nobody late."""
    return frozenset(code for code, law in laws.items() if law.on_expiry in LAPSING)


def days_of(law: ClockDef | None) -> int:
    """Return so many days from now as certainly lie within this clock."""
    if law is None:
        return 0
    return law.length * {"day": 1, "working_day": 1, "month": 28, "year": 365}.get(law.unit, 0)
