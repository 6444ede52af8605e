"""The case as it stands now: a folded view of its events."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Func
from django.db.models.functions import Cast

from heshi.cases.models.base import CaseOwned
from heshi.cases.record import Body, read
from heshi.common.values import Json
from heshi.people.models import Unit
from heshi.playbooks.models import PlaybookVersion


class Case(CaseOwned):
    """One matter of one or more people. Written by `cases.actions` alone; every column follows from the events."""

    number = models.CharField(max_length=12)
    source = models.CharField(max_length=12)
    source_key = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    topic = models.CharField(max_length=40)
    place = models.CharField(max_length=24, blank=True)
    path = models.CharField(max_length=80, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    playbook = models.ForeignKey(
        PlaybookVersion, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    position = models.CharField(max_length=48)
    is_open = models.BooleanField(default=True)
    tier = models.CharField(max_length=32, blank=True)
    colour = models.CharField(max_length=8, blank=True)
    outcome = models.CharField(max_length=32, blank=True)
    facts: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    head = models.CharField(max_length=64)
    follow_key = models.CharField(max_length=16, blank=True)
    visit = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_clock = models.CharField(max_length=24, blank=True)
    graded_on = models.DateField(null=True)
    """The day on which it was last graded because of its age; kept beside the record, not told by it."""

    class Meta:
        """One number and one source key a county; the lists that the desk reads."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "number"], name="case_number"),
            models.UniqueConstraint(fields=["county", "source", "source_key"], name="case_source"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["county", "unit", "due_at", "id"],
                name="case_queue_unit",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["county", "due_at", "id"], name="case_queue", condition=models.Q(is_open=True)
            ),
            models.Index(
                fields=["county", "path", "due_at", "id"],
                name="case_queue_path",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["county", "position", "due_at", "id"],
                name="case_queue_position",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["county", "due_at", "id"],
                name="case_unsure",
                condition=models.Q(is_open=True, facts__unsure=True),
            ),
            models.Index(fields=["county", "-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["county", "unit", "-id"], name="case_newest_unit"),
            models.Index(fields=["county", "path", "-id"], name="case_newest_path"),
        ]

    def __str__(self) -> str:
        return self.number


class Event(CaseOwned):
    """One act, numbered within its case and chained to the one before; never changed, never removed."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="events", db_index=False
    )
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=48)
    came_from = models.CharField(max_length=48, blank=True)
    went_to = models.CharField(max_length=48)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=80)
    at = models.DateTimeField()
    as_written: models.JSONField[dict[str, Json], dict[str, Json]] = models.JSONField()
    """The body as plain values; read it as `body`."""
    digest = models.CharField(max_length=64)

    class Meta:
        """One event per number."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "case", "number"], name="event_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.step}"

    @property
    def body(self) -> Body:
        """Return what the act did, in types, of whatever version it was written; raises EventUnreadable."""
        return read(self.as_written, event=self.number)


THIS_TRANSACTION: Final = Cast(
    Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
)
"""The number of the transaction that writes a row, as the database counts them: 64 bits, never used twice."""


class Outgoing(CaseOwned):
    """An event on its way to the consequences; its key is the event's.

    ``transaction`` is the one that wrote it. Consequences read in the order of transactions, and no further than the oldest one
    that has not ended yet: so nothing that commits late is ever passed over. Taken away when every consequence has read it.
    """

    case_id = models.UUIDField()
    number = models.PositiveIntegerField()
    transaction = models.BigIntegerField(db_default=THIS_TRANSACTION)

    class Meta:
        """Read in order."""

        indexes: ClassVar = [models.Index(fields=["county", "transaction", "id"], name="outgoing_order")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"
