"""What all changes of places share: the version token and the report of an import."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from heshi.common.keys import new_key
from heshi.places import queries
from heshi.places.models import PlacesVersion

CHUNK = 5_000


@dataclass
class Imported:
    """What an import did: rows added, changed, already there, and refused with line and reason."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def mark_changed() -> None:
    """Move the version token; in this process at once, in every other within a second of the commit."""
    PlacesVersion.objects.update_or_create(name="places", defaults={"token": new_key()})
    queries.forget()
    transaction.on_commit(queries.forget)
