"""The clocks of a playbook: those of law that it names, and its own local ones, which are written as short as can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from heshi.clocks.rules import NATIONAL, Calendar, ClockDef
from heshi.clocks.rules.local_days import local_days
from heshi.clocks.terms import EXACT, IDLE
from heshi.playbooks.rules.shape import LocalCalendar


def laws_of(
    values: Mapping[str, Any], library: Mapping[str, ClockDef], calendar: Calendar = NATIONAL
) -> dict[str, ClockDef]:
    """Return the clocks that a playbook's plain values name: those of ``library``, and its local ones, counted by ``calendar``.

    The house's own is among them, named or not: no open case is ever without a clock.
    """
    own = calendars_in(values)
    local = {
        code: _local(values["playbook"], code, spec, own.get(spec.get("calendar", "")), calendar)
        for code, spec in values.get("clocks", {}).items()
    }
    return {code: library[code] for code in sorted({IDLE, *words_in(values)} & set(library))} | local


def words_in(value: object) -> Iterator[str]:
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


def calendars_in(values: Mapping[str, Any]) -> dict[str, LocalCalendar]:
    """Return the local calendars that a playbook's plain values write down."""
    return {
        code: LocalCalendar(
            code, spec["title"], spec["source"], **{kind: tuple(spec[kind]) for kind in KINDS if kind in spec}
        )
        for code, spec in values.get("calendars", {}).items()
    }


KINDS: Final = ("lunar", "solar", "weekdays")


def _local(
    family: str, code: str, spec: Mapping[str, Any], own: LocalCalendar | None, calendar: Calendar
) -> ClockDef:  # fmt: skip
    days = own if spec["unit"] == "local_day" else None
    return ClockDef(
        code=code, title=spec["title"], trigger="step", since="计时开始之时", length=spec["length"], unit=spec["unit"], article="",
        source=spec["source"], verified=False, family=family, roll="none" if spec["unit"] in {*EXACT, "local_day"} else "next_working_day",
        on_expiry=spec.get("on_expiry", "overdue"), counts=days.title if days else "",
        calendar=local_days(lunar=days.lunar, solar=days.solar, weekdays=days.weekdays) if days else calendar,
    )  # fmt: skip
