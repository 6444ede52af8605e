"""What a case may be about while nobody is sure, as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heshi.understanding.rules.suggesting import KeptSuggestion
from heshi.understanding.terms import kind_label, topic_label


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One of the likeliest answers to what a case is about, ready to be pressed."""

    kind: str
    topic: str
    label: str

    @property
    def value(self) -> str:
        """Return what the button sends; a kind has no space in it."""
        return f"{self.kind} {self.topic}"


def choices_of(given: KeptSuggestion, *, kind: str, topic: str) -> list[SortChoice]:
    """Return what a case that nobody is sure of may be about, the likeliest first; ``kind`` and ``topic`` are what it has."""
    kinds = [(one, p, f"{kind_label(one)} {p:.0%}") for one, p in given.get("kinds", ())]
    topics = [(one, p, f"{topic_label(one)} {p:.0%}") for one, p in given.get("topics", ())]
    likely = [
        (p * q, SortChoice(one, other, f"{said} · {told}"))
        for one, p, said in kinds or [(kind, 1.0, kind_label(kind))]
        for other, q, told in topics or [(topic, 1.0, topic_label(topic))]
    ]
    return [choice for _p, choice in sorted(likely, key=lambda pair: -pair[0])]


def two_of(choices: Sequence[SortChoice]) -> list[SortChoice]:
    """Return the two likeliest, of different kinds where it wavers between kinds."""
    first = choices[:1]
    other = [choice for choice in choices[1:] if choice.kind != choices[0].kind] or choices[1:]
    return [*first, *other[:1]]
