"""The answers to what a step asks: everything that must be there is, and each is one that can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from heshi.clocks.rules.stated import MomentUnreadable, to_keep
from heshi.common.refusals import Invalid
from heshi.playbooks.rules.shape import Ask

MANY: Final = frozenset({"units", "lines", "files", "staffs"})
MOST_FILES: Final = 20
"""What one step takes at most, and what the door lets through at once."""
EMPTY: Final[tuple[Any, ...]] = (None, "", [])


class AnswersMissing(Invalid):
    """A required field is empty, or an answer is not one of the choices."""

    code = "answers_missing"
    sentence = "请填写：{fields}。"


class AnswerOutside(Invalid):
    """A number, or how many were named, is too small or too large."""

    code = "answer_outside"
    sentence = "“{label}”{bounds}，请改正。"


class AnswerNoMoment(Invalid):
    """An answer that is to say when, to the minute, does not."""

    code = "answer_no_moment"
    sentence = "“{label}”要写明哪天几点几分，请写成 2026-03-02 09:30 这样。"


def given_to(asks: Iterable[Ask], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to what is asked, lists as lists; raises AnswersMissing, AnswerOutside or AnswerNoMoment."""
    asked = tuple(asks)
    given = dict(_given(asked, answers))
    missing = [ask for ask in asked if ask.required and ask.name not in given]
    wrong = [ask for ask in asked if ask.options and ask.name in given and given[ask.name] not in ask.options]
    if fields := missing + wrong:
        raise AnswersMissing(
            fields="、".join(ask.label for ask in fields), names=[ask.name for ask in fields]
        )
    for ask in asked:
        _bounded(ask, given.get(ask.name))
    return given


def _given(asks: Iterable[Ask], answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for ask in asks:
        answer = answers.get(ask.name)
        if ask.type in MANY and answer not in EMPTY:
            answer = many(answer)
        elif ask.type == "moment" and answer not in EMPTY:
            answer = _moment(ask, str(answer))
        if answer not in EMPTY:
            yield ask.name, answer


def _moment(ask: Ask, typed: str) -> str:
    try:
        return to_keep(typed)
    except MomentUnreadable:
        raise AnswerNoMoment(label=ask.label, names=[ask.name]) from None


def many(answer: Any) -> list[str]:
    """Return an answer that may be several things: a list, or lines of text; without blanks and repeats."""
    parts = answer.splitlines() if isinstance(answer, str) else answer
    return list(dict.fromkeys(word for part in parts if (word := str(part).strip())))


def _bounded(ask: Ask, answer: Any) -> None:
    size = len(answer) if isinstance(answer, list) else answer
    if not isinstance(size, int | float) or isinstance(size, bool):
        return
    if (ask.at_least is not None and size < ask.at_least) or (ask.at_most is not None and size > ask.at_most):
        raise AnswerOutside(label=ask.label, bounds=bounds_of(ask), names=[ask.name])


def bounds_of(ask: Ask) -> str:
    """Return the bounds of a field in words."""
    low = f"不能少于 {ask.at_least:g}" if ask.at_least is not None else ""
    high = f"不能多于 {ask.at_most:g}" if ask.at_most is not None else ""
    return "，".join(filter(None, (low, high)))
