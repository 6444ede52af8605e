"""Whom a step tells, turned into notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from heshi.cases.models import Case, Event, Party
from heshi.cases.rules import State
from heshi.clocks.rules import due_on
from heshi.common.numbers import spoken
from heshi.notices.models import Notice
from heshi.notices.rules import address
from heshi.people.models import Unit
from heshi.people.queries import centre_of
from heshi.playbooks.rules import Tell


@dataclass(frozen=True, slots=True)
class Occasion:
    """The act that is told about, and the file it belongs to."""

    county: int
    case_id: UUID
    number: str
    unit_id: UUID
    path: str
    step: str
    event: int
    at: datetime
    due_at: datetime | None
    phone: str | None = None


def occasion_of(case: Case, event: Event, state: State) -> Occasion:
    """Return the occasion that an event of a stored case is."""
    due = state.first_due()
    return Occasion(
        case.county, case.pk, case.number, case.unit_id, case.path, event.step, event.number, event.at,
        due.due_at if due else None,
    )  # fmt: skip


def notices_for(occasion: Occasion, tells: Iterable[Tell]) -> list[Notice]:
    """Return the notices that this occasion sends; a resident who left no telephone reads it when she follows the case."""
    return list(_notices(occasion, tells))


def _notices(occasion: Occasion, tells: Iterable[Tell]) -> Iterator[Notice]:
    for tell in tells:
        column = _addressed(occasion, tell.who)
        if column["to_kind"] == "resident" and not column["destination"]:
            continue
        lies = address(
            to_kind=column["to_kind"], case_id=occasion.case_id, to_unit=column.get("to_unit"), to_role=column.get("to_role", ""),
            to_staff=None,
        )  # fmt: skip
        yield Notice(
            county=occasion.county, case_id=occasion.case_id, number=occasion.number, about=occasion.step, address=lies,
            subject=f"案件 {spoken(occasion.number)}", text=_said(occasion, tell), created_at=occasion.at,
            send_after=occasion.at, sent_at=occasion.at if column["channel"] == "inbox" else None,
            dedupe_key=f"{occasion.case_id.hex}/{occasion.event}/{tell.who}", **column,
        )  # fmt: skip


def _addressed(occasion: Occasion, who: str) -> dict[str, Any]:
    """Return the address of a notice: the resident, the unit that has the case, or a role at the centre around it."""
    if who == "resident":
        return {"to_kind": "resident", "channel": "sms", "destination": _phone(occasion)}
    if who == "unit":
        return {"to_kind": "unit", "to_unit": occasion.unit_id, "channel": "inbox"}
    segments = occasion.path.split("/")
    centre = centre_of(segments[1] if len(segments) > 1 else segments[0])
    role = "dispatcher" if who == "centre" else who
    return {"to_kind": "role", "to_unit": centre.pk, "to_role": role, "channel": "inbox"}


def _phone(occasion: Occasion) -> str:
    if occasion.phone is not None:
        return occasion.phone
    party = Party.objects.filter(county=occasion.county, case_id=occasion.case_id, role="reporter").first()
    return party.phone if party else ""


def _said(occasion: Occasion, tell: Tell) -> str:
    day = due_on(occasion.due_at) if occasion.due_at else None
    unit = (
        Unit.objects.values_list("name", flat=True).get(pk=occasion.unit_id) if "{unit}" in tell.say else ""
    )
    return tell.say.format(
        number=spoken(occasion.number), unit=unit,
        due=f"{day.year}年{day.month}月{day.day}日" if day else "规定期限",
    )  # fmt: skip
