"""When several people speak of one thing: one case becomes part of another, and whoever brought it is still heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from heshi.common.refusals import Conflict, Refusal
from heshi.playbooks.rules import Outcome, Playbook, Situation, decide

SPEAKING: Final = frozenset({"add_joined", "rate_joined"})
"""Steps by which somebody whose case became part of another one speaks; what she says is passed on to that one."""
RATE: Final = "rate"
RATES: Final = frozenset({RATE, "rate_joined"})
"""The steps by which a resident rates: on her own case, or on the one that hers became part of."""
REOPEN: Final = "reopen"
REOPENED: Final = "reopened"
BAD_SCORE: Final = 2
SAID_WHY: Final = "一同反映的群众评价：问题没有解决。"
PASSED_ON: Final = {
    "joined_added": "joined_added", "solved": "joined_solved", "score": "joined_score", "rating_words": "joined_words",
}  # fmt: skip
"""Under which facts the other case keeps what was said: her rating is hers and no rating of whoever came first."""


NOW_ANSWERED: Final[Mapping[str, object]] = {"main_answered": True, "joined_rated": False}
"""What a case notes when the one it became part of has an answer: its own resident may rate it."""


class NotJoinable(Conflict):
    """A case can only become part of an open one of the same county that is not itself."""

    code = "not_joinable"
    sentence = "不能并入“{number}”：请填本县另一件还在办理的案件编号。"


def joined_facts(main: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    """Return what the main case notes when another one becomes part of it: how many people speak of it now."""
    return {"reporters": int(str(main.get("reporters") or 1)) + int(str(own.get("reporters") or 1))}


def passed_on(number: str, said: Mapping[str, object]) -> dict[str, object]:
    """Return what the main case notes of what somebody said whose case, by its number, became part of it."""
    told = {name: said.get(own) for own, name in PASSED_ON.items()}
    return {"joined_from": number, **told}


def waits_for_rating(playbook: Playbook, position: str) -> bool:
    """Return whether a case at this position waits for its resident to rate what was answered."""
    step = playbook.steps.get(RATE)
    return step is not None and position in step.source


def is_bad(said: Mapping[str, object]) -> bool:
    """Return whether a rating says that the matter is not settled, or very badly."""
    score = said.get("score")
    return said.get("solved") is False or (isinstance(score, int) and score <= BAD_SCORE)


def sent_back(playbook: Playbook, situation: Situation, said: Mapping[str, object]) -> Outcome | None:
    """Return how a bad rating by one of several people sends their common case back to work; None where the playbook never does.

    It goes the way on which it would go if whoever came first had said so, and leaves her own rating to her.
    """
    for code, answers in ((RATE, said), (REOPEN, {"reopen_reason": SAID_WHY})):
        try:
            outcome = decide(playbook, situation, code, answers)
        except Refusal:
            continue
        if outcome.facts.get(REOPENED) is True and not outcome.end:
            hers = {ask.name for ask in playbook.steps[code].asks}
            return replace(
                outcome, facts={name: value for name, value in outcome.facts.items() if name not in hers}
            )
    return None
