"""Put right what was registered beside the words: a telephone that was misheard, a name, a place, a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.indexing import refresh_lookups, words_of
from heshi.cases.actions.opening import follow_key
from heshi.cases.actions.stepping import check_unmoved, record
from heshi.cases.models import Case, Party, Remark, Statement
from heshi.cases.queries.file import state_of
from heshi.cases.record import body
from heshi.cases.rules import Actor
from heshi.cases.terms import CORRECTED, PERSONAL
from heshi.common.refusals import Invalid, NotAllowed
from heshi.people.permissions import May, may
from heshi.places.queries import division_path

CASE_FIELDS: Final = ("place", "external_number", "external_status")
"""What stands in the record itself; the rest lies beside it, where the law can have it erased."""
STATEMENT_FIELDS: Final = ("place_text", "said_at")
CORRECTABLE: Final = (*PERSONAL, *CASE_FIELDS, *STATEMENT_FIELDS)


class CorrectionNotYours(NotAllowed):
    """Only who works with the person can put right what she said of herself."""

    code = "correction_not_yours"
    sentence = "更正登记内容由窗口、分流员和承办单位办理，请转告对方。"


class NothingCorrected(Invalid):
    """All of it stands there already."""

    code = "nothing_corrected"
    sentence = "没有改动任何一项；如果核对过没有错，请勾选“已核对”。"


@transaction.atomic
def correct(
    *, case: Case, given: Mapping[str, object], actor: Actor, at: datetime, revision: int | None = None,
    settles: Collection[UUID] = (),
) -> Case:  # fmt: skip
    """Put right these fields (see CORRECTABLE), settle these remarks and those on the same fields, and return the case.

    The event names the fields and not what stands in them: nothing personal goes into the chain. Raises CorrectionNotYours,
    NothingCorrected, CaseMoved or PlaceUnknown.
    """
    if not (may(actor.roles, May.CORRECT) or "system" in actor.roles):
        raise CorrectionNotYours
    settled = _settle(case, given, settles, actor, at)
    if not given and not settled:
        raise NothingCorrected
    check_unmoved(case, case.revision if revision is None else revision)
    person = {name: str(value) for name, value in given.items() if name in PERSONAL}
    party = _party(case) if person else None
    facts = _facts(case, given) | ({"parties": 1} if party and party._state.adding else {})
    noted = body(facts={"corrected": sorted(given), **facts}, end=not case.is_open)
    moved = record(
        case=case, state=state_of(case), step=CORRECTED, went_to=case.position, actor=actor, at=at, body=noted, revision=case.revision
    )  # fmt: skip
    _keep_person(party, person)
    _keep_statement(case, {name: value for name, value in given.items() if name in STATEMENT_FIELDS})
    return moved


def _settle(
    case: Case, given: Mapping[str, object], settles: Collection[UUID], actor: Actor, at: datetime
) -> int:
    waiting = Remark.objects.filter(county=case.county, case=case, settled_at=None)
    # Only a person has looked: a newer sheet of the other system leaves the question open.
    mine = waiting.filter(pk__in=settles) | (waiting.filter(field__in=given) if actor.id else waiting.none())
    return mine.update(settled_at=at, settled_by=actor.label)


def _facts(case: Case, given: Mapping[str, object]) -> dict[str, object]:
    facts = {name: given[name] for name in CASE_FIELDS if name in given}
    if "place" in facts:
        facts["path"] = division_path(str(facts["place"]))
    if given.get("phone"):
        # She follows her case by the last four digits of her telephone: from now on, by those of the right one.
        facts["follow_key"] = follow_key(case.number, str(given["phone"])[-4:])
    return facts


def _party(case: Case) -> Party:
    """Return whoever reported it; a new one where nobody was registered."""
    own = Party.objects.filter(county=case.county, case=case)
    return own.order_by("id").first() or Party(county=case.county, case=case)


def _keep_person(party: Party | None, given: Mapping[str, str]) -> None:
    if party is None:
        return
    for name, value in given.items():
        setattr(party, name, value)
    party.save()
    refresh_lookups(party)


def _keep_statement(case: Case, given: Mapping[str, object]) -> None:
    own = Statement.objects.filter(county=case.county, case=case).order_by("id").first()
    if own is None or not given:
        return
    for name, value in given.items():
        setattr(own, name, value)
    own.tokens = words_of(title=case.title, body=own.body, place_text=own.place_text, path=case.path)
    own.save()
