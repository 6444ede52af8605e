"""Whom a step tells, turned into notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from heshi.cases.models import Case, Event, Party, Tie
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
    dues: Mapping[str, datetime] = field(default_factory=dict)
    """By when each unit that has an open task must be done with it."""
    reporters: int = 1


def occasion_of(case: Case, event: Event, state: State) -> Occasion:
    """Return the occasion that an event of a stored case is."""
    due = state.first_due()
    return Occasion(
        case.county, case.pk, case.number, case.unit_id, case.path, event.step, event.number, event.at,
        due.due_at if due else None, dues=dict(_dues(state)), reporters=int(state.facts.get("reporters") or 1),
    )  # fmt: skip


def _dues(state: State) -> Iterator[tuple[str, datetime]]:
    for task in state.tasks.values():
        clock = state.clock_of(task)
        if task.is_open and task.unit and clock:
            yield task.unit, clock.due_at


def notices_for(occasion: Occasion, tells: Iterable[Tell]) -> list[Notice]:
    """Return the notices that this occasion sends; a resident who left no telephone reads it when she follows the case."""
    return list(_notices(occasion, tells))


def _notices(occasion: Occasion, tells: Iterable[Tell]) -> Iterator[Notice]:
    for tell in tells:
        if tell.who == "resident":
            yield from (
                _notice(each, tell, _to_resident(each)) for each in _reporters(occasion) if _phone(each)
            )
        else:
            yield _notice(occasion, tell, _addressed(occasion, tell.who))


def _notice(occasion: Occasion, tell: Tell, column: dict[str, Any]) -> Notice:
    lies = address(
        to_kind=column["to_kind"], case_id=occasion.case_id, to_unit=column.get("to_unit"), to_role=column.get("to_role", ""),
        to_staff=column.get("to_staff"),
    )  # fmt: skip
    return Notice(
        county=occasion.county, case_id=occasion.case_id, number=occasion.number, about=occasion.step, address=lies,
        subject=f"案件 {spoken(occasion.number)}", text=_said(occasion, tell), created_at=occasion.at,
        send_after=occasion.at, sent_at=occasion.at if column["channel"] == "inbox" else None,
        dedupe_key=f"{occasion.case_id.hex}/{occasion.event}/{occasion.step}/{tell.who}", **column,
    )  # fmt: skip


def _reporters(occasion: Occasion) -> Iterator[Occasion]:
    """Yield the occasion as it concerns whoever reported the case, and everybody whose report became part of it."""
    yield occasion
    if occasion.reporters == 1:
        return
    ties = Tie.objects.filter(county=occasion.county, other=occasion.case_id, how="merged").select_related(
        "case"
    )
    for tie in ties.order_by("at"):
        own = f"{occasion.step}/{occasion.event}"[:48]
        yield replace(
            occasion, case_id=tie.case_id, number=tie.case.number, step=own, phone=None, reporters=1
        )


def _to_resident(occasion: Occasion) -> dict[str, Any]:
    return {"to_kind": "resident", "channel": "sms", "destination": _phone(occasion)}


def _addressed(occasion: Occasion, who: str) -> dict[str, Any]:
    """Return the address of a notice: a named unit or person, the unit that has the case, or a role at the centre around it."""
    kind, _colon, key = who.partition(":")
    if kind == "unit":
        return {"to_kind": "unit", "to_unit": UUID(key) if key else occasion.unit_id, "channel": "inbox"}
    if kind == "staff":
        return {"to_kind": "staff", "to_staff": UUID(key), "channel": "inbox"}
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
    key = tell.who.removeprefix("unit:")
    due = occasion.dues.get(key, occasion.due_at)
    day = due_on(due) if due else None
    unit = key if key in occasion.dues else occasion.unit_id
    name = Unit.objects.values_list("name", flat=True).get(pk=unit) if "{unit}" in tell.say else ""
    return tell.say.format(
        number=spoken(occasion.number), unit=name,
        due=f"{day.year}年{day.month}月{day.day}日" if day else "规定期限",
    )  # fmt: skip
