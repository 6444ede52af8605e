"""What may be counted about a case that has come to rest; the words mean what they mean in the statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from heshi.playbooks.terms import NOT_TAKEN, SOLVED, UNSOLVED

SATISFIED: Final = 4
WITHDRAWN: Final = "withdrawn_by_applicant"
AGREED: Final = frozenset({"agreed_written", "agreed_oral"})
MEDIATED: Final = AGREED | {"failed_no_agreement", "refused_by_party", "settled_by_self"}
WHOLES: Final = {
    "received": "received", "accepted": "received", "answered": "accepted", "solved": "answered",
    "answered_unsolved": "answered", "answered_only": "answered", "unconfirmed": "answered", "answered_withdrawn": "answered",
    "overdue": "received", "rated": "answered", "satisfied": "rated", "reopened": "answered", "closed": "received",
    "mediated": "accepted", "agreed": "mediated", "confirmed": "agreed_written",
}  # fmt: skip
"""Each measure and what it is a part of."""


def measured(facts: Mapping[str, Any], flags: Collection[str], *, end: bool) -> set[str]:
    """Return the measures that a case counts in; ``flags`` says what happened to it on the way."""
    outcome = facts.get("outcome")
    found = {"received"} | ({"overdue"} & set(flags)) | ({"closed"} if end else set())
    if "moved" not in flags or outcome in NOT_TAKEN:
        return found
    found |= {"accepted", *_mediated(facts)}
    if "answered" not in flags:
        return found
    found.add("answered")
    return found | _judged(facts, flags, end=end)


def _mediated(facts: Mapping[str, Any]) -> Iterator[str]:
    outcome = facts.get("outcome")
    if outcome in MEDIATED:
        yield "mediated"
    if outcome in AGREED:
        yield "agreed"
    if outcome == "agreed_written":
        yield outcome
        if facts.get("confirmed") is True:
            yield "confirmed"


def _judged(facts: Mapping[str, Any], flags: Collection[str], *, end: bool) -> set[str]:
    """Return what became of an answer; a case that was taken back stays in every whole and raises no rate."""
    found = {"reopened"} if "reopened" in flags or facts.get("reopened") else set()
    if facts.get("outcome") == WITHDRAWN:
        return found | {"answered_withdrawn"}
    if facts.get("score") is not None:
        found |= {"rated", "satisfied"} if facts["score"] >= SATISFIED else {"rated"}
    return found | {_verdict(facts, flags, end=end)}


def _verdict(facts: Mapping[str, Any], flags: Collection[str], *, end: bool) -> str:
    """Return the one bucket of the answered in which a case lies; whoever says it is solved does not confirm it herself."""
    outcome, said = facts.get("outcome"), facts.get("solved")
    if said is False or outcome in UNSOLVED:
        return "answered_unsolved"
    if outcome not in SOLVED:
        return "answered_only" if outcome else "unconfirmed"
    return "solved" if end and (said is True or "own_word" not in flags) else "unconfirmed"


def pairs(counts: Counter[str], cases: int) -> dict[str, tuple[int, int]]:
    """Return each measure as its two numbers."""
    counts["received"] = cases
    return {measure: (counts[measure], counts[whole]) for measure, whole in WHOLES.items()}
