"""How far each consequence has read, and what it could not draw."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from django.db import models

from heshi.cases.models import CaseOwned

START: Final = UUID(int=0)
"""Before every key."""


class Bookmark(CaseOwned):
    """How far one consequence has read. ``built_to`` is the last case of the archive it has gone through, None when it is done.

    A consequence that is new, or is made anew, goes through the archive first while what happens meanwhile waits for it.
    """

    name = models.CharField(max_length=32)
    transaction = models.BigIntegerField(default=0)
    event_id = models.UUIDField(default=START)
    built_to = models.UUIDField(null=True, default=START)

    class Meta:
        """One bookmark for each consequence."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "name"], name="bookmark_once")]

    def __str__(self) -> str:
        return self.name


class SetAside(CaseOwned):
    """A case for which a consequence could not be drawn: since which event, why, and when it is tried again.

    Its later events wait with it, so that nothing is drawn out of order; every other case goes on.
    """

    name = models.CharField(max_length=32)
    case_id = models.UUIDField()
    since = models.PositiveIntegerField()
    why = models.CharField(max_length=300)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    try_at = models.DateTimeField()

    class Meta:
        """One for each case and consequence; those whose time has come are found first."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "name", "case_id"], name="set_aside_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["county", "try_at"], name="set_aside_again")]

    def __str__(self) -> str:
        return f"{self.name} {self.case_id}"


class Pulse(CaseOwned):
    """The last look at the clock at which it could be believed; ``doubt`` says why it cannot be now, and is empty when it can."""

    says = models.DateTimeField()
    boot = models.CharField(max_length=40, blank=True)
    running = models.FloatField()
    doubt = models.CharField(max_length=120, blank=True)

    class Meta:
        """One a county."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["county"], name="pulse_once")]

    def __str__(self) -> str:
        return self.doubt or f"{self.says:%Y-%m-%d %H:%M}"


class FailedDuty(CaseOwned):
    """A duty of the worker that could not be done for the whole county: why, and since when. It goes when the duty is done again."""

    name = models.CharField(max_length=32)
    why = models.CharField(max_length=300)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()

    class Meta:
        """One for each duty."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "name"], name="failed_duty_once")]

    def __str__(self) -> str:
        return f"{self.name}：{self.why}"
