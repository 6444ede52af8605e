"""Let a case go over to another playbook: how a wrong first guess is put right, with a reason and without losing anything."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.stepping import check_unmoved, record
from heshi.cases.models import Case
from heshi.cases.queries.file import state_of
from heshi.cases.rules import Actor
from heshi.cases.rules.changing import Change, changed_way
from heshi.cases.terms import CHANGED
from heshi.common.refusals import Invalid, NotAllowed
from heshi.people.permissions import May, may
from heshi.playbooks.queries import playbook as playbook_of


class ChangeNotYours(NotAllowed):
    """Whoever works on a case does not choose by which rules."""

    code = "change_not_yours"
    sentence = "改换办法要由分流员、督办员或领导办理，请转告对方。"


class ReasonForChangeMissing(Invalid):
    """The resident and whoever reads the file must see why."""

    code = "reason_for_change_missing"
    sentence = "请写明为什么改换办法，反映人也会看到这句话。"


def change_of(case: Case, version: UUID) -> Change:
    """Return what it would mean for a case to live by that version of a playbook."""
    return Change(state_of(case), playbook_of(case.playbook_id), playbook_of(version), str(version))


@transaction.atomic
def change_way(
    *, case: Case, version: UUID, position: str, why: str, actor: Actor, at: datetime, revision: int | None = None,
    unit: UUID | None = None,
) -> Case:  # fmt: skip
    """Let a case live by another version from now on, at that position, with that unit where one is given; return it as it then stands.

    Raises ChangeNotYours, ReasonForChangeMissing, CaseMoved, CaseOver, SameWay, NoSuchPosition or TasksUnknownThere.
    """
    if not may(actor.roles, May.CHANGE_THE_WAY):
        raise ChangeNotYours
    if not why.strip():
        raise ReasonForChangeMissing
    check_unmoved(case, case.revision if revision is None else revision)
    change = change_of(case, version)
    body = changed_way(change, position=position, why=why.strip(), at=at, unit=str(unit) if unit else "")
    return record(
        case=case, state=change.state, step=CHANGED, went_to=position, actor=actor, at=at, body=body, revision=case.revision
    )  # fmt: skip
