"""How people usually answer and what usually comes in, for a simulated year; each number is an assumption, named and in one place.

They follow published figures of counties and hotlines: most matters are questions, most disputes are settled, about half of the
people who are asked for a rating give one, about three of a hundred come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from heshi.playbooks.rules.effects import Row
from heshi.playbooks.rules.shape import Playbook, Step
from heshi.playbooks.terms import SOLVED, UNSOLVED

Weights = Mapping[str, float]

KINDS: Final[Weights] = {
    "inquiry": 45, "assistance": 25, "complaint": 20, "suggestion": 5, "report_violation": 3, "dispute": 4, "hazard": 2,
    "praise": 1, "petition_matter": 1,
}  # fmt: skip
SOURCES: Final[Weights] = {"phone": 40, "window": 25, "web": 25, "api": 7, "import": 3}
DISPUTES: Final[Weights] = {
    "02": 32.0, "01": 18.4, "06": 8.7, "03": 7.7, "15": 6.3, "04": 5.1, "16": 3.8, "05": 3.6, "08": 3.2, "07": 2.1, "11": 1.5,
    "14": 0.8, "09": 0.5, "17": 0.1, "18": 6.2,
}  # fmt: skip
"""Topics of disputes, as one city counted them in a month."""
MATTERS: Final[Weights] = {"17": 25, "09": 15, "14": 12, "10": 8, "03": 8, "18": 32}
"""Topics of everything else."""
ANSWERED_ONLY: Final = frozenset({"inquiry", "suggestion", "praise"})
OUTCOMES: Final[Mapping[str, Weights]] = {
    "dispute": {
        "agreed_written": 45, "agreed_oral": 30, "settled_by_self": 6, "solved": 6, "failed_no_agreement": 8,
        "refused_by_party": 3, "answered_unsolved": 2,
    },
    "hazard": {"hazard_fixed": 88, "hazard_false": 6, "solved": 2, "answered_unsolved": 4},
    "answered_only": {"answered": 88, "solved": 10, "answered_unsolved": 2},
    "other": {"solved": 83, "answered": 6, "answered_unsolved": 11},
}  # fmt: skip
"""How a matter of each kind ends, once it was taken on."""
TURNED_AWAY: Final[Weights] = {
    "not_accepted": 50, "transferred_to_organ": 30, "transferred_to_court": 12, "transferred_to_arbitration": 8,
}  # fmt: skip
SAYS_SOLVED: Final = {True: 0.96, False: 0.25}
"""How many residents say that it is solved, when the office says so and when it does not."""
SCORES: Final = {True: (1, 1, 6, 32, 60), False: (30, 25, 30, 12, 3)}
"""How many give 1 to 5, of those who say that it is solved and of those who do not."""
USUALLY: Final = 0.85
"""How often any other question is answered with yes."""
COMES_BACK: Final = 0.03
"""How often an answer is one that opens a case again."""
GOES_WRONG: Final = 0.12
"""How often an answer is one that leaves a case unsolved."""
SILENT: Final = 0.5
"""How many are asked for a rating and give none."""
OPTIONAL: Final = 0.4
"""How many fields that may stay empty are filled in."""
PUNCTUAL: Final = 0.97
"""How many acts that would come too late are done in time after all, because a clock runs."""
HOURS: Final[Weights] = {"centre": 8, "unit": 30, "resident": 60, "nobody": 24 * 30}
"""How many hours usually pass before somebody acts, by who has the case."""


def drawn(weights: Weights, random: Random) -> str:
    """Return one of them, as often as its weight says."""
    return random.choices(list(weights), list(weights.values()))[0]


def topics_of(kind: str) -> Weights:
    """Return what matters of this kind are about."""
    return DISPUTES if kind == "dispute" else MATTERS


def outcome_of(options: Sequence[str], kind: str, local: Weights, random: Random) -> str:
    """Return how a matter of this kind ends; ``local`` is how the playbook says its matters end, where it does."""
    usual = {
        **OUTCOMES.get("answered_only" if kind in ANSWERED_ONLY else kind, OUTCOMES["other"]),
        **TURNED_AWAY,
    }
    fitting = [option for option in options if option in usual]
    for weights, among in (
        (local, fitting),
        (usual, fitting),
        (local, options),
        (OUTCOMES["dispute"], options),
    ):
        if left := {option: weights[option] for option in among if weights.get(option)}:
            return drawn(left, random)
    return random.choice(options)


def says_solved(facts: Mapping[str, object], random: Random) -> bool:
    """Return what the resident says when she is asked whether it is solved."""
    outcome = facts.get("outcome")
    return random.random() < SAYS_SOLVED[outcome in SOLVED or outcome in ("answered", "hazard_false")]


def score(facts: Mapping[str, object], random: Random) -> int:
    """Return a rating of 1 to 5, by what was said about the matter just before."""
    return random.choices((1, 2, 3, 4, 5), SCORES[facts.get("solved") is not False])[0]


def says_yes(step: Step, name: str, random: Random) -> bool:
    """Return yes or no; what would open the case again, or leave it unsolved, is said seldom."""
    share = USUALLY
    for row in step.to:
        said = next((test.value for test in row.when.tests() if test.fact == name and test.how == "is"), None)
        if isinstance(said, bool) and (seldom := _how_seldom(row)):
            share = seldom if said else 1 - seldom
    return random.random() < share


def _how_seldom(row: Row) -> float:
    """Return how often people give the answer that leads down this line, where that is seldom."""
    if row.sets.get("reopened"):
        return COMES_BACK
    return GOES_WRONG if row.sets.get("outcome") in UNSOLVED else 0.0


def kinds_of(playbook: Playbook) -> Weights:
    """Return what comes in under this playbook: what it says itself, else what comes in at a county."""
    if playbook.gathers:
        return {playbook.gathers.kind: 1}
    return playbook.year.get("kinds") or KINDS
