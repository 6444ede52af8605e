"""Where a matter stands, for the system that sent it or for whoever knows its four digits."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from heshi.api.models import ApiKey
from heshi.api.terms import SEPARATOR
from heshi.cases import queries as cases
from heshi.cases.models import Case
from heshi.cases.queries.file import clock_awaits, in_its_time
from heshi.cases.terms import OPENED
from heshi.clocks.rules import bound_in_words, day_in_words
from heshi.common.guessing import guess
from heshi.common.numbers import check_number, spoken
from heshi.people.models import Unit
from heshi.playbooks.rules import Step

FIRST = "诉求已经登记。"


def sent_by(key: ApiKey, number: str) -> Case:
    """Return a case that this client sent; raises NumberMistyped or CaseUnknown."""
    found = Case.objects.filter(
        county=key.county,
        number=check_number(number),
        source="api",
        # The client's name stands in front of every key it sends: one system cannot read what another sent.
        source_key__startswith=f"{key.client}{SEPARATOR}",
    )
    case = found.annotate(clock_awaits=clock_awaits()).first()
    if case is None:
        raise cases.CaseUnknown(number=number)
    return case


def followed(number: str, last_four: str, *, address: str) -> Case:
    """Return the case that number and digits belong to; raises NumberMistyped, TooManyGuesses or FollowRefused."""
    digits = check_number(number)
    with guess("follow", digits, address=address, at=timezone.now()):
        return cases.follow(digits, last_four)


def progress_as(case: Case) -> dict[str, object]:
    """Return where a case stands, in plain words."""
    playbook = cases.playbook_for(case)
    told = in_its_time(cases.history(case), playbook)
    steps = [(event.at, _words(event.step, book.steps)) for event, book in told]
    return {
        "number": case.number,
        "spoken": spoken(case.number),
        "title": case.title,
        "position": case.position,
        "position_words": playbook.positions[case.position].resident,
        "is_open": case.is_open,
        "outcome": case.outcome,
        "unit": Unit.objects.filter(pk=case.unit_id).values_list("name", flat=True).first() or "",
        "opened_at": case.opened_at,
        # A bound in the place of a due date would be taken for one, whatever stands beside it.
        "due_at": None if case.due_awaits else case.due_at,
        "due_earliest": case.due_at if case.due_awaits else None,
        "due_words": _due_words(case),
        "steps": [{"at": at, "words": words} for at, words in steps if words],
    }


def _due_words(case: Case) -> str:
    """Return until when, as people are told; empty where no limit runs."""
    if case.due_at is None:
        return ""
    return bound_in_words(case.due_at) if case.due_awaits else f"{day_in_words(case.due_at)}以前"


def _words(step: str, steps: Mapping[str, Step]) -> str:
    if step == OPENED:
        return FIRST
    return steps[step].resident if step in steps else ""
