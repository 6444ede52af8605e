"""What time alone does to cases, case by case: one that cannot be done is set aside and the others go on."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from heshi.journey.actions.aside import aside, done_after_all, set_aside
from heshi.journey.case_duties import REGRADE, SETTLE, TICK, CaseDuty

AT_ONCE: Final = 1_000
log = logging.getLogger("heshi.worker")


def each_case(duty: CaseDuty, *, at: datetime, limit: int = AT_ONCE) -> int:
    """Do a duty for every case it is time for; return how much was done.

    What was set aside is left until it has waited long enough; raises only when the database is gone.
    """
    lying = dict(aside(duty.name).values_list("case_id", "try_at"))
    found = duty.find(at=at, limit=limit, apart=[case_id for case_id, again in lying.items() if again > at])
    made = {case_id: _one(duty, case_id, at) for case_id in found}
    gone = {case_id for case_id, again in lying.items() if again <= at and case_id not in made}
    if len(found) < limit:  # what is looked for again and not found has nothing left to be done
        done_after_all(duty.name, gone)
    done_after_all(duty.name, [case_id for case_id, much in made.items() if much and case_id in lying])
    return sum(made.values())


def _one(duty: CaseDuty, case_id: UUID, at: datetime) -> int:
    try:
        return duty.do(case_id, at=at)
    except Exception as error:  # whatever one case holds, the others go on
        if not connection.is_usable():
            raise
        log.exception("%s：案件 %s 没有做成，先放在一边", duty.title, case_id)
        set_aside(duty.name, case_id, error, since=0, at=at)
        return 0


def tick(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Record every stage that a running clock has reached by now; return how many events that made."""
    return each_case(TICK, at=at, limit=limit)


def settle(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Plan again every clock whose year of rest days has been loaded meanwhile; return how many."""
    return each_case(SETTLE, at=at, limit=limit)


def regrade(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Grade anew every open case whose age alone may have changed its tier or colour; return how many were looked at."""
    return each_case(REGRADE, at=at, limit=limit)
