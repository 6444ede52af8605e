"""What the codes and conditions of a playbook are called: one wording for `show`, `diff`, the page of a playbook and every refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from heshi.people.terms import PRESENCE, ROLES
from heshi.playbooks.rules.agreeing import UNCOUNTED
from heshi.playbooks.rules.conditions import Condition, Either, Plain, Test
from heshi.playbooks.rules.effects import REGISTRATION, ClockWork
from heshi.playbooks.rules.lots import draw_named
from heshi.playbooks.rules.shape import SAME, Ask, Playbook, Step
from heshi.playbooks.terms import (
    ALL_KINDS,
    BEYOND_STAFF,
    COLOURS,
    FIGURE_FACTS,
    MANDATES,
    MEASURES,
    OFFICIAL_TOPICS,
    OUTCOMES,
    SOURCES,
)

TOLD: Final = {"resident": "群众", "unit": "承办单位", "centre": "中心", "county_centre": "县级中心"}
GIVEN_WORDS: Final = {"until": "到填的日子为止", "since": "从填的日子起算"}
SINCE_REGISTERED: Final = "从登记那天起算"
"""What a step does to a clock by a day that it asks for."""
VERB_WORDS: Final = {
    "start": "开始", "stop": "停止", "pause": "暂停", "resume": "恢复", "extend": "延长",
}  # fmt: skip
FACTS: Final = {
    "kind": "类别", "topic": "事项", "place": "地点", "unit": "承办单位", "outcome": "办理结果", "tier": "层级", "colour": "颜色",
    "tier_confirmed": "层级已核定", "colour_confirmed": "颜色已核定", "parties": "当事人数", "source": "来源", "visit": "同一次来访",
    "solved": "是否解决", "score": "评分", "overdue": "超期", "waited": "等待期满", "reporters": "反映人数",
    "suggested_unit": "建议承办单位", "late": "已过的期限", "running": "在走的期限", "presence": "单位的进驻方式",
    "age": "登记以来的天数", "main_answered": "并入的那件有了答复", REGISTRATION: "登记那天",
    UNCOUNTED: "共同申请司法确认的期限", **FIGURE_FACTS,
}  # fmt: skip
COMPARED: Final = {
    "is": "是{}", "not": "不是{}", "in": "是{}", "not_in": "不是{}", "at_least": "不低于 {}", "at_most": "不高于 {}",
    "has": "里有“{}”", "lacks": "里没有“{}”",
}  # fmt: skip
PHRASES: Final = {
    ("counted", "has"): "算作{}", ("counted", "lacks"): "不算作{}",
    ("was_late", "has"): "超过了{}的期限", ("was_late", "lacks"): "没有超过{}的期限",
}  # fmt: skip
"""How the two lists that only figures ask about are asked."""
COUNTED: Final = {("at_most", 0): "为零", ("at_least", 1): "不为零"}
FIXED: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": ALL_KINDS, "topic": OFFICIAL_TOPICS, "source": SOURCES, "presence": PRESENCE,
    "mandate": MANDATES,
}  # fmt: skip
"""Facts whose values are called the same everywhere."""
OTHERWISE: Final = "其他情况"
ALWAYS: Final = "一律"


# --- conditions -------------------------------------------------------------------------------------


def condition_words(book: Playbook, when: Condition) -> str:
    """Return a condition as one sentence; nothing for one that always holds."""
    return "，且".join(_line(book, line, alone=len(when.lines) == 1) for line in when.lines)


def case_words(book: Playbook, when: Condition, *, among: int) -> str:
    """Return when a line of a decision table applies; ``among`` so many lines, one without a condition is the rest of them."""
    return condition_words(book, when) or (OTHERWISE if among > 1 else ALWAYS)


def _line(book: Playbook, line: Test | Either, *, alone: bool) -> str:
    if isinstance(line, Test):
        if phrase := PHRASES.get((line.fact, line.how)):
            return phrase.format(f"“{value_word(book, line.fact, line.value)}”")
        return f"“{fact_word(book, line.fact)}”{_compared(book, line)}"
    said = "，或".join(_alternative(book, each) for each in line.of)
    return said if alone or len(line.of) == 1 else f"（{said}）"


def _alternative(book: Playbook, when: Condition) -> str:
    """Return one of several conditions of which one is enough; what belongs together stands in brackets."""
    said = condition_words(book, when)
    return f"（{said}）" if len(when.lines) > 1 else said


def _compared(book: Playbook, test: Test) -> str:
    name, how, value = test.fact, test.how, test.value
    if how == "present":
        return "已填写" if value else "没有填写"
    if isinstance(value, bool):
        return f"为“{'是' if value is (how != 'not') else '否'}”"
    if isinstance(value, int) and (how, value) in COUNTED:
        return COUNTED[how, value]
    many: Iterable[Plain] = value if isinstance(value, tuple) else (value,)
    return COMPARED[how].format("或".join(value_word(book, name, one) for one in many))


# --- what things are called -------------------------------------------------------------------------


def fact_word(book: Playbook, name: str) -> str:
    """Return what a fact is called: in the local words, in ours, or as the step asks for it."""
    known = book.words.get("facts", {}).get(name) or FACTS.get(name) or task_words(book).get(name)
    return known or next((ask.label for ask in _asks(book, name)), name)


def task_words(book: Playbook) -> dict[str, str]:
    """Return what the numbers of tasks are called, by kind and by state, and whoever is drawn by lot."""
    drawn = {draw.into: draw.label for step in book.steps.values() for draw in step.draws}
    return drawn | {
        f"{kind.code}_{name}": f"{word}的{kind.label}数"
        for kind in book.tasks.values()
        for name, word in {"open": "没完", "all": "全部", **kind.states}.items()
    }


def value_word(book: Playbook, name: str, value: object) -> str:
    """Return what a value of a fact is called."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value in (None, ""):
        return "空"
    code = f"{value:g}" if isinstance(value, float) else str(value)
    if code in FIXED.get(name, ()):
        return FIXED[name][code]
    match name:
        case "outcome":
            return outcome_word(book, code)
        case "tier":
            return tier_word(book, code)
        case "colour":
            return colour_word(book, code)
        case "late" | "running" | "was_late":
            return clock_word(book, code)
        case "counted":
            return MEASURES.get(code, code)
        case "position":
            return place_word(book, code)
        case _:
            return _answer_word(book, name, code)


