"""At which desk a notice is read: whom a playbook's word means around a case, and who is really there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.utils import timezone

from heshi.cases.rules.saying import Occasion, acting_roles
from heshi.notices.rules import Addressee, colleague, desk, everywhere, words
from heshi.notices.terms import Words
from heshi.people.models import Post, Unit
from heshi.people.permissions import UNIT_ROLES
from heshi.people.queries import centre_of, county_centre
from heshi.people.terms import CENTRE_PART_KINDS
from heshi.places.queries import in_force
from heshi.playbooks.rules import Told

AT_THE_UNIT: Final = frozenset({"handling_unit_user", "liaison", "mediator", "clerk", "committee_chair"})
ELSEWHERE: Final = frozenset(
    {"judge_liaison", "legal_counsel", "counsellor", "expert", "archivist", "auditor"}
)
"""Roles that are neither at the centre nor at the case's unit: whoever holds one is told."""
CHECKING: Final = "auditor"
"""Whoever holds it sees every file."""


class Desks:
    """Who works where, looked up once for as long as one of these lives."""

    def __init__(self) -> None:
        self._roles: dict[UUID, frozenset[str]] = {}
        self._names: dict[UUID, str] = {}

    def name(self, unit: str) -> str:
        """Return the name of a unit by its key; empty where there is none."""
        if not unit:
            return ""
        key = UUID(unit)
        if key not in self._names:
            self._names[key] = Unit.objects.filter(pk=key).values_list("name", flat=True).first() or ""
        return self._names[key]

    def roles(self, unit: UUID) -> frozenset[str]:
        """Return the roles that somebody holds at a unit today."""
        if unit not in self._roles:
            posts = Post.objects.filter(in_force(timezone.localdate()), unit=unit, staff__is_active=True)
            self._roles[unit] = frozenset(posts.values_list("role", flat=True))
        return self._roles[unit]

    def addressee(self, about: Occasion, tell: Told) -> Addressee:
        """Return whom a playbook means: a named unit or person, the unit that has the case, or a role around it.

        At a unit it is those who are expected to act now; where nobody is, everybody there. What is for some only goes to nobody who
        holds the role where the case cannot be seen from.
        """
        who = tell.who
        kind, _colon, key = who.partition(":")
        if kind == "staff":
            return colleague(UUID(key))
        if kind == "unit":
            unit = key or about.unit
            return desk(UUID(unit), acting_roles(about, unit) & self.roles(UUID(unit)))
        if who in ELSEWHERE and (not tell.sealed or who == CHECKING):
            return everywhere(who)
        if who in AT_THE_UNIT or (tell.sealed and who in UNIT_ROLES):
            return desk(UUID(tell.at or about.unit), {who})
        if who == "county_centre":
            return desk(county_centre().pk, {"dispatcher"})
        return desk(_centre_around(about).pk, {"dispatcher" if who == "centre" else who})

    def manned(self, about: Occasion, to: Addressee, tell: Told) -> Addressee:
        """Return the nearest desk at which somebody reads it: there, in a room of that centre, at the centre above.

        What is for some only waits where it was meant for, rather than being read by anybody else.
        """
        near = (each for each in self._nearest(about, to) if not tell.sealed or _is_for(each, to, tell))
        return next((each for each in near if self._reads(each)), to)

    def handed_up(self, told: Words, to: Addressee) -> Words:
        """Return the words for another desk than the one that was meant."""
        return words(
            "nobody_there", "unit", unit=self.name(str(to.unit)), subject=told.subject, text=told.text
        )

    def _reads(self, to: Addressee) -> bool:
        held = self.roles(to.unit) if to.unit else to.roles
        return bool(held & to.roles if to.roles else held)

    def _nearest(self, about: Occasion, to: Addressee) -> Iterator[Addressee]:
        yield to
        if not to.unit:
            return
        centre, county = _centre_around(about), county_centre()
        if to.unit in {centre.pk, county.pk}:
            rooms = Unit.objects.filter(parent=to.unit, kind__in=CENTRE_PART_KINDS).order_by("code")
            yield from (desk(room, to.roles) for room in rooms.values_list("pk", flat=True))
            yield desk(county.pk, to.roles)
        yield desk(to.unit)
        yield from (desk(each.pk, {"dispatcher"}) for each in (centre, county))


def _is_for(desk: Addressee, to: Addressee, tell: Told) -> bool:
    """Say whether those at a desk may see the sealed task that is spoken of: the same roles, or the people of the unit that has it."""
    return desk.roles == to.roles or (tell.who.startswith("unit:") and desk.unit == to.unit)


def _centre_around(about: Occasion) -> Unit:
    segments = str(about.state.facts.get("path") or "").split("/")
    return centre_of(segments[1] if len(segments) > 1 else segments[0])
