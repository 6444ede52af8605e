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
from heshi.cases.rules.looking import age, facts_now, graded_by, situation_of, stage_reached
from heshi.cases.rules.registering import first_body, last_position
from heshi.cases.rules.staging import NOT_NOW, at_the_end, reached, staged
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
    "GENESIS", "NOT_NOW", "RESIDENT", "SYSTEM", "Actor", "ClockNotSo", "ClockState", "ClockVanished", "DayOutside",
    "Link", "State", "Turning", "age", "apply", "at_the_end", "body_of", "clock_columns", "columns", "digest",
    "facts_now", "first_body", "first_break", "folded", "graded_by", "last_position", "law_of", "plain", "reached", "settled",
    "situation_of", "stage_reached", "staged", "started", "statement_digest", "task_columns", "tokens", "turned",
]  # fmt: skip
