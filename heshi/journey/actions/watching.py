"""Watching the clock: nothing that time alone does is done while the machine's clock is in doubt."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection, transaction

from heshi.common.beats import Beat, beat, doubt
from heshi.journey.models import Pulse
from heshi.places.queries import county_code

log = logging.getLogger("heshi.worker")


def believed(now: Beat | None = None) -> bool:
    """Look at the clock and return whether it can be believed; the last good look is kept, a doubt is noted beside it.

    A doubt goes away by itself when the clock is put right; when it was right all along, a person says so (`believe`).
    """
    now = now or beat()
    with transaction.atomic():
        pulse = _pulse(now)
        why = doubt(Beat(pulse.says, pulse.boot, pulse.running), now, database=_of_the_database())
        if why and why != pulse.doubt:
            log.error("时钟有疑问，时限等由时间推动的事暂停：%s", why)
        pulse.doubt = why
        if not why:
            pulse.says, pulse.boot, pulse.running = now
        pulse.save()
    return not why


def believe(now: Beat | None = None) -> None:
    """Take the clock as right from now on: somebody has compared it."""
    with transaction.atomic():
        pulse = _pulse(now := now or beat())
        pulse.says, pulse.boot, pulse.running = now
        pulse.doubt = ""
        pulse.save()


def _pulse(now: Beat) -> Pulse:
    """Return the county's pulse, locked; before the first look, this one."""
    county = county_code()
    fresh = Pulse(county=county, says=now.says, boot=now.boot, running=now.running)
    Pulse.objects.bulk_create([fresh], ignore_conflicts=True)
    return Pulse.objects.select_for_update().get(county=county)


def _of_the_database() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        said: datetime = cursor.fetchone()[0]
    return said
