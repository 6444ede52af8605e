"""What the law secures holds in every playbook on the shelf, whatever else it does in its own way."""

from __future__ import annotations

from itertools import product

import pytest

from heshi.cases.terms import KINDS
from heshi.playbooks import queries
from heshi.playbooks.rules import Playbook
from heshi.playbooks.rules.conditions import Condition, Facts, holds
from heshi.playbooks.rules.effects import chosen
from heshi.playbooks.rules.shape import Step
from tests.playbooks.sample import shelved

TEXTS = {code: queries.text_of(path) for code, path in queries.shelf().items()}
MEDIATING = sorted(code for code, text in TEXTS.items() if "mediation" in queries.read_includes(text))
AFTER_AGREEMENT = {"answered", "following", "defaulted", "repudiated"}
"""Positions at which a court may still be deciding about the agreement."""
MAY_END = {"decide_confirm", "withdraw"}
"""The court's own word, and whoever takes her case back."""


def open_to(step: Step, facts: Facts) -> bool:
    """Say whether what a step needs of these facts is met, whatever it needs besides."""
    lines = (line for line in step.needs.lines if facts.keys() >= set(Condition((line,)).facts()))
    return holds(Condition(tuple(lines)), facts)


@pytest.mark.parametrize("code", MEDIATING)
def test_whoever_can_be_mediated_can_refuse(code: str) -> None:
    """人民调解法第17、23条: the kind of a case may keep it from being mediated, never from stopping."""
    steps = shelved(code).steps
    told = {kind for kind in KINDS if open_to(steps["tell_rights"], {"kind": kind})}

    stuck = {kind for kind in told if not open_to(steps["refuse_mediation"], {"kind": kind})}

    assert stuck == set()


def ends_early(book: Playbook, step: Step) -> bool:
    """Say whether a step can end a case although a court has not yet decided."""
    facts = {"confirmation_open": 1, "outcome": "agreed_written", "waited": True, "score": 5}
    ways = product((True, False), (True, False), (0, 1), (True, False))
    situations = [
        {**facts, "solved": solved, "reopened": again, "visit_open": visits, "flared": flared}
        for solved, again, visits, flared in ways
    ]
    rows = [chosen(step.to, each) for each in situations if open_to(step, each)]
    return any(row and row.then != "same" and book.positions[row.then].end for row in rows)


@pytest.mark.parametrize("code", MEDIATING)
def test_no_case_ends_while_a_court_is_deciding(code: str) -> None:
    book = shelved(code)
    steps = [
        step
        for step in book.steps.values()
        if step.code not in MAY_END and not AFTER_AGREEMENT.isdisjoint(step.source)
    ]

    assert [step.code for step in steps if ends_early(book, step)] == []
