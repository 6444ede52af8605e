"""What may be said of each fact, and whether a condition asks for something that can ever be so.

A value that nobody can give makes a door that never opens, or, asked the other way round, one that always stands open. Neither shows
when the playbook runs, so it is told before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.conditions import Condition, Plain, Test
from heshi.playbooks.rules.shape import Ask, Playbook
from heshi.playbooks.rules.worlds import values_of
from heshi.playbooks.terms import (
    ALL_KINDS,
    COLOURS,
    MANDATES,
    MEASURES,
    OFFICIAL_TOPICS,
    OUTCOMES,
    PRESENCE,
    SOURCES,
)

Finding = tuple[KeyPath, str]
FLAG, NUMBER, WORD, LIST, TEXT = "flag", "number", "word", "list", "text"
SORT_OF: Final = {
    "yes_no": FLAG, "number": NUMBER, "money": NUMBER, "score": NUMBER, "choice": WORD, "kind": WORD, "topic": WORD,
    "units": LIST, "staffs": LIST, "lines": LIST, "files": LIST,
}  # fmt: skip
"""What an answer of each type is; every other is text."""
HOWS: Final[Mapping[str, frozenset[str]]] = {
    FLAG: frozenset({"is", "not", "in", "not_in", "present"}),
    NUMBER: frozenset({"is", "not", "in", "not_in", "present", "at_least", "at_most"}),
    WORD: frozenset({"is", "not", "in", "not_in", "present"}),
    TEXT: frozenset({"is", "not", "in", "not_in", "present"}),
    LIST: frozenset({"has", "lacks", "present"}),
}
"""How each sort of fact can be compared."""
SCORES: Final = (1, 5)
CHOICE, VALUE = "选项", "取值"


@dataclass(frozen=True, slots=True)
class Sayable:
    """One way in which a fact is given: of which sort it is then, and between what it lies, as far as that is fixed."""

    sort: str
    words: Mapping[str, str] | None = None
    also: frozenset[Plain] = frozenset()
    """Values that a step sets of its own, whatever people may answer."""
    least: float | None = None
    most: float | None = None
    what: str = VALUE
    is_always_there: bool = False
    """Whether it is never without a value: what nobody counted yet is none."""

    def refuses(self, test: Test) -> str:
        """Return why this can never be compared so, in a sentence; nothing where it can."""
        if test.how not in HOWS[self.sort]:
            return f"“{test.fact}”不能用 {test.how} 来比，{ADVICE[self.sort]}"
        if self.is_always_there and test.how == "at_least" and test.value == self.least:
            return f"“{test.fact}”总是不小于 {self.least:g}，这样写等于没有条件，请改正。"
        for value in () if test.how == "present" else values_of(test):
            if value is not None and not self._can_be(value, test.how):
                return self._strange(test, value)
        return ""

    def _can_be(self, value: Plain, how: str) -> bool:
        if (value, type(value)) in {(each, type(each)) for each in self.also}:
            return True
        if self.sort == NUMBER:
            return _is_number(value) and self._in_range(value, how)
        if self.sort == FLAG:
            return isinstance(value, bool)
        return isinstance(value, str) and (
            self.words is None or value in self.words or _is_own_topic(self, value)
        )

    def _in_range(self, value: Plain, how: str) -> bool:
        """Say whether a comparison with this number sometimes holds and sometimes not."""
        assert isinstance(value, int | float)  # noqa: S101 -- asked for numbers only
        low = self.least if self.least is not None else float("-inf")
        high = self.most if self.most is not None else float("inf")
        return {"at_least": value <= high, "at_most": value >= low}.get(how, low <= value <= high)

    def _strange(self, test: Test, value: Plain) -> str:
        if self.sort == FLAG:
            return f"“{test.fact}”只能是 true 或 false，现在写的是“{_written(value)}”。"
        if self.sort == NUMBER:
            bounds = (
                f"，在 {self.least:g} 和 {self.most:g} 之间"
                if self.least is not None and self.most is not None
                else ""
            )
            return f"“{test.fact}”是数{bounds}，现在写的是“{_written(value)}”。"
        words = {
            **(self.words or {}),
            **{str(each): "" for each in self.also if isinstance(each, str) and each},
        }
        of = f"“{test.fact}”的{self.what}" if self.what in (CHOICE, VALUE) else self.what
        return f"没有名为“{_written(value)}”的{of}，只有：{'、'.join(words) or '文字'}。"


ADVICE: Final = {
    FLAG: "请写 true 或 false。",
    NUMBER: "请写数，或者 at_least、at_most、present。",
    WORD: "请写它的代码，或者 in、not、not_in、present。",
    TEXT: "请用 present，或者写原话。",
    LIST: "它是几样东西，请用 has、lacks 或 present。",
}


def _is_number(value: Plain) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_own_topic(sayable: Sayable, value: str) -> bool:
    """Say whether this is a county's own label for a matter: a word people wrote, not a code."""
    return sayable.what == TOPIC.what and not value.isascii()


def _written(value: Plain) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


TOPIC: Final = Sayable(WORD, OFFICIAL_TOPICS, what="事项")
FIXED: Final[Mapping[str, Sayable]] = {
    "kind": Sayable(WORD, ALL_KINDS, what="类别"),
    "topic": TOPIC,
    "source": Sayable(WORD, SOURCES, what="来源"),
    "outcome": Sayable(WORD, OUTCOMES, frozenset({""}), what="结果"),
    "colour": Sayable(WORD, COLOURS, what="颜色"),
    "mandate": Sayable(WORD, MANDATES, what="委托方式"),
    "presence": Sayable(WORD, dict.fromkeys(PRESENCE, ""), frozenset({""}), what="进驻方式"),
    "counted": Sayable(LIST, MEASURES, what="统计口径"),
    "score": Sayable(NUMBER, least=SCORES[0], most=SCORES[1]),
    "parties": Sayable(NUMBER, least=0),
    "reporters": Sayable(NUMBER, least=0),
    "age": Sayable(NUMBER, least=0),
    **dict.fromkeys(
        ("overdue", "waited", "solved", "tier_confirmed", "colour_confirmed", "main_answered"), Sayable(FLAG)
    ),
    **dict.fromkeys(("place", "unit", "visit", "suggested_unit"), Sayable(TEXT)),
}
"""What may be said of the facts that every case may carry."""


