"""`heshi load_demo`: write the demo county. Run again, it adds only what is missing."""

from __future__ import annotations

from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from heshi.common.refusals import NotAllowed
from heshi.people import actions, queries
from heshi.people.management.demo.crew import Crew, muster, roster
from heshi.people.management.demo.land import lay_out
from heshi.people.models import Post, Staff, Unit
from heshi.places.actions import import_divisions, import_grids, import_roads
from heshi.places.models import Division
from heshi.places.queries import county_code

DEMO_COUNTY = 990100
DEMO_PASSWORD = "heshi2026"  # noqa: S105 -- printed for everybody who tries the demo
SEED = 7
OTHERS = (
    "  乡镇账号：clerk_01、dispatcher_01、officer_01、mediator_01、grid_011，01 至 12 为乡镇序号；\n"
    "  承办单位账号：officer_dept_housing、officer_dept_hr 等，officer_ 之后是机构代码。"
)


class NotTheDemoCounty(NotAllowed):
    """This installation serves a real county: no made-up people with a known password go in."""

    code = "not_the_demo_county"
    sentence = "本系统服务的县代码是 {county}，演示数据只能装入代码为 990100 的演示县，请另建一个演示系统。"


class Command(BaseCommand):
    """Load the demo county and say who may sign in."""

    help = "装入演示县（和安县 990100）：区划、网格、道路、机构、人员、本月值班；可重复运行"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare seed, password and month."""
        parser.add_argument("--seed", type=int, default=SEED, help="同一个数字得到同一个县")
        parser.add_argument("--password", default=DEMO_PASSWORD, help="演示账号的共同密码")
        parser.add_argument(
            "--on", type=date.fromisoformat, default=None, help="按这一天所在的月排班，默认今天"
        )

    def handle(self, *, seed: int, password: str, on: date | None, **_options: object) -> None:
        """Write what is missing in one transaction, then print the sign-ins."""
        if county_code() != DEMO_COUNTY:
            raise NotTheDemoCounty(county=county_code())
        today = on or timezone.localdate()
        with transaction.atomic():
            settle(seed=seed, password=password, at=timezone.now(), month=today)
        self.stdout.write(sign_ins(password=password, on=today))


def sign_ins(*, password: str, on: date) -> str:
    """Return who may sign in, one for each role, and how the others are called."""
    first = f"演示县共有 {Unit.objects.count()} 个机构、{Staff.objects.count()} 个账号，密码都是 {password}："
    each = [f"  {username:<28} {role}（{unit}）" for username, role, unit in queries.one_of_each_role(on=on)]
    return "\n".join([first, *each, OTHERS])


def settle(*, seed: int, password: str, at: datetime, month: date) -> None:
    """Write ground, units, people and this month's roster, as far as they are missing."""
    land = lay_out(seed)
    crew = muster(land)
    import_divisions(rows=land.divisions)
    import_grids(collection=land.grids)
    import_roads(collection=land.roads)
    found_units(crew)
    enrol_crew(crew, password=password, at=at)
    appoint_crew(crew)
    write_month(crew, month)


def found_units(crew: Crew) -> None:
    """Found the units that are not there yet."""
    standing = {unit.code: unit for unit in queries.units()}
    places = Division.objects.in_bulk([plan.place for plan in crew.units])
    for plan in crew.units:
        if plan.code not in standing:
            standing[plan.code] = actions.found_unit(
                code=plan.code,
                name=plan.name,
                kind=plan.kind,
                place=places[plan.place],
                presence=plan.presence,
                parent=standing.get(plan.parent),
            )


def enrol_crew(crew: Crew, *, password: str, at: datetime) -> None:
    """Make the accounts that are not there yet."""
    standing = set(Staff.objects.values_list("username", flat=True))
    missing = {plan.username: plan.display_name for plan in crew.posts if plan.username not in standing}
    if missing:
        actions.enrol_class(names=missing, password=password, at=at)


def appoint_crew(crew: Crew) -> None:
    """Give the posts that are not there yet, and name each department's liaison."""
    held = set(Post.objects.values_list("staff__username", "unit__code", "role"))
    missing = [plan for plan in crew.posts if (plan.username, plan.unit, plan.role) not in held]
    staff = {
        one.username: one for one in Staff.objects.filter(username__in=[plan.username for plan in missing])
    }
    units = {unit.code: unit for unit in queries.units()}
    places = Division.objects.in_bulk([plan.place for plan in missing if plan.place])
    for plan in missing:
        person, unit = staff[plan.username], units[plan.unit]
        actions.appoint(
            staff=person, unit=unit, role=plan.role, valid_from=crew.first_day, place=places.get(plan.place)
        )
        if plan.role == "liaison":
            actions.name_liaison(unit=unit, staff=person)


def write_month(crew: Crew, month: date) -> None:
    """Write the roster of a month."""
    units = {unit.code: unit.pk for unit in queries.units()}
    staff = dict(Staff.objects.values_list("username", "pk"))
    actions.write_roster(
        duties=[(units[unit], staff[name], day, shift) for unit, name, day, shift in roster(crew, month)]
    )
