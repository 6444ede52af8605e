"""The file: opened once, moved by one person at a time, never without an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from heshi.cases.actions import RESIDENT, CaseMoved, take_step
from heshi.cases.models import Case, Clock, Event, Outgoing, Party
from heshi.cases.queries import history
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.clocks import queries as clock_queries
from heshi.common.numbers import check_number
from heshi.journey.actions import settle, tick
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.playbooks.rules import AnswersMissing, StepNotHere, StepNotYours
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, new_file, opened, walk

DISPATCH = {"kind": "complaint", "topic": "18"}
REPLY = {"done": "换了灯泡。", "reply": "路灯已修好。", "outcome": "solved"}


def steps(case: Case) -> list[tuple[str, str]]:
    """Return the history as step and position."""
    return [(event.step, event.went_to) for event in history(case)]


def answered(case: Case, county: County, dispatcher: Staff, officer: Staff) -> Case:
    """Bring a case to where the resident may rate it."""
    unit = {"unit": str(county.housing.pk)}
    return walk(
        case, (dispatcher, "dispatch", DISPATCH | unit), (officer, "arrive", {}),
        (officer, "confer", {"plan": "先看现场"}), (officer, "handle", {}),
        (officer, "feed_back", REPLY),
    )  # fmt: skip


def test_a_first_word_becomes_a_whole_file(case: Case) -> None:
    assert check_number(case.number) == case.number
    assert (case.position, case.revision, case.kind, case.tier) == ("whistled", 1, "complaint", "county")
    assert [clock.code for clock in Clock.objects.filter(case=case).order_by("code")] == [
        "DISPATCH",
        "HL.NORMAL",
    ]
    assert (case.due_clock, case.due_at is not None) == ("DISPATCH", True)
    assert Party.objects.get(case=case).phone == "13800001234"
    assert Outgoing.objects.filter(case_id=case.pk).count() == 1
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_the_same_word_twice_is_one_file(county: County, open_case: OpenCase) -> None:
    first = open_case("same")

    again = opened(county, new_file(county, "same"), new_file(county, "other"))

    assert (again[0].number, again[0].new, again[1].new) == (first.number, False, True)
    assert Case.objects.count() == 2
    assert Event.objects.count() == 2


def test_the_whole_way_to_the_rating(case: Case, county: County, dispatcher: Staff, officer: Staff) -> None:
    answered(case, county, dispatcher, officer)

    walk(case, (None, "rate", {"solved": True, "score": 5}))

    assert (case.position, case.is_open, case.outcome) == ("closed", False, "solved")
    assert steps(case) == [
        ("register", "whistled"), ("dispatch", "called"), ("arrive", "arrived"), ("confer", "conferred"), ("handle", "acting"),
        ("feed_back", "answered"), ("rate", "closed"),
    ]  # fmt: skip
    assert set(Clock.objects.filter(case=case).values_list("state", flat=True)) == {"stopped"}
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_a_bad_rating_reopens_once(case: Case, county: County, dispatcher: Staff, officer: Staff) -> None:
    answered(case, county, dispatcher, officer)

    walk(case, (None, "rate", {"solved": False, "score": 1}))

    assert (case.position, case.is_open, case.outcome) == ("acting", True, "")
    assert Clock.objects.get(case=case, code="HL.NORMAL", round=2).state == "running"

    walk(case, (officer, "feed_back", REPLY), (None, "rate", {"solved": False, "score": 1}))

    assert (case.position, case.is_open, case.outcome) == ("closed", False, "answered_unsolved")
    assert list(replay_differences()) == []


def test_second_person_to_move_a_case_is_told_and_changes_nothing(
    case: Case, county: County, dispatcher: Staff
) -> None:
    stale = Case.objects.get(pk=case.pk)
    walk(case, (dispatcher, "dispatch", DISPATCH | {"unit": str(county.housing.pk)}))

    with pytest.raises(CaseMoved):
        take_step(
            case=stale, step="refuse", actor=acting(dispatcher, stale), at=NOON,
            answers={"refuse_reason": "不归中心管", "outcome": "not_accepted"},
        )  # fmt: skip

    assert steps(case) == [("register", "whistled"), ("dispatch", "called")]
    assert Outgoing.objects.count() == 2
    assert list(replay_differences()) == []


def test_an_old_page_is_told_even_when_the_step_is_still_there(case: Case, dispatcher: Staff) -> None:
    walk(case, (dispatcher, "note", {"note": "已电话联系。"}))

    with pytest.raises(CaseMoved):
        take_step(
            case=case,
            step="note",
            actor=acting(dispatcher, case),
            at=NOON,
            answers={"note": "又记"},
            revision=1,
        )

    assert case.revision == 2


@pytest.mark.parametrize(
    ("who", "step", "answers", "refusal"),
    [
        ("officer", "dispatch", DISPATCH, StepNotYours),
        ("dispatcher", "arrive", {}, StepNotHere),
        ("dispatcher", "dispatch", {}, AnswersMissing),
        ("dispatcher", "no_such_step", {}, StepNotHere),
    ],
)
def test_what_may_not_happen_does_not(
    case: Case, county: County, who: str, step: str, answers: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        take_step(case=case, step=step, actor=acting(county.staff[who], case), at=NOON, answers=answers)

    assert steps(case) == [("register", "whistled")]
    assert Case.objects.get(pk=case.pk).revision == 1


def test_a_clock_that_runs_out_becomes_an_event_and_a_notice_once(case: Case) -> None:
    late = NOON + timedelta(days=3)

    made = tick(at=late), tick(at=late)

    assert made == (1, 0)
    assert steps(case) == [("register", "whistled"), ("clock", "whistled")]
    case.refresh_from_db()
    assert (case.colour, case.revision) == ("red", 2)
    drawn("notices")
    (told,) = Notice.objects.filter(
        case_id=case.pk, about="clock"
    )  # once, though both the dispatcher and the supervisor are told
    assert (told.subject, told.to_roles) == ("已超期", ["dispatcher", "supervisor"])
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_withdrawing_stops_every_clock(case: Case) -> None:
    take_step(case=case, step="withdraw", actor=RESIDENT, at=NOON, answers={})

    assert (case.position, case.outcome, case.due_at) == ("withdrawn", "withdrawn_by_applicant", None)
    assert set(Clock.objects.filter(case=case).values_list("state", flat=True)) == {"stopped"}
    assert list(replay_differences()) == []


def test_one_flipped_byte_is_found(case: Case, open_case: OpenCase) -> None:
    other = open_case("second")
    event = Event.objects.get(case=other)
    facts: Any = event.as_written["facts"]
    facts["topic"] = "17"
    event.save()

    assert [(broken.number, broken.event) for broken in broken_chains()] == [(other.number, 1)]
    assert [difference.field for difference in replay_differences()] == ["topic"]


def test_a_changed_row_is_found(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(position="acting")

    assert [(found.field, found.stored, found.replayed) for found in replay_differences()] == [
        ("position", "acting", "whistled")
    ]


def test_a_cut_history_is_found(case: Case, dispatcher: Staff) -> None:
    walk(case, (dispatcher, "note", {"note": "已电话联系。"}))
    Event.objects.filter(case=case, number=2).delete()

    assert [broken.event for broken in broken_chains()] == [2]


def test_a_due_date_in_a_year_without_a_calendar_is_planned_again_when_it_comes(
    open_case: OpenCase, dispatcher: Staff, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = open_case("late", book="canonical", kind="petition_matter")
    december = datetime(2026, 12, 20, 4, tzinfo=UTC)
    take_step(
        case=case, step="accept", actor=acting(dispatcher, case), at=december,
        answers={"kind": "petition_matter", "topic": "18"},
    )  # fmt: skip
    bound = Clock.objects.get(case=case, code="XF.HANDLE")
    assert (bound.awaits_year, settle(at=december)) == (2027, 0)

    year = tmp_path / "2027.yaml"
    year.write_text("year: 2027\npaper: 测试用放假通知\nrest: ['2027-02-18']\nwork: []\n", encoding="utf-8")
    with monkeypatch.context() as loaded:
        loaded.setattr(settings, "HESHI_CALENDAR_FILES", [str(year)], raising=False)
        clock_queries.forget()
        made = settle(at=december), settle(at=december)
    clock_queries.forget()

    after = Clock.objects.get(case=case, code="XF.HANDLE")
    assert (made, after.awaits_year) == ((1, 0), None)
    assert after.due_at == datetime(2027, 2, 19, 16, tzinfo=UTC)
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []
