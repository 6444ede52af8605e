"""What lies in a file beside its history, in as few looks as possible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from heshi.cases.models import Attachment, Case, Clock, Party, Statement, TaskRow
from heshi.cases.models.base import CaseOwned
from heshi.cases.queries.file import case_with, state_from
from heshi.cases.rules import State
from heshi.cases.terms import PERSONAL, UNSEALABLE
from heshi.common.crypto import SealBroken
from heshi.common.refusals import Unknown
from heshi.common.values import Json
from heshi.people.rules import Scope

Owned = TypeVar("Owned", bound=CaseOwned)
CLOCK: Final = (
    "code", "round", "task", "state", "stage", "started_at", "half_at", "nearly_at", "due_at", "pauses", "extensions",
    "stopped_at", "awaits_year",
)  # fmt: skip
TASK: Final = (
    "number",
    "kind",
    "state",
    "is_open",
    "unit_id",
    "words",
    "said",
    "clock",
    "round",
    "seen_by",
    "kept_by",
    "written_by",
)
STATEMENT: Final = ("id", "body", "place_text", "said_at", "bands")
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


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A file as it lies open: the case, the state it is in, and what was said and handed in."""

    case: Case
    state: State
    said: Said


def file_for(scope: Scope, number: str) -> WholeFile:
    """Return a whole file by its number, in one question; raises NumberMistyped or CaseUnknown."""
    case = case_with(scope, number, _all_beside())
    rows: dict[str, list[Mapping[str, Json]]] = vars(case)
    papers = [_paper(row) for row in _made(Attachment, rows["attachment_rows"])]
    first, later = [one for one in papers if not one.event], [one for one in papers if one.event]
    said = Said(_made(Statement, rows["statement_rows"]), first, later)
    state = state_from(case, _made(Clock, rows["clock_rows"]), _made(TaskRow, rows["task_rows"]))
    return WholeFile(case, state, said)


@cache
def _all_beside() -> dict[str, RawSQL]:
    """Return what is read beside a case. It is the same for every case."""
    return {
        "clock_rows": _beside(Clock, CLOCK, "id"),
        "task_rows": _beside(TaskRow, TASK, "number"),
        "statement_rows": _beside(Statement, STATEMENT, "id"),
        "attachment_rows": _beside(Attachment, COLUMNS, "id"),
    }


def _beside(model: type[CaseOwned], columns: Iterable[str], order: str) -> RawSQL:
    """Return the rows that a case has in another table, as one more column of the case."""
    # In SQL: put together by the ORM, the four of them took longer to write than the database to answer.
    # The county is named in the inner query too: on Citus it then runs on the shard that has the case.
    pairs = ", ".join(f"'{name}', one.\"{name}\"" for name in columns)
    rows = f'SELECT jsonb_build_object({pairs}) FROM "{model._meta.db_table}" AS one'  # noqa: S608 -- our own names
    own = "one.county = cases_case.county AND one.case_id = cases_case.id"
    return RawSQL(f'ARRAY({rows} WHERE {own} ORDER BY one."{order}")', (), ArrayField(JSONField()))  # noqa: S611 -- as above


def _made(model: type[Owned], rows: Iterable[Mapping[str, Json]]) -> list[Owned]:
    """Return rows that came as JSON as what they are; only the columns that were read can be asked for."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [model(**{name: fields[name].to_python(value) for name, value in row.items()}) for row in rows]


def _paper(row: Attachment) -> Paper:
    return Paper(row.pk, row.kind, row.name, row.size, row.event, row.task, row.asked)


def handed_in(case: Case) -> list[Paper]:
    """Return every attachment of a case."""
    rows = Attachment.objects.filter(county=case.county, case=case).order_by("id").values(*COLUMNS)
    return [Paper(**row) for row in rows]


def waiting_for(case: Case, by: str) -> QuerySet[Attachment]:
    """Return the files this person has sent with steps on this case that were not taken yet."""
    return waiting_under(case.county, case.pk, by)


def waiting_under(county: int, key: UUID, by: str) -> QuerySet[Attachment]:
    """Return the files this person has sent that wait under a key: that of a case, or of one that is not registered yet."""
    return Attachment.objects.filter(county=county, case=None, waits_for=key, waits_by=by)


def parties_of(case: Case) -> list[Party]:
    """Return the people of a case; whoever shows them masks them. What cannot be unsealed reads UNSEALABLE, the rest as it is."""
    own = Party.objects.filter(county=case.county, case=case).order_by("id")
    try:
        return list(own)
    except SealBroken:
        return [_field_by_field(party) for party in own.defer(*PERSONAL)]


def _field_by_field(party: Party) -> Party:
    for name in PERSONAL:
        try:
            getattr(party, name)
        except SealBroken:
            setattr(party, name, UNSEALABLE)
    return party


def attachment_of(case: Case, key: UUID) -> Attachment:
    """Return one attachment of a case; raises AttachmentUnknown."""
    found = Attachment.objects.filter(county=case.county, case=case, pk=key).first()
    if found is None:
        raise AttachmentUnknown
    return found
