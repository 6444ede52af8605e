"""Certainty: of what a suggestion is not sure enough that anything may follow from it, and how that is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from heshi.understanding.rules.suggesting import Suggestion
from heshi.understanding.terms import CORRECTED_FIELDS, kind_label, topic_label


def unsure_fields(hint: Suggestion, *, kind: str, topic: str, bar: float) -> tuple[str, ...]:
    """Return of which fields a suggestion is not sure enough to be acted upon: “kind”, “topic”, both or neither.

    What a person has said, given as ``kind`` and ``topic``, is no guess.
    """
    unsure = (("kind", not kind and hint.kind_p < bar), ("topic", not topic and hint.topic_p < bar))
    return tuple(field for field, is_doubtful in unsure if is_doubtful)


def told_unsure(hint: Suggestion, fields: Collection[str]) -> str:
    """Return in words between what it wavers."""
    guesses = {"kind": (hint.kinds, kind_label), "topic": (hint.topics, topic_label)}
    return "；".join(
        f"{CORRECTED_FIELDS[field]}：{_told([(label(one.label), one.p) for one in found])}"
        for field, (found, label) in guesses.items()
        if field in fields
    )


def _told(guesses: Sequence[tuple[str, float]]) -> str:
    return "、".join(f"{label} {share:.0%}" for label, share in guesses)
