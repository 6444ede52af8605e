"""A draft that has the published shape to a Playbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from heshi.clocks.rules import NATIONAL, Calendar, ClockDef
from heshi.playbooks.rules.conditions import ALWAYS, condition
from heshi.playbooks.rules.effects import Adding, ClockWork, Effects, Row, Table, Tell
from heshi.playbooks.rules.figures import figure_of
from heshi.playbooks.rules.limits import calendars_in, laws_of
from heshi.playbooks.rules.shape import (
    Ask,
    CampaignDef,
    Draw,
    Gathering,
    NotBefore,
    Playbook,
    Position,
    Rhythm,
    Step,
    TaskKind,
    TaskWork,
    Terms,
)
from heshi.playbooks.rules.tasks import no_tasks
from heshi.playbooks.terms import ADDRESSES, EITHER_PARTY, PARTIES


def parsed(
    values: Mapping[str, Any],
    *,
    library: Mapping[str, ClockDef],
    calendar: Calendar = NATIONAL,
    digest: str = "",
) -> Playbook:
    """Return the playbook of plain values that have the right shape; ``library`` are the clocks of law, ``calendar`` the local days."""
    positions = {code: _position(code, spec) for code, spec in values["positions"].items()}
    steps = {code: _step(code, spec, positions) for code, spec in values["steps"].items()}
    tasks = {code: _task_kind(code, spec) for code, spec in values.get("tasks", {}).items()}
    return Playbook(
        code=values["playbook"],
        title=values["title"],
        source=values["source"],
        about=values.get("about", ""),
        start=values["start"],
        opening=_clockwork(values.get("opening", {})),
        positions=positions,
        steps=steps,
        tiers=_table(values.get("tiers", [])),
        colours=_table(values.get("colours", [])),
        words=_words(values),
        clocks=values.get("clocks", {}),
        laws=laws_of(values, library, calendar),
        reference=values.get("reference", {}),
        seed=values.get("seed", ""),
        digest=digest,
        tasks=tasks,
        ladders=values.get("ladders", {}),
        rhythm={code: _rhythm(code, spec) for code, spec in values.get("rhythm", {}).items()},
        campaigns={code: _campaign(code, spec) for code, spec in values.get("campaigns", {}).items()},
        calendars=calendars_in(values),
        figures={code: figure_of(code, spec) for code, spec in values.get("figures", {}).items()},
        gathers=_gathering(values.get("gathers")),
        year=values.get("year", {}),
        undefined=values.get("undefined", {}),
        left_out=values.get("left_out", {}),
        without=values.get("without", {}),
        counters={name: 0 for step in steps.values() for _at, each in step.effects() for name in each.counts},
        no_tasks=no_tasks(tasks.values()),
        named={
            **{ask.name: ask.type for step in steps.values() for ask in step.asks if ask.type in ADDRESSES},
            **{draw.into: draw.type for step in steps.values() for draw in step.draws},
        },
    )


def _words(values: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    """Return the local words; the rungs of the ladder of tiers are words for the tiers too."""
    words = dict(values.get("words", {}))
    if rungs := values.get("ladders", {}).get("tier"):
        words["tiers"] = {**rungs, **words.get("tiers", {})}
    return words


def _task_kind(code: str, spec: Mapping[str, Any]) -> TaskKind:
    clock = spec.get("clock", [])
    table = _table(clock) if isinstance(clock, list) else (Row(ALWAYS, clock),)
    return TaskKind(
        code,
        spec["label"],
        spec["holder"],
        spec["states"],
        tuple(spec["done"]),
        table,
        spec.get("leads", False),
        tuple(spec.get("seen_by", ())),
    )


def _rhythm(code: str, spec: Mapping[str, Any]) -> Rhythm:
    return Rhythm(
        code, spec["title"], spec["every"], tuple(spec.get("on", ())), spec["who"], tuple(spec["kinds"]), spec["source"],
        spec.get("help", ""), spec.get("days_before", 0), spec.get("rest_days", False),
    )  # fmt: skip


def _campaign(code: str, spec: Mapping[str, Any]) -> CampaignDef:
    return CampaignDef(
        code, spec["title"], spec["target"], spec["days"], condition(spec["counts"]), spec["source"]
    )


def _gathering(spec: Mapping[str, Any] | None) -> Gathering | None:
    return Gathering(spec["least"], tuple(spec["who"]), spec["kind"]) if spec else None


def _position(code: str, spec: Mapping[str, Any]) -> Position:
    end = spec.get("end", False)
    holder = spec.get("holder", "nobody" if end else "unit")
    outcomes, keeps = tuple(spec.get("outcomes", ())), tuple(spec.get("keeps", ()))
    return Position(
        code, spec["label"], spec["resident"], holder, end, outcomes, keeps, spec.get("rests", False)
    )


def _step(code: str, spec: Mapping[str, Any], positions: Mapping[str, Position]) -> Step:
    return Step(
        code=code,
        label=spec["label"],
        who=tuple(dict.fromkeys(role for who in spec["who"] for role in _roles(who))),
        source=_source(spec["from"], positions),
        to=_table(spec["to"]) if isinstance(spec["to"], list) else (Row(ALWAYS, spec["to"]),),
        needs=condition(spec.get("needs", {})),
        asks=tuple(_ask(name, ask) for name, ask in spec.get("asks", {}).items()),
        tells=_tells(spec),
        clocks=_clockwork(spec.get("clocks", {})),
        sets=spec.get("sets", {}),
        answers=spec.get("answers", False),
        resident=spec.get("resident", ""),
        weight=spec.get("weight", 10),
        task=_task_work(spec.get("task")),
        adds=tuple(_adding(each) for each in spec.get("adds", ())),
        counts=tuple(spec.get("counts", ())),
        draws=tuple(map(_draw, spec.get("draws", ()))),
        climbs=tuple(spec.get("climbs", ())),
        also=tuple(_effects(each) for each in spec.get("also", ())),
        joins=spec.get("joins", ""),
        terms={who["role"]: _terms(who) for who in spec["who"] if not isinstance(who, str)},
        remembers=spec.get("remembers", ""),
        when_over=tuple(spec.get("when_over", ())),
        not_before=NotBefore(**spec["not_before"]) if "not_before" in spec else None,
        drops=spec.get("drops", {}),
        ungated=spec.get("ungated", {}),
    )


def _roles(who: str | Mapping[str, str]) -> tuple[str, ...]:
    if who == EITHER_PARTY:
        return PARTIES
    return (who,) if isinstance(who, str) else (who["role"],)


def _terms(who: Mapping[str, str]) -> Terms:
    return Terms(who.get("level", ""), who.get("other_than", ""))


def _tells(spec: Mapping[str, Any]) -> tuple[Tell, ...]:
    return tuple(
        Tell(tell["who"], tell["say"], condition(tell.get("when", {}))) for tell in spec.get("tells", ())
    )


def _effects(spec: Mapping[str, Any]) -> Effects:
    return Effects(
        when=condition(spec["when"]),
        sets=spec.get("sets", {}),
        clocks=_clockwork(spec.get("clocks", {})),
        tells=_tells(spec),
        adds=tuple(_adding(each) for each in spec.get("adds", ())),
        counts=tuple(spec.get("counts", ())),
        climbs=tuple(spec.get("climbs", ())),
    )


def _task_work(spec: Mapping[str, Any] | None) -> TaskWork | None:
    if spec is None:
        return None
    to = _table(spec["to"]) if isinstance(spec["to"], list) else (Row(ALWAYS, spec["to"]),)
    return TaskWork(spec["kind"], tuple(spec["from"]), to, spec.get("clock", ""))


def _adding(spec: Mapping[str, Any]) -> Adding:
    return Adding(
        spec["task"], condition(spec.get("when", {})), **{key: spec[key] for key in ADDING if key in spec}
    )


def _draw(spec: Mapping[str, Any]) -> Draw:
    roster = spec["from"]
    return Draw(
        spec["into"], spec["label"], roster.get("role", ""), tuple(roster.get("kinds", ())), spec["how_many"], tuple(spec.get("not", ())),
    )  # fmt: skip


ADDING = ("each", "unit", "words", "title", "due", "clock", "since")


def _source(wanted: str | list[str], positions: Mapping[str, Position]) -> tuple[str, ...]:
    if not isinstance(wanted, str):
        return tuple(wanted)
    return tuple(code for code, position in positions.items() if GROUPS[wanted](position))


GROUPS: Mapping[str, Callable[[Position], bool]] = {
    "any": lambda _position: True,
    "open": lambda position: not position.end,
    "staff": lambda position: not position.end and position.holder in ("centre", "unit"),
    "centre": lambda position: not position.end and position.holder == "centre",
    "unit": lambda position: not position.end and position.holder == "unit",
}
"""Groups of positions that a step may start from, whatever they are called in a playbook."""


def _ask(name: str, spec: Mapping[str, Any]) -> Ask:
    return Ask(
        name, spec["label"], spec["type"], spec.get("required", False), spec.get("options", {}), spec.get("help", ""),
        spec.get("private", False), spec.get("at_least"), spec.get("at_most"), spec.get("role", ""),
    )  # fmt: skip


def _table(rows: list[Mapping[str, Any]]) -> Table:
    return tuple(
        Row(
            condition(row.get("when", {})),
            row["then"],
            row.get("sets", {}),
            _clockwork(row.get("clocks", {})),
            _tells(row),
        )
        for row in rows
    )


def _clockwork(spec: Mapping[str, Any]) -> ClockWork:
    verbs = {verb: tuple(codes) for verb, codes in spec.items() if verb not in ("until", "since")}
    return ClockWork(**verbs, until=spec.get("until", {}), since=spec.get("since", {}))


def step_of(code: str, spec: Mapping[str, Any], positions: Mapping[str, Position]) -> Step:
    """Return the step that plain values of the right shape describe; ``positions`` are those it may start from."""
    return _step(code, spec, positions)


def table_of(rows: list[Mapping[str, Any]]) -> Table:
    """Return the decision table that plain values of the right shape describe."""
    return _table(rows)
