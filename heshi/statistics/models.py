"""What each case has added to the figures, and the figures themselves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from heshi.common.keys import new_key


class CaseTally(models.Model):
    """What a case counts as at present; the next event of the case changes the counters by the difference."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.IntegerField()
    case_id = models.UUIDField()
    month = models.CharField(max_length=7, blank=True)
    keys: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    measures: models.JSONField[list[str], list[str]] = models.JSONField(default=list)

    class Meta:
        """One tally a case."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "case_id"], name="one_tally_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.case_id}"


class Counter(models.Model):
    """How many cases registered in a month count in a measure, under one key of one dimension."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.IntegerField()
    month = models.CharField(max_length=7)
    dimension = models.CharField(max_length=12)
    key = models.CharField(max_length=64)
    measure = models.CharField(max_length=128)
    value = models.IntegerField(default=0)

    class Meta:
        """One counter a cell; the same index answers every page of figures."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["county", "month", "dimension", "key", "measure"], name="one_counter_a_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.dimension} {self.key} {self.measure}: {self.value}"
