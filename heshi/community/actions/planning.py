"""Writing duties down ahead, and telling the units on the day: each once, by however many workers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from heshi.common.refusals import Refusal
from heshi.community.models import Occurrence
from heshi.community.queries.planning import (
    Key,
    Plan,
    centre_above,
    plans,
    roles_held,
    standing,
    to_tell,
    versions_in_use,
)
from heshi.community.terms import OPEN
from heshi.notices.actions import built, queue
from heshi.notices.models import Notice
from heshi.notices.rules import desk, words
from heshi.people.models import Unit
from heshi.people.queries import centres
from heshi.places.queries import county_code
from heshi.playbooks.models import PlaybookVersion

FOLLOWS: Final = ("due_on", "period", "title", "role", "version_id")
"""What a new version of a playbook may change in a duty that still lies ahead."""
log = logging.getLogger("heshi.community")


def make_ahead(*, at: datetime) -> int:
    """Write down the duties of the next fortnight, or the next one, for each playbook in force; return how many changed.

    Safe to repeat and safe with several workers at once. What is due today or earlier, and whatever was answered, stays as it is;
    a duty that lies ahead follows the newest version of its playbook, and goes when that no longer has it or is no longer used
    here. A playbook that cannot be read is logged and passed over.
    """
    today, versions = timezone.localdate(at), versions_in_use()
    made = sum(_tried(version, today) for version in versions)
    unused = (
        _still_open().filter(due_on__gt=today).exclude(playbook__in=[version.code for version in versions])
    )
    return made + unused.delete()[0]


def _tried(version: PlaybookVersion, today: date) -> int:
    try:
        return _made(version, today)
    except Refusal:
        log.exception("预案 %s 的节律没有写下", version.code)
        return 0


@transaction.atomic
def _made(version: PlaybookVersion, today: date) -> int:
    wanted, held = plans(version, today=today), standing(version.code, today=today)
    ahead = {key: duty for key, duty in held.items() if duty.state == OPEN and duty.due_on > today}
    fresh = [_new(version, plan) for key, plan in wanted.items() if key not in held]
    Occurrence.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    changed = [
        (ahead[key], plan) for key, plan in wanted.items() if key in ahead and _differs(ahead[key], plan)
    ]
    return len(fresh) + sum(_followed(duty, plan) for duty, plan in changed) + _dropped(ahead, wanted)


def _new(version: PlaybookVersion, plan: Plan) -> Occurrence:
    return Occurrence(county=county_code(), playbook=version.code, **asdict(plan))


def _differs(duty: Occurrence, plan: Plan) -> bool:
    return any(getattr(duty, name) != getattr(plan, name) for name in FOLLOWS)


def _followed(duty: Occurrence, plan: Plan) -> int:
    """Bring a duty up to the new version; whoever has its form open is told, since its revision moves."""
    changes: dict[str, object] = {name: getattr(plan, name) for name in FOLLOWS}
    return _still_open().filter(pk=duty.pk).update(**changes, revision=F("revision") + 1)


def _dropped(ahead: Mapping[Key, Occurrence], wanted: Mapping[Key, Plan]) -> int:
    gone = [duty.pk for key, duty in ahead.items() if key not in wanted]
    return _still_open().filter(pk__in=gone).delete()[0] if gone else 0


def _still_open() -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(county=county_code(), state=OPEN)


@transaction.atomic
def remind(*, at: datetime, limit: int = 500) -> int:
    """Tell the units what is due today, each duty once; return how many were told of.

    Whoever holds the role at the unit is told; where nobody does, the dispatcher of the centre above.
    """
    today = timezone.localdate(at)
    due = list(to_tell(today=today).select_for_update(skip_locked=True, of=("self",))[:limit])
    held, above = roles_held(due, on=today), centres() if due else {}
    queue([_notice(duty, at, above, is_held=(duty.role, duty.unit_id) in held) for duty in due])
    Occurrence.objects.filter(county=county_code(), pk__in=[duty.pk for duty in due]).update(reminded_at=at)
    return len(due)


def _notice(duty: Occurrence, at: datetime, above: Mapping[str, Unit], *, is_held: bool) -> Notice:
    centre = None if is_held else centre_above(duty.unit.place.path, above)
    to = desk(centre.pk, {"dispatcher"}) if centre else desk(duty.unit_id, {duty.role})
    said = words("rhythm_above" if centre else "rhythm", to.kind, title=duty.title, unit=duty.unit.name)
    return built(county=duty.county, to=to, said=said, about="rhythm", once=f"rhythm/{duty.pk.hex}", at=at)