def sayings(playbook: Playbook) -> dict[str, tuple[Sayable, ...]]:
    """Return what may be said of every fact of a playbook, once for each way in which it is given."""
    found: dict[str, list[Sayable]] = {name: [each] for name, each in FIXED.items()}
    found["tier"] = [Sayable(WORD, _tiers(playbook), what="层级")]
    found["position"] = [
        Sayable(WORD, {code: each.label for code, each in playbook.positions.items()}, what="环节")
    ]
    for name in ("late", "running", "was_late"):
        found[name] = [Sayable(LIST, {code: law.title for code, law in playbook.laws.items()}, what="时限")]
    for step in playbook.steps.values():
        for ask in step.asks:
            if ask.name not in FIXED:
                found.setdefault(ask.name, []).append(_answered(ask))
        for draw in step.draws:
            found.setdefault(draw.into, []).append(Sayable(LIST))
        if step.remembers:
            found.setdefault(step.remembers, []).append(Sayable(TEXT))
    for name, rungs in playbook.ladders.items():
        if name not in FIXED and name != "tier":
            found.setdefault(name, []).append(Sayable(WORD, rungs, what="阶梯"))
    for name in (*playbook.counters, *playbook.no_tasks):
        found.setdefault(name, []).append(Sayable(NUMBER, least=0, is_always_there=True))
    return {name: tuple(each) for name, each in _with_set_values(playbook, found).items()}


def _tiers(playbook: Playbook) -> dict[str, str]:
    chosen = {
        code
        for step in playbook.steps.values()
        for ask in step.asks
        if ask.name == "tier"
        for code in ask.options
    }
    return dict.fromkeys(
        sorted({*chosen, *(str(row.then) for row in playbook.tiers), *playbook.ladders.get("tier", ())}), ""
    )


def _answered(ask: Ask) -> Sayable:
    if ask.type == "score":
        return Sayable(NUMBER, least=SCORES[0], most=SCORES[1])
    if ask.type == "kind":
        return FIXED["kind"]
    if ask.type == "topic":
        return TOPIC
    sort = SORT_OF.get(ask.type, TEXT)
    if sort == NUMBER:
        return Sayable(NUMBER, least=ask.at_least, most=ask.at_most)
    return Sayable(sort, ask.options if ask.type == "choice" else None, what=CHOICE)


def _with_set_values(playbook: Playbook, found: dict[str, list[Sayable]]) -> dict[str, list[Sayable]]:
    given: dict[str, set[Plain]] = {}
    for step in playbook.steps.values():
        for _path, effects in step.effects():
            for name, value in effects.sets.items():
                given.setdefault(name, set()).add(value)
    for name, values in given.items():
        if name in found:
            found[name] = [replace(each, also=each.also | values) for each in found[name]]
        else:
            found[name] = [_set_only(values)]
    return found


def _set_only(values: Iterable[Plain]) -> Sayable:
    """Return what a fact can be that nobody answers: what the steps set, and with flags their opposite."""
    several = frozenset(values)
    if all(isinstance(value, bool) or value in ("", None) for value in several):
        return Sayable(FLAG, also=several)
    if all(_is_number(value) for value in several):
        return Sayable(NUMBER)
    return Sayable(WORD, {}, several)


# --- every condition of a playbook --------------------------------------------------------------------


def conditions_in(playbook: Playbook) -> Iterator[tuple[KeyPath, Condition]]:
    """Yield every condition of a playbook with its place, those of its figures aside."""
    for step in playbook.steps.values():
        at: KeyPath = ("steps", step.code)
        yield (*at, "needs"), step.needs
        for path, effects in step.effects():
            yield (*at, *path), effects.when
            yield from (((*at, *path, "tells", n), tell.when) for n, tell in enumerate(effects.tells))
            yield from (((*at, *path, "adds", n), each.when) for n, each in enumerate(effects.adds))
        if step.task:
            yield from (((*at, "task", "to", n), row.when) for n, row in enumerate(step.task.to))
    for kind in playbook.tasks.values():
        yield from ((("tasks", kind.code, "clock", n), row.when) for n, row in enumerate(kind.clock))
    for name, table in (("tiers", playbook.tiers), ("colours", playbook.colours)):
        yield from (((name, n), row.when) for n, row in enumerate(table))
    yield from ((("campaigns", code, "counts"), each.counts) for code, each in playbook.campaigns.items())


def never_so(playbook: Playbook, said: Mapping[str, tuple[Sayable, ...]]) -> Iterator[Finding]:
    """Yield every comparison in a condition with something that its fact can never be."""
    for at, when in conditions_in(playbook):
        yield from ((at, sentence) for sentence in strange(when, said))


def strange(when: Condition, said: Mapping[str, tuple[Sayable, ...]]) -> Iterator[str]:
    """Yield what is wrong with the comparisons of a condition, one sentence each; of unknown facts nothing is said here."""
    for test in when.tests():
        ways = said.get(test.fact, ())
        sentences = [each.refuses(test) for each in ways]
        if ways and all(sentences):
            yield sentences[0]
