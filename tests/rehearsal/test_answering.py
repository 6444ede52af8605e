"""Made-up answers are ones the engine takes, and likely ones where a year is made."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from heshi.playbooks.rules import Ask, Step
from heshi.playbooks.rules.asking import given_to
from heshi.playbooks.rules.conditions import ALWAYS
from heshi.playbooks.rules.effects import NO_CLOCKS
from heshi.playbooks.terms import SOLVED
from heshi.rehearsal.rules.answering import UNITS, Talk, answers_to, likely_answers
from heshi.rehearsal.rules.habits import outcome_of


def ask(**given: Any) -> Ask:
    return Ask(**{"name": "field", "label": "内容", "type": "text", "required": True, **given})


def step_asking(*asks: Ask) -> Step:
    return Step(
        code="step", label="一步", who=("clerk",), source=("received",), to=(), needs=ALWAYS, asks=asks, tells=(),
        clocks=NO_CLOCKS, sets={}, answers=False, resident="", weight=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        ask(type="units"), ask(type="units", at_least=2, at_most=2), ask(type="lines", at_most=20), ask(type="lines", at_least=5),
        ask(type="number", at_least=3, at_most=4), ask(type="number", at_most=0), ask(type="money", at_least=6), ask(type="score"),
        ask(type="score", at_most=3), ask(type="case"), ask(type="date"), ask(type="unit"), ask(type="staff"), ask(type="place"),
        ask(type="kind"), ask(type="topic"), ask(type="yes_no"), ask(type="text"), ask(type="long_text"),
        ask(type="choice", options={"a": "甲", "b": "乙"}),
    ],
    ids=lambda asked: f"{asked.type}-{asked.at_least}-{asked.at_most}",
)  # fmt: skip
def test_every_made_up_answer_is_one_that_the_engine_takes(asked: Ask) -> None:
    random, step = Random(1), step_asking(asked)

    for _try in range(50):
        for given in (
            answers_to(step, random, {"field": (0, 4, "甲", True)}, thorough=True),
            likely_answers(step, random, thorough=True, talk=Talk()),
        ):
            assert set(given_to(step.asks, given)) == {"field"}


def test_made_up_units_lines_and_dates_are_plausible() -> None:
    asks = (
        ask(name="units", type="units"),
        ask(name="lines", type="lines"),
        ask(name="day", type="date"),
        ask(name="soon", type="date"),
    )
    today = date(2026, 5, 1)
    talk = Talk(today=today, longest={"soon": 2})

    found: list[Any] = [
        likely_answers(step_asking(*asks), Random(seed), thorough=True, talk=talk) for seed in range(80)
    ]

    assert {len(given["units"]) for given in found} == {len(given["lines"]) for given in found} == {1, 2, 3}
    assert all(set(given["units"]) <= set(UNITS) for given in found)
    assert {given["soon"] for given in found} == {"2026-05-02", "2026-05-03"}
    assert all(today < date.fromisoformat(given["day"]) <= today + timedelta(days=20) for given in found)


def test_an_outcome_fits_what_the_matter_is_about() -> None:
    options = ("solved", "answered", "agreed_written", "failed_no_agreement", "hazard_fixed")
    random = Random(1)

    found = {
        kind: {outcome_of(options, kind, {}, random) for _try in range(200)}
        for kind in ("inquiry", "dispute", "hazard")
    }

    assert "agreed_written" in found["dispute"]
    assert "agreed_written" not in found["inquiry"] | found["hazard"]
    assert "hazard_fixed" in found["hazard"]
    assert found["dispute"] & SOLVED
    assert {outcome_of(options, "inquiry", {"solved": 3}, random) for _try in range(50)} == {"solved"}
    assert outcome_of(("merged",), "inquiry", {}, random) == "merged"
