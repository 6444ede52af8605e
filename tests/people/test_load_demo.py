"""The demo county: made-up ground without gap or overlap, units of every kind, people for each role."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.contrib.auth import authenticate
from django.core.management import call_command
from pytest_django import Settings

from heshi.people.management.commands.load_demo import DEMO_PASSWORD, SEED, NotTheDemoCounty
from heshi.people.management.demo.crew import muster, roster
from heshi.people.management.demo.land import Land, lay_out
from heshi.people.models import Post, RosterEntry, Staff, Unit
from heshi.people.queries import centre_of, county_centre, on_duty, scope_of
from heshi.people.terms import POST_ROLES, UNIT_KINDS
from heshi.places import queries as places
from heshi.places.models import Division, Grid

DAY = date(2026, 3, 2)
PUBLISHED = Path(__file__).resolve().parents[3] / "shared/data/divisions/divisions.csv"


@pytest.fixture(scope="module")
def land() -> Land:
    return lay_out(SEED)


def cells(land: Land) -> list[shapely.Polygon]:
    return [shapely.Polygon(one["geometry"]["coordinates"][0]) for one in land.grids["features"]]


def counted() -> dict[str, int]:
    return {
        model.__name__: model.objects.count() for model in (Division, Grid, Unit, Staff, Post, RosterEntry)
    }


def test_the_ground_is_twelve_townships_with_150_villages_and_600_grids(land: Land) -> None:
    assert [len(land.villages), len(land.divisions), len(cells(land))] == [12, 1 + 12 + 150, 600]
    assert len({row["name"] for row in land.divisions}) == 163
    assert min(len(villages) for villages in land.villages.values()) >= 6


def test_the_grids_tile_the_county_without_gap_or_overlap(land: Land) -> None:
    every, county = cells(land), shapely.Polygon(land.outline)
    left, right = shapely.STRtree(every).query(every, predicate="overlaps")
    together = shapely.union_all(every)

    assert county.is_valid
    assert all(cell.is_valid for cell in every)
    assert list(zip(left, right, strict=True)) == []
    assert sum(cell.area for cell in every) == pytest.approx(county.area, rel=1e-9)
    assert together.area == pytest.approx(county.area, rel=1e-9)
    assert shapely.equals(shapely.normalize(together), shapely.normalize(county))


def test_each_township_is_in_one_piece(land: Land) -> None:
    for township in land.villages:
        pieces = [
            cell
            for cell, one in zip(cells(land), land.grids["features"], strict=True)
            if one["properties"]["division"].startswith(township)
        ]
        assert shapely.union_all(pieces).geom_type == "Polygon", township


def test_the_same_seed_gives_the_same_county(land: Land) -> None:
    assert lay_out(SEED) == land
    assert lay_out(SEED + 1) != land


@pytest.mark.parametrize("seed", range(5))
def test_any_seed_gives_sound_grids(seed: int) -> None:
    assert all(cell.is_valid for cell in cells(lay_out(seed)))


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published divisions are not on this machine")
def test_the_county_and_its_townships_have_names_no_published_division_has(land: Land) -> None:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        published = {row["name"] for row in csv.DictReader(file)}

    assert [row["name"] for row in land.divisions[:13] if row["name"] in published] == []


def test_every_kind_of_unit_and_every_role_is_there(land: Land) -> None:
    crew = muster(land)

    assert {unit.kind for unit in crew.units} == set(UNIT_KINDS)
    assert {post.role for post in crew.posts} == set(POST_ROLES)
    assert len({unit.code for unit in crew.units}) == len(crew.units)
    assert len({post.username for post in crew.posts}) == len(crew.posts)


def test_the_roster_covers_each_day_of_the_month_at_every_centre(land: Land) -> None:
    crew = muster(land)
    days = [date(2026, 2, 1) + timedelta(days=day) for day in range(28)]

    on_day_shift = {
        (unit, day) for unit, _name, day, shift in roster(crew, date(2026, 2, 14)) if shift == "day"
    }

    centres = {unit.code for unit in crew.units if unit.code.split("_")[0] == "centre"} | {"county_centre"}
    assert on_day_shift == {(unit, day) for unit in centres for day in days}


def test_loading_twice_adds_nothing_and_everybody_can_work(db: None) -> None:
    out = StringIO()
    call_command("load_demo", "--on", DAY.isoformat(), stdout=out)
    first = counted()

    call_command("load_demo", "--on", DAY.isoformat(), stdout=StringIO())
    places.forget()

    assert counted() == first
    assert (first["Division"], first["Grid"]) == (163, 600)
    assert DEMO_PASSWORD in out.getvalue()
    assert all(label in out.getvalue() for label in POST_ROLES.values())
    dispatcher = authenticate(username="dispatcher_01", password=DEMO_PASSWORD)
    assert isinstance(dispatcher, Staff)
    assert scope_of(dispatcher, on=DAY).paths == ("990100/990100001",)
    assert [centre_of(one.code).place_id for one in places.townships(on=DAY)] == [
        one.code for one in places.townships(on=DAY)
    ]
    assert [one.display_name for one in on_duty(county_centre(), DAY, shift="leader")] == ["领导甲"]
    assert Unit.objects.get(code="dept_housing").liaison is not None
    assert places.grid_at(150.0, 30.0, on=DAY) is not None


def test_an_interrupted_load_is_finished_by_the_next(db: None) -> None:
    call_command("load_demo", "--on", DAY.isoformat(), stdout=StringIO())
    before = counted()
    RosterEntry.objects.all().delete()
    Post.objects.filter(unit__code="water_company").delete()
    Unit.objects.filter(code="water_company").delete()

    call_command("load_demo", "--on", DAY.isoformat(), stdout=StringIO())
    places.forget()

    assert counted() == before


def test_a_real_county_gets_no_made_up_people(db: None, settings: Settings) -> None:
    settings.HESHI_COUNTY = 440101

    with pytest.raises(NotTheDemoCounty, match="县代码是 440101"):
        call_command("load_demo", stdout=StringIO())

    assert counted() == dict.fromkeys(counted(), 0)
