"""Pure answers about a case: its tokens, its chain, what its events fold into, what a step does to its clocks."""

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
from heshi.cases.rules.looking import facts_now
from heshi.cases.rules.tasking import body_of
from heshi.cases.rules.turning import ClockNotSo, DayOutside, Turning, settled, started, turned
from heshi.cases.rules.words import plain, tokens

__all__ = [
    "GENESIS", "ClockNotSo", "ClockState", "DayOutside", "Link", "State", "Turning", "apply", "body_of",
    "clock_columns", "columns", "digest", "facts_now", "first_break", "folded", "plain", "settled", "started",
    "statement_digest", "task_columns", "tokens", "turned",
]  # fmt: skip
