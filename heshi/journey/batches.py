"""Write in batches, side by side: one thread reads and checks, two write, so that the database works while Python reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Final

from django.db import connections

from heshi.journey.weighing import BatchOutcome, Taken

WRITERS, WAITING = 2, 4
Write = Callable[[list[Taken]], BatchOutcome]
Batch = tuple[list[Taken], BatchOutcome]
"""The rows that can become cases, and what came of the others on the way."""
THREADS: Final = "import"


def written_side_by_side(batches: Iterable[Batch], write: Write) -> Iterator[BatchOutcome]:
    """Yield what came of each batch, in order, while the next ones are being read and written."""
    waiting = deque[tuple[Future[BatchOutcome], BatchOutcome]]()
    with ThreadPoolExecutor(WRITERS, thread_name_prefix=THREADS) as writers:
        try:
            for taken, aside in batches:
                waiting.append((writers.submit(_in_thread, write, taken), aside))
                if len(waiting) >= WAITING:
                    yield _joined(*waiting.popleft())
            while waiting:
                yield _joined(*waiting.popleft())
        finally:
            for future, _aside in waiting:
                future.cancel()
            _hang_up(writers)


def _hang_up(writers: ThreadPoolExecutor) -> None:
    """Close the connection of each thread: the barrier sees to it that every one of them gets its turn."""
    together = Barrier(WRITERS)

    def hang_up() -> None:
        together.wait()
        connections.close_all()

    for _each in range(WRITERS):
        writers.submit(hang_up)


def _in_thread(write: Write, taken: list[Taken]) -> BatchOutcome:
    return write(taken) if taken else BatchOutcome()


def _joined(future: Future[BatchOutcome], aside: BatchOutcome) -> BatchOutcome:
    return aside.joined(future.result())
