"""Settle the demo county for one method: units, people and routing with which a case can be worked from report to rating."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final

from heshi.common.refusals import Unknown
from heshi.people.management.commands.load_demo import appoint_crew, enrol_crew, found_units
from heshi.people.management.demo.crew import Crew, PostPlan, UnitPlan
from heshi.people.permissions import UNIT_ROLES
from heshi.people.terms import POST_ROLES
from heshi.places.queries import county_code
from heshi.playbooks.queries import in_force, playbook, published_codes
from heshi.playbooks.rules import Playbook
from heshi.routing.actions import load_rules

FIRST_DAY: Final = date(2026, 1, 1)
MEDIATING: Final = frozenset({"mediator", "committee_chair"})
DRAWN: Final = 4
"""Units of a kind from which a step draws by lot."""
RULES: Final = """\
title: 演示县按“{title}”办
rules:
  - {{code: method, note: 演示一种办法，什么事都按它办, unit: {unit}, playbook: {playbook}}}
"""


class MethodUnknown(Unknown):
    """No playbook of that name is in force."""

    code = "method_unknown"
    sentence = "没有名为“{method}”的办法{like}。heshi playbook list 看有哪些。"


def fit(method: str, *, password: str, at: datetime) -> list[tuple[str, str, str]]:
    """Found the units, give the posts and put the routing in force that a method needs; return who may sign in: account, role, unit.

    Whatever is there stays; only the routing is another one afterwards. Raises MethodUnknown.
    """
    if method not in published_codes():
        like = get_close_matches(method, published_codes(), n=1)
        raise MethodUnknown(method=method, like=f"，是不是“{like[0]}”" if like else "")
    book = playbook(in_force(method))
    crew = crew_for(book)
    found_units(crew)
    enrol_crew(crew, password=password, at=at)
    appoint_crew(crew)
    # A unit that can take every step which falls to a unit; the centres and the grid around it act on its cases as on all others.
    text = RULES.format(title=book.title, unit=_code(book, 1), playbook=method)
    load_rules(text=text, file=f"{method}.yaml", at=at)
    names = {plan.code: plan.name for plan in crew.units}
    return [(plan.username, _called(book, plan.role), names[plan.unit]) for plan in crew.posts]


def crew_for(book: Playbook) -> Crew:
    """Return the units and people a method needs beside those of the demo county."""
    return Crew(list(_units(book)), list(_posts(book)), FIRST_DAY)


def _units(book: Playbook) -> Iterator[UnitPlan]:
    """Yield who answers, whom they call in, and from whom is drawn."""
    kind = "mediation_committee" if MEDIATING & _roles(book) else "line_department"
    place = str(county_code())
    yield UnitPlan(_code(book, 1), "演示承办单位", kind, place)
    yield UnitPlan(_code(book, 2), "演示协办单位", kind, place)
    kinds = {kind for step in book.steps.values() for draw in step.draws for kind in draw.kinds}
    for kind in sorted(kinds):
        yield from (
            UnitPlan(f"{kind}_{number}", f"演示抽签单位{number}", kind, place)
            for number in range(1, DRAWN + 1)
        )


def _posts(book: Playbook) -> Iterator[PostPlan]:
    for number, mark in ((1, "m"), (2, "m2")):
        for role in sorted(_roles(book)):
            yield PostPlan(f"{mark}_{role}", f"{_called(book, role)}（演示）", role, _code(book, number))


def _roles(book: Playbook) -> frozenset[str]:
    """Return the roles of a unit to which steps of the method belong."""
    return UNIT_ROLES & {role for step in book.steps.values() for role in step.who}


def _called(book: Playbook, role: str) -> str:
    return book.word("roles", role) or POST_ROLES[role]


def _code(book: Playbook, number: int) -> str:
    """Return the code of a unit; one pair of units does for every method whose people are of one sort."""
    return f"method_{'m' if MEDIATING & _roles(book) else 'd'}{number}"
