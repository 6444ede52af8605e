"""Any method can be tried in the demo county: somebody is there for every step of it, and cases come to the right door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heshi.cases.models import Case
from heshi.intake.rules.report import Report
from heshi.journey.actions import receive
from heshi.journey.settling import MethodUnknown, crew_for, fit
from heshi.people.models import Post, Unit
from heshi.people.permissions import CENTRE_ROLES, PLACE_ROLES
from heshi.people.terms import POST_ROLES
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.rules import Playbook
from heshi.routing.queries import forget
from tests.cast import NOON, VILLAGES, County
from tests.playbooks.sample import shelved


def unmanned(book: Playbook) -> Iterator[str]:
    """Yield the steps for which nobody is at hand, at the units of the method or at a centre."""
    held = {post.role for post in crew_for(book).posts} | CENTRE_ROLES | PLACE_ROLES | {"auditor"}
    for step in book.steps.values():
        staff = set(step.who) & POST_ROLES.keys()
        if staff and not staff & held:
            yield step.code


@pytest.mark.parametrize("code", sorted(queries.shelf()))
def test_somebody_is_there_for_every_step_of_every_method(code: str) -> None:
    assert list(unmanned(shelved(code))) == []


@pytest.mark.parametrize("code", ["tonggu_hean", "shulan_liubu", "people_mediation", "hazard"])
def test_what_is_reported_goes_the_way_of_the_method(code: str, county: County) -> None:
    publish_shelf(at=NOON, only={code, "canonical"})
    accounts = fit(code, password="heshi2026", at=NOON)
    forget()

    receive(
        reports=[
            Report(source="window", source_key="1", body="邻居占了过道。", kind="dispute", place=VILLAGES[0])
        ],
        at=NOON,
    )

    case = Case.objects.select_related("playbook", "unit").get()
    assert case.playbook.code == code
    assert case.unit.code.startswith("method_") or case.unit.code in {
        county.township_centre.code,
        *(unit.code for unit in Unit.objects.filter(code__startswith="method_")),
    }
    assert all(username.startswith(("m_", "m2_")) for username, _role, _unit in accounts)


def test_twice_is_as_good_as_once(county: County) -> None:
    publish_shelf(at=NOON, only={"tonggu_hean"})
    fit("tonggu_hean", password="heshi2026", at=NOON)
    before = Unit.objects.count(), Post.objects.count()

    fit("tonggu_hean", password="heshi2026", at=NOON)

    assert (Unit.objects.count(), Post.objects.count()) == before


def test_a_method_nobody_knows_is_one_sentence(county: County) -> None:
    publish_shelf(at=NOON, only={"tonggu_hean"})

    with pytest.raises(MethodUnknown) as refused:
        fit("tonggu", password="heshi2026", at=NOON)

    assert str(refused.value) == "没有名为“tonggu”的办法，是不是“tonggu_hean”。heshi playbook list 看有哪些。"
