"""The chain that makes a history tamper-evident: every event's SM3 covers the event before it (GB/T 32905-2016)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import orjson

from heshi.common.digests import sm3
from heshi.common.values import Json

GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What the digest of one event covers."""

    county: int
    case_id: UUID
    number: int
    step: str
    came_from: str
    went_to: str
    actor_kind: str
    actor_id: UUID | None
    actor_label: str
    at: datetime
    as_written: Mapping[str, Json]


def digest(previous: str, link: Link) -> str:
    """Return the SM3 of an event chained to the digest of the event before."""
    covered = (
        previous, link.county, link.case_id, link.number, link.step, link.came_from, link.went_to, link.actor_kind,
        link.actor_id, link.actor_label, link.at.astimezone(UTC), link.as_written,
    )  # fmt: skip
    # Sorted keys: the database gives a JSON object back in an order of its own, and the digest must not depend on it.
    return sm3(orjson.dumps(covered, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS))


def first_break(links: Iterable[tuple[Link, str]]) -> int | None:
    """Return the number of the first event whose digest, or whose place in the row, is wrong; None when all is well."""
    previous = GENESIS
    for expected, (link, stored) in enumerate(links, start=1):
        # A missing event breaks the chain as much as an altered one.
        if link.number != expected or digest(previous, link) != stored:
            return expected
        previous = stored
    return None


def statement_digest(title: str, body: str) -> str:
    """Return the fingerprint of the first words; the chain holds this and not the words, so they can be erased by law."""
    return sm3(f"{title}\n{body}".encode())
