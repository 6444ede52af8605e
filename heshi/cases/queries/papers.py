"""What lies in a file beside its history, in as few looks as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from heshi.cases.models import Attachment, Case, Party, Statement
from heshi.common.refusals import Unknown


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


@dataclass(frozen=True, slots=True)
class Said:
    """The first words, and the attachments that came with them or later."""

    statements: Sequence[Statement]
    papers: Sequence[Paper]


def said_in(case: Case) -> Said:
    """Return what was said in a case and what was handed in, in one query."""
    columns = JSONObject(id="id", kind="kind", name="name", size="size")
    papers = Attachment.objects.filter(county=OuterRef("county"), case_id=OuterRef("case_id")).order_by("id")
    statements = list(
        Statement.objects.filter(county=case.county, case=case)
        .defer("tokens")
        .annotate(papers=ArraySubquery(papers.values(row=columns)))
        .order_by("id")
    )
    rows = statements[0].papers if statements else []
    return Said(statements, [Paper(UUID(row["id"]), row["kind"], row["name"], row["size"]) for row in rows])


def parties_of(case: Case) -> list[Party]:
    """Return the people of a case; whoever shows them masks them."""
    return list(Party.objects.filter(county=case.county, case=case).order_by("id"))


def attachment_of(case: Case, key: UUID) -> Attachment:
    """Return one attachment of a case; raises AttachmentUnknown."""
    found = Attachment.objects.filter(county=case.county, case=case, pk=key).first()
    if found is None:
        raise AttachmentUnknown
    return found