def _answer_word(book: Playbook, name: str, code: str) -> str:
    asked = list(_asks(book, name))
    said = next((ask.options[code] for ask in asked if code in ask.options), code)
    rungs = book.ladders.get(name, {})
    return rungs.get(code, said) if said == code else said


def sets_words(book: Playbook, sets: Mapping[str, object]) -> list[str]:
    """Return what a step notes by the way, fact by fact."""
    return [f"“{fact_word(book, name)}”为“{value_word(book, name, value)}”" for name, value in sets.items()]


def role_word(book: Playbook, role: str) -> str:
    """Return what a role is called here, or everywhere, or its code."""
    return book.words.get("roles", {}).get(role) or ROLES.get(role) or BEYOND_STAFF.get(role, role)


def told_word(book: Playbook, who: str) -> str:
    """Return whom a notice is for: a role, whoever has a task, or a person that a field names."""
    if draw := draw_named(book, who):
        return f"抽到的{draw.label}"
    if who in book.tasks:
        return f"“{book.tasks[who].label}”的单位"
    return TOLD.get(who) or (fact_word(book, who) if who in book.named else role_word(book, who))


def outcome_word(book: Playbook, code: str) -> str:
    """Return what an outcome is called here."""
    return book.words.get("outcomes", {}).get(code) or OUTCOMES.get(code, code)


def tier_word(book: Playbook, code: str) -> str:
    """Return what a tier is called here."""
    return book.word("tiers", code)


def colour_word(book: Playbook, code: str) -> str:
    """Return what a colour is called here."""
    return book.words.get("colours", {}).get(code) or f"{COLOURS.get(code, code)}色"


def clock_word(book: Playbook, code: str) -> str:
    """Return what a clock is called, local or of law; its code where nobody knows it."""
    return book.laws[code].title if code in book.laws else code


