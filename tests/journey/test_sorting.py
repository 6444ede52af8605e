"""A guess is a guess: what nobody is sure of waits for a person, and what a person says is routed by that."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from heshi.cases.actions import CaseMoved, take_step
from heshi.cases.actions.sorting import NothingToSort, SortNotYours
from heshi.cases.models import Case, Clock
from heshi.cases.queries import history
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.queries.file import visible_to
from heshi.cases.queries.lists import queue
from heshi.intake.rules.report import Report
from heshi.journey.actions import is_held, offer_for, receive, route_again, sort
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.queries import PlaybookUnknown
from heshi.routing.actions import load_rules
from heshi.understanding.actions.learning import CorrectionUnusable
from heshi.understanding.models import Correction
from tests.cast import NOON, TOWNSHIPS, VILLAGES, County
from tests.consequences import drawn
from tests.files import acting

BOOKS = ("canonical", "shulan_liubu", "labour", "people_mediation")
COMMITTEE = f"committee_{TOWNSHIPS[0]}"
RULES = f"""
rules:
  - {{code: labour, note: 劳动争议, kinds: [dispute], topics: ["10", "11"], unit: {COMMITTEE}, playbook: labour}}
  - {{code: reports, note: 举报, kinds: [report_violation], unit: dept_hr, playbook: shulan_liubu}}
  - {{code: disputes, note: 其他纠纷, kinds: [dispute], unit: {COMMITTEE}, playbook: canonical}}
  - {{code: rest, note: 其余的事, unit: dept_housing, playbook: shulan_liubu}}
