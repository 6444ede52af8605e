"""`bench import`: files opened per second through the whole door, everything included, from a CSV on disk."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command

from heshi.cases.models import Case, Event
from heshi.cases.queries.checking import broken_chains
from heshi.cli.bench.ground import own_database, say, told
from heshi.cli.bench.words import reports


def measure(*, count: int) -> None:
    """Import so many rows twice (the second time adds nothing) and tell both times."""
    with tempfile.TemporaryDirectory() as folder, own_database("heshi_bench_import"):
        path = _file(Path(folder), count)
        say(f"{count} 行")
        first = _timed(path)
        opened = Case.objects.count()
        again = _timed(path)
        told(
            {
                "bench": "import",
                "cases": opened,
                "events": Event.objects.count(),
                "seconds": round(first, 3),
                "cases_per_second": round(opened / first),
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


def _timed(path: Path, more: Sequence[str] = ()) -> float:
    start = time.perf_counter()
    call_command("import", str(path), *more)
    return time.perf_counter() - start
