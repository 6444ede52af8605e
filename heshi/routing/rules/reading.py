"""A file of rules to rules, each with its line; everything that is wrong with its shape is told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from heshi.people.terms import UNIT_KINDS
from heshi.playbooks.rules import Draft, PlaybookRefused, Problem, read
from heshi.routing.rules.checking import RulesRefused
from heshi.routing.rules.shape import Rule, Target
from heshi.routing.terms import LEVELS, TOWNSHIP

TOP_KEYS = frozenset({"title", "rules"})
STEP = 10
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
SELECTOR_KEYS = (frozenset({"kind", "at", "else"}), frozenset({"centre"}))


def read_rules(*, file: str, text: str) -> list[Rule]:
    """Return the rules a text describes, in order; raises RulesRefused with every problem of shape and its line."""
    try:
        draft = read(file, text)
    except PlaybookRefused as refusal:
        raise RulesRefused([_of_rules(problem) for problem in refusal.problems]) from refusal
    rows = draft.values.get("rules")
    problems = [
        draft.problem((key,), f"不认识“{key}”，可写 title、rules。")
        for key in draft.values
        if key not in TOP_KEYS
    ]
    if not isinstance(rows, list) or not rows:
        problems.append(draft.problem(("rules",), "应有 rules 列表，每条规则写 code、unit、playbook。"))
        raise RulesRefused(problems)
    for index, row in enumerate(rows):
        problems += _wrong_with(row, index, draft)
    if problems:
        raise RulesRefused(problems)
    return [_rule(row, index, draft) for index, row in enumerate(rows)]


def _of_rules(problem: Problem) -> Problem:
    """Return a problem of the YAML reader, which speaks of playbooks, in the words of this room."""
    return Problem(problem.file, problem.line, problem.sentence.replace("预案", "规则文件"))


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(CODE.fullmatch(value))


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and _day(value) is not None


def _day(value: str) -> date | None:
    """Return the day that was written, None when it is none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _is_priority(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 1_000_000


def _is_target(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict) or not any(value.keys() <= keys for keys in SELECTOR_KEYS):
        return False
    if "centre" in value:
        return value["centre"] in LEVELS
    kind_is_known = value.get("kind") in UNIT_KINDS and value.get("at", TOWNSHIP) in LEVELS
    return kind_is_known and isinstance(value.get("else", ""), str)


WORDS = '应是加引号的词的列表，如 ["10", "11"]；数字代码也要加引号。'
FIELDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "code": (_is_code, "应是小写字母开头的短代码，如 wages。"),
    "note": (_is_text, "应是一句不超过 200 字的说明。"),
    "kinds": (_is_words, WORDS),
    "topics": (_is_words, WORDS),
    "places": (_is_words, WORDS),
    "tiers": (_is_words, WORDS),
    "unit": (
        _is_target,
        "应是机构代码，或 {kind: 机构类别, at: township, else: 机构代码}，或 {centre: township}。",
    ),
    "playbook": (_is_code, "应是预案代码，如 canonical。"),
    "priority": (_is_priority, "应是 0 到 1000000 的整数。"),
    "valid_from": (_is_day, "应是日期，如 2026-01-01。"),
    "valid_to": (_is_day, "应是日期，如 2026-12-31。"),
}
NEEDED = ("code", "unit", "playbook")


def _wrong_with(row: Any, index: int, draft: Draft) -> list[Problem]:
    if not isinstance(row, dict):
        return [draft.problem(("rules", index), "每条规则由“键: 值”组成。")]
    problems = [
        draft.problem(("rules", index), f"缺少“{name}”：{FIELDS[name][1]}")
        for name in NEEDED
        if name not in row
    ]
    for name, value in row.items():
        if name not in FIELDS:
            problems.append(
                draft.problem(("rules", index, name), f"不认识“{name}”，可写：{'、'.join(FIELDS)}。")
            )
        elif not FIELDS[name][0](value):
            problems.append(draft.problem(("rules", index, name), f"“{name}”{FIELDS[name][1]}"))
    return problems


def _rule(row: dict[str, Any], index: int, draft: Draft) -> Rule:
    return Rule(
        code=row["code"],
        priority=row.get("priority", (index + 1) * STEP),
        target=target_from(row["unit"]),
        playbook=row["playbook"],
        kinds=frozenset(row.get("kinds", ())),
        topics=frozenset(row.get("topics", ())),
        places=frozenset(row.get("places", ())),
        tiers=frozenset(row.get("tiers", ())),
        note=row.get("note", ""),
        valid_from=_day(row.get("valid_from", "")),
        valid_to=_day(row.get("valid_to", "")),
        line=draft.problem(("rules", index), "").line,
    )


def target_from(value: str | Mapping[str, str]) -> Target:
    """Return the target as written in a file or stored in a table."""
    if isinstance(value, str):
        return Target(unit=value)
    if "centre" in value:
        return Target(at=value["centre"], is_centre=True)
    return Target(kind=value["kind"], at=value.get("at", TOWNSHIP), otherwise=value.get("else", ""))


def target_as(target: Target) -> str | dict[str, str]:
    """Return the target as it is stored; `target_from` reads it back."""
    if target.unit:
        return target.unit
    if target.is_centre:
        return {"centre": target.at}
    return {"kind": target.kind, "at": target.at, **({"else": target.otherwise} if target.otherwise else {})}
