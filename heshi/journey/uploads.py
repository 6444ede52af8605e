"""Files uploaded to the desk: where they lie, how they are imported in the background, and when they go."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from heshi.cases.actions import Actor
from heshi.common.refusals import Refusal
from heshi.intake.actions import restart_run
from heshi.intake.models import ImportRun
from heshi.journey.importing import import_file

KEPT_FOR = timedelta(days=7)
"""How long rejected rows can be fetched; they hold personal fields."""


def folder() -> Path:
    """Return where uploaded files and rejected rows lie until they are no longer needed."""
    path: Path = settings.HESHI_VAR / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def uploaded(run: ImportRun) -> Path:
    """Return where the uploaded file of an import lies."""
    return folder() / f"{run.pk}.upload"


def rejected_of(run: ImportRun) -> Path:
    """Return where the rejected rows of an import lie."""
    return folder() / f"{run.pk}.rejected.xlsx"


@task()
def import_uploaded(key: str) -> None:
    """Import an uploaded file in the background; what was uploaded is deleted when every row of it has been dealt with."""
    run = ImportRun.objects.get(pk=key)
    if run.state == ImportRun.RunState.DONE:
        return
    restart_run(run=run, at=timezone.now())
    actor = Actor("staff", run.by_id, run.by_label, frozenset({"front_desk"}))
    try:
        import_file(
            run=run, path=uploaded(run), rejected_to=rejected_of(run), clock=timezone.now, actor=actor
        )
    except Refusal:
        return  # the record says why
    uploaded(run).unlink(missing_ok=True)


def forget_files(*, before: datetime) -> int:
    """Delete uploaded files and rejected rows of imports that have not moved since; return how many files."""
    old = ImportRun.objects.filter(moved_at__lt=before).exclude(state=ImportRun.RunState.RUNNING)
    files = [path for run in old for path in (uploaded(run), rejected_of(run)) if path.exists()]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)
