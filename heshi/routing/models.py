"""Rules as they were saved. A set is never changed: decided cases name the version they were decided by."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from heshi.common.keys import new_key
from heshi.routing.rules.written import WrittenTarget


class RuleSet(models.Model):
    """One version of a county's rules; the active one decides."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.PositiveIntegerField("县代码")
    version = models.PositiveIntegerField("版本")
    title = models.CharField("名称", max_length=120, blank=True)
    digest = models.CharField("指纹", max_length=64)
    text = models.TextField("原文")
    active = models.BooleanField("施行中", default=True)
    loaded_at = models.DateTimeField("载入时间")

    class Meta:
        verbose_name = "分流规则集"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("county", "version", name="rule_set_version"),
            models.UniqueConstraint("county", name="one_active_rule_set", condition=Q(active=True)),
        ]

    def __str__(self) -> str:
        return f"第 {self.version} 版"


class RuleRow(models.Model):
    """One rule of a set; an empty list holds for everything."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules", verbose_name="规则集")
    code = models.CharField("代码", max_length=40)
    priority = models.PositiveIntegerField("次序")
    kinds = ArrayField(models.CharField(max_length=20), verbose_name="诉求类型", default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=40), verbose_name="事项类别", default=list, blank=True)
    places = ArrayField(models.CharField(max_length=24), verbose_name="地点", default=list, blank=True)
    tiers = ArrayField(models.CharField(max_length=32), verbose_name="层级", default=list, blank=True)
    target: models.JSONField[str | WrittenTarget, str | WrittenTarget] = models.JSONField("交给谁")
    playbook = models.CharField("预案", max_length=48)
    note = models.CharField("说明", max_length=200, blank=True)
    valid_from = models.DateField("生效日", null=True, blank=True)
    valid_to = models.DateField("失效日", null=True, blank=True)
    line = models.PositiveIntegerField("行号", default=0)

    class Meta:
        verbose_name = "分流规则"
        ordering = ("priority", "code")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("rule_set", "code", name="rule_code_once"),
        ]

    def __str__(self) -> str:
        return self.note or self.code
