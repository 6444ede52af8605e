"""A case goes over to another playbook: the position is mapped, clocks that fit go on, and nothing that was said or done is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from heshi.cases.actions import Actor, CaseMoved, change_of, change_way, take_step
from heshi.cases.actions.changing import ChangeNotYours, ReasonForChangeMissing
from heshi.cases.actions.rebuilding import rebuild
from heshi.cases.models import Case, Clock, Event, TaskRow
from heshi.cases.queries import state_of
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.rules.changing import CaseOver, NoSuchPosition, SameWay, TasksUnknownThere
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_shelf, publish_text
from heshi.playbooks.queries import playbook as playbook_of
from heshi.statistics.models import Counter
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import PHONE, OpenCase, acting, walk
from tests.playbooks.sample import local
from tests.web.desk import at_desk, case_page
from tests.web.test_resident_follow import find

WHY = "这是买卖纠纷，不是投诉"
LATER = NOON + timedelta(days=2)


def change(case: Case, to: UUID, staff: Staff, **given: Any) -> Case:
    """Let a case go over to another version."""
    told: dict[str, Any] = {"position": change_of(case, to).proposed(), "why": WHY, "at": LATER} | given
    return change_way(case=case, version=to, actor=acting(staff, case), **told)


@pytest.fixture
def under_way(open_case: OpenCase, county: County, dispatcher: Staff, officer: Staff) -> Case:
    """Give a case that the housing department works on, under the common playbook."""
    unit = {"unit": str(county.housing.pk)}
    return walk(
        open_case(book="canonical"),
        (dispatcher, "accept", {"kind": "complaint", "topic": "18"}),
        (dispatcher, "dispatch", unit),
        (officer, "take_up", {}),
    )


def whole() -> None:
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_clocks_that_fit_go_on_and_others_stop(
    under_way: Case, books: dict[str, UUID], dispatcher: Staff
) -> None:
    before = {clock.code: clock.due_at for clock in Clock.objects.filter(case=under_way, state="running")}

    moved = change(under_way, books["shulan_liubu"], dispatcher)

    assert (moved.playbook_id, moved.is_open) == (books["shulan_liubu"], True)
    after = {clock.code: clock.due_at for clock in Clock.objects.filter(case=moved, state="running")}
    assert after["HL.NORMAL"] == before["HL.NORMAL"]
    assert set(after) <= set(state_of(moved).clocks and {code for code, _round in state_of(moved).clocks})
    last = Event.objects.filter(case=moved).latest("number")
    assert (last.step, last.body.facts["changed_why"], last.body.facts["lived_by"]) == (
        "changed_way", WHY, [str(books["canonical"])],
    )  # fmt: skip
    whole()


def test_the_new_clocks_begin_on_the_day_the_case_came_in(
    open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff
) -> None:
    case = open_case(book="canonical")

    moved = change(case, books["shulan_liubu"], dispatcher)

    fresh = Clock.objects.filter(case=moved, state="running")
    assert {clock.started_at for clock in fresh} == {NOON}
    assert moved.position == "whistled"


@pytest.mark.parametrize("code", ["people_mediation", "labour", "shulan_liubu"])
def test_a_case_that_was_only_registered_begins_at_the_beginning(
    code: str, open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff
) -> None:
    version = publish_shelf(at=NOON, only={code})[0].pk if code not in books else books[code]
    case = open_case(book="canonical")

    moved = change(case, version, dispatcher)

    assert moved.position == playbook_of(version).start


def test_nobody_is_set_behind_an_answer_she_never_got(
    open_case: OpenCase, books: dict[str, UUID], dispatcher: Staff
) -> None:
    (version,) = publish_shelf(at=NOON, only={"people_mediation"})
    case = open_case(book="canonical")

    assert set(change_of(case, version.pk).open_positions()) == {"applied", "acting", "mediating"}
    with pytest.raises(NoSuchPosition):
        change(case, version.pk, dispatcher, position="following")


def test_work_goes_on_under_the_other_playbook_and_counts_there(
    under_way: Case, books: dict[str, UUID], county: County, dispatcher: Staff
) -> None:
    moved = change(under_way, books["shulan_liubu"], dispatcher)
    while drawn("statistics"):
        pass
    counted = Counter.objects.filter(dimension="playbook", measure="accepted", value__gt=0)

    assert list(counted.values_list("key", flat=True)) == ["shulan_liubu"]
    tick(at=NOON + timedelta(days=60))
    drawn("notices")
    assert Notice.objects.filter(subject="改换办法", to_unit=county.housing.pk).count() == 1
    rebuild(numbers=[moved.number])
    whole()


def test_twice_and_back_nothing_is_forgotten(
    under_way: Case, books: dict[str, UUID], dispatcher: Staff
) -> None:
    moved = change(under_way, books["shulan_liubu"], dispatcher)
    moved = change(moved, books["canonical"], dispatcher)

    assert moved.facts["lived_by"] == [str(books["canonical"]), str(books["shulan_liubu"])]
    assert state_of(moved).facts["unit"] == str(under_way.unit_id)
    whole()


def test_what_is_still_being_done_and_unknown_there_comes_first(
    under_way: Case, books: dict[str, UUID], county: County, dispatcher: Staff, officer: Staff
) -> None:
    asked = {"gaps": "租房合同", "gaps_due": "2026-03-12"}
    walk(under_way, (officer, "list_gaps", asked))
    other = change_of(under_way, books["yangshan_qibu"])
    unknown = [task.kind for task in other.unknown_tasks()]

    if unknown:
        with pytest.raises(TasksUnknownThere):
            change(under_way, books["yangshan_qibu"], dispatcher)
    else:
        assert change(under_way, books["yangshan_qibu"], dispatcher).is_open


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"why": "  "}, ReasonForChangeMissing),
        ({"position": "nowhere"}, NoSuchPosition),
        ({"revision": 1}, CaseMoved),
    ],
)
def test_what_is_missing_or_wrong_writes_nothing(
    given: dict[str, Any],
    refusal: type[Exception],
    under_way: Case,
    books: dict[str, UUID],
    dispatcher: Staff,
) -> None:
    before = under_way.revision

    with pytest.raises(refusal):
        change(under_way, books["shulan_liubu"], dispatcher, **given)

    assert Case.objects.get(pk=under_way.pk).revision == before


def test_whoever_works_on_it_does_not_choose(
    under_way: Case, books: dict[str, UUID], officer: Staff, dispatcher: Staff
) -> None:
    with pytest.raises(ChangeNotYours):
        change(under_way, books["shulan_liubu"], officer)
    with pytest.raises(SameWay):
        change(under_way, books["canonical"], dispatcher)


def test_what_has_ended_stays_as_it_is(under_way: Case, books: dict[str, UUID], dispatcher: Staff) -> None:
    walk(under_way, (None, "withdraw", {}))

    with pytest.raises(CaseOver):
        change(under_way, books["shulan_liubu"], dispatcher, position="whistled")


def test_the_system_does_not_decide_it(under_way: Case, books: dict[str, UUID]) -> None:
    with pytest.raises(ChangeNotYours):
        change_way(
            case=under_way, version=books["shulan_liubu"], position="whistled", why=WHY, at=LATER,
            actor=Actor("system", None, "系统", frozenset({"system"})),
        )  # fmt: skip


LOCAL = (
    local("of_two_minds")
    .replace(
        "steps:\n",
        """tasks:
  look: {label: 看一眼, holder: unit, clock: LOOK, states: {asked: 待看, seen: 看过}, done: [seen]}
