"""`heshi consequences list | rebuild NAME | retry`: what follows from events, how far it is, and what was set aside."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.common.doors import CommandWithDoors
from heshi.journey.actions import draw, rebuild, retry
from heshi.journey.consequences import named
from heshi.journey.queries import set_aside, standing


class Command(CommandWithDoors):
    """Look after the consequences by hand."""

    help = "后果：统计、通知等各做到哪里，重做一种，再试放在一边的"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        door("list", self._list, "每一种做到哪里，放在一边的有哪些、为什么")
        door("rebuild", self._rebuild, "从全部事件重做一种").add_argument("name")
        door("retry", self._retry, "马上再试放在一边的，不等下一轮")

    def _retry(self) -> None:
        self.stdout.write(f"{retry(at=timezone.now(), now=True)} 件可以接着做了。")
        self._list()

    def _rebuild(self, *, name: str) -> None:
        consequence, total = named(name), 0
        rebuild(consequence)
        while made := draw(consequence, at=timezone.now()):
            total += made
        self.stdout.write(f"{consequence.title}：从头走过 {total} 个事件。")
        self._list()

    def _list(self) -> None:
        self.tell(standing())
        self.tell(set_aside())
