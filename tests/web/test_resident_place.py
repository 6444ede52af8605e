"""Where it happened: the mark on the map says its village, and what does not agree with the list is asked about."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils.cache import get_max_age

from heshi.cases.models import Case
from heshi.people.models import Staff
from heshi.places.actions import import_roads, mark_changed, succeed
from heshi.places.models import Grid
from heshi.web.kit.mapping import map_address, pin_at
from tests.cast import FIRST_DAY, TOWNSHIPS, VILLAGES, County, middle_of
from tests.files import OpenCase
from tests.web.desk import at_desk, case_page
from tests.web.resident import NAMED, WORDS, answer, hand_in, opened, said_wrong

pytestmark = pytest.mark.usefixtures("books")

HERE = middle_of(f"{VILLAGES[0]}001")
BESIDE = middle_of(f"{VILLAGES[1]}001")
FAR = middle_of(f"{VILLAGES[2]}002")
OUTSIDE = (151.0, 31.0)


def placed(point: tuple[float, float], town: str = "", village: str = "", **more: str) -> dict[str, Any]:
    """Return the answers of the page with a mark at a point."""
    lon, lat = point
    return {"township": town, "village": village, "lon": str(lon), "lat": str(lat), **more}


def say_where(client: Client, **given: str) -> Any:
    """Say what happened, then answer where."""
    answer(client, "", body=WORDS)
    return answer(client, "where/", **given)


def asked(page: Any) -> tuple[str, list[str]]:
    """Return the question and the answers that a page offers; nothing where it asks nothing."""
    form = page.context["form"]
    return (form.doubt.question, [words for _value, words in form.doubt.answers]) if form.doubt else ("", [])


def settled(page: Any, which: int) -> str:
    """Return one of the two answers as it is sent."""
    value: str = page.context["form"].doubt.answers[which][0]
    return value


def sent(client: Client) -> Case:
    """Answer the rest, hand it in and return the case."""
    answer(client, "who/", **NAMED)
    hand_in(client)
    return Case.objects.get()


@pytest.mark.parametrize(
    ("point", "town", "village"),
    [(HERE, "", ""), (HERE, TOWNSHIPS[0], ""), (HERE, TOWNSHIPS[0], VILLAGES[0])],
)  # fmt: skip
def test_a_mark_in_the_place_she_chose_is_not_asked_about_and_makes_it_closer(
    point: tuple[float, float], town: str, village: str, client: Client
) -> None:
    page = say_where(client, **placed(point, town, village))
    shown = opened(client, "where/").content.decode()
    check = answer(client, "who/", **NAMED) and opened(client, "check/").content.decode()
    hand_in(client)

    case = Case.objects.get()
    assert page.status_code == 302
    assert "地图上标的位置：<strong>甲镇 甲一村</strong>" in shown
    assert "（地图上标的位置：甲镇 甲一村）" in check
    assert (case.place, case.lon, case.lat) == (f"{VILLAGES[0]}001", *point)


@pytest.mark.parametrize(
    ("point", "town", "village", "question", "answers"),
    [
        (FAR, TOWNSHIPS[0], "", "您选的是“甲镇”，地图上标的位置却在“乙镇 乙一村”。以哪个为准？",
         ["以地图上标的为准：乙镇 乙一村", "以我选的为准：甲镇，去掉地图上的标记"]),
        (BESIDE, TOWNSHIPS[0], VILLAGES[0], "您选的是“甲镇 甲一村”，地图上标的位置却在“甲镇 甲二村”。以哪个为准？",
         ["以地图上标的为准：甲镇 甲二村", "以我选的为准：甲镇 甲一村，去掉地图上的标记"]),
        (OUTSIDE, TOWNSHIPS[0], "", "您选的是“甲镇”，地图上标的位置却不在和安县。以哪个为准？",
         ["以地图上标的为准：事情不在和安县", "以我选的为准：甲镇，去掉地图上的标记"]),
        (OUTSIDE, "", "", "地图上标的位置不在和安县。标对了吗？", ["标对了，事情就发生在那里", "标错了，去掉地图上的标记"]),
        ((0, 0), "", "", "地图上标的位置不在和安县。标对了吗？", ["标对了，事情就发生在那里", "标错了，去掉地图上的标记"]),
    ],
)  # fmt: skip
def test_a_mark_that_lies_elsewhere_is_asked_about_once_with_two_answers(
    point: tuple[float, float], town: str, village: str, question: str, answers: list[str], client: Client
) -> None:
    page = say_where(client, **placed(point, town, village, place_text="桥头"))

    words = page.content.decode()
    assert page.status_code == 422
    assert asked(page) == (question, answers)
    assert said_wrong(page) == ["地图上标的位置还没有说清楚，请选一个。"]
    assert len(re.findall('type="radio" name="settled"', words)) == 2
    assert "checked" not in words.partition('name="settled"')[2].partition("</fieldset>")[0]
    assert "桥头" in words


def test_she_says_that_the_mark_stands(client: Client) -> None:
    page = say_where(client, **placed(FAR, TOWNSHIPS[0]))

    done = answer(client, "where/", **placed(FAR, TOWNSHIPS[0], settled=settled(page, 0)))
    case = sent(client)

    assert done.status_code == 302
    assert (case.place, case.lon, case.lat) == (f"{VILLAGES[2]}002", *FAR)


def test_she_says_that_the_place_stands_and_the_mark_goes(client: Client) -> None:
    page = say_where(client, **placed(FAR, TOWNSHIPS[0]))

    answer(client, "where/", **placed(FAR, TOWNSHIPS[0], settled=settled(page, 1)))
    case = sent(client)

    assert (case.place, case.lon, case.lat) == (TOWNSHIPS[0], None, None)


def test_something_outside_the_county_is_taken_as_she_says_it(client: Client) -> None:
    page = say_where(client, **placed(OUTSIDE, TOWNSHIPS[0]))

    answer(client, "where/", **placed(OUTSIDE, TOWNSHIPS[0], settled=settled(page, 0)))
    again = opened(client, "where/")
    case = sent(client)

    assert again.context["form"]["settled"].value() == again.context["form"].doubt.answers[0][0]
    assert (case.place, case.lon, case.lat) == ("990100", *OUTSIDE)


def test_a_mark_taken_away_is_no_answer_to_where(client: Client) -> None:
    page = say_where(client, **placed(OUTSIDE))

    again = answer(client, "where/", **placed(OUTSIDE, settled=settled(page, 1)))

    assert (again.status_code, "请选一个乡镇" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("point", [OUTSIDE, BESIDE, HERE])
def test_an_answer_to_another_question_answers_nothing(point: tuple[float, float], client: Client) -> None:
    page = say_where(client, **placed(FAR, TOWNSHIPS[0], VILLAGES[0]) | {"village": VILLAGES[0]})
    old = settled(page, 0)

    moved = answer(client, "where/", **placed(point, TOWNSHIPS[0], VILLAGES[0], settled=old))

    assert moved.status_code == (302 if point == HERE else 422)
    assert bool(asked(moved)[0] if moved.status_code == 422 else "") == (point != HERE)


def test_without_any_grid_nothing_is_drawn_and_nothing_is_asked(client: Client, county: County) -> None:
    Grid.objects.all().delete()
    mark_changed()

    page = say_where(client, **placed(OUTSIDE, TOWNSHIPS[0]))

    assert page.status_code == 302
    assert "data-map=" not in opened(client, "where/").content.decode()


def test_a_village_that_was_merged_is_told_by_the_name_of_its_heir(county: County) -> None:
    succeed(old=VILLAGES[0], new=VILLAGES[1], on=FIRST_DAY)

    pin = pin_at(*HERE)

    assert pin
    assert (pin.words, pin.place) == ("甲镇 甲二村", VILLAGES[1])


def test_the_script_hears_the_same_sentence_and_question(client: Client) -> None:
    agrees = client.post("/report/where/pin", placed(HERE, TOWNSHIPS[0])).content.decode()
    doubts = client.post("/report/where/pin", placed(FAR, TOWNSHIPS[0])).content.decode()
    strange = client.post("/report/where/pin", {"lon": "x", "lat": "nan", "township": "1"})

    assert "<strong>甲镇 甲一村</strong>" in agrees
    assert "settled" not in agrees
    assert "以哪个为准？" in doubts
    assert "checked" not in doubts
    assert (strange.status_code, strange.content.decode().strip()) == (200, "")
    assert client.get("/report/where/pin").status_code == 405


# --- the map itself -------------------------------------------------------------------------------


def layer(client: Client, name: str = "county") -> Any:
    """Fetch a layer under today's version."""
    return client.get(re.sub(r"[^/]+\.json$", f"{name}.json", map_address()))


