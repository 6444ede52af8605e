"""Finding units and people, and the one answer to “who may see what”."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from heshi.common.refusals import Unknown
from heshi.people.models import Post, RosterEntry, Staff, Unit
from heshi.people.rules import Held, Scope, scope_from
from heshi.people.terms import CENTRE_KINDS, POST_ROLES
from heshi.places import queries as places
from heshi.places.queries import in_force


class UnitUnknown(Unknown):
    """No unit of this county has this code."""

    code = "unit_unknown"
    sentence = "没有代码为“{unit}”的机构，请从机构列表中选择。"


class CentreMissing(Unknown):
    """Neither the township nor the county has a centre: nothing could be dispatched."""

    code = "centre_missing"
    sentence = "“{place}”还没有设立综治中心，请系统管理员先登记县级综治中心。"


def scope_of(staff: Staff, *, on: date | None = None) -> Scope:
    """Return what a person may see today, from the posts in force; an expired post gives nothing.

    One query, plus one when the places have changed since. Ask once per request and keep the answer.
    """
    if not staff.is_active:
        return Scope(staff_id=staff.pk)
    posts = (
        posts_of(staff, on=on or timezone.localdate()).select_related("unit__place", "place").order_by("pk")
    )
    return scope_from(staff_id=staff.pk, posts=[held for post in posts for held in _held(post)])


def _held(post: Post) -> list[Held]:
    """Return the post once for each path it answers for: its place, and places merged into it."""
    # A place that was merged away keeps its files; whoever answers for its successor sees them.
    paths = places.paths_answered_for((post.place or post.unit.place).path)
    return [Held(post.role, post.unit_id, post.unit.kind, path) for path in paths]


def posts_of(staff: Staff, *, on: date) -> QuerySet[Post]:
    """Return the posts a person holds on a day."""
    return Post.objects.filter(in_force(on), staff=staff)


def units(*, kind: str | None = None, on: date | None = None) -> QuerySet[Unit]:
    """Return the units of this county that exist on a day, of one kind if asked."""
    standing = Unit.objects.filter(county=places.county_code()).exclude(
        valid_to__lte=on or timezone.localdate()
    )
    return standing.filter(kind=kind) if kind else standing


def unit_by_code(code: str) -> Unit:
    """Return a unit of this county; raises UnitUnknown."""
    unit = Unit.objects.filter(county=places.county_code(), code=code).select_related("place").first()
    if unit is None:
        raise UnitUnknown(unit=code)
    return unit


def county_centre() -> Unit:
    """Return the centre of the whole county; raises CentreMissing."""
    county = str(places.county_code())
    centre = _centre(county)
    if centre is None:
        raise CentreMissing(place=county)
    return centre


def centre_of(township_code: str) -> Unit:
    """Return the centre of a township, or the county's when it has none. Raises CentreMissing."""
    return _centre(township_code) or county_centre()


def _centre(place: str) -> Unit | None:
    """Return the centre of a place; where there are several, the first kind in CENTRE_KINDS counts."""
    found = units().filter(kind__in=CENTRE_KINDS, place=place).select_related("place")
    # A county may run a centre and a hall side by side: which of them dispatches must not depend on the order of rows.
    return min(found, key=lambda unit: (list(CENTRE_KINDS).index(unit.kind), unit.code), default=None)


def centres() -> dict[str, Unit]:
    """Return the centre of each township and of the county by place code, in one query."""
    order = list(CENTRE_KINDS)
    found = sorted(
        units().filter(kind__in=order), key=lambda unit: (order.index(unit.kind), unit.code), reverse=True
    )
    return {unit.place_id: unit for unit in found}


def staff_in_role(role: str, unit: Unit | None = None, *, on: date | None = None) -> QuerySet[Staff]:
    """Return the active staff who hold a role on a day, at one unit if asked."""
    posts = Post.objects.filter(in_force(on or timezone.localdate()), role=role)
    return Staff.objects.filter(
        is_active=True, pk__in=(posts.filter(unit=unit) if unit else posts).values("staff")
    )


def roles_at_units(*, on: date) -> list[tuple[str, str, str]]:
    """Return for each post held on a day by somebody active the unit's code, the path of its place, and the role."""
    posts = Post.objects.filter(in_force(on), staff__is_active=True, unit__county=places.county_code())
    return list(posts.values_list("unit__code", "unit__place__path", "role").distinct())


def roster(*, role: str, kinds: Collection[str], on: date) -> list[str]:
    """Return the keys of those who hold a role on a day, at units of these kinds if any are named; without a role, of such units."""
    if not role:
        return [str(key) for key in units(on=on).filter(kind__in=kinds).values_list("pk", flat=True)]
    posts = Post.objects.filter(
        in_force(on), role=role, staff__is_active=True, unit__county=places.county_code()
    )
    posts = posts.filter(unit__kind__in=kinds) if kinds else posts
    return [str(key) for key in posts.values_list("staff", flat=True).distinct()]


def posted_at(named: Iterable[object], *, on: date) -> set[str]:
    """Return the keys of everybody who holds a post on a day at one of these units; what is no unit's key counts for nothing."""
    keys = [UUID(str(key)) for key in named if _is_key(str(key))]
    posts = Post.objects.filter(in_force(on), unit__in=keys) if keys else Post.objects.none()
    return {str(key) for key in posts.values_list("staff", flat=True)}


def on_duty(unit: Unit, day: date, *, shift: str | None = None) -> list[Staff]:
    """Return who is on the roster of a unit on a day, of one shift if asked."""
    # A colleague whose account was closed stays on the paper roster and is not called.
    duties = (
        RosterEntry.objects.filter(unit=unit, day=day, staff__is_active=True)
        .select_related("staff")
        .order_by("shift", "staff__username")
    )
    return [duty.staff for duty in (duties.filter(shift=shift) if shift else duties)]


def one_of_each_role(*, on: date) -> list[tuple[str, str, str]]:
    """Return (user name, role label, unit name) once for each role that somebody holds."""
    posts = Post.objects.filter(in_force(on), staff__is_active=True).order_by("role", "pk").distinct("role")
    # DISTINCT ON takes the first row of each role: the query must be ordered by role before anything else.
    first = {post.role: post for post in posts.select_related("staff", "unit")}
    return [
        (first[role].staff.username, label, first[role].unit.name)
        for role, label in POST_ROLES.items()
        if role in first
    ]


def presence_of(named: Iterable[object]) -> dict[str, str]:
    """Return how each of these units is present in the centre; ``named`` holds keys of units, or lists of them."""
    keys = {str(key) for one in named for key in (one if isinstance(one, list) else [one]) if key}
    if not keys:
        return {}
    found = Unit.objects.filter(pk__in=[key for key in keys if _is_key(key)])
    return {str(key): mode for key, mode in found.values_list("id", "presence")}


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
