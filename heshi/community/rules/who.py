"""Who may answer for a unit, and who may start a campaign. Values in, answer out."""

from __future__ import annotations

from uuid import UUID

from heshi.cases.rules.sight import roles_here
from heshi.people.permissions import May, may
from heshi.people.rules import Scope
from heshi.places.rules.codes import lies_in

NO_UNIT = UUID(int=0)


def may_answer(scope: Scope, *, role: str, unit_id: UUID, path: str) -> bool:
    """Return whether somebody may say what became of a duty: in its role at the unit, or for the centre above."""
    return (role, unit_id) in scope.duties or may(roles_here(scope, unit_id, path), May.ANSWER_FOR_A_UNIT)


def may_start(scope: Scope, *, path: str) -> bool:
    """Return whether somebody may start or end a campaign in a place: hers is a centre at or above it."""
    return may(roles_here(scope, NO_UNIT, path), May.LEAD_A_CAMPAIGN)


def own_units(scope: Scope) -> frozenset[UUID]:
    """Return the units in which somebody holds any post."""
    return frozenset(unit for _role, unit in scope.duties)


def sees(scope: Scope, *, unit_id: UUID, path: str) -> bool:
    """Return whether somebody sees the duties of a unit: her own, one below her centre, or any if she checks everything."""
    if scope.everything or unit_id in own_units(scope):
        return True
    return any(lies_in(path, upper=upper) for upper in scope.paths)
