"""A playbook's own rates: what may be counted over what.

A rate says how matters went. It is never about a person, never made better by a matter that was taken back, and never the share of
matters of some kind: how many people petition or go to court is no one's merit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from heshi.common.yamltext import KeyPath
from heshi.playbooks.rules.conditions import Condition, Plain, condition
from heshi.playbooks.rules.saying import sayings, strange
from heshi.playbooks.rules.shape import LocalFigure, Playbook
from heshi.playbooks.rules.withdrawing import left_out, let_in
from heshi.playbooks.rules.worlds import TooManyWorlds
from heshi.playbooks.terms import CHANGES_WITH_TIME, FIGURE_FACTS, NATURE

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
        try:
            yield from (((*at, "of"), sentence) for sentence in _strange_whole(playbook, figure))
            yield from (((*at, "counts"), sentence) for sentence in _strange_part(playbook, figure))
        except TooManyWorlds:
            yield at, "条件太多，比不过来，请写简单些。"


def _strange_names(playbook: Playbook, when: Condition, facts: Collection[str]) -> Iterator[str]:
    if not when:
        yield "没有写条件；所有登记的案件写成 counted: {has: received}。"
    people = _people(playbook)
    for name in when.facts():
        if name in people or name.endswith("_staff"):
            yield f"“{name}”是人：指标说的是事，不按人数，不给人排名。"
        elif name in CHANGES_WITH_TIME:
            yield f"“{name}”随时间变化，事后数不准；超没超期写 counted 或 was_late。"
        elif name in facts and name in FIGURE_FACTS:
            yield f"“{name}”在指标里由统计填写，步骤里同名的填写项请换一个名字。"
        elif name not in {*facts, *FIGURE_FACTS}:
            yield f"条件用到的“{name}”没有任何步骤会填写。"
    yield from strange(when, sayings(playbook))


def _people(playbook: Playbook) -> set[str]:
    """Return the facts that name members of staff: asked for, drawn, or remembered."""
    steps = playbook.steps.values()
    asked = {ask.name for step in steps for ask in step.asks if ask.type in ("staff", "staffs")}
    drawn = {draw.into for step in steps for draw in step.draws if draw.role}
    return asked | drawn | {step.remembers for step in steps if step.remembers}


def _strange_whole(playbook: Playbook, figure: LocalFigure) -> Iterator[str]:
    if left_out(playbook, figure) or _names(figure.of, BARS) & TAKEN_BACK:
        yield "撤回的要留在分母里，不能去掉；去掉了，撤回越多率越高。"


def _strange_part(playbook: Playbook, figure: LocalFigure) -> Iterator[str]:
    counts = figure.counts
    if let_in(playbook, figure) or _names(counts, WANTS) & TAKEN_BACK:
        yield "撤回不是办成，不能算进分子。"
    if nature := [name for name in counts.facts() if name in NATURE]:
        words = "、".join(f"“{name}”" for name in nature)
        yield f"分子要说办得怎样；{words}说的是什么事，请写到 of 里。多少人信访、多少人起诉不是成绩。"
    if counts and set(counts.lines) <= set(figure.of.lines):
        yield "分子和分母数的是同样的案件，率永远是 100%，请写明分子另外要什么。"


def _names(when: Condition, hows: Collection[str]) -> set[str]:
    """Return the values that are wanted, or barred, of outcome and measures."""
    tests = (test for test in when.tests() if test.fact in ("outcome", "counted") and test.how in hows)
    return {str(value) for test in tests for value in _many(test.value)}


def _many(value: Plain | tuple[Plain, ...]) -> tuple[Plain, ...]:
    return value if isinstance(value, tuple) else (value,)