"""
VAGUE = "村口的事一直没有结果，大家都很着急。"
TELLING = "咨询物业费\n请问物业费的标准是多少，业委会和物业公司说的不一样。"

pytestmark = pytest.mark.usefixtures("rules")


@pytest.fixture
def rules(county: County) -> None:
    """Put the rules of these tests in force."""
    publish_shelf(at=NOON, only=BOOKS)
    load_rules(text=RULES, file="rules.yaml", at=NOON)


def said(body: str = VAGUE, **more: Any) -> Case:
    """Return the case that a report becomes."""
    title, _line, words = body.rpartition("\n")
    told = {
        "source": "web",
        "source_key": f"{words[:9]}{'/'.join(more.values())}",
        "title": title,
        "body": words,
        "place": VILLAGES[0],
    }
    (receipt,) = receive(reports=[Report(**(told | more))], at=NOON)
    return Case.objects.get(pk=receipt.case_id)


def state(case: Case) -> tuple[str, str, str]:
    """Return by which playbook a case lives, where it stands and who has it."""
    case = Case.objects.select_related("playbook", "unit").get(pk=case.pk)
    return case.playbook.code, case.position, case.unit.code


def test_a_weak_guess_is_held_at_registration_with_the_two_likeliest_kinds(county: County) -> None:
    case = said()

    assert state(case) == ("canonical", "registered", f"centre_{TOWNSHIPS[0]}")
    assert is_held(case)
    kept: Any = case.facts["suggested"]
    assert kept["kind_p"] < 0.8
    assert kept["kinds"][0] == [kept["kind"], kept["kind_p"]]
    assert len(kept["kinds"]) == len(kept["topics"]) == 2
    assert [p for _kind, p in kept["kinds"]] == sorted([p for _kind, p in kept["kinds"]], reverse=True)


def test_the_centre_is_told_that_somebody_must_sort_it(county: County) -> None:
    case = said()
    drawn("notices")

    told = Notice.objects.get(subject="待定类别")

    assert told.to_unit == county.township_centre.pk
    assert "系统没有把握是哪一类，已放入贵中心队列" in told.text
    assert case.number[:4] in told.text


def test_a_sure_guess_is_sent_at_once() -> None:
    case = said(TELLING)

    assert state(case) == ("shulan_liubu", "whistled", "dept_housing")
    assert "unsure" not in case.facts
    assert "kinds" not in case.facts["suggested"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("told", "held"),
    [
        ({}, {"kinds", "topics"}),
        ({"kind": "complaint"}, {"topics"}),
        ({"topic": "18"}, {"kinds"}),
        ({"kind": "complaint", "topic": "18"}, set()),
    ],
)
def test_what_a_person_has_said_is_no_guess(told: dict[str, str], held: set[str]) -> None:
    case = said(**told)

    assert is_held(case) is bool(held)
    assert {"kinds", "topics"} & set(case.facts["suggested"]) == held  # type: ignore[call-overload]


@pytest.mark.parametrize(("bar", "held"), [(0.0, False), (0.8, True), (1.0, True)])
def test_the_bar_is_a_setting(settings: LazySettings, bar: float, held: bool) -> None:
    settings.HESHI_CONFIDENCE_BAR = bar

    assert is_held(said()) is held


def test_nothing_is_held_where_the_bar_is_met_by_all(settings: LazySettings) -> None:
    settings.HESHI_CONFIDENCE_BAR = 0.0

    assert state(said())[0] == "shulan_liubu"


def test_what_may_accuse_somebody_is_kept_as_if_it_did(county: County, grid_worker: Staff) -> None:
    accusing = said("修路的钱说是被套取，请求帮忙。")

    assert is_held(accusing)
    assert "report_violation" in dict(accusing.facts["suggested"]["kinds"])  # type: ignore[index]
    assert (accusing.kind, state(accusing)[2]) == ("report_violation", "county_centre")
    assert not visible_to(scope_of(grid_worker)).filter(pk=accusing.pk).exists()


def test_one_press_sends_it_the_way_that_belongs_to_it(county: County, clerk: Staff) -> None:
    case = said()

    done = sort(case=case, kind="dispute", topic="11", actor=acting(clerk, case), at=NOON)

    assert state(done) == ("labour", "applied", COMMITTEE)
    assert not is_held(done)
    assert offer_for(done) is None
    assert [(event.step, event.went_to) for event in history(done)] == [
        ("register", "registered"),
        ("sorted", "applied"),
    ]
    running = Clock.objects.filter(case_id=done.pk, state="running")
    assert dict(running.values_list("code", "started_at")) == {"PM.ACCEPT": NOON, "LAB.MEDIATE": NOON}
    route: Any = done.facts["route"]
    assert (route["rule"], done.facts["suggested_unit"]) == ("1/labour", str(county.units[COMMITTEE].pk))
    assert [*broken_chains(), *replay_differences()] == []


def test_sorted_under_the_same_playbook_it_stays_where_it_stands(dispatcher: Staff) -> None:
    case = said()

    done = sort(case=case, kind="dispute", topic="02", actor=acting(dispatcher, case), at=NOON)

    assert state(done) == ("canonical", "registered", COMMITTEE)
    assert not is_held(done)


def test_what_was_said_otherwise_than_guessed_is_an_example_to_learn_from(dispatcher: Staff) -> None:
    case = said()

    sort(case=case, kind="dispute", topic="11", actor=acting(dispatcher, case), at=NOON)

    kept: Any = case.facts["suggested"]
    assert list(Correction.objects.order_by("field").values_list("field", "suggested", "corrected")) == [
        ("kind", kept["kind"], "dispute"),
        ("topic", kept["topic"], "11"),
    ]


def test_two_who_sort_at_once_do_not_overwrite_each_other(clerk: Staff, dispatcher: Staff) -> None:
    case = said()
    stale = Case.objects.get(pk=case.pk)
    sort(case=case, kind="dispute", topic="11", actor=acting(clerk, case), at=NOON)

    with pytest.raises(CaseMoved):
        sort(case=stale, kind="praise", topic="18", actor=acting(dispatcher, stale), at=NOON)

    assert state(stale)[0] == "labour"


@pytest.mark.parametrize("who", ["officer", "mediator", "grid_worker", "auditor", "township_clerk"])
def test_only_the_centre_around_sorts(county: County, who: str) -> None:
    case = said(place="", place_text="说不清在哪儿")

    with pytest.raises(SortNotYours):
        sort(case=case, kind="dispute", topic="11", actor=acting(county.staff[who], case), at=NOON)

    assert is_held(Case.objects.get(pk=case.pk))


@pytest.mark.parametrize(
    ("kind", "topic"), [("gossip", "11"), ("", "11"), ("dispute", " "), ("dispute", "长" * 41)]
)
def test_it_must_be_a_kind_and_a_topic(dispatcher: Staff, kind: str, topic: str) -> None:
    case = said()

    with pytest.raises(CorrectionUnusable):
        sort(case=case, kind=kind, topic=topic, actor=acting(dispatcher, case), at=NOON)

    assert is_held(Case.objects.get(pk=case.pk))


def test_what_is_over_keeps_its_kind(dispatcher: Staff) -> None:
    case = said(kind="complaint", topic="18")
    case = take_step(
        case=case, step="refuse", actor=acting(dispatcher, case), at=NOON,
        answers={"refuse_reason": "不归本地管，请向甲市反映", "outcome": "not_accepted"},
    )  # fmt: skip

    with pytest.raises(NothingToSort):
        sort(case=case, kind="dispute", topic="11", actor=acting(dispatcher, case), at=NOON)


def test_a_case_that_was_sent_stays_there_and_is_offered_the_way_that_belongs_to_it(
    county: County, dispatcher: Staff
) -> None:
    case = said(kind="complaint", topic="18")
    case = dispatched(case, dispatcher, county, kind="complaint", topic="18")

    done = sort(case=case, kind="dispute", topic="10", actor=acting(dispatcher, case), at=NOON)

    assert state(done) == ("shulan_liubu", "called", "dept_housing")
    offer = offer_for(done)
    assert offer is not None
    assert (offer.title, offer.unit) == ("劳动争议调解（十五日内）", county.units[COMMITTEE].pk)


def test_a_step_that_puts_the_kind_right_routes_again(county: County, dispatcher: Staff) -> None:
    case = said(kind="complaint", topic="18")
    case = dispatched(case, dispatcher, county, kind="dispute", topic="11")

    case = route_again(case=case, at=NOON)

    offer, route = offer_for(case), case.facts["route"]
    assert offer is not None
    assert offer.title == "劳动争议调解（十五日内）"
    assert (route["rule"], route["inputs"]["kind"]) == ("1/labour", "dispute")  # type: ignore[index]
    assert state(case) == ("shulan_liubu", "called", "dept_housing")
    assert history(case)[-1].step == "rerouted"


def test_a_step_that_says_what_was_known_writes_nothing_more(county: County, dispatcher: Staff) -> None:
    case = said(kind="complaint", topic="18")
    case = dispatched(case, dispatcher, county, kind="complaint", topic="18")

    again = route_again(case=case, at=NOON)

    assert (again.revision, offer_for(again)) == (2, None)


def test_before_it_is_sent_the_wrong_unit_loses_it(county: County, dispatcher: Staff, officer: Staff) -> None:
    case = said(kind="complaint", topic="18")
    seen = visible_to(scope_of(officer)).filter(pk=case.pk)
    before = seen.exists()

    sort(case=case, kind="dispute", topic="02", actor=acting(dispatcher, case), at=NOON)

    assert (before, seen.exists()) == (True, False)


def dispatched(case: Case, dispatcher: Staff, county: County, **said: str) -> Case:
    """Send a case of the six steps to the housing department."""
    answers = {"unit": str(county.housing.pk), **said}
    return take_step(case=case, step="dispatch", actor=acting(dispatcher, case), at=NOON, answers=answers)


def test_the_queue_can_show_only_what_waits_to_be_sorted(dispatcher: Staff) -> None:
    held, sure = said(), said(kind="complaint", topic="18")
    scope = scope_of(dispatcher)

    found = queue(scope, at=NOON, only="unsure").cases

    assert [case.pk for case in found] == [held.pk]
    assert {case.pk for case in queue(scope, at=NOON).cases} == {held.pk, sure.pk}


@pytest.mark.parametrize(
    ("method", "told", "unit"),
    [
        ("labour", {}, COMMITTEE),
        ("shulan_liubu", {"kind": "complaint", "topic": "18"}, "dept_housing"),
        ("people_mediation", {}, f"centre_{TOWNSHIPS[0]}"),
        ("canonical", {}, COMMITTEE),
    ],
)
def test_a_method_that_somebody_chose_is_what_it_goes_by(
    method: str, told: dict[str, str], unit: str
) -> None:
    case = said(playbook=method, **told)

    assert (state(case)[0], state(case)[2]) == (method, unit)
    assert not is_held(case)
    assert case.facts["route"]["how"] == "chosen"  # type: ignore[index]


def test_a_method_nobody_has_is_refused() -> None:
    with pytest.raises(PlaybookUnknown):
        said(playbook="no_such_way")

    assert not Case.objects.exists()


def test_a_chosen_method_is_not_argued_with_by_the_rules(county: County, dispatcher: Staff) -> None:
    case = said(playbook="shulan_liubu", kind="dispute", topic="11")
    case = dispatched(case, dispatcher, county, kind="dispute", topic="10")

    assert offer_for(route_again(case=case, at=NOON)) is None
