"""What the language of playbooks says, seen in whole cases: the system's own steps, units that lead together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heshi.cases.actions import take_step
from heshi.cases.models import Case, Event
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.queries.file import case_roles
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.playbooks.actions import publish_text
from heshi.playbooks.rules import StepNotYours
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, walk
from tests.playbooks.sample import local

LOCAL = local("of_our_own")
BY_ITSELF = LOCAL.replace(
    "steps:\n",
    """steps:
  go_back:
    label: 退回重派
    who: [system]
    from: [acting]
    to: received
    when_over: [ARRIVE]
    needs: {kind: complaint}
    tells: [{who: centre, say: "案件 {number} 到时没有人接，已退回重派。"}]
""",
    1,
)
TOGETHER = LOCAL.replace(
    "steps:\n",
    """tasks:
  beside: {label: 共同牵头, holder: unit, states: {asked: 共同办, over: 退出}, done: [over], leads: true}
steps:
  ask_beside:
    label: 请另一家一起牵头
    who: [dispatcher]
    from: [acting]
    to: same
    asks: {others: {label: 和谁一起, type: units, required: true}}
    adds: [{task: beside, each: others, title: 一起办}]
    tells: [{who: unit, say: "案件 {number} 由两家一起办。"}]
  leave:
    label: 退出
    who: [handling_unit_user]
    from: [acting]
    to: same
    task: {kind: beside, from: [asked], to: over}
""",
    1,
)


@pytest.fixture
def at_work(open_case: OpenCase, county: County, dispatcher: Staff, request: pytest.FixtureRequest) -> Case:
    """Give a case of a local playbook that the housing department has."""
    publish_text(text=request.param, at=NOON)
    case = open_case(book="of_our_own")
    return walk(case, (dispatcher, "dispatch", {"unit": str(county.housing.pk)}))


def whole() -> None:
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


@pytest.mark.parametrize("at_work", [BY_ITSELF], indirect=True)
def test_the_system_takes_its_step_when_the_clock_has_run_out(at_work: Case) -> None:
    tick(at=NOON + timedelta(hours=3))
    assert Case.objects.get(pk=at_work.pk).position == "acting"

    tick(at=NOON + timedelta(hours=4))
    tick(at=NOON + timedelta(hours=4))

    last = Event.objects.filter(case=at_work).latest("number")
    assert (last.step, last.actor_kind, last.went_to) == ("go_back", "system", "received")
    assert Event.objects.filter(case=at_work, step="go_back").count() == 1
    drawn("notices")
    assert Notice.objects.filter(text__contains="到时没有人接").exists()
    whole()


@pytest.mark.parametrize("at_work", [BY_ITSELF.replace("kind: complaint", "kind: hazard")], indirect=True)
def test_a_step_of_the_system_that_is_not_ready_is_none(at_work: Case) -> None:
    assert tick(at=NOON + timedelta(hours=4)) > 0

    assert Case.objects.get(pk=at_work.pk).position == "acting"


@pytest.mark.parametrize("at_work", [TOGETHER], indirect=True)
def test_two_units_that_lead_together_both_act_and_both_hear(
    at_work: Case, county: County, dispatcher: Staff, other_officer: Staff, officer: Staff
) -> None:
    plan = {"plan": "一起上门"}
    with pytest.raises(StepNotYours):
        walk(at_work, (other_officer, "plan", plan))
    walk(at_work, (dispatcher, "ask_beside", {"others": [str(county.units["dept_hr"].pk)]}))

    walk(at_work, (other_officer, "plan", plan), (officer, "plan", plan))

    tick(at=NOON + timedelta(hours=4))
    drawn("notices")
    for about in ("ask_beside", "clock"):
        told = set(Notice.objects.filter(about=about).values_list("to_unit", flat=True))
        assert {county.housing.pk, county.units["dept_hr"].pk} <= told
    take_step(case=at_work, step="leave", actor=acting(other_officer, at_work), at=NOON, task=1)
    assert "handling_unit_user" not in case_roles(scope_of(other_officer), at_work)
    whole()
