"""Keep the record of an import: begun, moved on, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F

from heshi.intake.models import ImportRun
from heshi.intake.queries.runs import unfinished
from heshi.intake.rules.reading import Reading
from heshi.places.queries import county_code

NAME_LENGTH, WHY_LENGTH = 200, 400
COUNTS: Final = ("rows_read", "opened", "known", "changed", "held", "rejected", "ended_elsewhere")


def begin_run(
    *,
    file_name: str,
    file_sm3: str,
    source_name: str,
    reading: Reading,
    at: datetime,
    by_label: str = "",
) -> ImportRun:
    """Return the record of an import by command: that of an unfinished one of the same file, or a new one."""
    run = unfinished(file_sm3=file_sm3, source_name=source_name, by_id=None)
    if run is None:
        run = draft_run(
            file_name=file_name,
            file_sm3=file_sm3,
            source_name=source_name,
            by_id=None,
            by_label=by_label,
            at=at,
        )
    run.reading = reading.kept()
    run.save(update_fields=["reading"])
    return restart_run(run=run, at=at)


def draft_run(
    *, file_name: str, file_sm3: str, source_name: str, by_id: UUID | None, by_label: str, at: datetime
) -> ImportRun:
    """Record a file that was uploaded and of which nothing has been imported yet."""
    return ImportRun.objects.create(
        county=county_code(), file_name=file_name[-NAME_LENGTH:], file_sm3=file_sm3, source_name=source_name, by_id=by_id,
        by_label=by_label, started_at=at, moved_at=at,
    )  # fmt: skip


def confirm_run(*, run: ImportRun, reading: Reading, at: datetime) -> bool:
    """Hand an import to the worker; False when somebody was faster, or it is being done already."""
    still = ImportRun.objects.filter(county=run.county, pk=run.pk, moved_at=run.moved_at).exclude(
        state=ImportRun.RunState.DONE
    )
    return bool(still.update(state=ImportRun.RunState.WAITING, reading=reading.kept(), moved_at=at, why=""))


def restart_run(*, run: ImportRun, at: datetime) -> ImportRun:
    """Set the counts back and return the record as running: the file is read from its beginning."""
    run.state, run.moved_at, run.ended_at, run.why = ImportRun.RunState.RUNNING, at, None, ""
    for name in COUNTS:
        setattr(run, name, 0)
    run.flagged = {}
    run.save(update_fields=["state", "moved_at", "ended_at", "why", "flagged", *COUNTS])
    return run


def note_progress(
    *, run: ImportRun, counts: Mapping[str, int], flagged: Mapping[str, int], at: datetime
) -> None:
    """Add to the counts, by their names (COUNTS); ``flagged`` is how many of each doubt there are so far. One thread does so."""
    ImportRun.objects.filter(county=run.county, pk=run.pk).update(
        **{name: F(name) + count for name, count in counts.items()},
        flagged=dict(flagged),
        state=ImportRun.RunState.RUNNING,
        moved_at=at,
    )


def end_run(*, run: ImportRun, at: datetime, why: str = "") -> ImportRun:
    """Close the record, as failed when there is a reason, and return it with its counts."""
    state = ImportRun.RunState.FAILED if why else ImportRun.RunState.DONE
    ImportRun.objects.filter(county=run.county, pk=run.pk).update(
        state=state, why=why[:WHY_LENGTH], moved_at=at, ended_at=at
    )
    run.refresh_from_db()
    return run
