"""What a made-up case counts as: what the figures say of it, and the few things beside that a source may print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from heshi.cases.record import Entry
from heshi.playbooks.terms import MEASURES as COUNTED
from heshi.statistics.rules import Landmarks, contribution
from heshi.statistics.terms import WHOLES as COUNTED_WHOLES

AGREED: Final = frozenset({"agreed_written", "agreed_oral"})
MEDIATED: Final = AGREED | {"failed_no_agreement", "refused_by_party", "settled_by_self"}
MEASURES: Final = COUNTED | {
    "mediated": "经过调解", "agreed": "达成协议", "agreed_written": "书面协议", "confirmed": "司法确认",
}  # fmt: skip
WHOLES: Final = {"received": "received"} | COUNTED_WHOLES | {
    "mediated": "accepted", "agreed": "mediated", "confirmed": "agreed_written",
}  # fmt: skip
"""Each measure and what it is a part of: those of the statistics, then those of mediation."""


def measured(entries: Sequence[Entry], facts: Mapping[str, object], way: Landmarks) -> set[str]:
    """Return the measures that a case counts in; none for a file that the office made itself."""
    found = set(contribution(entries, lambda _version: way).measures)
    return found | set(_mediated(facts, found))


def _mediated(facts: Mapping[str, object], counted: Collection[str]) -> Iterator[str]:
    """Yield what became of a mediation, of a case that was taken on; the statistics have no word for it yet."""
    outcome = facts.get("outcome")
    if "accepted" not in counted:
        return
    if outcome in MEDIATED:
        yield "mediated"
    if outcome in AGREED:
        yield "agreed"
    if outcome == "agreed_written":
        yield "agreed_written"
        if facts.get("confirmed") is True:
            yield "confirmed"


def pairs(counts: Counter[str]) -> dict[str, tuple[int, int]]:
    """Return each measure as its two numbers."""
    return {measure: (counts[measure], counts[whole]) for measure, whole in WHOLES.items()}
