"""Whether a unit can do under a playbook what it is sent: its posts must bring a case on from where it first comes to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from heshi.people.terms import POST_ROLES
from heshi.playbooks.rules import SAME, Playbook, Position, Step, at_level

CENTRE = "centre"
UNIT = "unit"
"""The holder of a position at which the unit has to act, and the field by which a step names another unit."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a case would lie with a unit that cannot bring it on, and which roles could."""

    position: Position
    roles: tuple[str, ...]


def stuck_at(playbook: Playbook, roles: Set[str]) -> Stuck | None:
    """Return where a case would be stuck at a unit that holds these roles (each also as role@level), None where it would not.

    A case may come to a unit in several ways; one of them that its posts bring to an end, to the resident, to the centre or to
    another unit is enough. To send back what came is none.
    """
    way, first = _to_the_unit(playbook)
    if not first or any(_gets_on(playbook, code, roles, way | {code}) for code in first):
        return None
    here = playbook.positions[first[0]]
    able = (role for step in _leaving(playbook, here.code, way) for role in step.who if role in POST_ROLES)
    return Stuck(here, tuple(dict.fromkeys(able)))


def may_take(step: Step, roles: Set[str]) -> bool:
    """Return whether somebody with these roles may take a step, as far as that is a matter of posts."""
    return any(
        role in roles
        and (not (terms := step.terms.get(role)) or not terms.level or at_level(role, terms.level) in roles)
        for role in step.who
    )


def _to_the_unit(playbook: Playbook) -> tuple[Set[str], list[str]]:
    """Return the centre's positions that a case passes before a unit has to act, and those at which one first has to."""
    waiting, way, first = [playbook.start], set[str](), list[str]()
    while waiting:
        here = playbook.positions[waiting.pop(0)]
        if here.holder == UNIT and not here.end:
            first += [] if here.code in first else [here.code]
        elif here.code not in way and not here.end:
            way.add(here.code)
            passed = (code for step in _leaving(playbook, here.code, set()) for code in step.targets())
            waiting += [code for code in passed if code != SAME]
    return {code for code in way if playbook.positions[code].holder == CENTRE}, first


def _gets_on(playbook: Playbook, code: str, roles: Set[str], been: Set[str]) -> bool:
    """Return whether these roles bring a case from here to where it is no longer this unit's turn."""
    for step in _leaving(playbook, code, been):
        if not may_take(step, roles):
            continue
        if any(ask.name == UNIT for ask in step.asks):
            return True
        for target in step.targets():
            there = playbook.positions.get(target)
            if there is None or target in been:
                continue
            if there.end or there.holder != UNIT or _gets_on(playbook, target, roles, been | {target}):
                return True
    return False


def _leaving(playbook: Playbook, code: str, been: Set[str]) -> Iterator[Step]:
    """Yield the steps that move a case on from a position to where it has not been."""
    for step in playbook.steps.values():
        targets = {target for target in step.targets() if target not in (SAME, code)}
        if code in step.source and targets - been:
            yield step
