"""What comes back and what is set out to be reached: duties of units on their days, and campaigns of places."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from heshi.cases.models import CaseOwned
from heshi.community.terms import DONE, OPEN, SKIPPED, STATES
from heshi.people.models import Unit
from heshi.playbooks.models import PlaybookVersion


class Occurrence(CaseOwned):
    """One duty of one unit on one day. It belongs to the unit; who answered is kept, never counted.

    ``planned_on`` is the day the playbook names and never changes; ``due_on`` is the working day it is put off to.
    """

    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    playbook = models.CharField(max_length=48)
    version = models.ForeignKey(
        PlaybookVersion, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    rhythm = models.CharField(max_length=48)
    title = models.CharField(max_length=60)
    role = models.CharField(max_length=48)
    period = models.CharField(max_length=10)
    planned_on = models.DateField()
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=list(STATES.items()), default=OPEN)
    words = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        """Two workers never make the same duty twice; each list reads its own index from the end it needs."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["county", "playbook", "planned_on", "rhythm", "unit"], name="occurrence_once"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=OPEN, answered_at=None) | Q(state__in=[DONE, SKIPPED], answered_at__isnull=False)
                ),
                name="occurrence_answered_or_open",
            ),
            models.CheckConstraint(
                condition=(~Q(state=DONE, words="") & ~Q(state=SKIPPED, reason="")),
                name="occurrence_answered_in_words",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["county", "unit", "due_on", "id"], name="occurrence_open", condition=Q(state=OPEN)
            ),
            models.Index(
                fields=["county", "unit", "answered_at", "id"],
                name="occurrence_answered",
                condition=Q(state__in=[DONE, SKIPPED]),
            ),
            models.Index(
                fields=["county", "due_on"],
                name="occurrence_to_tell",
                condition=Q(state=OPEN, reminded_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.title}"


class Campaign(CaseOwned):
    """A number to reach in a place by a day; ``tally`` holds per township what was counted when last looked."""

    playbook = models.CharField(max_length=48)
    version = models.ForeignKey(
        PlaybookVersion, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    code = models.CharField(max_length=48)
    title = models.CharField(max_length=60)
    target = models.PositiveIntegerField()
    place = models.CharField(max_length=24)
    path = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    started_by = models.UUIDField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_words = models.TextField(blank=True)
    tally: models.JSONField[dict[str, list[int]], dict[str, list[int]]] = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        """In one place a campaign runs once at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["county", "playbook", "code", "path"],
                name="campaign_runs_once",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="campaign_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["county", "-ended_at", "-id"], name="campaign_newest")]

    def __str__(self) -> str:
        return f"{self.title} {self.starts_on}"
