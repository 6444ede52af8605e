"""Workers that are killed: this program forks them one after the other and stops when everything has been drawn.

`python -m tests.journey.nursery DATABASE KILLS` prints how many it killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import django
from django.conf import settings

if TYPE_CHECKING:
    from heshi.cases.queries.outgoing import Happened

WITNESSED = "CREATE TABLE witnessed (place bigserial, event_id uuid, case_id uuid, number integer)"
AT_ONCE, WORKERS = 3, 2


def table() -> None:
    """Put a witness beside the statistics: it writes down whatever it is given, as often as it is given it."""
    from heshi.journey import consequences
    from heshi.journey.actions import drawing

    witness = consequences.Consequence("witness", "见证", witnessed, lambda: None, at_once=AT_ONCE)
    both = (*consequences.consequences(), witness)
    for module in (consequences, drawing):
        module.consequences = lambda: both  # type: ignore[attr-defined]


def witnessed(happened: Sequence[Happened]) -> None:
    """Write down what happened."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO witnessed (event_id, case_id, number) VALUES (%s, %s, %s)",
            [(one.event_id, one.case_id, one.number) for one in happened],
        )


def work() -> None:
    """Draw what waits, for as long as whoever forked this worker lives."""
    from django.utils import timezone

    from heshi.journey.actions import draw_all

    parent = os.getppid()
    while os.getppid() == parent:
        if not draw_all(at=timezone.now()):
            time.sleep(0.002)


def start() -> None:
    """Go through the archive, still empty, so that from now on each event is given once."""
    from django.db import connections
    from django.utils import timezone

    from heshi.journey.actions import draw_all

    draw_all(at=timezone.now())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    connections.close_all()


def forked() -> int:
    """Return a new worker's number; in the worker itself, work until killed."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(1)


def main(database: str, kills: int) -> None:
    """Kill one worker after another, without warning, at any moment of its work; two of them work at once."""
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    table()
    start()
    rng = random.Random(11)
    workers = [forked() for _ in range(WORKERS)]
    for _kill in range(kills):
        time.sleep(rng.uniform(0.004, 0.09))
        victim = workers.pop(rng.randrange(len(workers)))
        os.kill(victim, signal.SIGKILL)
        _pid, status = os.waitpid(victim, 0)
        if not os.WIFSIGNALED(status):
            sys.exit("a worker had ended by itself")
        workers.append(forked())
    sys.stdout.write(f"{kills}\n")
    sys.stdout.flush()
    sys.stdin.read()
    for worker in workers:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
