"""What the worker does again and again, and how often: one table, each line safe with several workers at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from heshi.common import waking
from heshi.community.actions import count_campaigns, make_ahead, remind
from heshi.intake.actions import forget_unclaimed, forget_unsent, forget_waiting
from heshi.journey.actions import believed, draw_all, regrade, retry, settle, tick
from heshi.journey.actions.aside import duty_done, duty_failed
from heshi.journey.uploads import KEPT_FOR, forget_files
from heshi.notices.actions import send_due

UNCLAIMED = timedelta(days=2)
UNTAKEN = timedelta(days=1)
log = logging.getLogger("heshi.worker")


@dataclass(slots=True)
class Duty:
    """One thing to do every so many seconds, for as long as it finds work."""

    name: str
    every: float
    do: Callable[[datetime], int]
    woken: bool = False
    """Whether it is done at once when a worker is woken; ``every`` is then only for what nobody called for."""
    by_time: bool = False
    """Whether it is done only because time has passed: it rests while the machine's clock is in doubt."""
    due: float = field(default=0.0)

    def done(self, now: float) -> int:
        """Do it if it is time; return how much was done. A failure is logged, noted for `status` and tried again at the next turn."""
        if now < self.due:
            return 0
        self.due = now + self.every
        try:
            made = self._until_empty()
            duty_done(self.name)
        except Exception as error:
            log.exception("%s 未完成，下一轮再试", self.name)
            close_old_connections()
            self._failed(error)
            return 0
        return made

    def _failed(self, error: Exception) -> None:
        with suppress(DatabaseError):  # where there is no database, nobody can look at the status either
            duty_failed(self.name, error, at=timezone.now())

    def _until_empty(self) -> int:
        total = 0
        while self._may() and (made := self.do(timezone.now())):
            total += made
        return total

    def _may(self) -> bool:
        return not self.by_time or believed()


def duties() -> list[Duty]:
    """Return the worker's duties."""
    return [
        Duty("时限提醒", 60, lambda at: tick(at=at), by_time=True),
        Duty("补算到期日", 3600, lambda at: settle(at=at), by_time=True),
        Duty("按天数评级", 3600, lambda at: regrade(at=at), by_time=True),
        Duty("清理没有交的诉求", 3_600, lambda at: forget_unsent(before=at - UNCLAIMED), by_time=True),
        Duty("清理没有提交的附件", 86_400, lambda at: forget_unclaimed(before=at - UNCLAIMED), by_time=True),
        Duty(
            "清理没有办成的步骤留下的文件",
            3_600,
            lambda at: forget_waiting(before=at - UNTAKEN),
            by_time=True,
        ),
        Duty("清理导入的文件", 3_600, lambda at: forget_files(before=at - KEPT_FOR), by_time=True),
        Duty("写下该做的事", 3_600, lambda at: make_ahead(at=at), by_time=True),
        Duty("提醒该做的事", 60, lambda at: remind(at=at), by_time=True),
        Duty("数行动的进度", 60, lambda at: count_campaigns(at=at), by_time=True),
        Duty("后果", 5, lambda at: draw_all(at=at), woken=True),
        Duty("再试放在一边的", 60, lambda at: retry(at=at)),
        Duty("通知", 5, lambda at: send_due(at=at).sent, woken=True),
    ]


def run(*, keep_on: Callable[[], bool], rest: float = 1.0) -> None:
    """Do the duties until told to stop; between them, wait to be woken."""
    table = duties()
    while keep_on():
        if not sum(duty.done(time.monotonic()) for duty in table):
            _rest(table, rest)


def _rest(table: list[Duty], seconds: float) -> None:
    if waking.wait(seconds):
        _wake(table)
        time.sleep(waking.AT_MOST_EVERY)  # what was written since the call had no call of its own
        _wake(table)


def _wake(table: list[Duty]) -> None:
    for duty in table:
        if duty.woken:
            duty.due = 0.0
            duty.done(time.monotonic())
