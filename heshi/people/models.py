"""Tables of the people room: reference tables, the same on every node, keys made by the application."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from heshi.common.keys import new_key
from heshi.people.terms import PERMANENT, POST_ROLES, PRESENCE, SHIFTS, UNIT_KINDS


class StaffManager(BaseUserManager["Staff"]):
    """Finds people by the name they sign in with; `people.actions` makes their accounts."""


class Staff(AbstractBaseUser):
    """A person who signs in. What she may do comes from her posts alone."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    display_name = models.CharField("显示名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    joined_at = models.DateTimeField("建立时间", null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        verbose_name = "工作人员"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        """Return the name to greet with."""
        return self.display_name


class Unit(models.Model):
    """An organisation, centre, committee, room or window that can be given a case."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.PositiveIntegerField("县代码")
    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=32, choices=list(UNIT_KINDS.items()))
    place = models.ForeignKey(
        "places.Division", models.PROTECT, related_name="units", verbose_name="服务区划"
    )
    presence = models.CharField("进驻方式", max_length=12, choices=list(PRESENCE.items()), default=PERMANENT)
    liaison = models.ForeignKey(
        Staff, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="联络员"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="上级机构"
    )
    phone = models.CharField("电话", max_length=20, blank=True)
    valid_to = models.DateField("撤销日", null=True, blank=True)

    class Meta:
        verbose_name = "机构"
        ordering = ("code",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("county", "code", name="unit_code_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "place"], name="unit_by_kind")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A role held at a unit for a time; ``place`` narrows it to one village where the unit serves more."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="posts", verbose_name="人员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name="机构")
    role = models.CharField("岗位", max_length=24, choices=list(POST_ROLES.items()))
    place = models.ForeignKey(
        "places.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任区划"
    )
    valid_from = models.DateField("任职日")
    valid_to = models.DateField("离任日", null=True, blank=True)

    class Meta:
        verbose_name = "任职"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("staff", "unit", "role", "valid_from", name="post_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="post_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["unit", "role"], name="post_by_unit")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role}"


class RosterEntry(models.Model):
    """One person's shift at a unit on a day."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="duties", verbose_name="机构")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="duties", verbose_name="人员")
    day = models.DateField("日期")
    shift = models.CharField("班次", max_length=12, choices=list(SHIFTS.items()), default="day")

    class Meta:
        verbose_name = "值班"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("unit", "day", "shift", "staff", name="duty_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.shift}"
