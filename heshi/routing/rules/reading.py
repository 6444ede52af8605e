"""A file of rules to rules, each with its line; everything that is wrong with its shape is told at once."""

from __future__ import annotations

from datetime import date
from typing import cast

from heshi.common.shaping import read_shaped
from heshi.routing.rules.checking import RulesRefused
from heshi.routing.rules.shape import Rule, Target
from heshi.routing.rules.written import SHAPE, WrittenRule, WrittenTarget
from heshi.routing.terms import TOWNSHIP

STEP = 10


def read_rules(*, file: str, text: str) -> list[Rule]:
    """Return the rules a text describes, in order; raises RulesRefused with every problem of shape and its line."""
    draft = read_shaped(file, text, SHAPE, RulesRefused)
    rows = cast("list[WrittenRule]", draft.values["rules"])
    lines = (draft.place(("rules", index))[1] for index in range(len(rows)))
    return [_rule(row, index, line) for index, (row, line) in enumerate(zip(rows, lines, strict=True))]


def _rule(row: WrittenRule, index: int, line: int) -> Rule:
    return Rule(
        code=row["code"],
        priority=int(row.get("priority", (index + 1) * STEP)),
        target=target_from(row["unit"]),
        playbook=row["playbook"],
        kinds=frozenset(row.get("kinds", ())),
        topics=frozenset(row.get("topics", ())),
        places=frozenset(row.get("places", ())),
        tiers=frozenset(row.get("tiers", ())),
        note=row.get("note", ""),
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
        line=line,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def target_from(value: str | WrittenTarget) -> Target:
    """Return the target as written in a file or stored in a table."""
    if isinstance(value, str):
        return Target(unit=value)
    if "centre" in value:
        return Target(at=value["centre"], is_centre=True)
    return Target(kind=value["kind"], at=value.get("at", TOWNSHIP), otherwise=value.get("else", ""))


def target_as(target: Target) -> str | WrittenTarget:
    """Return the target as it is stored; `target_from` reads it back."""
    if target.unit:
        return target.unit
    if target.is_centre:
        return {"centre": target.at}
    written: WrittenTarget = {"kind": target.kind, "at": target.at}
    if target.otherwise:
        written["else"] = target.otherwise
    return written
