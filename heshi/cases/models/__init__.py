"""The tables of the file. Foreign keys inside it are known to Django and not to the database (docs/decisions)."""

from heshi.cases.models.base import CaseOwned
from heshi.cases.models.case import Case, Event, Pending
from heshi.cases.models.papers import Attachment, Clock, Opening, Party, Statement, TaskRow, Tie

__all__ = [
    "Attachment",
    "Case",
    "CaseOwned",
    "Clock",
    "Event",
    "Opening",
    "Party",
    "Pending",
    "Statement",
    "TaskRow",
    "Tie",
]
