"""What every row that belongs to a case has in common."""

from __future__ import annotations

from django.db import models

from heshi.common.keys import new_key


class CaseOwned(models.Model):
    """A row of a county's own, keyed by the application, ready to live on the shard of its county."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.IntegerField()

    class Meta:
        """Only a pattern for others."""

        abstract = True
