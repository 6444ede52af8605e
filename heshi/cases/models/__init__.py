"""The tables of the file. Foreign keys inside it are known to Django and not to the database (docs/decisions)."""

from heshi.cases.models.base import CaseOwned
from heshi.cases.models.case import THIS_TRANSACTION, Case, Event, Outgoing
from heshi.cases.models.papers import (
    Attachment,
    Clock,
    Lookup,
    Opening,
    Party,
    Remark,
    Statement,
    TaskRow,
    Tie,
    WrittenPause,
)

__all__ = [
    "THIS_TRANSACTION",
    "Attachment",
    "Case",
    "CaseOwned",
    "Clock",
    "Event",
    "Lookup",
    "Opening",
    "Outgoing",
    "Party",
    "Remark",
    "Statement",
    "TaskRow",
    "Tie",
    "WrittenPause",
]
