"""The outbox: one row for each thing somebody is to be told."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from heshi.common.crypto import EncryptedField
from heshi.common.keys import new_key
from heshi.notices.rules import MOST_ATTEMPTS
from heshi.notices.terms import BY_HAND, CHANNELS, LINK, TO_KINDS


class Notice(models.Model):
    """One message to one address through one channel, kept until it is sent, and after.

    ``address`` says in one line in whose inbox it lies (`rules.Addressee`); at a unit it is for those who hold one of ``to_roles``, or
    for everybody there. ``destination`` is the number or address on the channel; it is sealed, and wiped once the notice is sent.
    Many alike lie behind a ``head`` of their own, which says in ``count`` how many they are.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.PositiveIntegerField("县代码")
    case_id = models.UUIDField("案件", null=True)
    number = models.CharField("编号", max_length=20, blank=True)
    to_kind = models.CharField("对象", max_length=8, choices=list(TO_KINDS.items()))
    to_unit = models.UUIDField("单位", null=True)
    to_roles = ArrayField(models.CharField(max_length=24), verbose_name="岗位", default=list)
    to_staff = models.UUIDField("工作人员", null=True)
    address = models.CharField("收件处", max_length=80)
    destination = EncryptedField("号码或邮箱", default="")
    channel = models.CharField("渠道", max_length=8, choices=list(CHANNELS.items()))
    subject = models.CharField("标题", max_length=60)
    text = models.TextField("内容")
    about = models.CharField("事由", max_length=64)
    dedupe_key = models.CharField("去重键", max_length=300)
    alike = models.CharField("同一类", max_length=16, blank=True)
    head = models.UUIDField("并入", null=True)
    count = models.PositiveIntegerField("件数", default=1)
    created_at = models.DateTimeField("建立时间")
    send_after = models.DateTimeField("最早发送时间")
    sent_at = models.DateTimeField("送出时间", null=True)
    attempts = models.PositiveSmallIntegerField("已尝试次数", default=0)
    last_error = models.CharField("最近一次失败", max_length=200, blank=True)
    told_by = models.CharField("当面或电话告知的人", max_length=80, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        verbose_name = "通知"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("county", "dedupe_key", name="notice_told_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["county", "send_after"],
                name="notice_to_send",
                condition=Q(sent_at=None),
            ),
            models.Index(
                fields=["county", "address", "-id"],
                name="notice_inbox",
                condition=Q(channel="inbox", head=None),
            ),
            models.Index(
                fields=["county", "address"],
                name="notice_unread",
                condition=Q(channel="inbox", read_at=None, head=None),
            ),
            models.Index(
                fields=["county", "alike"],
                name="notice_alike",
                condition=Q(channel="inbox", read_at=None, head=None) & ~Q(alike=""),
            ),
            models.Index(fields=["county", "head"], name="notice_behind", condition=~Q(head=None)),
            models.Index(fields=["county", "case_id"], name="notice_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.about} {self.channel}"

    @property
    def outgoing(self) -> str:
        """The words as they leave the house: a resident finds the address of her own page behind them."""
        if self.to_kind != "resident" or not self.number:
            return self.text
        link = f"{settings.HESHI_PUBLIC_URL}/follow/{self.number}/"
        return f"{self.text}{LINK.format(link=link)}"

    @property
    def state(self) -> str:
        """Whether it is sent, waiting for a machine or a person, or failed so often that a person must tell instead."""
        if self.sent_at is not None:
            return "sent"
        if self.channel in BY_HAND:
            return f"to_{self.channel}"
        return "failed" if self.attempts >= MOST_ATTEMPTS else "waiting"
