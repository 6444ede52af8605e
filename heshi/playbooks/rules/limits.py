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
    told = _told_days(values)
    local = {
        code: _local(
            values["playbook"], code, spec, own.get(spec.get("calendar", "")), calendar, told.get(code, "")
        )
        for code, spec in values.get("clocks", {}).items()
    }
    return {code: library[code] for code in sorted({IDLE, *words_in(values)} & set(library))} | local


def _told_days(values: Mapping[str, Any]) -> dict[str, str]:
    """Return, of each clock that counts from a day somebody fills in, or leads to one, the words for that.

    A clock that is also simply started is left out: then nobody can say in general from when it counts.
    """
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for step in values["steps"].values():
        for code, verb, name in _given_days(step):
            if name in step.get("asks", {}):
                labels.setdefault((code, verb), {})[step["asks"][name]["label"]] = None
    started = {
        code for each in _mappings(values) if isinstance(each.get("start"), list) for code in each["start"]
    }
    return {
        code: SAID_DAYS[verb].format("”或“".join(asked))
        for (code, verb), asked in labels.items()
        if code not in started
    }


def _given_days(step: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each clock that a step gives a day, how, and by which field; the clocks of the tasks it adds too."""
    for each in _mappings(step):
        for verb in SAID_DAYS:
            if isinstance(given := each.get(verb), Mapping):
                yield from ((code, verb, name) for code, name in given.items())
        if isinstance(each.get("since"), str) and "clock" in each:
            yield each["clock"], "since", each["since"]


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield every mapping within plain values, the value itself too."""
    if isinstance(value, Mapping):
        yield value
    for each in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _mappings(each)


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


SAID_DAYS: Final = {"since": "“{}”填的日子", "until": "到“{}”填的日子为止，最长从计时开始之时"}
"""How the basis of a clock names the day that a field gives it."""
KINDS: Final = ("lunar", "solar", "weekdays")


def _local(
    family: str, code: str, spec: Mapping[str, Any], own: LocalCalendar | None, calendar: Calendar, told: str
) -> ClockDef:  # fmt: skip
    days = own if spec["unit"] == "local_day" else None
    return ClockDef(
        code=code, title=spec["title"], trigger="step", since=told or "计时开始之时", length=spec["length"], unit=spec["unit"], article="",
        source=spec["source"], verified=False, family=family, roll="none" if spec["unit"] in {*EXACT, "local_day"} else "next_working_day",
        on_expiry=spec.get("on_expiry", "overdue"), counts=days.title if days else "",
        calendar=local_days(lunar=days.lunar, solar=days.solar, weekdays=days.weekdays) if days else calendar,
    )  # fmt: skip
