"""Tasks within a case, days that were given, cases that become one, and one made from many."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from heshi.cases.actions import RESIDENT, Actor, CaseMoved, gather, take_step
from heshi.cases.actions.gathering import GatheringNotYours, NothingGathers, TooFewGathered
from heshi.cases.actions.rebuilding import rebuild
from heshi.cases.actions.stepping import named_by
from heshi.cases.models import Case, Clock, Event, Statement, TaskRow, Tie
from heshi.cases.queries import CaseUnknown, case_for, history, state_of
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.queries.file import task_roles
from heshi.cases.queries.papers import file_for
from heshi.cases.queries.tasks import tasks_for, tasks_waiting
from heshi.cases.rules import DayOutside
from heshi.cases.rules.joining import NotJoinable
from heshi.cases.rules.sight import sees
from heshi.common.numbers import new_number
from heshi.common.refusals import Refusal
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.models import Staff, Unit
from heshi.people.queries import scope_of
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.rules import StepNotReady, StepNotYours, TaskNotSo, TaskUnknown
from heshi.statistics.models import Counter
from tests.cast import NOON, TOWNSHIPS, VILLAGES, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, walk
from tests.queries import questions

ACCEPT = {"kind": "complaint", "topic": "18"}
WHISTLE = {"whistle_words": "到村口看看路灯"}


@pytest.fixture
def acting_case(open_case: OpenCase, county: County, dispatcher: Staff, officer: Staff) -> Case:
    """Give a case that the housing department works on, under the common playbook."""
    case = open_case(book="canonical")
    unit = {"unit": str(county.housing.pk)}
    return walk(
        case, (dispatcher, "accept", ACCEPT), (dispatcher, "dispatch", unit), (officer, "take_up", {})
    )


@pytest.fixture
def whistled(acting_case: Case, county: County, dispatcher: Staff) -> Case:
    """Give the same case with two units called."""
    called = [str(county.units[code].pk) for code in ("dept_hr", "court")]
    return walk(acting_case, (dispatcher, "call_units", WHISTLE | {"responders": called}))


def on_task(case: Case, number: int, staff: Staff) -> Actor:
    """Return a member of staff in the roles that count for one task."""
    roles = task_roles(scope_of(staff), case, state_of(case).tasks[number])
    return Actor("staff", staff.pk, staff.display_name, roles)


def press(case: Case, step: str, staff: Staff, number: int, at: datetime = NOON, **answers: Any) -> Case:
    """Take a step on a task."""
    return take_step(
        case=case, step=step, actor=on_task(case, number, staff), at=at, answers=answers, task=number
    )


def whole(*_names: str) -> None:
    """See that nothing stored says otherwise than its events."""
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_each_unit_that_is_called_has_a_task_and_a_clock_of_its_own(whistled: Case, county: County) -> None:
    tasks = TaskRow.objects.filter(case=whistled).order_by("number")
    clocks = Clock.objects.filter(case=whistled, code="COME").order_by("round")

    assert [(task.kind, task.unit_id, task.state, task.words, task.is_open) for task in tasks] == [
        ("response", county.units["dept_hr"].pk, "called", "到村口看看路灯", True),
        ("response", county.units["court"].pk, "called", "到村口看看路灯", True),
    ]
    assert [(clock.round, clock.task, clock.state) for clock in clocks] == [
        (1, 1, "running"),
        (2, 2, "running"),
    ]
    assert {task.due_at for task in tasks} == {NOON + timedelta(hours=4)}
    drawn("notices")
    told = Notice.objects.filter(about="call_units").values_list("to_unit", flat=True)
    assert set(told) == {county.units["dept_hr"].pk, county.units["court"].pk}
    whole()


def test_only_the_unit_that_was_called_reports_in_and_each_for_itself(
    whistled: Case, county: County, officer: Staff, other_officer: Staff, dispatcher: Staff
) -> None:
    with pytest.raises(StepNotYours):
        press(whistled, "report_in", officer, 1)
    press(whistled, "report_in", other_officer, 1, at=NOON + timedelta(hours=1), arrival_note="两个人到了")
    with pytest.raises(TaskNotSo):
        press(whistled, "report_in", other_officer, 1)
    press(whistled, "judge_effect", dispatcher, 1, effect=False, effect_words="没带梯子")

    assert list(TaskRow.objects.filter(case=whistled).order_by("number").values_list("state", "is_open")) == [
        ("ineffective", False), ("called", True),
    ]  # fmt: skip
    said = TaskRow.objects.get(case=whistled, number=1).said
    assert said == {"arrival_note": "两个人到了", "effect": False, "effect_words": "没带梯子"}
    states = (
        Clock.objects.filter(case=whistled, code="COME").order_by("round").values_list("state", flat=True)
    )
    assert list(states) == ["stopped", "running"]
    whole()


def test_a_task_that_is_not_there_is_refused_and_nothing_moves(whistled: Case, dispatcher: Staff) -> None:
    before = whistled.revision

    with pytest.raises(TaskUnknown):
        take_step(case=whistled, step="release", actor=acting(dispatcher, whistled), at=NOON,
                  answers={"release_reason": "不用了"}, task=9)  # fmt: skip

    assert Case.objects.get(pk=whistled.pk).revision == before


def test_what_happened_on_another_task_stands_in_nobodys_way(
    whistled: Case, other_officer: Staff, dispatcher: Staff
) -> None:
    stale = Case.objects.get(pk=whistled.pk)
    press(whistled, "report_in", other_officer, 1)

    take_step(case=stale, step="release", actor=acting(dispatcher, stale), at=NOON,
              answers={"release_reason": "不用了"}, task=2)  # fmt: skip

    assert list(TaskRow.objects.filter(case=whistled).order_by("number").values_list("state", flat=True)) == [
        "arrived",
        "released",
    ]
    whole()


def test_what_happened_on_the_same_task_or_moved_the_case_is_seen_first(
    whistled: Case, other_officer: Staff, dispatcher: Staff, officer: Staff
) -> None:
    stale = Case.objects.get(pk=whistled.pk)
    press(whistled, "report_in", other_officer, 1)

    with pytest.raises(CaseMoved):
        press(stale, "report_in", other_officer, 1)
    stale.refresh_from_db()
    walk(whistled, (officer, "feed_back", {"done": "修好了", "reply": "已修好", "outcome": "solved"}))
    with pytest.raises(CaseMoved):
        press(stale, "judge_effect", dispatcher, 1, effect=True)


def test_a_unit_sees_a_case_by_its_task_and_finds_it_in_its_list(
    whistled: Case, other_officer: Staff, other_mediator: Staff
) -> None:
    scope = scope_of(other_officer)

    assert case_for(scope, whistled.number).pk == whistled.pk
    assert [row.case_id for row in tasks_for(scope).tasks] == [whistled.pk]
    assert tasks_waiting(scope) == 1
    with pytest.raises(CaseUnknown):
        case_for(scope_of(other_mediator), whistled.number)
    assert tasks_for(scope_of(other_mediator)).tasks == []


def test_a_late_unit_is_told_and_the_case_is_late(whistled: Case, county: County) -> None:
    tick(at=NOON + timedelta(hours=5))
    drawn("notices")

    late = Notice.objects.filter(about="clock", text__contains="已超期").values_list("to_unit", flat=True)
    assert {county.units["dept_hr"].pk, county.units["court"].pk} <= set(late)
    assert Case.objects.get(pk=whistled.pk).colour == "red"
    whole()


def test_nobody_answers_before_those_who_assist_have(
    acting_case: Case, county: County, officer: Staff, other_officer: Staff
) -> None:
    asked = {"assistants": [str(county.units["dept_hr"].pk)], "assist_words": "查一查"}
    reply = {"done": "修好了", "reply": "已修好", "outcome": "solved"}
    walk(acting_case, (officer, "ask_assist", asked))

    with pytest.raises(StepNotReady):
        walk(acting_case, (officer, "feed_back", reply))
    press(acting_case, "assist_reply", other_officer, 1, assist_reply="查过了，没有欠薪。")
    walk(acting_case, (officer, "feed_back", reply))

    assert acting_case.position == "answered"
    assert TaskRow.objects.get(case=acting_case).said == {"assist_reply": "查过了，没有欠薪。"}
    whole()


def test_what_is_still_open_ends_with_the_case(whistled: Case) -> None:
    walk(whistled, (None, "withdraw", {}))

    assert set(TaskRow.objects.filter(case=whistled).values_list("state", "is_open")) == {("dropped", False)}
    assert set(Clock.objects.filter(case=whistled).values_list("state", flat=True)) == {"stopped"}
    whole()


def test_a_file_read_in_one_question_is_the_file(whistled: Case, dispatcher: Staff) -> None:
    """The page reads clocks and tasks as JSON beside the case; an act reads the rows themselves."""
    clock = Clock.objects.filter(case=whistled).first()
    assert clock is not None
    clock.pauses = [{"reason": "expert", "started": NOON.isoformat(), "ended": None, "document": "函1号"}]
    clock.extensions = [5]
    clock.save()
    scope = scope_of(dispatcher)

    with questions() as seen:
        file = file_for(scope, whistled.number)

    assert len(seen) == 1
    assert file.state == state_of(Case.objects.get(pk=whistled.pk))
    assert (len(file.state.tasks), len(file.state.clocks) > 1) == (2, True)
    assert list(file.said.statements) == list(Statement.objects.filter(case=whistled))
    assert [one.body for one in file.said.statements] == [
        one.body for one in Statement.objects.filter(case=whistled)
    ]


def test_papers_may_be_brought_by_the_resident(acting_case: Case, officer: Staff) -> None:
    missing = {"gaps": "身份证复印件\n\n租房合同\n身份证复印件", "gaps_due": "2026-03-12"}

    walk(acting_case, (officer, "list_gaps", missing))
    take_step(case=acting_case, step="supply", actor=RESIDENT, at=NOON, answers={}, task=2)

    tasks = TaskRow.objects.filter(case=acting_case).order_by("number")
    assert [(task.words, task.state) for task in tasks] == [
        ("身份证复印件", "missing"),
        ("租房合同", "supplied"),
    ]
    whole()


@pytest.mark.parametrize("day", ["2026-03-01", "2026-09-01", "下周", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_and_nothing_moves(
    day: str, acting_case: Case, officer: Staff
) -> None:
    before = acting_case.revision

    with pytest.raises(DayOutside, match="填今天以后"):
        walk(acting_case, (officer, "list_gaps", {"gaps": "租房合同", "gaps_due": day}))

    assert (Case.objects.get(pk=acting_case.pk).revision, TaskRow.objects.count()) == (before, 0)


def test_an_end_may_keep_a_clock_that_says_when_to_look_again(acting_case: Case, officer: Staff) -> None:
    park = {"unsolved_reply": "要等管道改造", "review_on": "2026-06-01"}
    walk(acting_case, (officer, "park", park))

    assert (acting_case.position, acting_case.is_open, acting_case.outcome) == (
        "parked",
        False,
        "answered_unsolved",
    )
    assert list(Clock.objects.filter(case=acting_case, state="running").values_list("code", flat=True)) == [
        "REVIEW"
    ]
    tick(at=NOON + timedelta(days=92))
    acting_case.refresh_from_db()

    assert Clock.objects.get(case=acting_case, code="REVIEW").stage == "reached"
    drawn("notices")
    assert Notice.objects.filter(text__contains="日子到了").exists()
    walk(acting_case, (officer, "review", {"can_now": True, "review_words": "管道已改造"}))
    assert (acting_case.position, acting_case.is_open) == ("acting", True)
    whole()


def test_tasks_are_rebuilt_from_the_events(whistled: Case) -> None:
    TaskRow.objects.filter(case=whistled, number=1).update(state="effective", is_open=False)
    assert [one.field for one in replay_differences()] == ["tasks"]

    rebuild(numbers=[whistled.number])

    whole()


def test_several_people_one_matter(
    open_case: OpenCase, dispatcher: Staff, county: County, officer: Staff
) -> None:
    main, other = open_case("main", book="canonical"), open_case("other", book="canonical")

    walk(other, (dispatcher, "join", {"into": main.number, "join_reason": "同一盏路灯"}))
    main.refresh_from_db()

    assert (other.position, other.outcome, other.is_open) == ("joined", "merged", False)
    assert (main.facts["reporters"], [event.step for event in history(main)]) == (2, ["register", "joined"])
    assert Tie.objects.get().how == "merged"
    walk(main, (dispatcher, "accept", ACCEPT))
    drawn("notices")
    told = Notice.objects.filter(about__startswith="accept", to_kind="resident").values_list(
        "number", flat=True
    )
    assert sorted(told) == sorted([main.number, other.number])
    whole()


@pytest.mark.parametrize("into", ["itself", "closed", "nothing"])
def test_what_cannot_be_joined_stays_as_it_was(into: str, open_case: OpenCase, dispatcher: Staff) -> None:
    case, closed = open_case("case", book="canonical"), open_case("closed", book="canonical")
    walk(closed, (None, "withdraw", {}))
    number = {"itself": case.number, "closed": closed.number, "nothing": "990000000000"}[into]

    with pytest.raises(Refusal) as caught:
        walk(case, (dispatcher, "join", {"into": number, "join_reason": "同一件事"}))

    assert isinstance(caught.value, NotJoinable) or into == "nothing"
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.position, fresh.revision, Tie.objects.count()) == ("registered", 1, 0)


@pytest.mark.parametrize("into", ["next door", "nobody's"])
def test_a_number_leads_nowhere_for_whoever_may_not_see_its_case(
    into: str, open_case: OpenCase, township_dispatcher: Staff, county: County
) -> None:
    here = f"990100/{TOWNSHIPS[0]}/{VILLAGES[0]}"
    there = f"990100/{TOWNSHIPS[1]}/{VILLAGES[2]}"
    mine = open_case("mine", book="canonical", path=here, unit_id=county.township_centre.pk)
    theirs = open_case("theirs", book="canonical", path=there, unit_id=county.centre.pk)
    number = theirs.number if into == "next door" else new_number()

    with pytest.raises(CaseUnknown) as caught:
        walk(mine, (township_dispatcher, "join", {"into": number, "join_reason": "同一件事"}))

    assert (caught.value.code, str(caught.value)) == ("case_unknown", CaseUnknown.sentence)
    assert (Tie.objects.count(), history(theirs)[-1].number, theirs.facts.get("reporters")) == (0, 1, None)
    assert Case.objects.get(pk=mine.pk).revision == 1


def test_the_resident_names_no_other_case(open_case: OpenCase) -> None:
    other = open_case("other")

    with pytest.raises(CaseUnknown):
        named_by(RESIDENT, other.number)


@pytest.fixture
def letter(books: dict[str, Any]) -> Any:
    """Give the playbook by which a letter is made from many cases."""
    (version,) = publish_shelf(at=NOON, only={"source_fix"})
    return version.pk


def letter_from(cases: list[Case], version: Any, unit: Unit, staff: Staff) -> Any:
    actor = Actor("staff", staff.pk, staff.display_name, scope_of(staff).roles)
    return gather(
        cases=cases,
        version=version,
        title="路灯没人修",
        why="管护责任没有写明",
        unit_id=unit.pk,
        actor=actor,
        at=NOON,
    )


def test_one_letter_from_many_cases_is_noted_on_each_and_made_once(
    open_case: OpenCase, letter: Any, county: County, supervisor: Staff
) -> None:
    cases = [open_case(f"lamp{n}") for n in range(3)]

    made = letter_from(cases, letter, county.centre, supervisor)
    again = letter_from(cases, letter, county.centre, supervisor)

    assert (again.number, again.new, made.new) == (made.number, False, True)
    opened = Case.objects.get(number=made.number)
    assert (opened.kind, opened.topic, opened.path, opened.facts["made_from"]) == (
        "source_fix",
        "18",
        cases[0].path,
        3,
    )
    assert set(Tie.objects.values_list("case_id", "other_id")) == {(opened.pk, case.pk) for case in cases}
    assert [
        list(Event.objects.filter(case=case).order_by("number").values_list("step", flat=True))
        for case in cases
    ] == [["register", "gathered"]] * 3
    whole()


def test_a_letter_is_nobodys_request_and_counts_as_none(
    open_case: OpenCase, letter: Any, county: County, supervisor: Staff
) -> None:
    letter_from([open_case(f"lamp{n}") for n in range(3)], letter, county.centre, supervisor)

    drawn()

    received = Counter.objects.filter(dimension="all", measure="received").values_list("value", flat=True)
    assert list(received) == [3]


def test_few_cases_the_wrong_person_and_the_wrong_playbook_make_no_letter(
    open_case: OpenCase, letter: Any, county: County, supervisor: Staff, clerk: Staff, books: dict[str, Any]
) -> None:
    cases = [open_case(f"lamp{n}") for n in range(3)]

    for given, version, who, refusal in (
        (cases[:2], letter, supervisor, TooFewGathered),
        ([cases[0]] * 5, letter, supervisor, TooFewGathered),
        (cases, letter, clerk, GatheringNotYours),
        (cases, books["canonical"], supervisor, NothingGathers),
    ):
        with pytest.raises(refusal):
            letter_from(given, version, county.centre, who)

    assert (Case.objects.count(), Tie.objects.count()) == (3, 0)


def test_what_is_reported_about_a_village_is_not_seen_by_those_who_serve_it(
    open_case: OpenCase, grid_worker: Staff, dispatcher: Staff
) -> None:
    lamp, report = open_case("lamp"), open_case("report", kind="report_violation")

    assert case_for(scope_of(grid_worker), lamp.number).pk == lamp.pk
    assert case_for(scope_of(dispatcher), report.number).pk == report.pk
    with pytest.raises(CaseUnknown):
        case_for(scope_of(grid_worker), report.number)
    assert [
        sees(scope_of(grid_worker), unit_id=case.unit_id, path=case.path, kind=case.kind)
        for case in (lamp, report)
    ] == [True, False]
