"""`bench import`: files opened per second through the whole door, everything included, from a CSV on disk.

And what share that is of the fastest that this database can take the very same rows: a bare COPY into tables of the same shape.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from heshi.cases.models import Case, Clock, Event, Lookup, Outgoing, Party, Remark, Statement
from heshi.cases.queries.checking import broken_chains
from heshi.cli.bench.ground import own_database, say, told
from heshi.cli.bench.words import reports

WRITTEN: Final = (Case, Event, Statement, Party, Lookup, Clock, Outgoing, Remark)
"""The tables that an import fills."""


def measure(*, count: int) -> None:
    """Import so many rows twice (the second time adds nothing) and tell both times."""
    with tempfile.TemporaryDirectory() as folder, own_database("heshi_bench_import"):
        path = _file(Path(folder), count)
        say(f"{count} 行")
        first = _timed(path)
        opened = Case.objects.count()
        bare = _copied()
        again = _timed(path)
        told(
            {
                "bench": "import",
                "cases": opened,
                "events": Event.objects.count(),
                "seconds": round(first, 3),
                "cases_per_second": round(opened / first),
                "bare_copy_seconds": round(bare, 3),
                "ratio_to_bare_copy": round(bare / first, 3),
                "target_ratio": 0.15,
                "second_run_adds": Case.objects.count() - opened,
                "second_run_rows_per_second": round(count / again),
                "broken_chains": len(list(broken_chains())),
                "target_cases_per_second": 1000,
            }
        )


def _file(folder: Path, count: int) -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "title", "body", "phone", "created_at"])
        for row in reports(count):
            writer.writerow([row.source_key, row.title, row.body, row.phone, row.said_at])
    return path


def _copied() -> float:
    """Return in how many seconds the rows of everything that was opened go into empty tables of the same shape by COPY alone."""
    with connection.cursor() as cursor:
        kept = [(model._meta.db_table, _out(cursor, model._meta.db_table)) for model in WRITTEN]
        for table, _rows in kept:
            cursor.execute(f'CREATE TABLE "bare_{table}" (LIKE "{table}" INCLUDING ALL)')
        start = time.perf_counter()
        with transaction.atomic():
            for table, rows in kept:
                with cursor.copy(f'COPY "bare_{table}" FROM STDIN') as into:
                    for piece in rows:
                        into.write(piece)
        taken = time.perf_counter() - start
        for table, _rows in kept:
            cursor.execute(f'DROP TABLE "bare_{table}"')
    return taken


def _out(cursor: CursorWrapper, table: str) -> list[bytes]:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
        return [bytes(piece) for piece in out]


def _timed(path: Path, more: Sequence[str] = ()) -> float:
    start = time.perf_counter()
    call_command("import", str(path), *more)
    return time.perf_counter() - start
