"""What may be counted about a case that has come to rest; the words mean what they mean in the statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final

from heshi.playbooks.terms import NOT_TAKEN, SOLVED, UNSOLVED

SATISFIED: Final = 4
WHOLES: Final = {
    "received": "received", "accepted": "received", "answered": "accepted", "solved": "answered",
    "answered_unsolved": "answered", "overdue": "received", "rated": "answered", "satisfied": "rated",
    "reopened": "answered", "closed": "received",
}  # fmt: skip
"""Each measure and what it is a part of."""


def measured(facts: Mapping[str, Any], flags: Collection[str], *, end: bool) -> set[str]:
    """Return the measures that a case counts in; ``flags`` says what happened to it on the way."""
    outcome = facts.get("outcome")
    found = {"received"} | ({"overdue"} & set(flags)) | ({"closed"} if end else set())
    if "moved" not in flags or outcome in NOT_TAKEN:
        return found
    found.add("accepted")
    if "answered" not in flags:
        return found
    found.add("answered")
    return found | _judged(facts, flags, end=end)


def _judged(facts: Mapping[str, Any], flags: Collection[str], *, end: bool) -> set[str]:
    """Return what became of an answer; a case that was taken back is neither solved nor unsolved."""
    found = {"reopened"} if "reopened" in flags or facts.get("reopened") else set()
    if facts.get("score") is not None:
        found |= {"rated", "satisfied"} if facts["score"] >= SATISFIED else {"rated"}
    outcome, said = facts.get("outcome"), facts.get("solved")
    if outcome == "withdrawn_by_applicant":
        return found
    if end and outcome in SOLVED and said is not False:
        return found | {"solved"}
    return found | ({"answered_unsolved"} if said is False or outcome in UNSOLVED else set())


def pairs(counts: Counter[str], cases: int) -> dict[str, tuple[int, int]]:
    """Return each measure as its two numbers."""
    counts["received"] = cases
    return {measure: (counts[measure], counts[whole]) for measure, whole in WHOLES.items()}
