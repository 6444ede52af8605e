"""What a withdrawal does to a rate: it must neither let a case be counted that was not, nor take one out of what is counted over.

Asked of the figure itself, not of the words in it: every case that could be taken back is weighed before and after. A rate that
withdrawals make better teaches an office to talk people out of their matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from heshi.playbooks.rules.conditions import Condition, Facts, holds
from heshi.playbooks.rules.shape import LocalFigure, Playbook, Step
from heshi.playbooks.rules.worlds import OTHER, Answer, values_of, worlds

WITHDRAWN: Final = "withdrawn_by_applicant"
OPEN: Final = frozenset(
    {"received", "accepted", "answered", "answered_unsolved", "answered_only", "unconfirmed", "overdue", "on_time", "rated", "satisfied",
     "reopened"}
)  # fmt: skip
"""As what a case can be counted while it is open, and so while it can be taken back."""
BEFORE: Final = {
    "answered": {
        "answered_unsolved",
        "answered_only",
        "unconfirmed",
        "on_time",
        "rated",
        "satisfied",
        "reopened",
    },
    "accepted": {"answered"},
}
"""What comes only after it is so."""
VERDICTS: Final = frozenset({"answered_unsolved", "answered_only", "unconfirmed"})
"""Of these a case is one; taken back it is none of them."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One case before it is taken back and after."""

    before: Facts
    after: Facts


def let_in(playbook: Playbook, figure: LocalFigure) -> bool:
    """Say whether some case counts once it is taken back and did not before."""
    both = figure.of & figure.counts
    return any(holds(both, case.after) and not holds(both, case.before) for case in _cases(playbook, both))


def left_out(playbook: Playbook, figure: LocalFigure) -> bool:
    """Say whether some case is no longer among those counted over once it is taken back."""
    return any(
        holds(figure.of, case.before) and not holds(figure.of, case.after)
        for case in _cases(playbook, figure.of)
    )


def _cases(playbook: Playbook, when: Condition) -> Iterator[TakenBack]:
    """Yield every case that the condition tells apart and that somebody takes back."""
    named: dict[str, set[object]] = {}
    for test in when.tests():
        named.setdefault(test.fact, set()).update(values_of(test))
    for step in playbook.steps.values():
        if _withdraws(step):
            for facts in worlds((when,), _Open(playbook, named)):
                yield from (TakenBack(facts, {**facts, **after}) for after in _after(playbook, step, facts))


@dataclass(frozen=True, slots=True)
class _Open:
    """What is so of an open case that nobody has taken back yet."""

    playbook: Playbook
    named: Mapping[str, set[object]]

    def __call__(self, fact: str) -> list[Answer] | None:
        if fact == "counted":
            there = sorted(str(each) for each in self.named[fact] if each in OPEN)
            each = (some for size in range(len(there) + 1) for some in combinations(there, size))
            return [some for some in each if _can_be(set(some), set(there))]
        if fact == "position":
            return [code for code, position in self.playbook.positions.items() if not position.end]
        if fact == "outcome":
            return [None, OTHER, *(str(each) for each in self.named[fact] if each not in (WITHDRAWN, None))]
        asked = {ask.name for step in self.playbook.steps.values() for ask in step.asks if _withdraws(step)}
        return [None] if fact in asked else None


def _can_be(counted: set[str], named: set[str]) -> bool:
    """Say whether a case can be counted as just these of the measures that are named."""
    return not any(first in named - counted and later & counted for first, later in BEFORE.items())


def _withdraws(step: Step) -> bool:
    return any(effects.sets.get("outcome") == WITHDRAWN for _path, effects in step.effects())


def _after(playbook: Playbook, step: Step, facts: Facts) -> Iterator[Facts]:
    """Yield what is otherwise about a case once this step took it back, with and without an answer to what the step asks."""
    counted = facts.get("counted", ())
    was = set(counted) if isinstance(counted, tuple) else set()
    now = (was - VERDICTS) | {
        "withdrawn",
        "closed",
        *(("answered", "answered_withdrawn") if step.answers else ()),
    }
    sets = {name: value for _path, effects in step.effects() for name, value in effects.sets.items()}
    for target in step.targets():
        if target in playbook.positions:
            made: dict[str, object] = {
                **sets,
                "outcome": WITHDRAWN,
                "counted": tuple(now),
                "position": target,
            }
            yield made
            yield {**made, **{ask.name: OTHER for ask in step.asks}}
