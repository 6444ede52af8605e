"""Whether this machine's clock can be believed: it is compared with how long the machine has really been running."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from django.utils import timezone

BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
DRIFT: Final = timedelta(hours=1)
"""More than this cannot be a clock that was set right: the hour of a wrong time zone is the least that goes wrong at once."""
LONGEST_REST: Final = timedelta(days=3)
"""A machine that was off for longer than a weekend, or whose clock jumped while it was off: only a person can tell which."""


APART: Final = "本机时钟与数据库的时钟相差"
"""How the one doubt begins that no person can lift by saying that this machine is right."""


class Beat(NamedTuple):
    """One look at the clock: what it says, since which start of the machine, and how many seconds that has been running."""

    says: datetime
    boot: str
    running: float


def beat() -> Beat:
    """Return what the clock says now."""
    return Beat(timezone.now(), _boot(), _running())


def _boot() -> str:
    with suppress(OSError):
        return BOOT.read_text().strip()
    return ""


def _running() -> float:
    """Return the seconds since the machine started, its sleep included where the system counts it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def doubt(before: Beat, now: Beat, *, database: datetime) -> str:
    """Return the sentence that says why the clock is not to be believed, or an empty one when it is.

    ``before`` is the last look at which it could be believed, ``database`` what the database's own clock says now.
    """
    if abs(now.says - database) > DRIFT:
        return f"{APART}{_long(now.says - database)}"
    gone = now.says - before.says
    if before.boot and before.boot == now.boot:
        astray = gone - timedelta(seconds=now.running - before.running)
        return f"本机时钟{_way(astray)}了{_long(astray)}" if abs(astray) > DRIFT else ""
    if gone < -DRIFT:
        return f"本机时钟比上次停机时还早{_long(gone)}"
    return f"停机了{_long(gone)}，或者时钟快了" if gone > LONGEST_REST else ""


def _way(astray: timedelta) -> str:
    return "快" if astray > timedelta() else "慢"


def _long(span: timedelta) -> str:
    hours = round(abs(span) / timedelta(hours=1))
    return f" {hours // 24} 天" if hours >= 48 else f" {hours} 小时"
