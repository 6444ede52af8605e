"""Imports of files: what was read, what came of it, and where the rejected rows lie; and what residents have not handed in yet."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models

from heshi.common.crypto import EncryptedField
from heshi.common.keys import new_key


class ImportRun(models.Model):
    """One import of one file. Interrupted anywhere, it goes on where the same file is given again."""

    class RunState(models.TextChoices):
        """Uploaded and not yet confirmed, waiting for the worker, running, done, or stopped half-way."""

        DRAFT = "draft", "待确认"
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.IntegerField("县代码")
    file_name = models.CharField("文件名", max_length=200)
    file_sm3 = models.CharField("文件指纹", max_length=64)
    source_name = models.CharField("来源系统", max_length=20, blank=True)
    reading: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField("怎样读", default=dict)
    state = models.CharField("状态", max_length=8, choices=RunState, default=RunState.DRAFT)
    rows_read = models.PositiveIntegerField("已读行数", default=0)
    opened = models.PositiveIntegerField("新建案件", default=0)
    known = models.PositiveIntegerField("原已登记", default=0)
    changed = models.PositiveIntegerField("有更新", default=0)
    held = models.PositiveIntegerField("待选定", default=0)
    rejected = models.PositiveIntegerField("未导入", default=0)
    flagged: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField("待核对", default=dict)
    """How many fields a person has to look at, by what is doubtful about them; and the words for kinds nobody knows."""
    ended_elsewhere = models.PositiveIntegerField("其中已办结", default=0)
    why = models.CharField("未完成原因", max_length=400, blank=True)
    by_id: models.UUIDField[UUID | None, UUID | None] = models.UUIDField("经办人", null=True, blank=True)
    by_label = models.CharField("经办", max_length=80, blank=True)
    started_at = models.DateTimeField("开始时间")
    moved_at = models.DateTimeField("最近进展")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "批量导入"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["county", "-started_at"], name="import_newest"),
            models.Index(fields=["county", "file_sm3"], name="import_by_file"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_moving(self) -> bool:
        """Whether the worker has it, or will have it soon."""
        return self.state in {self.RunState.WAITING, self.RunState.RUNNING}


class UnsentReport(models.Model):
    """What a resident has said so far and not handed in: one row for each tab in which she writes.

    ``owner`` is the mark of her browser. ``answers`` are sealed, and gone as soon as they are handed in: then ``receipt`` says what
    became of them, until the row is forgotten. Its files are attachments that wait for its key.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.IntegerField("县代码")
    owner = models.CharField("浏览器", max_length=64)
    answers = EncryptedField(blank=True, default="")
    receipt = EncryptedField(blank=True, default="")
    moved_at = models.DateTimeField("最近改动")
    sent_at = models.DateTimeField("交上去的时间", null=True)

    class Meta:
        verbose_name = "没交的诉求"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["county", "owner"], name="unsent_owner"),
            models.Index(fields=["county", "moved_at"], name="unsent_moved"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HeldRow(models.Model):
    """A row that came under a number we know, with other words: both are kept, and a person decides what it is."""

    class HeldState(models.TextChoices):
        """Waiting for somebody; added to the case, opened as a case of its own, or found to be nothing new."""

        WAITING = "waiting", "待选定"
        ADDED = "added", "补充到原案件"
        OPENED = "opened", "另立一件"
        LEFT = "left", "不用登记"

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    county = models.IntegerField("县代码")
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    where = models.CharField("在哪一行", max_length=80)
    case_id = models.UUIDField("原案件")
    mark = models.CharField("内容指纹", max_length=64)
    report = EncryptedField(blank=True, default="")
    state = models.CharField("怎样办", max_length=8, choices=HeldState, default=HeldState.WAITING)
    decided_by = models.CharField("经办", max_length=80, blank=True)
    decided_at = models.DateTimeField("办理时间", null=True)

    class Meta:
        verbose_name = "待选定的行"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "case_id", "mark"], name="held_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.where} {self.state}"

    @property
    def where_words(self) -> str:
        """Return where in its file it stands, in words."""
        return f"第 {self.where} 行" if self.where.isdecimal() else self.where
