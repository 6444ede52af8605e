"""Playbooks as they were published: the text, its fingerprint, and whether new cases may use it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from heshi.common.keys import new_key


class PlaybookVersion(models.Model):
    """One version of a local working method; once published, its text never changes again.

    ``frozen`` is what cases live by, as JSON whose order counts: the text with its fragments taken in as that was done on the
    day of publication, and the clocks of law as they stood. Neither a change of the library nor of how fragments are taken in
    reaches a case that runs.
    """

    class Status(models.TextChoices):
        """Draft may change; published takes new cases; frozen only finishes the ones it has."""

        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "施行中"
        FROZEN = "frozen", "已冻结"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    code = models.CharField(max_length=48)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    texts: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)
    frozen = models.TextField(blank=True)
    frozen_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One version number, one text."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="one_playbook_version"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(status="published"), name="one_published_playbook"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.version}版"
