"""In which roles a person meets a particular case."""

from __future__ import annotations

from uuid import UUID

from heshi.people.permissions import CENTRE_ROLES, PLACE_ROLES
from heshi.people.rules import Scope


def roles_here(scope: Scope, unit_id: UUID, path: str) -> frozenset[str]:
    """Return the roles that count for a case of this unit at this place.

    A role of a centre or of a village counts for every case below its place; any other only for the cases of its own unit.
    """
    below = any(path == own or path.startswith(f"{own}/") for own in scope.paths)
    return frozenset(
        role for role, own in scope.duties if own == unit_id or (below and role in CENTRE_ROLES | PLACE_ROLES)
    )
