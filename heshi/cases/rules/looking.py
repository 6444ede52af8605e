"""The facts that conditions look at."""

from __future__ import annotations

from typing import Any

from heshi.cases.rules.folding import State
from heshi.playbooks.rules import Playbook


def facts_now(state: State, playbook: Playbook) -> dict[str, Any]:
    """Return the facts of a case together with what its clocks say now.

    ``overdue`` is the office's lateness; while the resident has the case, a clock that ran out only means she was ``waited`` for.
    """
    late = any(clock.stage == "overdue" for clock in state.clocks.values() if clock.state == "running")
    hers = playbook.positions[state.position].holder == "resident"
    return {**state.facts, "overdue": late and not hers, "waited": late and hers}
