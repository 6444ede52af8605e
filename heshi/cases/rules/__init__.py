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
from heshi.cases.rules.looking import age, facts_now, graded_by, stage_reached
from heshi.cases.rules.staging import reached, staged
from heshi.cases.rules.tasking import body_of
from heshi.cases.rules.turning import (
    ClockNotSo,
    ClockVanished,
    DayOutside,
    Turning,
    law_of,
    settled,
    started,
    turned,
)
from heshi.cases.rules.words import plain, tokens

__all__ = [
    "GENESIS", "ClockNotSo", "ClockState", "ClockVanished", "DayOutside", "Link", "State", "Turning", "age", "apply",
    "body_of", "clock_columns", "columns", "digest", "facts_now", "first_break", "folded", "graded_by", "law_of",
    "plain", "reached", "settled", "stage_reached", "staged", "started", "statement_digest", "task_columns", "tokens",
    "turned",
]  # fmt: skip
