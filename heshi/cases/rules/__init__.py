"""Pure answers about a case: its tokens, its chain, what its events fold into, what a step does to its clocks."""

from heshi.cases.rules.chain import GENESIS, Link, digest, first_break, statement_digest
from heshi.cases.rules.folding import ClockState, State, apply, clock_columns, columns, folded, moment
from heshi.cases.rules.looking import facts_now
from heshi.cases.rules.turning import ClockNotSo, Turning, settled, started, turned
from heshi.cases.rules.words import plain, tokens

__all__ = [
    "GENESIS", "ClockNotSo", "ClockState", "Link", "State", "Turning", "apply", "clock_columns", "columns", "digest", "facts_now",
    "first_break", "folded", "moment", "plain", "settled", "started", "statement_digest", "tokens", "turned",
]  # fmt: skip
