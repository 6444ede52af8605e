"""`heshi statistics rebuild [--check] | fold`: count again from the events."""

from __future__ import annotations

import sys

from django.core.management.base import CommandParser
from django.db import connection, transaction
from django.utils import timezone

from heshi.cases.models import Case
from heshi.common.doors import CommandWithDoors
from heshi.journey.actions import draw, rebuild
from heshi.journey.consequences import named
from heshi.statistics import queries

SHOWN = 20


class Command(CommandWithDoors):
    """The figures, counted again."""

    help = "统计：从事件重新计数，或核对现有数字"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        again = door("rebuild", self._rebuild, "从全部事件重新计数")
        again.add_argument("--check", action="store_true", help="只核对，不改动；有出入时退出码为 1")
        door("fold", self._fold, "把等待中的事件计入统计")

    def _rebuild(self, *, check: bool) -> None:
        if check:
            self._check()
        else:
            rebuild(named("statistics"))
            drawn()
            self.stdout.write(f"已从事件重新计数，共 {Case.objects.count()} 件案件。")

    def _fold(self) -> None:
        self.stdout.write(f"计入 {drawn()} 个事件。")

    def _check(self) -> None:
        wrong = differences_at_one_moment()
        for one in wrong[:SHOWN]:
            self.stderr.write(str(one))
        if wrong:
            self.stderr.write(f"共 {len(wrong)} 处不符，请运行 heshi statistics rebuild 重新计数。")
            sys.exit(1)
        self.stdout.write("统计与事件一致，0 处不符。")


def drawn() -> int:
    """Count every event that waits into the figures; return how many there were."""
    total = 0
    while made := draw(named("statistics"), at=timezone.now()):
        total += made
    return total


def differences_at_one_moment() -> list[queries.Wrong]:
    """Return every figure that differs, all seen at the same moment even while others work."""
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0:  # the isolation can only be chosen where a transaction begins
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return list(queries.differences())
