"""What time alone does to cases: one table. Adding such a duty is one line here, two functions, and one line in `duties.py`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from heshi.cases.actions import ticking


class CasesFound(Protocol):
    """Finds the cases for which the time has come, but those set apart."""

    def __call__(self, *, at: datetime, limit: int, apart: Collection[UUID]) -> list[UUID]:
        """Return their keys."""


class Done(Protocol):
    """Does what is to be done for one case."""

    def __call__(self, case_id: UUID, *, at: datetime) -> int:
        """Return how much that was."""


@dataclass(frozen=True, slots=True)
class CaseDuty:
    """One thing that time does to cases."""

    name: str
    title: str
    find: CasesFound
    do: Done


TICK: Final = CaseDuty("clocks", "时限", ticking.due, ticking.tick)
SETTLE: Final = CaseDuty("rest_days", "补算到期日", ticking.awaiting, ticking.settle)
REGRADE: Final = CaseDuty("ages", "按天数评级", ticking.older, ticking.regrade)
CASE_DUTIES: Final = (TICK, SETTLE, REGRADE)
