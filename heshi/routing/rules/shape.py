"""What a routing rule is, what it looks at, and what a decision says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, NotRequired, TypedDict, cast
from uuid import UUID


class Facts(NamedTuple):
    """What routing looks at: kind, topic, the path of the place (empty: nobody knows where), tier."""

    kind: str
    topic: str
    path: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """To whom: one unit by code, the unit of a kind around the matter, or the centre around it.

    ``otherwise`` is the unit to take where the place is unknown or has no unit of that kind.
    """

    unit: str = ""
    kind: str = ""
    at: str = ""
    is_centre: bool = False
    otherwise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. An empty condition holds for everything; the first rule whose conditions all hold decides."""

    code: str
    priority: int
    target: Target
    playbook: str
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0


class UnitRef(NamedTuple):
    """A unit as routing needs it."""

    id: UUID
    code: str
    name: str
    kind: str
    place: str


@dataclass(frozen=True, slots=True)
class StandingUnits:
    """The units that stand today, by code, by (kind, place), and the centres by place."""

    county: str
    units: Mapping[str, UnitRef]
    by_kind: Mapping[tuple[str, str], UnitRef]
    centres: Mapping[str, UnitRef]


class KeptDecision(TypedDict):
    """A decision as the first event of a case keeps it; ``lost`` are pairs of a rule's code and why."""

    rule: str | None
    version: int
    inputs: dict[str, str]
    lost: list[list[str]]
    unit: str
    playbook: str
    fallback: NotRequired[str]
    how: NotRequired[str]


def kept_decision(facts: Mapping[str, object]) -> KeptDecision | None:
    """Return the decision among the facts of a case, None where nothing was decided."""
    kept = facts.get("route")
    # An old playbook may have asked something under this very name.
    return cast("KeptDecision", kept) if isinstance(kept, dict) and kept else None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose matter it is, under which playbook, and why; ``rule_id`` is “version/code”, None when no rule matched.

    ``how`` is empty where the rules decided; else nobody was sure what it is about, or somebody chose the method (`routing.terms`).
    """

    unit_id: UUID
    unit_code: str
    unit_name: str
    playbook: str
    rule_id: str | None
    inputs: Facts
    version: int
    lost: tuple[tuple[str, str], ...] = ()
    fallback: str = ""
    how: str = ""
    kept: list[KeptDecision] = field(default_factory=list, compare=False, repr=False)

    def told(self) -> KeptDecision:
        """Return the decision as it is kept in the case's first event; worked out once, however many cases it sends."""
        if not self.kept:
            self.kept.append(self._told())
        return self.kept[0].copy()

    def _told(self) -> KeptDecision:
        told: KeptDecision = {
            "rule": self.rule_id,
            "version": self.version,
            "inputs": {name: value for name, value in self.inputs._asdict().items() if value},
            "lost": [list(pair) for pair in self.lost],
            "unit": self.unit_code,
            "playbook": self.playbook,
        }
        if self.fallback:
            told["fallback"] = self.fallback
        if self.how:
            told["how"] = self.how
        return told
