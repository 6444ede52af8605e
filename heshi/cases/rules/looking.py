"""The facts that conditions look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heshi.cases.rules.folding import State
from heshi.clocks.terms import RUN_OUT, Stage, Ticking
from heshi.playbooks.rules import Playbook, Situation, task_facts


def facts_now(state: State, playbook: Playbook) -> dict[str, Any]:
    """Return the facts of a case together with what its clocks and tasks say now.

    ``overdue`` is the office's lateness; while the resident has the case, a clock that ran out only means she was ``waited`` for.
    ``running`` are the clocks that still have time, ``late`` those that ran out.
    """
    ticking = [clock for clock in state.clocks.values() if clock.state is Ticking.RUNNING]
    overdue = [clock for clock in ticking if clock.stage is Stage.OVERDUE]
    hers = playbook.positions[state.position].holder == "resident"
    return {
        **playbook.counters,
        **state.facts,
        **playbook.no_tasks,
        **task_facts(state.tasks.values()),
        "overdue": bool(overdue) and not hers and state.is_open,
        "waited": hers and any(not clock.task for clock in overdue),
        "late": tuple(clock.code for clock in ticking if clock.stage in RUN_OUT),
        "running": tuple(clock.code for clock in ticking if clock.stage not in RUN_OUT),
    }


def situation_of(
    state: State, playbook: Playbook, roles: frozenset[str], *, task: int = 0, presence: Mapping[str, str] | None = None
) -> Situation:  # fmt: skip
    """Return where a case stands for somebody in these roles."""
    tasks = tuple(state.tasks.values())
    return Situation(state.position, facts_now(state, playbook), roles, tasks, task, presence or {})
