"""Keep the record of an import: begun, moved on, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F

from heshi.intake.models import ImportRun
from heshi.intake.queries.runs import unfinished
from heshi.places.queries import county_code

NAME_LENGTH, WHY_LENGTH = 200, 400


def begin_run(
    *,
    file_name: str,
    file_sm3: str,
    source_name: str,
    mapping: Mapping[str, str],
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
    run.mapping = dict(mapping)
    run.save(update_fields=["mapping"])
    return restart_run(run=run, at=at)


def draft_run(
    *, file_name: str, file_sm3: str, source_name: str, by_id: UUID | None, by_label: str, at: datetime
) -> ImportRun:
    """Record a file that was uploaded and of which nothing has been imported yet."""
    return ImportRun.objects.create(
        county=county_code(), file_name=file_name[-NAME_LENGTH:], file_sm3=file_sm3, source_name=source_name, by_id=by_id,
        by_label=by_label, started_at=at, moved_at=at,
    )  # fmt: skip


def confirm_run(*, run: ImportRun, mapping: Mapping[str, str], at: datetime) -> bool:
    """Hand an import to the worker; False when somebody was faster, or it is being done already."""
    still = ImportRun.objects.filter(county=run.county, pk=run.pk, moved_at=run.moved_at).exclude(
        state=ImportRun.RunState.DONE
    )
    return bool(still.update(state=ImportRun.RunState.WAITING, mapping=dict(mapping), moved_at=at, why=""))


def restart_run(*, run: ImportRun, at: datetime) -> ImportRun:
    """Set the counts back and return the record as running: the file is read from its beginning."""
    run.state, run.moved_at, run.ended_at, run.why = ImportRun.RunState.RUNNING, at, None, ""
    run.rows_read = run.opened = run.known = run.rejected = 0
    run.save(
        update_fields=["state", "moved_at", "ended_at", "why", "rows_read", "opened", "known", "rejected"]
    )
    return run


def note_progress(*, run: ImportRun, rows: int, opened: int, known: int, rejected: int, at: datetime) -> None:
    """Add to the counts; two workers may do so at once."""
    ImportRun.objects.filter(county=run.county, pk=run.pk).update(
        rows_read=F("rows_read") + rows,
        opened=F("opened") + opened,
        known=F("known") + known,
        rejected=F("rejected") + rejected,
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