steps:
  ask_look:
    label: 请人看
    who: [dispatcher]
    from: open
    to: same
    asks: {who_looks: {label: 请谁看, type: unit, required: true}}
    adds: [{task: look, unit: who_looks}]
  looked: {label: 看过了, who: [handling_unit_user], from: open, to: same, task: {kind: look, from: [asked], to: seen}}
""",
        1,
    )
    .replace("  ARRIVE:", "  LOOK: {title: 看一看, length: 2, unit: day, source: 测试}\n  ARRIVE:")
)
LONGER = LOCAL.replace("看一看, length: 2,", "看一看, length: 5,").replace(
    "报到, length: 4,", "报到, length: 9,"
)
OPENED_BY_LOOK = LONGER.replace("opening: {start: [HL.NORMAL]}", "opening: {start: [HL.NORMAL, LOOK]}")
SEALED = LONGER.replace("done: [seen]}", "done: [seen], seen_by: [handling_unit_user]}")


@pytest.fixture
def looked_at(open_case: OpenCase, county: County, dispatcher: Staff) -> Case:
    """Give a case of a local playbook that a unit has, with a task under way."""
    publish_text(text=LOCAL, at=NOON)
    unit = {"unit": str(county.housing.pk)}
    look = {"who_looks": str(county.units["dept_hr"].pk)}
    return walk(
        open_case(book="of_two_minds"), (dispatcher, "dispatch", unit), (dispatcher, "ask_look", look)
    )


def test_what_is_reckoned_otherwise_is_reckoned_anew_from_when_it_began(
    looked_at: Case, dispatcher: Staff
) -> None:
    newer = publish_text(text=LONGER, at=NOON)

    change(looked_at, newer.pk, dispatcher)

    clocks = {clock.code: clock for clock in Clock.objects.filter(case=looked_at, state="running")}
    assert {code: clock.started_at for code, clock in clocks.items()} == dict.fromkeys(
        ("HL.NORMAL", "ARRIVE", "LOOK"), NOON
    )
    assert clocks["ARRIVE"].due_at == NOON + timedelta(hours=9)
    assert TaskRow.objects.get(case=looked_at).due_at == clocks["LOOK"].due_at > NOON + timedelta(days=4)
    whole()


def test_a_tasks_clock_takes_the_place_of_none_of_the_cases_own(looked_at: Case, dispatcher: Staff) -> None:
    newer = publish_text(text=OPENED_BY_LOOK, at=NOON)

    change(looked_at, newer.pk, dispatcher, position="received")

    own = Clock.objects.filter(case=looked_at, code="LOOK", state="running").order_by("task")
    assert list(own.values_list("task", flat=True)) == [0, 1]
    whole()


def test_a_task_that_others_would_do_and_see_there_comes_first(looked_at: Case, dispatcher: Staff) -> None:
    newer = publish_text(text=SEALED, at=NOON)

    with pytest.raises(TasksUnknownThere, match="同样的分项“看一眼”"):
        change(looked_at, newer.pk, dispatcher)


def test_what_is_done_under_a_kind_that_is_gone_is_still_told(
    looked_at: Case,
    county: County,
    dispatcher: Staff,
    other_officer: Staff,
    books: dict[str, UUID],
    client: Client,
) -> None:
    roles = frozenset({"handling_unit_user"})
    actor = Actor("staff", other_officer.pk, "来看的人", roles)
    case = take_step(case=looked_at, step="looked", actor=actor, at=NOON, task=1)
    change(case, books["shulan_liubu"], dispatcher)

    find(client, case.number, PHONE[-4:])
    hers = client.get(f"/follow/{case.number}/")

    assert (hers.status_code, "看一眼" in hers.content.decode()) == (200, True)
    assert "看一眼" in case_page(at_desk(Client(), dispatcher), case)


def test_an_act_from_an_old_page_is_asked_again_after_the_change(
    looked_at: Case, dispatcher: Staff, other_officer: Staff
) -> None:
    stale = Case.objects.get(pk=looked_at.pk)
    change(looked_at, publish_text(text=LONGER, at=NOON).pk, dispatcher)

    actor = Actor("staff", other_officer.pk, "来看的人", frozenset({"handling_unit_user"}))
    with pytest.raises(CaseMoved):
        take_step(case=stale, step="looked", actor=actor, at=NOON, task=1, revision=stale.revision)
