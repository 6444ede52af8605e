"""What lies in the file beside its history: words, people, running clocks, attachments, openings."""

from __future__ import annotations

from typing import ClassVar, TypedDict

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from heshi.cases.models.base import CaseOwned
from heshi.cases.models.case import Case
from heshi.common.crypto import EncryptedField
from heshi.people.models import Unit


class WrittenPause(TypedDict):
    """A pause as the row of a clock holds it; moments as text."""

    reason: str
    started: str
    ended: str | None
    document: str


class Statement(CaseOwned):
    """What was said, in the person's own words, and what search and repeats are found by."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="statements", db_index=False
    )
    body = models.TextField()
    place_text = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField()
    tokens = ArrayField(models.IntegerField())
    bands = ArrayField(models.IntegerField())

    class Meta:
        """Tokens for search, bands for likely repeats."""

        indexes: ClassVar = [
            models.Index(fields=["county", "case"], name="statement_case"),
            GinIndex(fields=["tokens"], name="statement_tokens"),
            GinIndex(fields=["bands"], name="statement_bands"),
        ]

    def __str__(self) -> str:
        return self.body[:20]


class Party(CaseOwned):
    """Somebody the case is about; what she says of herself is sealed."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="parties", db_index=False
    )
    role = models.CharField(max_length=16, default="reporter")
    name = EncryptedField(blank=True, default="")
    phone = EncryptedField(blank=True, default="")
    email = EncryptedField(blank=True, default="")
    address = EncryptedField(blank=True, default="")
    identity_no = EncryptedField(blank=True, default="")

    class Meta:
        """Found by case."""

        indexes: ClassVar = [models.Index(fields=["county", "case"], name="party_case")]

    def __str__(self) -> str:
        return self.role


class Lookup(CaseOwned):
    """One value by which a file is found, only whole: the keyed fingerprint of a telephone, a document, a name or a number.

    ``party`` says whose it is; None for a number of another system, which belongs to the case itself.
    """

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="lookups", db_index=False
    )
    party = models.ForeignKey(
        Party, models.DO_NOTHING, null=True, db_constraint=False, related_name="lookups", db_index=False
    )
    fingerprint = models.BigIntegerField()

    class Meta:
        """Found by fingerprint, the newest file first; made anew by case."""

        indexes: ClassVar = [
            models.Index(fields=["county", "fingerprint", "-case"], name="lookup_fingerprint"),
            models.Index(fields=["county", "case"], name="lookup_case"),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint:x}"


class Remark(CaseOwned):
    """A text that came with the first words and found no field of its own, or a doubtful one: as it was written, sealed.

    ``why`` is a key of `intake.terms.DOUBTS`. A person has looked at it when it is settled.
    """

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="remarks", db_index=False
    )
    field = models.CharField(max_length=24)
    text = EncryptedField(blank=True, default="")
    why = models.CharField(max_length=24)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """Found by case; the open ones are looked for."""

        indexes: ClassVar = [
            models.Index(fields=["county", "case"], name="remark_case"),
            models.Index(
                fields=["county", "id"], name="remark_open", condition=models.Q(settled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.why}"


class Clock(CaseOwned):
    """One time limit running on one case."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="clocks", db_index=False
    )
    code = models.CharField(max_length=24)
    round = models.PositiveSmallIntegerField(default=1)
    task = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, default="running")
    stage = models.CharField(max_length=12, default="running")
    started_at = models.DateTimeField()
    half_at = models.DateTimeField(null=True)
    nearly_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    pauses: models.JSONField[list[WrittenPause], list[WrittenPause]] = models.JSONField(default=list)
    extensions: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    stopped_at = models.DateTimeField(null=True)
    awaits_year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """One clock of a code per round; the tick looks for the next moment."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "case", "code", "round"], name="clock_round"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="clock_next", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["awaits_year"], name="clock_awaits", condition=models.Q(awaits_year__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TaskRow(CaseOwned):
    """One task within the case, as its events have left it; the unit that has it finds the case by it."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="tasks", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=48)
    state = models.CharField(max_length=48)
    is_open = models.BooleanField(default=True)
    unit = models.ForeignKey(
        Unit, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", db_index=False
    )
    words = models.TextField(blank=True)
    said: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    clock = models.CharField(max_length=24, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    seen_by: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    kept_by = models.UUIDField(null=True)
    written_by: models.JSONField[list[str], list[str]] = models.JSONField(default=list)

    class Meta:
        """Numbered within the case; a unit's open ones lie in the order in which they are due."""

        db_table = "cases_task"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "case", "number"], name="task_number"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["county", "unit", "due_at", "id"], name="task_queue", condition=models.Q(is_open=True)
            ),
            models.Index(fields=["county", "case", "unit"], name="task_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def due_awaits(self) -> int | None:
        """Return the year that its clock waits for, as `Case.due_awaits` does."""
        found: int | None = vars(self).get("clock_awaits")
        return found


class Tie(CaseOwned):
    """Two files that belong together: one became part of the other, or the other was made from many."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="ties", db_index=False
    )
    other = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="tied", db_index=False
    )
    how = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        """Found from either side; the same tie is made once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "case", "other", "how"], name="tie_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["county", "other"], name="tie_other")]

    def __str__(self) -> str:
        return self.how


class Attachment(CaseOwned):
    """A photo, a voice note or a paper, cleaned before it was stored.

    ``event`` is the number of the act it came with (0: with the first words), ``asked`` the question it answers, ``task`` the task
    that act was taken on. Before that it belongs to no case and waits: ``waits_for`` says for which, ``waits_by`` for whose step.
    """

    case = models.ForeignKey(
        Case, models.DO_NOTHING, null=True, db_constraint=False, related_name="attachments", db_index=False
    )
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sm3 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=160)
    at = models.DateTimeField()
    event = models.PositiveIntegerField(default=0)
    task = models.PositiveSmallIntegerField(default=0)
    asked = models.CharField(max_length=48, blank=True)
    waits_for = models.UUIDField(null=True)
    waits_by = models.CharField(max_length=40, blank=True)

    class Meta:
        """Found by case."""

        indexes: ClassVar = [models.Index(fields=["county", "case"], name="attachment_case")]

    def __str__(self) -> str:
        return self.name


class Opening(CaseOwned):
    """Who opened the file and when, or found it by what is personal; the resident can read it."""

    case = models.ForeignKey(
        Case, models.DO_NOTHING, db_constraint=False, related_name="openings", db_index=False
    )
    staff_id = models.UUIDField()
    label = models.CharField(max_length=80)
    hour = models.DateTimeField()
    unmasked = models.BooleanField(default=False)
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        """Once an hour per person and reason is enough to know."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["county", "case", "staff_id", "hour", "unmasked", "why"], name="opening_hour"
            ),
        ]

    def __str__(self) -> str:
        return self.label
