"""A playbook's own rates: what may be counted over what.

A rate says how matters went. It is never about a person, never made better by a matter that was taken back, and never the share of
matters of some kind: how many people petition or go to court is no one's merit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.conditions import Condition, Plain, Test, condition
from heshi.playbooks.rules.shape import LocalFigure, Playbook
from heshi.playbooks.terms import CHANGES_WITH_TIME, FIGURE_FACTS, MEASURES, NATURE, OUTCOMES

Finding = tuple[KeyPath, str]
TAKEN_BACK: Final = frozenset({"withdrawn", "withdrawn_by_applicant", "answered_withdrawn"})
"""Outcome and measures of a matter that was taken back."""
WANTS: Final = frozenset({"is", "in", "has"})
BARS: Final = frozenset({"not", "not_in", "lacks"})


def figure_of(code: str, spec: Mapping[str, Any]) -> LocalFigure:
    """Return the figure that a playbook writes."""
    return LocalFigure(
        code, spec["title"], condition(spec["of"]), condition(spec["counts"]), spec["source"], spec.get("help", "")
    )  # fmt: skip


def figure_mark(figure: LocalFigure) -> str:
    """Return what changes with every change of the definition, so that no rate mixes cases counted in two ways."""
    said = repr((figure.of, figure.counts)).encode()
    return hashlib.blake2s(said, digest_size=4).hexdigest()


def strange_figures(playbook: Playbook, *, facts: Collection[str]) -> Iterator[Finding]:
    """Yield everything that is wrong with the figures of a playbook, each with its place."""
    for code, figure in playbook.figures.items():
        at: KeyPath = ("figures", code)
        for key, when in (("of", figure.of), ("counts", figure.counts)):
            yield from (((*at, key), sentence) for sentence in _strange_names(playbook, when, facts))
        yield from (((*at, "of"), sentence) for sentence in _strange_whole(figure.of))
        yield from (((*at, "counts"), sentence) for sentence in _strange_part(figure))


def _strange_names(playbook: Playbook, when: Condition, facts: Collection[str]) -> Iterator[str]:
    if not when:
        yield "没有写条件；所有登记的案件写成 counted: {has: received}。"
    people = {ask.name for step in playbook.steps.values() for ask in step.asks if ask.type == "staff"}
    for name in when.facts():
        if name in people or name.endswith("_staff"):
            yield f"“{name}”是人：指标说的是事，不按人数，不给人排名。"
        elif name in CHANGES_WITH_TIME:
            yield f"“{name}”随时间变化，事后数不准；超没超期写 counted 或 was_late。"
        elif name not in {*facts, *FIGURE_FACTS}:
            yield f"条件用到的“{name}”没有任何步骤会填写。"
    for test in when.tests():
        if test.fact in FIXED_VALUES:
            yield from _strange_values(playbook, test)


def _strange_values(playbook: Playbook, test: Test) -> Iterator[str]:
    known, what = FIXED_VALUES[test.fact](playbook), WORDS[test.fact]
    if test.how in ("present", "at_least", "at_most"):
        return
    for value in many(test.value):
        if str(value) not in known:
            yield f"没有名为“{value}”的{what}，只有：{'、'.join(known)}。"


FIXED_VALUES: Final[Mapping[str, Callable[[Playbook], Mapping[str, str]]]] = {
    "counted": lambda _playbook: MEASURES,
    "outcome": lambda _playbook: OUTCOMES,
    "position": lambda playbook: {code: each.label for code, each in playbook.positions.items()},
    "was_late": lambda playbook: {code: law.title for code, law in playbook.laws.items()},
}
"""What the facts whose values are fixed may be, each with its word."""
WORDS: Final = {"counted": "统计口径", "outcome": "结果", "position": "环节", "was_late": "时限"}


def _strange_whole(of: Condition) -> Iterator[str]:
    if _names(of, BARS) & TAKEN_BACK:
        yield "撤回的要留在分母里，不能去掉；去掉了，撤回越多率越高。"


def _strange_part(figure: LocalFigure) -> Iterator[str]:
    counts = figure.counts
    if _names(counts, WANTS) & TAKEN_BACK:
        yield "撤回不是办成，不能算进分子。"
    if nature := [name for name in counts.facts() if name in NATURE]:
        words = "、".join(f"“{name}”" for name in nature)
        yield f"分子要说办得怎样；{words}说的是什么事，请写到 of 里。多少人信访、多少人起诉不是成绩。"
    if counts and set(counts.lines) <= set(figure.of.lines):
        yield "分子和分母数的是同样的案件，率永远是 100%，请写明分子另外要什么。"


def _names(when: Condition, hows: Collection[str]) -> set[str]:
    """Return the values that are wanted, or barred, of outcome and measures."""
    tests = (test for test in when.tests() if test.fact in ("outcome", "counted") and test.how in hows)
    return {str(value) for test in tests for value in many(test.value)}


def many(value: Plain | tuple[Plain, ...]) -> tuple[Plain, ...]:
    """Return the values a comparison names, one or several."""
    return value if isinstance(value, tuple) else (value,)
