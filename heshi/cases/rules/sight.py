"""In which roles a person meets a particular case."""

from __future__ import annotations

from uuid import UUID

from heshi.people.permissions import CENTRE_ROLES, PLACE_ROLES
from heshi.people.rules import Scope
from heshi.playbooks.rules import at_level


def roles_here(scope: Scope, unit_id: UUID, path: str) -> frozenset[str]:
    """Return the roles that count for a case of this unit at this place.

    A role of a centre or of a village counts for every case below its place; any other only for the cases of its own unit. Each is
    there twice, once with the level at which it is held.
    """
    below = any(path == own or path.startswith(f"{own}/") for own in scope.paths)
    held = [
        (role, own)
        for role, own in scope.duties
        if own == unit_id or (below and role in CENTRE_ROLES | PLACE_ROLES)
    ]
    return frozenset(name for role, own in held for name in (role, at_level(role, scope.levels[own])))
