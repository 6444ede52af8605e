"""In which words a notice tells a day that is only the earliest it can be."""

from __future__ import annotations

import re

import pytest

from heshi.cases.rules.saying import with_bounds
from heshi.notices.terms import RESIDENT_WORDS, STAFF_WORDS
from heshi.playbooks import queries
from tests.playbooks.sample import shelved

BOUND = "最早2027年1月6日，放假安排公布后定"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("案件 {number} 派给贵单位，请在 {due} 前接办。", f"案件 {{number}} 派给贵单位，请在期满前接办（{BOUND}）。"),
        ("由 {unit} 调解，一般在 {due:PM.MEDIATE} 前调完。", f"由 {{unit}} 调解，一般在期满前调完（{BOUND}）。"),
        ("恢复办理，新的期限是 {due}。", "恢复办理，新的期限是 {due}。"),
        ("{due:CT.PICK} 前双方可以一起选", f"期满前双方可以一起选（{BOUND}）"),
        ("请在 {due:FILE} 前登记立案（立案后的恢复审理）。", f"请在期满前登记立案（{BOUND}）（立案后的恢复审理）。"),
        ("诉讼时效从那一刻中断。", "诉讼时效从那一刻中断。"),
    ],
)  # fmt: skip
def test_a_bound_is_no_day_by_which(said: str, told: str) -> None:
    assert with_bounds(said, lambda _code: BOUND) == told


def test_a_certain_day_is_told_as_before() -> None:
    said = "请在 {due} 前接办，{due:ARRIVE} 前。"

    assert with_bounds(said, lambda _code: "") == said


def test_one_of_two_days_may_be_certain() -> None:
    told = with_bounds("{due:A} 前告知；{due:B} 前提出异议。", lambda code: BOUND if code == "B" else "")

    assert told == f"{{due:A}} 前告知；期满前提出异议（{BOUND}）。"


def every_say() -> list[str]:
    """Return every notice that a method on the shelf, or Heshi itself, can send about a day."""
    steps = [step for code in queries.shelf() for step in shelved(code).steps.values()]
    said = [tell.say for step in steps for _at, effects in step.effects() for tell in effects.tells]
    said += [words.text for words in (*STAFF_WORDS.values(), *RESIDENT_WORDS.values())]
    return [say for say in said if "{due" in say]


def test_no_notice_of_ours_says_by_a_bound() -> None:
    says = every_say()
    assert len(says) > 150

    for say in says:
        told = re.sub(r"\{due(:[A-Z0-9_.]+)?\}", BOUND, with_bounds(say, lambda _code: BOUND))

        assert BOUND in told, say
        assert not re.search("后定 ?(以|之)?前", told), told
        assert "最晚 最早" not in told
        assert "最迟 最早" not in told or "钟点" in say, told
