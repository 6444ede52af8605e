"""What lies in a file beside its history, in as few looks as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from heshi.cases.models import Attachment, Case, Party, Statement
from heshi.common.refusals import Unknown

COLUMNS: Final = ("id", "kind", "name", "size", "event", "task", "asked")


class AttachmentUnknown(Unknown):
    """This file has no such attachment."""

    code = "attachment_unknown"
    sentence = "这件案件里没有这个附件，请回到案件页面重新打开。"


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment as a list shows it."""

    id: UUID
    kind: str
    name: str
    size: int
    event: int = 0
    task: int = 0
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The first words, and the attachments that came with them; ``handed_in`` are those of later steps."""

    statements: Sequence[Statement]
    papers: Sequence[Paper]
    handed_in: Sequence[Paper] = ()


def said_in(case: Case) -> Said:
    """Return what was said in a case and what was handed in, in one query."""
    columns = JSONObject(**{name: name for name in COLUMNS})
    papers = Attachment.objects.filter(county=OuterRef("county"), case_id=OuterRef("case_id")).order_by("id")
    statements = list(
        Statement.objects.filter(county=case.county, case=case)
        .defer("tokens")
        .annotate(papers=ArraySubquery(papers.values(row=columns)))
        .order_by("id")
    )
    rows = statements[0].papers if statements else []
    found = [Paper(**{**row, "id": UUID(row["id"])}) for row in rows]
    first, later = [one for one in found if not one.event], [one for one in found if one.event]
    return Said(statements, first, later)


def handed_in(case: Case) -> list[Paper]:
    """Return every attachment of a case."""
    rows = Attachment.objects.filter(county=case.county, case=case).order_by("id").values(*COLUMNS)
    return [Paper(**row) for row in rows]


def waiting_for(case: Case, by: str) -> QuerySet[Attachment]:
    """Return the files this person has sent with steps on this case that were not taken yet."""
    return Attachment.objects.filter(county=case.county, case=None, waits_for=case.pk, waits_by=by)


def parties_of(case: Case) -> list[Party]:
    """Return the people of a case; whoever shows them masks them."""
    return list(Party.objects.filter(county=case.county, case=case).order_by("id"))


def attachment_of(case: Case, key: UUID) -> Attachment:
    """Return one attachment of a case; raises AttachmentUnknown."""
    found = Attachment.objects.filter(county=case.county, case=case, pk=key).first()
    if found is None:
        raise AttachmentUnknown
    return found
