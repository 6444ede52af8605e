"""Pure answers about a case: its tokens, its chain, what its events fold into, what a step does to its clocks."""

from heshi.cases.rules.actors import RESIDENT, SYSTEM, Actor
from heshi.cases.rules.chain import GENESIS, Link, digest, first_break, statement_digest
from heshi.cases.rules.folding import (
    ClockState,
    State,
    apply,
    clock_columns,
    columns,
    folded,
    task_columns,
)
from heshi.cases.rules.looking import facts_now, situation_of
from heshi.cases.rules.registering import first_body
from heshi.cases.rules.tasking import body_of
from heshi.cases.rules.ticking import reached, ticked
from heshi.cases.rules.turning import ClockNotSo, DayOutside, Turning, settled, started, turned
from heshi.cases.rules.words import plain, tokens

__all__ = [
    "GENESIS", "RESIDENT", "SYSTEM", "Actor", "ClockNotSo", "ClockState", "DayOutside", "Link", "State", "Turning", "apply", "body_of",
    "clock_columns", "columns", "digest", "facts_now", "first_body", "first_break", "folded", "plain", "reached", "settled", "situation_of",
    "started", "statement_digest", "task_columns", "ticked", "tokens", "turned",
]  # fmt: skip
