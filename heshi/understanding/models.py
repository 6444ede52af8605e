"""The learnt models, and what people corrected."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from heshi.cases.models import CaseOwned
from heshi.common.keys import new_key
from heshi.understanding.rules.proving import Scores
from heshi.understanding.terms import CORRECTED_FIELDS


class ModelVersion(models.Model):
    """A trained model with its scores. It lies in the database, so that every process and every replica finds it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    trained_at = models.DateTimeField("训练时间")
    labels: models.JSONField[list[str], list[str]] = models.JSONField("事项标签")
    scores: models.JSONField[Scores, Scores] = models.JSONField("得分")
    digest = models.CharField("摘要 (SM3)", max_length=64)
    content = models.BinaryField("模型")
    published_at = models.DateTimeField("发布时间", null=True)

    class Meta:
        """The newest published one is in use."""

        verbose_name = "研判模型"
        indexes: ClassVar = [
            models.Index(
                fields=["-published_at", "-id"],
                name="model_in_use",
                condition=models.Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trained_at:%Y-%m-%d %H:%M}"


class Correction(CaseOwned):
    """A person's word on what a case is about; the text stays in the case and is not copied."""

    case_id = models.UUIDField("案件")
    field = models.CharField("更正内容", max_length=8, choices=list(CORRECTED_FIELDS.items()))
    suggested = models.CharField("系统建议", max_length=40)
    corrected = models.CharField("人工确认", max_length=40)
    by_id = models.UUIDField("确认人")
    at = models.DateTimeField("确认时间")

    class Meta:
        """Read back in time order, per county."""

        verbose_name = "研判更正"
        indexes: ClassVar = [
            models.Index(fields=["county", "at", "id"], name="correction_in_order"),
            models.Index(fields=["county", "case_id"], name="correction_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.suggested} → {self.corrected}"
