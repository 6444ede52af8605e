"""`heshi notices send | waiting`: send what is due now, or see what has not left and why."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heshi.common.numbers import spoken
from heshi.notices import actions, queries
from heshi.notices.terms import CHANNELS, STATES


class Command(BaseCommand):
    """Look after the outbox by hand."""

    help = "发送到期的通知，或查看未送出的通知"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of two tasks."""
        tasks = parser.add_subparsers(dest="task", required=True)
        tasks.add_parser("send", help="立即发送到期的通知").add_argument("--limit", type=int, default=1000)
        tasks.add_parser("waiting", help="还没有送出的通知").add_argument("--limit", type=int, default=50)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it and say what was done."""
        if options["task"] == "send":
            done = actions.send_due(at=timezone.now(), limit=options["limit"])
            self.stdout.write(f"送出 {done.sent} 条，未送出 {done.failed} 条。")
            return
        for notice in queries.unsent()[: options["limit"]]:
            words = (spoken(notice.number), CHANNELS[notice.channel], STATES[notice.state], notice.last_error)
            self.stdout.write("  ".join(word for word in words if word))
