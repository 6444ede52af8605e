"""Founding units, enrolling staff, appointing them."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from heshi.people.actions import (
    AdminRolesCollide,
    NotInList,
    PostEndsBeforeItBegins,
    UnitCodeTaken,
    UsernameTaken,
    appoint,
    enrol,
    found_unit,
    relieve,
    suspend,
    write_roster,
)
from heshi.people.models import Post, Staff, Unit
from heshi.people.terms import POST_ROLES, ROLES, UNIT_KINDS
from tests.cast import COUNTY, FIRST_DAY, NOON, PASSWORD, County

TODAY = date(2026, 3, 2)


def test_who_is_enrolled_can_sign_in_until_suspended(clerk: Staff) -> None:
    assert authenticate(username="clerk", password=PASSWORD) == clerk
    assert authenticate(username="clerk", password="wrong") is None

    suspend(staff=clerk)

    assert authenticate(username="clerk", password=PASSWORD) is None
    assert PASSWORD not in Staff.objects.get(username="clerk").password


def test_a_user_name_is_given_once(clerk: Staff) -> None:
    with pytest.raises(UsernameTaken, match="用户名“clerk”已有人使用"):
        enrol(username="clerk", display_name="窗口丙", password=PASSWORD, at=NOON)

    assert Staff.objects.get(username="clerk").display_name == "窗口甲"


def test_a_unit_code_is_given_once_in_a_county(county: County) -> None:
    with pytest.raises(UnitCodeTaken):
        found_unit(code="court", name="另一法院", kind="court", place=county.divisions[COUNTY])

    assert Unit.objects.get(code="court").name == "县人民法院"


def test_a_kind_of_unit_nobody_knows_is_refused(county: County) -> None:
    with pytest.raises(NotInList, match="“watch_room”不在可选范围内"):
        found_unit(code="x", name="某室", kind="watch_room", place=county.divisions[COUNTY])

    assert not Unit.objects.filter(code="x").exists()


@pytest.mark.parametrize("role", ["resident", "public", "representative", "king"])
def test_only_roles_of_staff_can_be_given(county: County, clerk: Staff, role: str) -> None:
    with pytest.raises(NotInList):
        appoint(staff=clerk, unit=county.centre, role=role, valid_from=FIRST_DAY)

    assert [post.role for post in clerk.posts.all()] == ["front_desk"]


@pytest.mark.parametrize("other", ["admin_sec", "admin_audit"])
def test_nobody_holds_two_administrator_roles(county: County, admin_sys: Staff, other: str) -> None:
    with pytest.raises(AdminRolesCollide, match="“系统管理员甲”已任系统管理员"):
        appoint(staff=admin_sys, unit=county.centre, role=other, valid_from=TODAY)

    assert [post.role for post in admin_sys.posts.all()] == ["admin_sys"]


def test_an_administrator_may_change_over_after_the_first_post_ended(
    county: County, admin_sys: Staff
) -> None:
    relieve(post=admin_sys.posts.get(), on=TODAY)

    appoint(staff=admin_sys, unit=county.centre, role="admin_sec", valid_from=TODAY)

    assert [post.role for post in admin_sys.posts.order_by("valid_from")] == ["admin_sys", "admin_sec"]


def test_the_same_appointment_twice_is_one_post(county: County, clerk: Staff) -> None:
    again = appoint(staff=clerk, unit=county.centre, role="front_desk", valid_from=FIRST_DAY)

    assert list(clerk.posts.all()) == [again]


def test_a_post_cannot_end_before_it_begins(county: County, clerk: Staff) -> None:
    with pytest.raises(PostEndsBeforeItBegins):
        appoint(staff=clerk, unit=county.centre, role="dispatcher", valid_from=TODAY, valid_to=FIRST_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(staff=clerk).update(valid_to=date(2019, 1, 1))

    assert clerk.posts.get().valid_to is None


def test_a_shift_nobody_knows_is_refused(county: County, clerk: Staff) -> None:
    with pytest.raises(NotInList):
        write_roster(duties=[(county.centre.pk, clerk.pk, TODAY, "tea")])

    assert clerk.duties.count() == 0


def test_every_word_has_a_label_of_its_own() -> None:
    assert len(set(UNIT_KINDS.values())) == len(UNIT_KINDS) == 48
    assert len(set(ROLES.values())) == len(ROLES)
    assert set(POST_ROLES) < set(ROLES)
