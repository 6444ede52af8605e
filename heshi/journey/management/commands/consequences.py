"""`heshi consequences list | rebuild NAME | retry`: what follows from events, how far it is, and what was set aside."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from heshi.journey.actions import draw, rebuild, retry
from heshi.journey.consequences import named
from heshi.journey.queries import set_aside, standing


class Command(BaseCommand):
    """Look after the consequences by hand."""

    help = "后果：统计、通知等各做到哪里，重做一种，再试放在一边的"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        doors = parser.add_subparsers(dest="door", required=True)
        doors.add_parser("list", help="每一种做到哪里，放在一边的有哪些、为什么")
        doors.add_parser("rebuild", help="从全部事件重做一种").add_argument("name")
        doors.add_parser("retry", help="马上再试放在一边的，不等下一轮")

    def handle(self, *_arguments: Any, **said: Any) -> None:
        """Go through the door that was asked for; raises ConsequenceUnknown."""
        match said["door"]:
            case "rebuild":
                self._rebuild(said["name"])
            case "retry":
                self.stdout.write(f"{retry(at=timezone.now(), now=True)} 件可以接着做了。")
        self._list()

    def _rebuild(self, name: str) -> None:
        consequence, total = named(name), 0
        rebuild(consequence)
        while made := draw(consequence, at=timezone.now()):
            total += made
        self.stdout.write(f"{consequence.title}：从头走过 {total} 个事件。")

    def _list(self) -> None:
        for line in standing():
            self.stdout.write(line)
        for aside in set_aside():
            self.stdout.write(aside)
