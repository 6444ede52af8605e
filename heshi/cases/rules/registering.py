"""What the first event of a case keeps: what is known from the first word, and the clocks that begin with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from heshi.cases.record import Body, body
from heshi.cases.rules.folding import State
from heshi.cases.rules.idling import never_idle
from heshi.cases.rules.looking import graded_by
from heshi.cases.rules.turning import Turning, turned
from heshi.playbooks.rules import Playbook, Told


def last_position(playbook: Playbook) -> str:
    """Return where a case lies that was over before it came here: the position at which this playbook's cases usually end."""
    ends = [position.code for position in playbook.positions.values() if position.end]
    return "closed" if "closed" in ends else ends[-1]


def first_body(
    playbook: Playbook, facts: Mapping[str, object], *, roles: frozenset[str], at: datetime, tells: Iterable[Told] = ()
) -> Body:  # fmt: skip
    """Return the body of the event by which a case is opened, graded and with its first clocks started."""
    turning = Turning(State(), playbook.laws, {}, roles, at)
    clocks = never_idle(turned(playbook.opening, turning), State(), playbook.laws, at=at, moves=True)
    first = body(facts=facts, clocks=clocks, tells=tuple(tells), end=False)
    return graded_by(first, State(), playbook, went_to=playbook.start, at=at)
