"""Imports that ran or are running."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from heshi.common.refusals import Unknown
from heshi.intake.models import HeldRow, ImportRun
from heshi.places.queries import county_code


class RunUnknown(Unknown):
    """There is no such import."""

    code = "import_unknown"
    sentence = "没有这次导入的记录，请从批量导入页面的列表中选择。"


def run_for(key: UUID, *, by_id: UUID) -> ImportRun:
    """Return an import that this person began; raises RunUnknown."""
    run = runs_newest(by_id=by_id).filter(pk=key).first()
    if run is None:
        raise RunUnknown
    return run


def runs_newest(*, by_id: UUID | None) -> QuerySet[ImportRun]:
    """Return the imports that a person (None: the command line) began, newest first."""
    return ImportRun.objects.filter(county=county_code(), by_id=by_id).order_by("-started_at", "-id")


def unfinished(*, file_sm3: str, source_name: str, by_id: UUID | None) -> ImportRun | None:
    """Return this person's import of the same file that began and did not come to its end."""
    same = runs_newest(by_id=by_id).filter(file_sm3=file_sm3, source_name=source_name)
    return same.exclude(state__in=(ImportRun.RunState.DONE, ImportRun.RunState.DRAFT)).first()


def held_waiting() -> QuerySet[HeldRow]:
    """Return the rows on which somebody has to decide, oldest first; whoever imports may."""
    waiting = HeldRow.objects.filter(county=county_code(), state=HeldRow.HeldState.WAITING)
    return waiting.select_related("run").order_by("id")
