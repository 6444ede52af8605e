"""The one table that no room owns: how often somebody guessed wrong. It holds fingerprints, never an address or a number."""

from __future__ import annotations

from django.db import models


class Guesses(models.Model):
    """Wrong guesses about one subject since its window opened."""

    subject = models.CharField(max_length=64, primary_key=True)
    wrong = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "猜错次数"

    def __str__(self) -> str:
        return f"{self.wrong} 次，到 {self.until:%H:%M}"
