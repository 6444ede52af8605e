"""Who acts on a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a resident, a member of staff in her roles, or the system."""

    kind: str
    id: UUID | None
    label: str
    roles: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """By which whatever she sends ahead of a step is known as hers."""
        return str(self.id or self.kind)


RESIDENT: Final = Actor("resident", None, "群众", frozenset({"resident"}))
SYSTEM: Final = Actor("system", None, "系统", frozenset({"system"}))
