"""`heshi stop`: stop the embedded database when nobody uses it any more."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from heshi.common import embedded
from heshi.common.refusals import Conflict


class StillUsed(Conflict):
    """Another process works on the database."""

    code = "database_still_used"
    sentence = "还有网页服务、后台任务或命令在用数据库，请先停下它们，或加 --force 强行停止。"


class Command(BaseCommand):
    """Stop the embedded database."""

    help = "停止内置数据库（没有别的进程在用时）。"
    # Starting and stopping must work even while some page is broken.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Force takes it from whoever uses it."""
        parser.add_argument("--force", action="store_true")

    def handle(self, *, force: bool, **_options: object) -> None:
        """Stop it or raise `StillUsed`."""
        if not embedded.stop(settings.HESHI_POSTGRES, though_used=force):
            raise StillUsed
        self.stdout.write("数据库已停止。")
