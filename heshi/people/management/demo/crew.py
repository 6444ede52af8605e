"""The units and people of the demo county, as plans that the command carries out."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from heshi.people.management.demo.land import Land
from heshi.people.management.demo.written import UnitsFile, WrittenUnit, units_file
from heshi.people.terms import POST_ROLES

SHORT = {"front_desk": "窗口", "handling_unit_user": "经办人", "mediator": "调解员"}
USERNAMES = {
    "front_desk": "clerk",
    "handling_unit_user": "officer",
    "grid_worker": "grid",
    "judge_liaison": "judge",
}


@dataclass(frozen=True)
class UnitPlan:
    """A unit to be founded; ``parent`` is the code of one planned before."""

    code: str
    name: str
    kind: str
    place: str
    presence: str = "permanent"
    parent: str = ""


@dataclass(frozen=True)
class PostPlan:
    """A person with one role at one unit; ``place`` is the village she looks after."""

    username: str
    display_name: str
    role: str
    unit: str
    place: str = ""


@dataclass(frozen=True)
class Crew:
    """Everybody, with their units."""

    units: list[UnitPlan]
    posts: list[PostPlan]
    first_day: date


def muster(land: Land) -> Crew:
    """Return the units and people for a piece of ground."""
    said = units_file()
    names = {row["code"]: row["name"] for row in land.divisions}
    townships = [code for code in names if len(code) == 9]
    units: list[UnitPlan] = []
    posts = [PostPlan(username, name, role, "county_centre") for username, name, role in said["centre_staff"]]
    for row, place in _rows(said, land, townships):
        units.append(_unit(row, place))
        posts += _posts(row)
    for number, township in enumerate(townships, start=1):
        units.append(_township_unit(said["township"][0], township, names[township]))
        posts += _township_posts(said, number, township, names, land)
    return Crew(units, posts, date.fromisoformat(said["first_day"]))


def _rows(said: UnitsFile, land: Land, townships: list[str]) -> Iterator[tuple[WrittenUnit, str]]:
    """Give each row with the code of its place."""
    for row in said["county"]:
        yield row, townships[row["place"] - 1] if "place" in row else land.divisions[0]["code"]
    names = {row["code"]: row["name"] for row in land.divisions}
    for row in said["village"]:
        village = land.villages[townships[row["place"] - 1]][0]
        yield row | {"name": names[village] + row["name"].removeprefix("村（居）")}, village


def _unit(row: WrittenUnit, place: str) -> UnitPlan:
    presence = row.get("presence", "permanent")
    return UnitPlan(row["code"], row["name"], row["kind"], place, presence, row.get("parent", ""))


def _posts(row: WrittenUnit) -> list[PostPlan]:
    return [
        PostPlan(
            f"{USERNAMES.get(role, role)}_{row['code']}",
            row["name"].removeprefix("县") + called(role),
            role,
            row["code"],
        )
        for role in row.get("staff", [])
    ]


def called(role: str) -> str:
    """Return how the first holder of a role is called."""
    return f"{SHORT.get(role, POST_ROLES[role])}甲"


def _township_unit(row: WrittenUnit, township: str, name: str) -> UnitPlan:
    return UnitPlan(
        f"{row['code']}_{township}", name + row["name"], row["kind"], township, parent="county_centre"
    )


def _township_posts(
    said: UnitsFile, number: int, township: str, names: dict[str, str], land: Land
) -> list[PostPlan]:
    unit, short = f"centre_{township}", names[township].removesuffix("街道").rstrip("镇乡")
    posts = [
        PostPlan(f"{USERNAMES.get(role, role)}_{number:02d}", short + called(role), role, unit)
        for role in said["township"][0]["staff"]
    ]
    for place, village in enumerate(land.villages[township][: said["grid_workers_per_township"]], start=1):
        posts.append(
            PostPlan(
                f"grid_{number:02d}{place}",
                names[village] + called("grid_worker"),
                "grid_worker",
                unit,
                village,
            )
        )
    return posts


def roster(crew: Crew, month: date) -> Iterator[tuple[str, str, date, str]]:
    """Give (unit, username, day, shift) for a month: at each centre the people of a role take turns."""
    days = calendar.monthrange(month.year, month.month)[1]
    turns: dict[tuple[str, str], list[str]] = {}
    for post in crew.posts:
        shift = {
            "front_desk": "day",
            "dispatcher": "day",
            "leader": "leader",
            "handling_unit_user": "night",
        }.get(post.role)
        if shift and (post.unit == "county_centre" or post.unit.startswith("centre_")):
            turns.setdefault((post.unit, post.role), []).append(post.username)
    for (unit, role), names in turns.items():
        shift = {"leader": "leader", "handling_unit_user": "night"}.get(role, "day")
        for day in range(days):
            yield unit, names[day % len(names)], month.replace(day=1) + timedelta(days=day), shift
