"""Walk a made-up year on every core; the result does not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from heshi.rehearsal.rules.tallying import SimulationResult, Tally, together
from heshi.rehearsal.rules.year import PORTION, Year, walked_portion

Write = Callable[[bytes], object]
_year: list[Year] = []
"""The year a worker works on, given to it once."""


def simulated(year: Year, write: Write, *, cores: int | None = None) -> SimulationResult:
    """Return what becomes of the cases of a year; hand the lines of each portion to ``write``, in order.

    Raises DeadEnd when a case stands where nobody can ever act again.
    """
    tallies: list[Tally] = []
    with _portions(year, cores or os.cpu_count() or 1) as portions:
        for tally, lines in portions:
            tallies.append(tally)
            write(lines)
    return together(tallies).result(year.playbook, year.seed)


@contextmanager
def _portions(year: Year, cores: int) -> Iterator[Iterator[tuple[Tally, bytes]]]:
    if cores == 1 or year.cases <= PORTION:
        yield (walked_portion(year, first) for first in year.portions())
        return
    fresh = multiprocessing.get_context("spawn")
    with fresh.Pool(min(cores, len(year.portions())), initializer=_begin, initargs=(year,)) as pool:
        yield pool.imap(_portion, year.portions())


def _begin(year: Year) -> None:
    _year.append(year)


def _portion(first: int) -> tuple[Tally, bytes]:
    return walked_portion(_year[-1], first)
