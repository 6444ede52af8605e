"""The playbook language in plain sentences: roles, conditions, decision tables, clock work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from heshi.cases.queries import definitions_for
from heshi.cases.terms import ALL_KINDS, SOURCES
from heshi.clocks.rules import ClockDef
from heshi.people.terms import PRESENCE, ROLES
from heshi.playbooks.rules import ClockWork, Playbook
from heshi.playbooks.rules.conditions import Condition, Either, Test
from heshi.playbooks.rules.shape import VERBS, Table
from heshi.playbooks.rules.telling import task_words
from heshi.playbooks.terms import BEYOND_STAFF, COLOURS, OUTCOMES
from heshi.understanding.terms import topic_label

TOLD: Final = {"resident": "群众", "unit": "承办单位", "centre": "中心", "county_centre": "县级中心"}
VERB_WORDS: Final = dict(zip(VERBS, ("开始", "停止", "暂停", "恢复", "延长"), strict=True))
FACTS: Final = {
    "kind": "类别", "topic": "事项", "place": "地点", "unit": "承办单位", "outcome": "办理结果", "tier": "层级", "colour": "颜色",
    "parties": "当事人数", "source": "来源", "visit": "同一次来访", "solved": "是否解决", "score": "评分", "overdue": "超期",
    "waited": "评价期满", "reporters": "反映人数", "suggested_unit": "建议承办单位",
    "late": "已过的期限", "running": "在走的期限", "presence": "单位的进驻方式",
}  # fmt: skip
SAID: Final[Mapping[str, Callable[[list[str]], str]]] = {
    "is": lambda words: f"是{'或'.join(words)}",
    "not": lambda words: f"不是{'或'.join(words)}",
    "in": lambda words: f"是{'或'.join(words)}",
    "not_in": lambda words: f"不是{'或'.join(words)}",
    "at_least": lambda words: f"不低于 {words[0]}",
    "at_most": lambda words: f"不高于 {words[0]}",
    "has": lambda words: f"里有“{words[0]}”",
    "lacks": lambda words: f"里没有“{words[0]}”",
}
COUNTED: Final = {("at_most", 0): "为零", ("at_least", 1): "不为零"}
OPPOSITE: Final = {"是": "否", "否": "是"}


def role_word(book: Playbook, role: str) -> str:
    """Return what a role is called here."""
    return book.words.get("roles", {}).get(role) or ROLES.get(role) or BEYOND_STAFF.get(role, role)


def told_word(book: Playbook, who: str) -> str:
    """Return whom a notice is for: a role, whoever has a task, or a person that a field names."""
    if who in book.tasks:
        return f"“{book.tasks[who].label}”的单位"
    return TOLD.get(who) or (fact_word(book, who) if who.endswith("_staff") else role_word(book, who))


def outcome_word(book: Playbook, code: str) -> str:
    """Return what an outcome is called here."""
    return book.words.get("outcomes", {}).get(code) or OUTCOMES.get(code, code)


def tier_word(book: Playbook, code: str) -> str:
    """Return what a tier is called here."""
    return book.word("tiers", code)


def colour_word(book: Playbook, code: str) -> str:
    """Return what a colour is called here."""
    return book.words.get("colours", {}).get(code) or f"{COLOURS.get(code, code)}色"


def fact_word(book: Playbook, name: str) -> str:
    """Return what a fact is called: in the local words, in ours, or as the step asks for it."""
    asked = (ask.label for step in book.steps.values() for ask in step.asks if ask.name == name)
    known = book.words.get("facts", {}).get(name) or FACTS.get(name) or task_words(book).get(name)
    return known or next(asked, name)


def condition_words(book: Playbook, when: Condition) -> str:
    """Return a condition as one sentence; nothing for one that always holds."""
    return "，且".join(_line_words(book, line) for line in when.lines)


def _line_words(book: Playbook, line: Test | Either) -> str:
    if isinstance(line, Either):
        return "或者".join(f"（{condition_words(book, each)}）" for each in line.of)
    return f"“{fact_word(book, line.fact)}”{_compared(book, line.fact, line.how, line.value)}"


def table_words(book: Playbook, table: Table, word: Callable[[Playbook, str], str]) -> list[tuple[str, str]]:
    """Return a decision table line by line: when, and what then."""
    return [
        (condition_words(book, row.when) or _otherwise(table), word(book, str(row.then))) for row in table
    ]


def clock_words(work: ClockWork, definitions: Mapping[str, ClockDef]) -> list[str]:
    """Return what happens to which clock: 开始“报到”."""
    done = [(VERB_WORDS[verb], code) for verb in VERBS for code in getattr(work, verb)]
    done += [("到填的日子为止", code) for code in work.until]
    return [f"{verb}“{definitions[code].title if code in definitions else code}”" for verb, code in done]


def clock_title(book: Playbook, code: str) -> str:
    """Return what a clock is called, local or of law."""
    definition = definitions_for(book).get(code)
    return definition.title if definition else code


def _otherwise(table: Table) -> str:
    return "其他情况" if len(table) > 1 else "一律"


def _compared(book: Playbook, name: str, how: str, value: object) -> str:
    if how == "present":
        return "已填写" if value else "没有填写"
    words = list(_values(book, name, value))
    # “is not: yes” is how a condition is written and not how anybody speaks.
    if isinstance(value, bool):
        return f"为“{OPPOSITE[words[0]] if how == 'not' else words[0]}”"
    return (COUNTED.get((how, value)) if isinstance(value, int) else None) or SAID[how](words)


def _values(book: Playbook, name: str, value: object) -> Iterator[str]:
    for one in value if isinstance(value, list | tuple) else [value]:
        yield ("是" if one else "否") if isinstance(one, bool) else _value(book, name, str(one))


def _value(book: Playbook, name: str, code: str) -> str:
    known: dict[str, Callable[[], str]] = {
        "kind": lambda: ALL_KINDS.get(code, code),
        "topic": lambda: topic_label(code),
        "source": lambda: SOURCES.get(code, code),
        "outcome": lambda: outcome_word(book, code),
        "tier": lambda: tier_word(book, code),
        "colour": lambda: colour_word(book, code),
        "late": lambda: clock_title(book, code),
        "running": lambda: clock_title(book, code),
        "presence": lambda: PRESENCE.get(code, code),
    }
    return known[name]() if name in known else _option(book, name, code)


def _option(book: Playbook, name: str, code: str) -> str:
    asked = (ask.options for step in book.steps.values() for ask in step.asks if ask.name == name)
    return next((options[code] for options in asked if code in options), code)
