"""Founding units, enrolling staff, appointing them, and writing the roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from heshi.common.refusals import Conflict, Invalid
from heshi.people.models import Post, RosterEntry, Staff, Unit
from heshi.people.rules import other_admin_role, overlap
from heshi.people.terms import ADMIN_ROLES, PERMANENT, POST_ROLES, PRESENCE, SHIFTS, UNIT_KINDS
from heshi.places.models import Division
from heshi.places.queries import county_code


class UsernameTaken(Conflict):
    """Somebody else has this user name."""

    code = "username_taken"
    sentence = "用户名“{username}”已有人使用，请换一个用户名。"


class UnitCodeTaken(Conflict):
    """Another unit of the county has this code."""

    code = "unit_code_taken"
    sentence = "机构代码“{unit}”已被使用，请换一个代码。"


class NotInList(Invalid):
    """The kind of unit, the role, the presence mode or the shift is not in the list."""

    code = "not_in_list"
    sentence = "“{word}”不在可选范围内，请从列表中选择。"


class AdminRolesCollide(Conflict):
    """One person may hold only one of the three administrator roles at a time."""

    code = "admin_roles_collide"
    sentence = "系统管理员、安全管理员、审计管理员须由不同的人担任；“{name}”已任{held}，请另选一人。"


class PostEndsBeforeItBegins(Invalid):
    """The last day lies before the first."""

    code = "post_ends_before_it_begins"
    sentence = "离任日早于任职日，请改正其中一个日期。"


def found_unit(
    *,
    code: str,
    name: str,
    kind: str,
    place: Division,
    presence: str = PERMANENT,
    parent: Unit | None = None,
    phone: str = "",
) -> Unit:
    """Register a unit of this county; raises NotInList or UnitCodeTaken."""
    _known(kind, UNIT_KINDS)
    _known(presence, PRESENCE)
    # The unique constraint answers: two administrators who register the same unit get one unit and one refusal.
    unit, is_new = Unit.objects.get_or_create(
        county=county_code(),
        code=code,
        defaults={
            "name": name,
            "kind": kind,
            "place": place,
            "presence": presence,
            "parent": parent,
            "phone": phone,
        },
    )
    if not is_new:
        raise UnitCodeTaken(unit=code)
    return unit


def close_unit(*, unit: Unit, on: date) -> None:
    """End a unit on a day; its history stays."""
    # Never deleted: old files name it, and a successor is not the same unit.
    Unit.objects.filter(pk=unit.pk).update(valid_to=on)


def name_liaison(*, unit: Unit, staff: Staff) -> None:
    """Say who answers for a unit when it is called."""
    Unit.objects.filter(pk=unit.pk).update(liaison=staff)
    unit.liaison = staff


def enrol(*, username: str, display_name: str, password: str, at: datetime) -> Staff:
    """Make an account; raises UsernameTaken."""
    fields = {"display_name": display_name, "password": make_password(password), "joined_at": at}
    staff, is_new = Staff.objects.get_or_create(username=username, defaults=fields)
    if not is_new:
        raise UsernameTaken(username=username)
    return staff


def enrol_class(*, names: Mapping[str, str], password: str, at: datetime) -> None:
    """Make accounts for a training class, display names by user name, all with one password.

    The password is hashed once: a hash costs a tenth of a second on purpose, and it is no secret in a class.
    """
    hashed = make_password(password)
    people = [
        Staff(username=username, display_name=display_name, password=hashed, joined_at=at)
        for username, display_name in names.items()
    ]
    Staff.objects.bulk_create(people)


@transaction.atomic
def appoint(
    *,
    staff: Staff,
    unit: Unit,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    place: Division | None = None,
) -> Post:
    """Give a person a role at a unit from a day on; the same post again changes nothing.

    Raises AdminRolesCollide when she would hold two of the three administrator roles on one day.
    """
    _known(role, POST_ROLES)
    if valid_to is not None and valid_to < valid_from:
        raise PostEndsBeforeItBegins
    # The lock makes two appointments of one person queue, so that neither overlooks the other.
    Staff.objects.select_for_update().get(pk=staff.pk)
    _keep_admins_apart(staff, role, valid_from, valid_to)
    post, _is_new = Post.objects.get_or_create(
        staff=staff,
        unit=unit,
        role=role,
        valid_from=valid_from,
        defaults={"valid_to": valid_to, "place": place},
    )
    return post


def relieve(*, post: Post, on: date) -> None:
    """End a post on a day: from that day it gives nothing."""
    # A post that is taken back before it began is empty, not turned around: the table would refuse that.
    Post.objects.filter(pk=post.pk).update(valid_to=max(on, post.valid_from))
    post.valid_to = max(on, post.valid_from)


def suspend(*, staff: Staff) -> None:
    """Close an account at once; what she did stays in the files."""
    # Sessions need no clearing: `scope_of` gives an inactive person nothing, whatever session she still has.
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    staff.is_active = False


@transaction.atomic
def write_roster(*, duties: Iterable[tuple[UUID, UUID, date, str]]) -> int:
    """Write who is on duty: (unit, staff, day, shift) each; what is there stays. Return how many are new."""
    lines = [
        RosterEntry(unit_id=unit, staff_id=staff, day=day, shift=shift) for unit, staff, day, shift in duties
    ]
    for shift in {line.shift for line in lines}:
        _known(shift, SHIFTS)
    before = RosterEntry.objects.count()
    RosterEntry.objects.bulk_create(lines, ignore_conflicts=True, batch_size=2_000)
    return RosterEntry.objects.count() - before


def _known(word: str, words: dict[str, str]) -> None:
    if word not in words:
        raise NotInList(word=word)


def _keep_admins_apart(staff: Staff, role: str, valid_from: date, valid_to: date | None) -> None:
    # 三员分设 (等级保护): past and coming posts count by their days, not by today.
    held: Iterable[Post] = (
        Post.objects.filter(role__in=ADMIN_ROLES, staff=staff) if role in ADMIN_ROLES else []
    )
    same_days = (
        post.role
        for post in held
        if overlap(from_a=post.valid_from, to_a=post.valid_to, from_b=valid_from, to_b=valid_to)
    )
    other = other_admin_role(role=role, held=same_days)
    if other is not None:
        raise AdminRolesCollide(name=staff.display_name, held=ADMIN_ROLES[other])
