"""Say what a case is about: its kind and topic, and, as long as it was only held, the playbook and unit that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from heshi.cases.actions.changing import change_of
from heshi.cases.actions.stepping import check_unmoved, record
from heshi.cases.models import Case
from heshi.cases.queries.file import playbook_for, state_of
from heshi.cases.record import body as body_now
from heshi.cases.rules import Actor, graded_by
from heshi.cases.rules.changing import begun_by
from heshi.cases.terms import SORTED
from heshi.common.refusals import Conflict, NotAllowed
from heshi.people.permissions import May, may


class SortNotYours(NotAllowed):
    """What a case is about decides where it goes: the centre says that."""

    code = "sort_not_yours"
    sentence = "类别和事项要由窗口、分流员、督办员或领导来定，请转告对方。"


class NothingToSort(Conflict):
    """What has ended keeps the kind and topic it ended with."""

    code = "nothing_to_sort"
    sentence = "案件已经办结，类别和事项不能再改；确需再办的，请先要求重新办理。"


@transaction.atomic
def sort_case(
    *, case: Case, facts: Mapping[str, object], version: UUID | None, actor: Actor, at: datetime, revision: int | None = None
) -> Case:  # fmt: skip
    """Write what a case is about, and let it begin by that version of a playbook where one is given; return it as it then stands.

    Raises SortNotYours, CaseMoved, NothingToSort or TasksUnknownThere.
    """
    if not may(actor.roles, May.SORT):
        raise SortNotYours
    check_unmoved(case, case.revision if revision is None else revision)
    if not case.is_open:
        raise NothingToSort
    if version and version != case.playbook_id:
        change = change_of(case, version)
        state, went_to, body = change.state, change.new.start, begun_by(change, facts=facts, at=at)
    else:
        state, went_to = state_of(case), case.position
        body = graded_by(body_now(facts=facts, end=False), state, playbook_for(case), went_to=went_to, at=at)
    return record(
        case=case, state=state, step=SORTED, went_to=went_to, actor=actor, at=at, body=body, revision=case.revision
    )  # fmt: skip
