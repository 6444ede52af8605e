"""Imports that ran or are running."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from heshi.cases.models import Case, Statement
from heshi.common.refusals import Unknown
from heshi.intake.models import ImportRun
from heshi.places.queries import county_code

IMPORT = "import"


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


def known_words(keys: Iterable[str]) -> dict[str, tuple[str, set[str]]]:
    """Return, for those of the keys that were imported before, the number of the case and the words in its file."""
    cases = Case.objects.filter(county=county_code(), source=IMPORT, source_key__in=list(keys))
    found = {case.pk: case for case in cases.only("id", "number", "source_key")}
    words: dict[str, tuple[str, set[str]]] = {
        case.source_key: (case.number, set()) for case in found.values()
    }
    if not found:
        return words
    for case_id, body in Statement.objects.filter(county=county_code(), case_id__in=found).values_list(
        "case_id", "body"
    ):
        words[found[case_id].source_key][1].add(body)
    return words
