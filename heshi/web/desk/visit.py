"""One visit at the window: who sits there, and what was registered so far. Sealed in the clerk's session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from heshi.cases.actions import Actor
from heshi.cases.terms import PERSONAL
from heshi.common.keys import new_key
from heshi.intake.rules.report import Report
from heshi.intake.rules.words import title_from
from heshi.journey.actions import receive
from heshi.web.kit.drawer import Drawer

DRAWER = "window_visit"


@dataclass
class Slip:
    """One line of the receipt."""

    number: str
    title: str
    follow_code: str


@dataclass
class Visit:
    """The visit as it stands."""

    id: str = field(default_factory=lambda: str(new_key()))
    person: dict[str, str] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)

    @property
    def phone_end(self) -> str:
        """Return the last four digits by which the visitor follows her cases; empty without a telephone."""
        return self.person.get("phone", "")[-4:]


def visit_in(session: SessionBase) -> Visit:
    """Return the visit at this window, or a fresh one."""
    held = Drawer(session, DRAWER).look()
    if held is None:
        return Visit()
    return Visit(held["id"], held["person"], [Slip(**slip) for slip in held["slips"]])


def keep(session: SessionBase, visit: Visit) -> None:
    """Keep the visit until the next one begins."""
    Drawer(session, DRAWER).put(asdict(visit))


def end(session: SessionBase) -> None:
    """Forget who sat here."""
    Drawer(session, DRAWER).clear()


def register(visit: Visit, given: Mapping[str, Any], *, actor: Actor, at: datetime) -> Slip:
    """Register one matter and note it on the visit; the same key again gives the same slip. Raises what `receive` raises."""
    report = Report(
        source="window",
        source_key=str(given["key"]),
        visit=UUID(visit.id),
        body=given["body"],
        said_at=at,
        playbook=given["method"],
        **{name: given[name] for name in (*PERSONAL, "kind", "topic", "place", "place_text")},
    )
    (receipt,) = receive(reports=[report], at=at, actor=actor)
    slip = Slip(receipt.number, title_from(given["body"]), receipt.follow_code)
    # Sent twice by a slow network it is the same slip, not two on one receipt.
    if all(known.number != slip.number for known in visit.slips):
        visit.slips.append(slip)
    visit.person = {name: given[name] for name in PERSONAL}
    return slip
