"""The body of an event and one line of a history, in types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import msgspec

from heshi.cases.record.changes import ClockChange
from heshi.cases.record.upcasting import upcast
from heshi.common.values import Json
from heshi.playbooks.rules import Drawn, TaskChange, Told

VERSION: Final = 2


class Body(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an act did: facts that changed, clocks turned, tasks moved, who is to be told; whether the case ended by it.

    ``answer``: it gave the resident an answer. ``draws``: whom it drew by lot, with all that is needed to draw again.

    A field is never taken out and never means anything else: what must change gets a
    new version and a way from the old one (`upcasting`).
    """

    version: int
    facts: dict[str, object] = {}
    clocks: tuple[ClockChange, ...] = ()
    tasks: tuple[TaskChange, ...] = ()
    tells: tuple[Told, ...] = ()
    end: bool = False
    answer: bool = False
    draws: tuple[Drawn, ...] = ()

    def written(self) -> dict[str, Json]:
        """Return the body as plain values for the database; the digest of the event covers exactly these.

        It goes through JSON once, so that what is digested now is what comes back from the database later.
        """
        plain: dict[str, Json] = msgspec.json.decode(msgspec.json.encode(self))
        return plain


def body(
    *, facts: Mapping[str, object] | None = None, clocks: tuple[ClockChange, ...] = (), tasks: tuple[TaskChange, ...] = (),
    tells: tuple[Told, ...] = (), end: bool, answer: bool = False,
    draws: tuple[Drawn, ...] = (),
) -> Body:  # fmt: skip
    """Return a body of the version that is written today."""
    return Body(
        version=VERSION,
        facts=dict(facts or {}),
        clocks=clocks,
        tasks=tasks,
        tells=tells,
        end=end,
        answer=answer,
        draws=draws,
    )


def read(written: Mapping[str, Json]) -> Body:
    """Return the body that was written, of whatever version; raises msgspec.ValidationError for what is no body."""
    return msgspec.convert(upcast(written, to=VERSION), Body)


class Written(Protocol):
    """A stored event, as far as its line in the history goes."""

    @property
    def number(self) -> int:
        """Its number within the case."""

    @property
    def step(self) -> str:
        """The act."""

    @property
    def came_from(self) -> str:
        """The position before it."""

    @property
    def went_to(self) -> str:
        """The position behind it."""

    @property
    def actor_kind(self) -> str:
        """A resident, a member of staff, or the system."""

    @property
    def actor_id(self) -> UUID | None:
        """Which member of staff."""

    @property
    def actor_label(self) -> str:
        """How whoever acted is called."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def as_written(self) -> Mapping[str, Json]:
        """The body as it is stored."""


class Entry(NamedTuple):
    """One line of a history: which act, from where to where, by whom, when, and what it did."""

    number: int
    step: str
    came_from: str
    went_to: str
    actor_kind: str
    actor_id: UUID | None
    actor_label: str
    at: datetime
    body: Body


def entry_of(event: Written) -> Entry:
    """Return a stored event as a line of its case's history."""
    return Entry(
        event.number, event.step, event.came_from, event.went_to, event.actor_kind, event.actor_id, event.actor_label, event.at,
        read(event.as_written),
    )  # fmt: skip
