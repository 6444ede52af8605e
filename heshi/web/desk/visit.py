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
from heshi.intake.rules.report import Report, cleaned
from heshi.intake.rules.words import title_from
from heshi.intake.terms import DOUBTFUL_FIELDS, DOUBTS
from heshi.journey.actions import receive_cleaned
from heshi.web.kit.drawer import Drawer

DRAWER = "window_visit"


@dataclass
class Slip:
    """One line of the receipt."""

    number: str
    title: str
    follow_code: str
    phone_end: str = ""
    """The last four digits by which it is followed; empty where there is a code instead."""
    flags: list[str] = field(default_factory=list)
    """What of it a person has to look at, in words."""
    key: str = ""


@dataclass
class Visit:
    """The visit as it stands."""

    id: str = field(default_factory=lambda: str(new_key()))
    person: dict[str, str] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)

    def has(self, key: str) -> bool:
        """Return whether what was sent under this key is registered already."""
        return bool(key) and any(slip.key == key for slip in self.slips)


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


def is_somebody_else(visit: Visit, given: Mapping[str, Any]) -> bool:
    """Return whether another person sits there now: no name and no telephone of the visit so far, where it had one.

    Whoever forgot to press “下一位” must not hand one person's numbers to the next.
    """
    known = [
        (visit.person.get(name, ""), str(given[name] or "")) for name in ("name", "phone", "identity_no")
    ]
    told = [(before, now) for before, now in known if before and now]
    return bool(visit.slips and told and all(before != now for before, now in told))


def register(visit: Visit, given: Mapping[str, Any], *, actor: Actor, at: datetime) -> Slip:
    """Register one matter and note it on the visit; the same key again gives the same slip. Raises what `cleaned` raises."""
    if is_somebody_else(visit, given):
        visit.id, visit.slips = str(new_key()), []
    report = Report(
        source="window",
        source_key=str(given["key"]),
        visit=UUID(visit.id),
        body=given["body"],
        said_at=at,
        playbook=given["method"],
        attachments=tuple(UUID(key) for key in given["files"]),
        **{name: given[name] for name in (*PERSONAL, "kind", "topic", "place", "place_text")},
    )
    report = cleaned(report)
    (receipt,) = receive_cleaned(reports=[report], at=at, actor=actor)
    flags = [f"{DOUBTFUL_FIELDS[one.field]}“{one.text}”：{DOUBTS[one.why]}" for one in receipt.doubts]
    # Each matter keeps the digits it was registered with: she may give another telephone for the next.
    slip = Slip(
        receipt.number,
        title_from(given["body"]),
        receipt.follow_code,
        report.phone[-4:],
        flags,
        str(given["key"]),
    )
    # Sent twice by a slow network it is the same slip, not two on one receipt.
    if all(known.number != slip.number for known in visit.slips):
        visit.slips.append(slip)
    visit.person = {name: given[name] for name in PERSONAL}
    return slip
