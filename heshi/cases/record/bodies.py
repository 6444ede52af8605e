"""The body of an event and one line of a history, in types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import msgspec

from heshi.cases.record.changes import ClockChange
from heshi.cases.record.upcasting import FromTheFuture, upcast
from heshi.common.refusals import ILL_FORMED, Damaged
from heshi.common.values import Json
from heshi.playbooks.rules import Drawn, TaskChange, Told

VERSION: Final = 2


class EventUnreadable(Damaged):
    """What an event says cannot be read, or does not fit what the events before it say."""

    code = "event_unreadable"
    sentence = (
        "这件案件第 {event} 条记录读不出来（{why}），先停在这里，请系统管理员运行 heshi verify 并从备份核对。"
    )


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


def read(written: Mapping[str, Json], *, event: int = 1) -> Body:
    """Return the body that an event was written with, of whatever version; raises EventUnreadable."""
    try:
        return msgspec.convert(upcast(written, to=VERSION), Body)
    except FromTheFuture as error:
        raise EventUnreadable(event=event, why=f"由更新的程序写下，第 {error} 版，请升级") from error
    except ILL_FORMED as error:
        raise EventUnreadable(event=event, why="内容不完整或被改动过") from error


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
    """Return a stored event as a line of its case's history; raises EventUnreadable."""
    return Entry(
        event.number, event.step, event.came_from, event.went_to, event.actor_kind, event.actor_id, event.actor_label, event.at,
        read(event.as_written, event=event.number),
    )  # fmt: skip
