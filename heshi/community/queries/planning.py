"""What has to be written down ahead, and who is told of it on the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from heshi.clocks.queries import calendar
from heshi.community.models import Occurrence
from heshi.community.rules.days import ahead, period_of
from heshi.community.terms import LOOK_BACK, OPEN
from heshi.people.models import Post, Unit
from heshi.people.queries import units
from heshi.places.queries import county_code, in_force
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.queries import shelf
from heshi.playbooks.rules import Rhythm
from heshi.routing.queries import playbooks_in_use

Key = tuple[UUID, str, date]


@dataclass(frozen=True, slots=True)
class Plan:
    """One duty of one unit as the playbook in force has it."""

    unit_id: UUID
    rhythm: str
    planned_on: date
    due_on: date
    period: str
    title: str
    role: str
    version_id: UUID

    @property
    def key(self) -> Key:
        """Return by what the same duty is known again."""
        return self.unit_id, self.rhythm, self.planned_on


def versions_in_force() -> list[PlaybookVersion]:
    """Return every playbook version in force, without its text."""
    return list(PlaybookVersion.objects.filter(status="published").only("id", "code").order_by("code"))


def versions_in_use() -> list[PlaybookVersion]:
    """Return the versions in force by which this county works: those its routing names, and those of its own making.

    The library holds the methods of fifty places; their meetings are not held here because their files are.
    """
    used, shipped = playbooks_in_use(), set(shelf())
    return [version for version in versions_in_force() if version.code in used or version.code not in shipped]


def plans(version: PlaybookVersion, *, today: date) -> dict[Key, Plan]:
    """Return the duties that a playbook lays down for the next fortnight, or the next ones. Raises Damaged."""
    rhythms = playbook_of(version.pk).rhythm.values()
    found = (plan for rhythm in rhythms for plan in _plans(version, rhythm, today))
    return {plan.key: plan for plan in found}


def _plans(version: PlaybookVersion, rhythm: Rhythm, today: date) -> Iterator[Plan]:
    days = ahead(rhythm, today=today, calendar=calendar())
    for unit in units(on=today).filter(kind__in=rhythm.kinds).only("id", "valid_to"):
        for due, planned in days.items():
            if unit.valid_to is None or due < unit.valid_to:
                yield Plan(
                    unit.pk, rhythm.code, planned, due, period_of(planned, every=rhythm.every), rhythm.title, rhythm.who,
                    version.pk,
                )  # fmt: skip


def standing(code: str, *, today: date) -> dict[Key, Occurrence]:
    """Return what is written down already of a playbook's duties ahead, answered ones too."""
    rows = Occurrence.objects.filter(
        county=county_code(), playbook=code, planned_on__gte=today - timedelta(days=LOOK_BACK)
    )
    return {(row.unit_id, row.rhythm, row.planned_on): row for row in rows}


def to_tell(*, today: date) -> QuerySet[Occurrence]:
    """Return the open duties whose day has come and of which nobody was told yet, the oldest first."""
    waiting = Occurrence.objects.filter(county=county_code(), state=OPEN, reminded_at=None, due_on__lte=today)
    return waiting.select_related("unit__place").order_by("due_on")


def roles_held(duties: Iterable[Occurrence], *, on: date) -> set[tuple[str, UUID]]:
    """Return which of the roles that these duties name are held by somebody at their units."""
    wanted = {(duty.role, duty.unit_id) for duty in duties}
    posts = Post.objects.filter(
        in_force(on), staff__is_active=True, role__in={role for role, _unit in wanted},
        unit__in={unit for _role, unit in wanted},
    )  # fmt: skip
    return set(posts.values_list("role", "unit_id").distinct())


def centre_above(path: str, centres: Mapping[str, Unit]) -> Unit | None:
    """Return the centre of the township a path lies in, or the county's."""
    return next((centres[code] for code in reversed(path.split("/")) if code in centres), None)
