"""Whom a step tells, turned into notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from heshi.cases.models import Case, Event, Party, Tie
from heshi.cases.record import Body, ClockStopped
from heshi.cases.rules import State
from heshi.clocks.rules import SHANGHAI, due_on
from heshi.clocks.terms import Ticking
from heshi.common.numbers import spoken
from heshi.notices.models import Notice
from heshi.notices.rules import address
from heshi.people.models import Unit
from heshi.people.queries import centre_of, county_centre
from heshi.playbooks.rules import Told

AT_THE_UNIT: Final = frozenset({"handling_unit_user", "liaison", "mediator", "clerk", "committee_chair"})
ELSEWHERE: Final = frozenset(
    {"judge_liaison", "legal_counsel", "counsellor", "expert", "archivist", "auditor"}
)
"""Roles that are neither at the centre nor at the case's unit: whoever holds one is told."""


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
    running: Mapping[str, datetime] = field(default_factory=dict)
    """When each clock of the case itself is due."""


class DueDay:
    """A due day as a notice writes it: ``{due}``, or ``{due:CODE}`` for the clock of that code."""

    def __init__(self, due: datetime | None, running: Mapping[str, datetime]) -> None:
        self._due, self._running = due, running

    def __format__(self, code: str) -> str:
        due = self._running.get(code) if code else self._due
        return in_words(due) if due else "规定期限"


def in_words(due: datetime) -> str:
    """Return a due instant as a notice writes it: the day, and the time of day where it is not the end of one."""
    day, local = due_on(due), due.astimezone(SHANGHAI)
    exact = f"{local.hour}时{local.minute:02d}分" if (local.hour, local.minute) != (0, 0) else ""
    return f"{day.year}年{day.month}月{day.day}日{exact}"


def occasion_of(case: Case, event: Event, state: State) -> Occasion:
    """Return the occasion that an event of a stored case is."""
    return Occasion(
        case.county, case.pk, case.number, case.unit_id, case.path, event.step, event.number, event.at,
        spoken_of(event.body, state), dues=dict(_dues(state)), reporters=int(state.facts.get("reporters") or 1),
        running=running_of(state),
    )  # fmt: skip


def spoken_of(body: Body, state: State) -> datetime | None:
    """Return the due instant that an act's notices mean: of the clocks it set going or looked at, else of all, the one due first."""
    turned = [change.key for change in body.clocks if not isinstance(change, ClockStopped)]
    own = [clock.due_at for key in turned if (clock := state.clocks.get(key)) and not clock.task]
    if own:
        return min(own)
    due = state.first_due()
    return due.due_at if due else None


def running_of(state: State) -> dict[str, datetime]:
    """Return when each clock that runs for the case itself is due."""
    ticking = (clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING and not clock.task)
    return {clock.code: clock.due_at for clock in ticking}


def _dues(state: State) -> Iterator[tuple[str, datetime]]:
    for task in state.tasks.values():
        clock = state.clock_of(task)
        if task.is_open and task.unit and clock:
            yield task.unit, clock.due_at


def notices_for(occasion: Occasion, tells: Iterable[Told]) -> list[Notice]:
    """Return the notices that this occasion sends; a resident who left no telephone reads it when she follows the case."""
    return list(_notices(occasion, tells))


def _notices(occasion: Occasion, tells: Iterable[Told]) -> Iterator[Notice]:
    for tell in tells:
        if tell.who == "resident":
            yield from (
                _notice(each, tell, _to_resident(each)) for each in _reporters(occasion) if _phone(each)
            )
        else:
            yield _notice(occasion, tell, _addressed(occasion, tell.who))


def _notice(occasion: Occasion, tell: Told, column: dict[str, Any]) -> Notice:
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
    return {"to_kind": "role", "channel": "inbox", **_role_at(occasion, who)}


def _role_at(occasion: Occasion, who: str) -> dict[str, Any]:
    """Return the role and where it is held: at the centre around the case, at the case's own unit, or wherever there is one."""
    if who == "county_centre":
        return {"to_unit": county_centre().pk, "to_role": "dispatcher"}
    if who in AT_THE_UNIT:
        return {"to_unit": occasion.unit_id, "to_role": who}
    if who in ELSEWHERE:
        return {"to_unit": None, "to_role": who}
    segments = occasion.path.split("/")
    centre = centre_of(segments[1] if len(segments) > 1 else segments[0])
    return {"to_unit": centre.pk, "to_role": "dispatcher" if who == "centre" else who}


def _phone(occasion: Occasion) -> str:
    if occasion.phone is not None:
        return occasion.phone
    party = Party.objects.filter(county=occasion.county, case_id=occasion.case_id, role="reporter").first()
    return party.phone if party else ""


def _said(occasion: Occasion, tell: Told) -> str:
    key = tell.who.removeprefix("unit:")
    due = occasion.dues.get(key, occasion.due_at)
    unit = key if key in occasion.dues else occasion.unit_id
    name = Unit.objects.values_list("name", flat=True).get(pk=unit) if "{unit}" in tell.say else ""
    return tell.say.format(
        number=spoken(occasion.number), unit=name,
        due=DueDay(due, occasion.running),
    )  # fmt: skip
