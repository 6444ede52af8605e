"""The standing cast: one small county, named by role, for every test.

Ask for ``county`` to have the ground, the units and everybody; for ``clerk``, ``mediator`` … to have one.

The ground is eight squares of 0.01 degrees, two townships side by side, each with two villages of two grids::

    lat 30.02  ┌────────┬────────┬────────┬────────┐
               │ …1001  │ …1002  │ …2001  │ …2002  │   second grid of each village
    lat 30.01  ├────────┼────────┼────────┼────────┤
               │ …1001  │ …1002  │ …2001  │ …2002  │   first grid of each village
    lat 30.00  └────────┴────────┴────────┴────────┘
            lon 150.00   150.01   150.02   150.03  150.04
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from heshi.people.actions import appoint, enrol, found_unit, name_liaison
from heshi.people.models import Staff, Unit
from heshi.places import queries as places
from heshi.places.actions import import_divisions, import_grids
from heshi.places.models import Division
from heshi.routing import queries as routing

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # Monday noon in China
FIRST_DAY = date(2020, 1, 1)
PASSWORD = "heshi2026"
COUNTY = "990100"
TOWNSHIPS = ("990100001", "990100002")
VILLAGES = ("990100001001", "990100001002", "990100002001", "990100002002")
WEST, SOUTH, SIDE = 150.0, 30.0, 0.01

DIVISIONS = [
    {"code": COUNTY, "name": "和安县", "parent": "", "level": "3"},
    {"code": TOWNSHIPS[0], "name": "甲镇", "parent": COUNTY, "level": "4"},
    {"code": TOWNSHIPS[1], "name": "乙镇", "parent": COUNTY, "level": "4"},
    {"code": VILLAGES[0], "name": "甲一村", "parent": TOWNSHIPS[0], "level": "5"},
    {"code": VILLAGES[1], "name": "甲二村", "parent": TOWNSHIPS[0], "level": "5"},
    {"code": VILLAGES[2], "name": "乙一村", "parent": TOWNSHIPS[1], "level": "5"},
    {"code": VILLAGES[3], "name": "乙二村", "parent": TOWNSHIPS[1], "level": "5"},
]

# code, name, kind, place
UNITS = [
    ("county_centre", "和安县综治中心", "governance_centre", COUNTY),
    (f"centre_{TOWNSHIPS[0]}", "甲镇综治中心", "governance_centre", TOWNSHIPS[0]),
    (f"centre_{TOWNSHIPS[1]}", "乙镇综治中心", "governance_centre", TOWNSHIPS[1]),
    (f"committee_{TOWNSHIPS[0]}", "甲镇调委会", "township_committee", TOWNSHIPS[0]),
    (f"committee_{TOWNSHIPS[1]}", "乙镇调委会", "township_committee", TOWNSHIPS[1]),
    (f"village_{VILLAGES[0]}", "甲一村村委会", "village_body", VILLAGES[0]),
    ("petition_bureau", "县信访局", "petition", COUNTY),
    ("dept_housing", "县住房和城乡建设局", "line_department", COUNTY),
    ("dept_hr", "县人力资源和社会保障局", "line_department", COUNTY),
    ("court", "县人民法院", "court", COUNTY),
]

# fixture name, name on the badge, role, unit
STAFF = [
    ("clerk", "窗口甲", "front_desk", "county_centre"),
    ("dispatcher", "分流员甲", "dispatcher", "county_centre"),
    ("supervisor", "督办员甲", "supervisor", "county_centre"),
    ("leader", "领导甲", "leader", "county_centre"),
    ("township_clerk", "窗口乙", "front_desk", f"centre_{TOWNSHIPS[0]}"),
    ("township_dispatcher", "分流员乙", "dispatcher", f"centre_{TOWNSHIPS[0]}"),
    ("mediator", "调解员甲", "mediator", f"committee_{TOWNSHIPS[0]}"),
    ("other_mediator", "调解员乙", "mediator", f"committee_{TOWNSHIPS[1]}"),
    ("officer", "住建承办员甲", "handling_unit_user", "dept_housing"),
    ("other_officer", "人社承办员甲", "handling_unit_user", "dept_hr"),
    ("liaison", "住建联络员甲", "liaison", "dept_housing"),
    ("grid_worker", "网格员甲", "grid_worker", f"village_{VILLAGES[0]}"),
    ("judge", "联系法官甲", "judge_liaison", "court"),
    ("auditor", "评查员甲", "auditor", "county_centre"),
    ("statistician", "统计员甲", "statistician", "county_centre"),
    ("admin_sys", "系统管理员甲", "admin_sys", "county_centre"),
    ("admin_sec", "安全管理员甲", "admin_sec", "county_centre"),
    ("admin_audit", "审计管理员甲", "admin_audit", "county_centre"),
]


@dataclass
class County:
    """The ground with everybody on it, by code and by name."""

    code: int = int(COUNTY)
    divisions: dict[str, Division] = field(default_factory=dict)
    grids: list[str] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)

    @property
    def centre(self) -> Unit:
        """The centre of the whole county."""
        return self.units["county_centre"]

    @property
    def township_centre(self) -> Unit:
        """The centre of the first township."""
        return self.units[f"centre_{TOWNSHIPS[0]}"]

    @property
    def housing(self) -> Unit:
        """The department the officer works in."""
        return self.units["dept_housing"]


def square(west: float, south: float, side: float = SIDE) -> dict[str, Any]:
    """Return a GeoJSON square."""
    east, north = round(west + side, 6), round(south + side, 6)
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(code: str, name: str, division: str, polygon: dict[str, Any], parent: str = "") -> dict[str, Any]:
    """Return a GeoJSON feature as a grid file holds it."""
    words = {"code": code, "name": name, "division": division, "parent": parent}
    return {"type": "Feature", "properties": words, "geometry": polygon}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    """Return a GeoJSON file of grids."""
    return {"type": "FeatureCollection", "features": list(features)}


def middle_of(grid: str) -> tuple[float, float]:
    """Return the lon and lat in the middle of one of the eight grids."""
    column, row = VILLAGES.index(grid[:12]), int(grid[12:]) - 1
    return round(WEST + (column + 0.5) * SIDE, 6), round(SOUTH + (row + 0.5) * SIDE, 6)


def eight_grids() -> dict[str, Any]:
    """Return the grids of the small county."""
    return collection(
        *(
            feature(f"{village}{row + 1:03d}", f"网格{column * 2 + row + 1}", village, _cell(column, row))
            for column, village in enumerate(VILLAGES)
            for row in range(2)
        )
    )


def _cell(column: int, row: int) -> dict[str, Any]:
    return square(round(WEST + column * SIDE, 6), round(SOUTH + row * SIDE, 6))


def settle_county() -> County:
    """Write the small county, its units and its people."""
    import_divisions(rows=DIVISIONS, on=FIRST_DAY)
    import_grids(collection=eight_grids(), on=FIRST_DAY)
    county = County(
        divisions=Division.objects.in_bulk(),
        grids=[one["properties"]["code"] for one in eight_grids()["features"]],
    )
    for code, name, kind, place in UNITS:
        county.units[code] = found_unit(
            code=code, name=name, kind=kind, place=county.divisions[place], phone="00000000"
        )
    for username, display_name, role, unit in STAFF:
        staff = enrol(username=username, display_name=display_name, password=PASSWORD, at=NOON)
        appoint(staff=staff, unit=county.units[unit], role=role, valid_from=FIRST_DAY)
        county.staff[username] = staff
    name_liaison(unit=county.housing, staff=county.staff["liaison"])
    return county


@pytest.fixture
def county(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """Give the small county; the map asks for its version only after an action: query counts stay steady."""
    monkeypatch.setattr(places.known, "_every", 3600.0)
    places.forget()
    routing.forget()
    settled = settle_county()
    places.known()
    yield settled
    places.forget()
    routing.forget()


@pytest.fixture
def clerk(county: County) -> Staff:
    """Window clerk of the county centre."""
    return county.staff["clerk"]


@pytest.fixture
def dispatcher(county: County) -> Staff:
    """Dispatcher of the county centre."""
    return county.staff["dispatcher"]


@pytest.fixture
def supervisor(county: County) -> Staff:
    """Supervisor of the county centre."""
    return county.staff["supervisor"]


@pytest.fixture
def leader(county: County) -> Staff:
    """Leader of the county centre."""
    return county.staff["leader"]


@pytest.fixture
def township_clerk(county: County) -> Staff:
    """Window clerk of the first township."""
    return county.staff["township_clerk"]


@pytest.fixture
def township_dispatcher(county: County) -> Staff:
    """Dispatcher of the first township."""
    return county.staff["township_dispatcher"]


@pytest.fixture
def mediator(county: County) -> Staff:
    """Mediator of the first township's committee."""
    return county.staff["mediator"]


@pytest.fixture
def other_mediator(county: County) -> Staff:
    """Mediator of the second township's committee."""
    return county.staff["other_mediator"]


@pytest.fixture
def officer(county: County) -> Staff:
    """Officer of the housing department (role handling_unit_user)."""
    return county.staff["officer"]


@pytest.fixture
def other_officer(county: County) -> Staff:
    """Officer of the department of labour (role handling_unit_user)."""
    return county.staff["other_officer"]


@pytest.fixture
def liaison(county: County) -> Staff:
    """Liaison of the housing department."""
    return county.staff["liaison"]


@pytest.fixture
def grid_worker(county: County) -> Staff:
    """Grid worker of the first village."""
    return county.staff["grid_worker"]


@pytest.fixture
def judge(county: County) -> Staff:
    """Liaison judge of the county court."""
    return county.staff["judge"]


@pytest.fixture
def auditor(county: County) -> Staff:
    """Auditor of the county centre."""
    return county.staff["auditor"]


@pytest.fixture
def statistician(county: County) -> Staff:
    """Statistician of the county centre."""
    return county.staff["statistician"]


@pytest.fixture
def admin_sys(county: County) -> Staff:
    """System administrator."""
    return county.staff["admin_sys"]
