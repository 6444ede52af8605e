"""`heshi notices send | waiting`: send what is due now, or see what has not left and why."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.common.doors import CommandWithDoors
from heshi.common.numbers import spoken
from heshi.notices import actions, queries
from heshi.notices.terms import STATES, channel_word


class Command(CommandWithDoors):
    """Look after the outbox by hand."""

    help = "发送到期的通知，或查看未送出的通知"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        door("send", self._send, "立即发送到期的通知").add_argument("--limit", type=int, default=1000)
        door("waiting", self._waiting, "还没有送出的通知").add_argument("--limit", type=int, default=50)

    def _send(self, *, limit: int) -> None:
        done = actions.send_due(at=timezone.now(), limit=limit)
        self.stdout.write(f"送出 {done.sent} 条，未送出 {done.failed} 条。")

    def _waiting(self, *, limit: int) -> None:
        for notice in queries.unsent()[:limit]:
            words = (
                spoken(notice.number),
                channel_word(notice.channel),
                STATES[notice.state],
                notice.last_error,
            )
            self.stdout.write("  ".join(word for word in words if word))