def one_road(code: str, name: str, way: list[list[float]]) -> dict[str, Any]:
    """Return a file with one road."""
    line = {"type": "LineString", "coordinates": way}
    told = {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": line}
    return {"type": "FeatureCollection", "features": [told]}


def test_the_county_is_drawn_by_its_towns_and_roads_and_a_town_by_its_villages(
    client: Client, county: County
) -> None:
    import_roads(collection=one_road("S1", "1 省道", [[150.0, 30.01], [150.04, 30.01]]))

    whole, town = orjson.loads(layer(client).content), orjson.loads(layer(client, TOWNSHIPS[1]).content)

    assert [(one["properties"]["kind"], one["properties"]["name"], one["bbox"]) for one in whole["features"]] == [
        ("town", "甲镇", [150.0, 30.0, 150.02, 30.02]), ("town", "乙镇", [150.02, 30.0, 150.04, 30.02]),
        ("road", "1 省道", [150.0, 30.01, 150.04, 30.01]),
    ]  # fmt: skip
    assert [one["properties"]["name"] for one in town["features"]] == ["乙一村", "乙二村"]
    assert (whole["bbox"], town["bbox"]) == ([150.0, 30.0, 150.04, 30.02], [150.02, 30.0, 150.04, 30.02])


def test_a_layer_is_kept_for_good_under_its_version_and_changes_with_the_map(
    client: Client, county: County
) -> None:
    before = map_address()
    first = client.get(before)

    import_roads(collection=one_road("X9", "河堤路", [[150, 30], [150.01, 30.01]]))
    after, old = map_address(), client.get(before)

    assert (get_max_age(first), "immutable" in first["Cache-Control"]) == (365 * 24 * 60 * 60, True)
    assert before != after
    assert (old["Cache-Control"], "河堤路" in old.content.decode()) == ("no-cache", True)
    assert client.get(f"{after.rpartition('/')[0]}/990100999.json").status_code == 404


# --- at the desk ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "words", "beside"),
    [(HERE, "甲镇 甲一村", False), (FAR, "乙镇 乙一村", True), (OUTSIDE, "和安县以外", False)],
)  # fmt: skip
def test_the_desk_sees_the_mark_on_a_map_and_in_words(
    point: tuple[float, float], words: str, beside: bool, open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:  # fmt: skip
    case = open_case(lon=point[0], lat=point[1])

    page = case_page(at_desk(client, dispatcher), case)

    assert f"地图上标的位置：<strong>{words}</strong>（经度 {point[0]:.5f}，纬度 {point[1]:.5f}）" in page
    assert (
        f'data-spot="{map_address()}" data-spot-lon="{point[0]:.6f}" data-spot-lat="{point[1]:.6f}"' in page
    )
    assert ("标的位置和登记的地点不在一处" in page) == beside


def test_a_case_without_a_mark_shows_no_map(case: Case, dispatcher: Staff, client: Client) -> None:
    assert "data-spot" not in case_page(at_desk(client, dispatcher), case)
