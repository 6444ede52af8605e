"""Finding places, and hearing in every process that they changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from urllib.parse import quote

import orjson
import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from heshi.places import queries
from heshi.places.actions import import_grids, retire_grids, succeed
from heshi.places.models import Grid
from heshi.places.queries import (
    PlaceUnknown,
    below,
    county_code,
    division_of_grid,
    division_path,
    division_paths,
    drawn_map,
    grid_at,
    grids_at,
    paths_answered_for,
    subtree,
    township_of,
    townships,
    villages,
)
from tests.cast import (
    COUNTY,
    TOWNSHIPS,
    VILLAGES,
    County,
    collection,
    feature,
    middle_of,
    settle_county,
    square,
)

TODAY = date(2026, 3, 2)
FIRST = f"{COUNTY}/{TOWNSHIPS[0]}"


def test_every_grid_is_found_by_its_middle(county: County) -> None:
    points = [middle_of(grid) for grid in county.grids]

    assert grids_at(points, on=TODAY) == county.grids
    assert [grid_at(lon, lat, on=TODAY) for lon, lat in points] == county.grids
    assert grid_at(0, 0, on=TODAY) is None
    assert grids_at([]) == []


def test_a_point_on_a_border_always_goes_to_the_same_grid(county: County) -> None:
    assert {grid_at(150.01, 30.01, on=TODAY) for _ in range(5)} == {county.grids[0]}


def test_finding_a_point_again_asks_the_database_nothing(
    county: County, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lon, lat = middle_of(county.grids[0])
    grid_at(lon, lat, on=TODAY)

    with django_assert_num_queries(0):
        grid_at(lon, lat, on=TODAY)
        division_of_grid(county.grids[0])


def test_paths_and_townships_of_divisions_and_grids(county: County) -> None:
    assert division_path(VILLAGES[0]) == division_path(county.grids[0]) == f"{FIRST}/{VILLAGES[0]}"
    assert division_paths([COUNTY, "nowhere"]) == {COUNTY: COUNTY}
    assert township_of(county.grids[7]) == township_of(TOWNSHIPS[1]) == TOWNSHIPS[1]
    assert township_of(COUNTY) is township_of("nowhere") is None
    assert county_code() == 990100


def test_a_code_nobody_knows_is_refused(county: County) -> None:
    with pytest.raises(PlaceUnknown):
        division_path("nowhere")
    with pytest.raises(PlaceUnknown):
        division_of_grid("nowhere")


def test_a_subtree_is_the_place_and_all_below(county: County) -> None:
    codes = set(subtree(FIRST).values_list("code", flat=True))

    assert codes == {TOWNSHIPS[0], VILLAGES[0], VILLAGES[1]}
    assert subtree(COUNTY).count() == 7
    assert set(
        Grid.objects.filter(below(FIRST, name="division__path")).values_list("code", flat=True)
    ) == set(county.grids[:4])


def test_a_subtree_is_read_from_the_index(county: County) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = subtree(FIRST).order_by().explain()

    assert "Index" in plan
    assert "Seq Scan" not in plan


def test_lists_for_forms_leave_out_what_has_ended(county: County) -> None:
    succeed(old=VILLAGES[0], new=VILLAGES[1], on=TODAY)

    assert [one.code for one in townships(on=TODAY)] == list(TOWNSHIPS)
    assert [one.code for one in villages(TOWNSHIPS[0], on=TODAY)] == [VILLAGES[1]]
    assert [one.code for one in villages(TOWNSHIPS[0], on=date(2026, 3, 1))] == list(VILLAGES[:2])


def test_who_took_over_answers_for_all_that_went_before(county: County) -> None:
    succeed(old=VILLAGES[2], new=VILLAGES[1], on=TODAY)
    succeed(old=VILLAGES[3], new=VILLAGES[2], on=TODAY)
    second = f"{COUNTY}/{TOWNSHIPS[1]}"

    assert paths_answered_for(FIRST) == (FIRST, f"{second}/{VILLAGES[2]}", f"{second}/{VILLAGES[3]}")
    assert paths_answered_for(COUNTY) == (COUNTY,)
    assert paths_answered_for(second) == (second,)


def test_the_map_shows_the_grids_in_force(county: County) -> None:
    retire_grids(codes=county.grids[:1], on=TODAY)

    shown = orjson.loads(drawn_map(on=TODAY).layers[TOWNSHIPS[0]])["features"]

    assert [one["properties"]["code"] for one in shown] == list(VILLAGES[:2])
    assert [one["geometry"]["type"] for one in shown] == ["Polygon"] * 2
    # The retired grid was the southern half of the first village: what is left of it is the northern one.
    assert [one["bbox"] for one in shown] == [[150.0, 30.01, 150.01, 30.02], [150.01, 30.0, 150.02, 30.02]]


ANSWER_POINTS = """
import sys, django
django.setup()
from heshi.places.queries import grid_at
for line in sys.stdin:
    lon, lat = map(float, line.split())
    print(grid_at(lon, lat), flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_redrawn_grid_within_a_second() -> None:
    queries.forget()
    county = settle_county()
    lon, lat = middle_of(county.grids[0])
    other = _another_process()
    try:
        before = _ask(other, lon, lat)
        retire_grids(codes=[county.grids[0]], on=date(2020, 1, 2))
        fresh = feature("new", "新网格", VILLAGES[0], square(150.0, 30.0))
        import_grids(collection=collection(fresh))
        time.sleep(1.1)
        after = _ask(other, lon, lat)
    finally:
        other.communicate()
        queries.forget()

    assert (before, after) == (county.grids[0], "new")
    assert other.returncode == 0


def _ask(other: subprocess.Popen[str], lon: float, lat: float) -> str:
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write(f"{lon} {lat}\n")
    other.stdin.flush()
    return other.stdout.readline().strip()


def _another_process() -> subprocess.Popen[str]:
    here = connection.settings_dict
    address = f"postgresql:///{here['NAME']}?user={quote(str(here['USER']))}&host={quote(str(here['HOST']), safe='')}"
    surroundings = os.environ | {"HESHI_DATABASE_URL": address}
    return subprocess.Popen(
        [sys.executable, "-c", ANSWER_POINTS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings,
    )