def clock_words(book: Playbook, work: ClockWork) -> list[str]:
    """Return what happens to which clock: 开始“报到”."""
    done = [(word, code) for verb, word in VERB_WORDS.items() for code in getattr(work, verb)]
    done += [
        (SINCE_REGISTERED if name == REGISTRATION else word, code)
        for verb, word in GIVEN_WORDS.items()
        for code, name in getattr(work, verb).items()
    ]
    return [f"{verb}“{clock_word(book, code)}”" for verb, code in done]


def told_wait(book: Playbook, step: Step) -> str:
    """Return what a step waits for in words; nothing where it waits for nothing."""
    wait = step.not_before
    if wait is None:
        return ""
    if wait.clock:
        return f"“{clock_word(book, wait.clock)}”期满以后"
    if wait.task:
        return f"“{clock_word(book, wait.task)}”的那一项，到了日子才办"
    return f"到了“{fact_word(book, wait.field)}”写的那天"


def place_word(book: Playbook, code: str) -> str:
    """Return what a position is called; staying where it is, too."""
    return "原地" if code == SAME else book.positions[code].label if code in book.positions else code


def _asks(book: Playbook, name: str) -> Iterator[Ask]:
    return (ask for step in book.steps.values() for ask in step.asks if ask.name == name)


# --- what a playbook leaves out ---------------------------------------------------------------------

SECURED: Final = {
    "needs": "条件", "sets": "顺带记下", "tells": "通知", "adds": "分项", "counts": "计数", "climbs": "往上一级", "asks": "填写项",
    "keeps": "到终点还走的时限", "when_over": "到期以后",
}  # fmt: skip
FLAGS: Final = {"answers": "答复群众", "rests": "到这里时限都停"}
ASK_FLAGS: Final = {"required": "必填", "private": "群众看不到"}


def dropped_words(book: Playbook, drops: Mapping[str, str]) -> list[str]:
    """Return what a step does not take over from the fragments, each with the reason."""
    return [f"{secured_word(book, name)}：{why}" for name, why in drops.items()]


def ungated_words(book: Playbook, ungated: Mapping[str, str]) -> list[str]:
    """Return which conditions of other ways to the same result a step does not have, each with the reason."""
    return [f"{fact_word(book, name)}：{why}" for name, why in ungated.items()]


def secured_word(book: Playbook, name: str) -> str:
    """Return what the name of a safeguard (``clocks.start.ARRIVE``) means."""
    part, _dot, rest = name.partition(".")
    if part in FLAGS:
        return FLAGS[part]
    if part == "clocks":
        verb, _dot, code = rest.partition(".")
        return f"{(VERB_WORDS | GIVEN_WORDS).get(verb, verb)}“{clock_word(book, code)}”"
    if part == "asks":
        asked, _dot, flag = rest.partition(".")
        return f"{SECURED[part]}“{fact_word(book, asked)}”{ASK_FLAGS.get(flag, '')}"
    if part not in SECURED:
        return name
    words = {"tells": told_word, "adds": _task_word, "keeps": clock_word, "when_over": clock_word}
    return f"{SECURED[part]}“{words.get(part, fact_word)(book, rest)}”"


def _task_word(book: Playbook, code: str) -> str:
    return book.tasks[code].label if code in book.tasks else code


def without_words(book: Playbook, shared: Mapping[str, str]) -> list[str]:
    """Return what of the fragments a playbook leaves out as a whole, each with the reason; ``shared`` says what they call it."""
    return [f"“{shared.get(name) or _left_out(book, name)}”：{why}" for name, why in book.without.items()]


def _left_out(book: Playbook, name: str) -> str:
    """Return what a clock or a ladder is called that a playbook leaves out."""
    return clock_word(book, name) if name in book.laws or name.isupper() else fact_word(book, name)


# --- two playbooks side by side ---------------------------------------------------------------------


def with_words_of(old: Playbook, new: Playbook) -> Playbook:
    """Return a playbook that calls things as both do, the new one first: a new word is then told once, and not with every line."""
    families = {*old.words, *new.words}
    return replace(
        new,
        words={family: {**old.words.get(family, {}), **new.words.get(family, {})} for family in families},
        positions={**old.positions, **new.positions},
        steps={**old.steps, **new.steps},
        tasks={**old.tasks, **new.tasks},
        ladders={**old.ladders, **new.ladders},
        laws={**old.laws, **new.laws},
        clocks={**old.clocks, **new.clocks},
    )
