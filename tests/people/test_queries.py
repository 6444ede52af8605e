"""Who may see what, and finding units and people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from heshi.people.actions import appoint, close_unit, relieve, suspend, write_roster
from heshi.people.models import Staff
from heshi.people.queries import (
    CentreMissing,
    UnitUnknown,
    centre_of,
    centres,
    county_centre,
    on_duty,
    one_of_each_role,
    scope_of,
    staff_in_role,
    unit_by_code,
    units,
)
from heshi.people.rules import Scope
from heshi.places.actions import succeed
from tests.cast import COUNTY, FIRST_DAY, TOWNSHIPS, VILLAGES, County

TODAY = date(2026, 3, 2)
WHOLE = (COUNTY,)
FIRST_TOWNSHIP = (f"{COUNTY}/{TOWNSHIPS[0]}",)
FIRST_VILLAGE = (f"{FIRST_TOWNSHIP[0]}/{VILLAGES[0]}",)

# who, the paths and the units she sees, whether she sees everything
SIGHT: list[tuple[str, tuple[str, ...], set[str], bool]] = [
    ("clerk", WHOLE, {"county_centre"}, False),
    ("dispatcher", WHOLE, {"county_centre"}, False),
    ("supervisor", WHOLE, {"county_centre"}, False),
    ("leader", WHOLE, {"county_centre"}, False),
    ("township_clerk", FIRST_TOWNSHIP, {f"centre_{TOWNSHIPS[0]}"}, False),
    ("township_dispatcher", FIRST_TOWNSHIP, {f"centre_{TOWNSHIPS[0]}"}, False),
    ("mediator", (), {f"committee_{TOWNSHIPS[0]}"}, False),
    ("officer", (), {"dept_housing"}, False),
    ("liaison", (), {"dept_housing"}, False),
    ("judge", (), {"court"}, False),
    ("grid_worker", FIRST_VILLAGE, set(), False),
    ("auditor", (), set(), True),
    ("statistician", (), set(), False),
    ("admin_sys", (), set(), False),
    ("admin_sec", (), set(), False),
    ("admin_audit", (), set(), False),
]


@pytest.mark.parametrize(("who", "paths", "codes", "everything"), SIGHT, ids=[row[0] for row in SIGHT])
def test_each_role_sees_what_its_work_needs(
    county: County, who: str, paths: tuple[str, ...], codes: set[str], everything: bool
) -> None:
    scope = scope_of(county.staff[who], on=TODAY)

    assert (scope.paths, scope.unit_ids, scope.everything) == (
        paths,
        frozenset(county.units[code].pk for code in codes),
        everything,
    )


def test_only_who_checks_sees_a_file_masked(county: County) -> None:
    scopes = {name: scope_of(staff, on=TODAY) for name, staff in county.staff.items()}

    masked = [
        name
        for name, scope in scopes.items()
        if scope.is_masked_for(unit_id=county.housing.pk, path=FIRST_VILLAGE[0])
    ]

    assert masked == ["auditor"]


def test_a_checker_with_work_of_her_own_sees_only_that_unmasked(county: County, auditor: Staff) -> None:
    appoint(staff=auditor, unit=county.township_centre, role="front_desk", valid_from=FIRST_DAY)

    scope = scope_of(auditor, on=TODAY)

    elsewhere = county.divisions[VILLAGES[3]].path
    assert not scope.is_masked_for(unit_id=county.housing.pk, path=FIRST_VILLAGE[0])
    assert not scope.is_masked_for(unit_id=county.township_centre.pk, path=elsewhere)
    assert scope.is_masked_for(unit_id=county.housing.pk, path=elsewhere)


def test_an_expired_post_gives_nothing(county: County, officer: Staff) -> None:
    before = scope_of(officer, on=TODAY)

    relieve(post=officer.posts.get(), on=TODAY)

    assert before.unit_ids == {county.housing.pk}
    assert scope_of(officer, on=TODAY) == Scope(staff_id=officer.pk)
    assert scope_of(officer, on=TODAY - timedelta(days=1)) == before


def test_a_post_of_tomorrow_gives_nothing_today(county: County, statistician: Staff) -> None:
    appoint(staff=statistician, unit=county.centre, role="dispatcher", valid_from=TODAY + timedelta(days=1))

    assert scope_of(statistician, on=TODAY).paths == ()
    assert scope_of(statistician, on=TODAY + timedelta(days=1)).paths == WHOLE


def test_a_suspended_account_sees_nothing(clerk: Staff) -> None:
    suspend(staff=clerk)

    assert scope_of(clerk, on=TODAY) == Scope(staff_id=clerk.pk)


def test_two_posts_add_up_and_duties_keep_them_apart(county: County, mediator: Staff) -> None:
    appoint(staff=mediator, unit=county.township_centre, role="dispatcher", valid_from=FIRST_DAY)

    scope = scope_of(mediator, on=TODAY)

    committee = county.units[f"committee_{TOWNSHIPS[0]}"]
    assert scope.roles == {"mediator", "dispatcher"}
    assert scope.paths == FIRST_TOWNSHIP
    assert scope.duties == {("mediator", committee.pk), ("dispatcher", county.township_centre.pk)}


def test_a_grid_worker_of_the_township_sees_her_village_when_the_post_names_it(
    county: County, statistician: Staff
) -> None:
    village = county.divisions[VILLAGES[1]]
    appoint(
        staff=statistician,
        unit=county.township_centre,
        role="grid_worker",
        valid_from=FIRST_DAY,
        place=village,
    )

    scope = scope_of(statistician, on=TODAY)

    assert (scope.paths, scope.unit_ids) == ((village.path,), frozenset())


def test_a_grid_worker_without_a_village_sees_the_files_of_her_unit(
    county: County, statistician: Staff
) -> None:
    appoint(staff=statistician, unit=county.township_centre, role="grid_worker", valid_from=FIRST_DAY)

    scope = scope_of(statistician, on=TODAY)

    assert (scope.paths, scope.unit_ids) == ((), frozenset({county.township_centre.pk}))


def test_the_centre_of_a_merged_township_answers_for_the_old_one_too(township_clerk: Staff) -> None:
    succeed(old=TOWNSHIPS[1], new=TOWNSHIPS[0], on=TODAY)

    assert scope_of(township_clerk, on=TODAY).paths == (
        f"{COUNTY}/{TOWNSHIPS[0]}",
        f"{COUNTY}/{TOWNSHIPS[1]}",
    )


def test_scope_costs_the_same_with_one_post_and_with_four(
    county: County, clerk: Staff, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scope_of(clerk, on=TODAY)
    with django_assert_num_queries(1):
        scope_of(clerk, on=TODAY)
    for code in ("dept_housing", "dept_hr", "court"):
        appoint(staff=clerk, unit=county.units[code], role="liaison", valid_from=FIRST_DAY)

    with django_assert_num_queries(1):
        scope = scope_of(clerk, on=TODAY)

    assert len(scope.unit_ids) == 4


def test_units_are_found_by_code_and_kind(county: County) -> None:
    assert unit_by_code("dept_housing") == county.housing
    assert {unit.code for unit in units(kind="line_department", on=TODAY)} == {"dept_hr", "dept_housing"}


def test_a_unit_nobody_knows_is_refused_with_a_sentence(county: County) -> None:
    with pytest.raises(UnitUnknown, match="没有代码为“dept_moon”的机构"):
        unit_by_code("dept_moon")


def test_a_township_without_a_centre_falls_back_to_the_county(county: County) -> None:
    close_unit(unit=county.units[f"centre_{TOWNSHIPS[1]}"], on=FIRST_DAY)

    assert centre_of(TOWNSHIPS[0]) == county.township_centre
    assert centre_of(TOWNSHIPS[1]) == county_centre() == county.centre
    assert centres() == {COUNTY: county.centre, TOWNSHIPS[0]: county.township_centre}


def test_a_county_without_any_centre_is_told_to_register_one(db: None) -> None:
    with pytest.raises(CentreMissing):
        centre_of(TOWNSHIPS[0])


def test_staff_are_found_by_role_and_unit(county: County, clerk: Staff, township_clerk: Staff) -> None:
    assert set(staff_in_role("front_desk", on=TODAY)) == {clerk, township_clerk}
    assert list(staff_in_role("front_desk", county.township_centre, on=TODAY)) == [township_clerk]


def test_the_roster_says_who_is_on_duty(county: County, clerk: Staff, leader: Staff) -> None:
    lines = [
        (county.centre.pk, clerk.pk, TODAY, "day"),
        (county.centre.pk, leader.pk, TODAY, "leader"),
        (county.centre.pk, clerk.pk, TODAY + timedelta(days=1), "day"),
    ]

    assert (write_roster(duties=lines), write_roster(duties=lines)) == (3, 0)
    assert on_duty(county.centre, TODAY) == [clerk, leader]
    assert on_duty(county.centre, TODAY, shift="leader") == [leader]
    assert on_duty(county.township_centre, TODAY) == []


def test_there_is_one_sign_in_to_show_for_each_role_held(county: County) -> None:
    shown = one_of_each_role(on=TODAY)

    assert shown[:2] == [
        ("clerk", "窗口接待员", "和安县综治中心"),
        ("dispatcher", "分流员", "和安县综治中心"),
    ]
    assert len(shown) == len({label for _username, label, _unit in shown}) == 14
