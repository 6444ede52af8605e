"""Keys by which other systems are known. Only the fingerprint of a key is kept."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from heshi.common.keys import new_key


class ApiKey(models.Model):
    """One key of one client; a client that changes its key keeps its name, and so what it sent before stays known."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.PositiveIntegerField("县代码")
    client = models.CharField("客户端代码", max_length=20)
    label = models.CharField("名称", max_length=60)
    digest = models.CharField("密钥指纹", max_length=64)
    hint = models.CharField("密钥末四位", max_length=4)
    unit = models.ForeignKey(
        "people.Unit", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="所属机构"
    )
    scopes = ArrayField(models.CharField(max_length=24), verbose_name="权限", default=list)
    per_minute = models.PositiveIntegerField("每分钟最多请求", default=0)
    active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口密钥"
        ordering = ("client", "created_at")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("county", "digest", name="api_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.client} …{self.hint}"
