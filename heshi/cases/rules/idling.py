"""No open case is ever without a clock: where nothing else runs, the house's own runs until something else does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from heshi.cases.record import ClockChange, ClockStarted, ClockStopped
from heshi.cases.record.changes import Round
from heshi.cases.rules.folding import State
from heshi.cases.rules.turning import started, stopped
from heshi.clocks.rules import ClockDef
from heshi.clocks.terms import IDLE, Ticking
from heshi.playbooks.rules import TaskAdded, TaskChange


def never_idle(
    changes: Sequence[ClockChange], state: State, laws: Mapping[str, ClockDef], *, at: datetime, moves: bool,
    tasks: Sequence[TaskChange] = (),
) -> tuple[ClockChange, ...]:  # fmt: skip
    """Return what an act that leaves the case open makes of the clocks, so that one runs behind it.

    The house's own clock begins where none does, anew where the act ``moves`` the case to another position, and stops as soon as
    another one runs. A clock of a task that only some may see counts for nothing: whoever looks at the case sees none.
    """
    left = _running(changes, state, _sealed(state, tasks))
    own = [key for key in left if key[0] == IDLE]
    others = left - set(own)
    law = laws.get(IDLE)
    if law is None or (own and not others and not moves):
        return tuple(changes)
    ended = [stopped(state.clocks[key]) for key in own]
    begun = [] if others else [started(law, at, round_=state.rounds(IDLE) + 1)]
    return (*changes, *ended, *begun)


def _running(changes: Sequence[ClockChange], state: State, sealed: Collection[int]) -> set[Round]:
    left = {
        key
        for key, clock in state.clocks.items()
        if clock.state is not Ticking.STOPPED and clock.task not in sealed
    }
    left -= {change.key for change in changes if isinstance(change, ClockStopped)}
    return left | {
        change.key for change in changes if isinstance(change, ClockStarted) and change.task not in sealed
    }


def _sealed(state: State, tasks: Sequence[TaskChange]) -> set[int]:
    added = {task.number for task in tasks if isinstance(task, TaskAdded) and task.seen_by}
    return added | {task.number for task in state.tasks.values() if task.seen_by}
