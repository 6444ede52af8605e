"""What a step draws lots from: today's rosters, who must stand aside, and a seed that nobody could know before."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from heshi.cases.models import Case, Event, TaskRow
from heshi.clocks.rules import SHANGHAI
from heshi.people.queries import posted_at, roster
from heshi.playbooks.rules import Lots, Playbook, Step
from heshi.playbooks.rules.asking import many
from heshi.playbooks.rules.lots import HELD, NO_LOTS, OF_STAFF, OF_UNITS, SIDE
from heshi.playbooks.rules.shape import Draw

SEED_BYTES: Final = 16


def lots_for(case: Case, playbook: Playbook, code: str, answers: Mapping[str, object], at: datetime) -> Lots:
    """Return what the step draws from at this moment; nothing is looked up for a step that draws nobody."""
    step = playbook.steps.get(code)
    if step is None or not step.draws:
        return NO_LOTS
    on = at.astimezone(SHANGHAI).date()
    return Lots(
        secrets.token_hex(SEED_BYTES),
        {draw.into: tuple(roster(role=draw.role, kinds=draw.kinds, on=on)) for draw in step.draws},
        {draw.into: _apart(case, playbook, step, draw, answers, on) for draw in step.draws},
    )


def _apart(
    case: Case, playbook: Playbook, step: Step, draw: Draw, answers: Mapping[str, object], on: date
) -> dict[str, str]:
    """Return who is left out whatever was answered, and whoever works for a side that an answer names."""
    if not draw.role:
        return dict.fromkeys(_units_of(case, playbook), HELD)
    sides = [
        key
        for ask in step.asks
        if ask.name in draw.apart and ask.type in OF_UNITS
        for key in many(answers.get(ask.name) or ())
    ]
    return {**dict.fromkeys(_people_of(case, playbook), HELD), **dict.fromkeys(posted_at(sides, on=on), SIDE)}


def _people_of(case: Case, playbook: Playbook) -> Iterator[str]:
    """Yield whoever acted on the case, was named in it, or was drawn for it before."""
    acted = Event.objects.filter(county=case.county, case=case).exclude(actor_id=None)
    yield from (str(key) for key in acted.order_by().values_list("actor_id", flat=True).distinct())
    steps = playbook.steps.values()
    names = {ask.name for step in steps for ask in step.asks if ask.type in OF_STAFF}
    names |= {draw.into for step in steps for draw in step.draws if draw.role}
    for name in names:
        yield from _keys(case.facts.get(name))


def _units_of(case: Case, playbook: Playbook) -> Iterator[str]:
    """Yield whichever unit had the case, or a task of it, or was drawn for it before."""
    yield str(case.unit_id)
    for draw in (draw for step in playbook.steps.values() for draw in step.draws if not draw.role):
        yield from _keys(case.facts.get(draw.into))
    had = Event.objects.filter(county=case.county, case=case, as_written__facts__has_key="unit")
    yield from (str(key) for key in had.values_list("as_written__facts__unit", flat=True))
    tasks = TaskRow.objects.filter(county=case.county, case=case).exclude(unit=None)
    yield from (str(key) for key in tasks.values_list("unit", flat=True))


def _keys(answer: object) -> Iterator[str]:
    yield from (str(key) for key in (answer if isinstance(answer, list) else [answer]) if key)
