"""Tables of the places room. They are reference tables: natural keys, the same on every node."""

from __future__ import annotations

import uuid

from django.db import models

from heshi.common.keys import new_key
from heshi.places.terms import LEVELS


class Division(models.Model):
    """A division from province to village; ``path`` runs from the root down to it."""

    code = models.CharField("代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.PositiveSmallIntegerField("级别", choices=list(LEVELS.items()))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.TextField("路径", unique=True)
    valid_from = models.DateField("启用日", null=True, blank=True)
    valid_to = models.DateField("停用日", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="接续区划"
    )
    former_names = models.JSONField("曾用名", default=list, blank=True)

    class Meta:
        verbose_name = "区划"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    """A grid, or with a parent a micro-grid, drawn as a GeoJSON polygon."""

    code = models.CharField("代码", max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=60)
    division = models.ForeignKey(Division, models.PROTECT, related_name="grids", verbose_name="所在区划")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="micro_grids", verbose_name="上级网格"
    )
    polygon = models.JSONField("边界")
    valid_from = models.DateField("启用日", null=True, blank=True)
    valid_to = models.DateField("停用日", null=True, blank=True)

    class Meta:
        verbose_name = "网格"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Road(models.Model):
    """A main road, drawn as a GeoJSON line: by it people recognise where they are on the map."""

    code = models.CharField("代码", max_length=24, primary_key=True)
    name = models.CharField("名称", max_length=60)
    line = models.JSONField("走向")

    class Meta:
        verbose_name = "道路"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class PlacesVersion(models.Model):
    """One row whose token changes with every change of a place: then each process reads the map again.

    The token is random, not a count: a count taken back by a rollback could come again with other content.
    """

    name = models.CharField(max_length=12, primary_key=True, default="places")
    token: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=new_key)

    class Meta:
        verbose_name = "区划版本"

    def __str__(self) -> str:
        return str(self.token)
