"""Which cases a person sees, and in which roles she meets a particular one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from heshi.cases.terms import ACCUSING
from heshi.common.refusals import Unknown
from heshi.people.permissions import CENTRE_ROLES, PLACE_ROLES
from heshi.people.rules import Scope
from heshi.places.rules.codes import lies_in
from heshi.playbooks.rules import at_level


class CaseUnknown(Unknown):
    """No such case, or it is out of this person's sight."""

    code = "case_unknown"
    sentence = "没有找到这个编号的案件，请核对编号；如确有其事，请联系中心值班长。"


def sees(scope: Scope, *, unit_id: UUID, path: str, kind: str, involved: Collection[UUID] = ()) -> bool:
    """Say whether a person may see a case of this unit, place and kind; ``involved`` are the units that have a task in it.

    The same answer as `queries.visible_to` and `queries.involved` give together, for a case that lies in no table.
    """
    if scope.everything or unit_id in scope.unit_ids or not scope.unit_ids.isdisjoint(involved):
        return True
    return any(
        lies_in(path, upper=own) and not (own in scope.neighbours and kind in ACCUSING) for own in scope.paths
    )


def roles_here(scope: Scope, unit_id: UUID, path: str) -> frozenset[str]:
    """Return the roles that count for a case of this unit at this place.

    A role of a centre or of a village counts for every case below its place; any other only for the cases of its own unit. Each is
    there twice, once with the level at which it is held.
    """
    below = any(lies_in(path, upper=own) for own in scope.paths)
    held = [
        (role, own)
        for role, own in scope.duties
        if own == unit_id or (below and role in CENTRE_ROLES | PLACE_ROLES)
    ]
    return frozenset(name for role, own in held for name in (role, at_level(role, scope.levels[own])))
