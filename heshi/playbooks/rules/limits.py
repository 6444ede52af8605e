"""The clocks of a playbook as the law's own are: how long, of which kind, and what it means when they run out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from heshi.clocks.rules import ClockDef
from heshi.playbooks.rules.shape import Playbook

LAPSING: Final = frozenset({"lapse", "free_to_go_on", "revisit"})
"""What the end of a clock means when it takes a right away, or only says when to look again: nobody is late."""


def laws_for(playbook: Playbook, library: Mapping[str, ClockDef]) -> dict[str, ClockDef]:
    """Return the clocks a playbook may use: the library of law and its own local ones."""
    return {**library, **{code: _local(playbook.code, code, spec) for code, spec in playbook.clocks.items()}}


def _local(family: str, code: str, spec: Mapping[str, Any]) -> ClockDef:
    return ClockDef(
        code=code, title=spec["title"], trigger="step", since="计时开始之时", length=spec["length"], unit=spec["unit"], article="",
        source=spec["source"], verified=False, family=family, roll="none" if spec["unit"] == "hour" else "next_working_day",
        on_expiry=spec.get("on_expiry", "overdue"),
    )  # fmt: skip


def lapsing(laws: Mapping[str, ClockDef]) -> frozenset[str]:
    """Return the clocks whose end makes nobody late."""
    return frozenset(code for code, law in laws.items() if law.on_expiry in LAPSING)


def days_of(law: ClockDef | None) -> int:
    """Return so many days from now as certainly lie within this clock."""
    if law is None:
        return 0
    return law.length * {"day": 1, "working_day": 1, "month": 28, "year": 365}.get(law.unit, 0)
