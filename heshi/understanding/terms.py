"""Words of understanding: the official kinds of dispute, and how a topic is shown to people."""

from __future__ import annotations

from typing import Final

from heshi.playbooks.terms import ALL_KINDS, OFFICIAL_TOPICS

__all__ = [
    "CORRECTED_FIELDS", "FALLBACK_KIND", "FALLBACK_TOPIC", "OFFICIAL_TOPICS", "TOPIC_LENGTH", "kind_label", "topic_label",
]  # fmt: skip

FALLBACK_TOPIC: Final = "18"
FALLBACK_KIND: Final = "assistance"
"""Somebody who writes to the centre and says nothing recognisable wants help."""
CORRECTED_FIELDS: Final = {"kind": "类别", "topic": "事项"}
TOPIC_LENGTH: Final = 40
"""The longest topic a case can carry."""


def topic_label(topic: str) -> str:
    """Return what people read: the official name of a code, or the county's own label as it is."""
    return OFFICIAL_TOPICS.get(topic, topic)


def kind_label(kind: str) -> str:
    """Return the Chinese word for a kind."""
    return ALL_KINDS.get(kind, kind)
