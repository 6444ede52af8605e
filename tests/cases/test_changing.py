"""A case goes over to another playbook: the position is mapped, clocks that fit go on, and nothing that was said or done is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from heshi.cases.actions import Actor, CaseMoved, change_of, change_way
from heshi.cases.actions.changing import ChangeNotYours, ReasonForChangeMissing
from heshi.cases.actions.rebuilding import rebuild
from heshi.cases.models import Case, Clock, Event
from heshi.cases.queries import file, state_of
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.rules.changing import CaseOver, NoSuchPosition, SameWay, TasksUnknownThere
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.playbooks.queries import playbook
from heshi.statistics.models import Counter
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, walk

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


def test_what_was_for_some_only_stays_so_under_a_playbook_that_has_it_open(
    under_way: Case, books: dict[str, UUID], dispatcher: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = playbook(under_way.playbook_id)
    kind = next(iter(book.tasks))
    sealed = replace(book, tasks={**book.tasks, kind: replace(book.tasks[kind], seen_by=("mediator",))})
    state = state_of(under_way)
    state.facts["lived_by"] = [str(under_way.playbook_id)]
    monkeypatch.setattr(file, "playbook_of", lambda _version: sealed)

    assert book.tasks[kind].seen_by == ()
    assert file.with_former(state, book).tasks[kind].seen_by == ("mediator",)
