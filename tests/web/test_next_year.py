"""Accepted on 27 November, thirty working days: nobody knows yet on which day of January that ends.

Report 17: the page and the message said “by 6 January 2027” as if it were certain, and on that day the case was late and the
supervisor was told, while in truth it was due on the 11th.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from heshi.api.progress import progress_as
from heshi.cases import queries
from heshi.cases.actions import take_step
from heshi.cases.models import Case, Clock, Event
from heshi.cases.queries.checking import broken_chains, link_of, replay_differences
from heshi.cases.queries.lists import queue
from heshi.cases.queries.tasks import tasks_for
from heshi.cases.record import entry_of
from heshi.cases.rules.looking import facts_now
from heshi.clocks import queries as clock_queries
from heshi.common.numbers import spoken
from heshi.community.queries.rhythm import duties
from heshi.journey.actions import settle, tick
from heshi.journey.management.commands.status import status
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.playbooks.queries import playbook
from heshi.playbooks.rules.conditions import ALWAYS, condition
from heshi.playbooks.rules.shape import LocalFigure
from heshi.statistics.rules.contribution import Landmarks, contribution, own_measure
from heshi.web.community.showing import is_late, line_of
from tests.cast import County
from tests.community.books import duty
from tests.consequences import drawn
from tests.files import PHONE, OpenCase, acting
from tests.web.desk import at_desk, case_page

NOVEMBER = datetime(2026, 11, 27, 2, tzinfo=UTC)
AFTER_IT = datetime(2027, 1, 8, 2, tzinfo=UTC)
LONG_AFTER = datetime(2027, 1, 12, 2, tzinfo=UTC)
BOUND = "最早2027年1月6日，放假安排公布后定"
REST_OF_2027 = """\
year: 2027
paper: 测试用放假通知
rest: [2027-01-01/2027-01-03, 2027-01-09/2027-01-10]
work: []
"""


@pytest.fixture
def accepted(open_case: OpenCase, dispatcher: Staff) -> Case:
    """Give a medical dispute that was accepted in November and given to the department."""
    case = open_case("in november", book="canonical", kind="dispute", topic="15")
    case = take_step(
        case=case, step="accept", actor=acting(dispatcher, case), at=NOVEMBER, answers={"kind": "dispute", "topic": "15"}
    )  # fmt: skip
    assert Clock.objects.get(case=case, code="MED.MEDIATE").awaits_year == 2027
    return Case.objects.get(pk=case.pk)


@contextmanager
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the notice for 2027 be there."""
    year = tmp_path / "2027.yaml"
    year.write_text(REST_OF_2027, encoding="utf-8")
    with monkeypatch.context() as loaded:
        loaded.setattr(settings, "HESHI_CALENDAR_FILES", [str(year)], raising=False)
        clock_queries.forget()
        yield
    clock_queries.forget()


def told_to(case: Case) -> list[str]:
    drawn("notices")
    return list(Notice.objects.filter(case_id=case.pk).order_by("id").values_list("text", flat=True))


def test_the_message_tells_a_bound_and_no_day_by_which(accepted: Case) -> None:
    (message,) = [text for text in told_to(accepted) if "已受理" in text]

    assert message == f"您的诉求 {spoken(accepted.number)} 已受理，一般在期满前办理（{BOUND}）。"


def test_the_desk_tells_it_in_the_case_in_the_list_and_in_the_story(
    accepted: Case, client: Client, dispatcher: Staff
) -> None:
    desk = at_desk(client, dispatcher)

    page, listed = case_page(desk, accepted), desk.get(reverse("desk:queue")).content.decode()

    assert f"“医疗纠纷人民调解”开始计时，{BOUND}" in page
    assert page.count(BOUND) >= 3
    assert BOUND in listed
    for text in (page, listed):
        assert "2027年1月6日（" not in text
        assert "1月6日以前" not in text
        assert "剩 " not in text


def test_her_own_page_tells_it(accepted: Case, client: Client) -> None:
    client.post("/follow/", {"number": accepted.number, "last_four": PHONE[-4:]})

    page = client.get(f"/follow/{accepted.number}/").content.decode()

    assert BOUND in page
    assert "2027年1月6日（" not in page


def test_another_system_gets_no_due_date_but_a_bound(accepted: Case) -> None:
    case = queries.follow(accepted.number, PHONE[-4:])

    said = progress_as(case)

    bound = datetime(2027, 1, 6, 16, tzinfo=UTC)
    assert (said["due_at"], said["due_earliest"], said["due_words"]) == (None, bound, BOUND)


def test_another_system_gets_a_due_date_where_it_is_certain(case: Case) -> None:
    found = queries.follow(case.number, PHONE[-4:])

    said = progress_as(found)

    assert (said["due_at"], said["due_earliest"]) == (found.due_at, None)
    assert str(said["due_words"]).endswith("日以前")


def test_nobody_is_late_by_a_bound(accepted: Case, client: Client, dispatcher: Staff) -> None:
    tick(at=AFTER_IT)
    tick(at=LONG_AFTER)

    clock = Clock.objects.get(case=accepted, code="MED.MEDIATE")
    case = Case.objects.get(pk=accepted.pk)
    facts = facts_now(queries.state_of(case), playbook(case.playbook_id), LONG_AFTER)
    assert clock.stage == "nearly_due"
    assert (facts["overdue"], facts["late"], "MED.MEDIATE" in tuple(facts["running"])) == (False, (), True)  # type: ignore[arg-type]
    assert case.colour != "red"
    assert case.pk not in {
        each.pk for each in queue(scope_of(dispatcher), at=LONG_AFTER, only="overdue").cases
    }
    assert case.pk in {each.pk for each in queue(scope_of(dispatcher), at=LONG_AFTER).cases}
    assert [text for text in told_to(case) if "超期" in text] == []
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_a_held_clock_is_not_looked_at_again_and_again(accepted: Case) -> None:
    tick(at=AFTER_IT)
    before = Event.objects.filter(case=accepted).count()

    assert [tick(at=LONG_AFTER), tick(at=LONG_AFTER)] == [0, 0]
    assert Event.objects.filter(case=accepted).count() == before


def test_it_counts_as_late_in_no_figure(accepted: Case, dispatcher: Staff) -> None:
    tick(at=AFTER_IT)
    case = Case.objects.get(pk=accepted.pk)
    case = take_step(
        case=case, step="refuse", actor=acting(dispatcher, case), at=LONG_AFTER,
        answers={"refuse_reason": "法院已经受理", "outcome": "transferred_to_court"},
    )  # fmt: skip

    late_by_it = LocalFigure(
        "late", "超过期限", ALWAYS, condition({"was_late": {"has": "MED.MEDIATE"}}), "测试"
    )
    way = Landmarks("canonical", "registered", frozenset(), frozenset({"accept"}), {"late": late_by_it})

    counted = contribution(
        [entry_of(link_of(event)) for event in queries.history(case)], lambda _version: way
    )

    assert own_measure("late", "of") in counted.measures
    assert own_measure("late", "counts") not in counted.measures


def test_when_the_days_are_published_the_day_is_told_and_counts(
    accepted: Case, dispatcher: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(at=AFTER_IT)

    with published(tmp_path, monkeypatch):
        assert settle(at=AFTER_IT) == 1
        clock = Clock.objects.get(case=accepted, code="MED.MEDIATE")
        tick(at=datetime(2027, 1, 20, 2, tzinfo=UTC))
    late = queue(scope_of(dispatcher), at=datetime(2027, 1, 20, 2, tzinfo=UTC), only="overdue")

    assert (clock.awaits_year, clock.due_at) == (None, datetime(2027, 1, 11, 16, tzinfo=UTC))
    assert Clock.objects.get(case=accepted, code="MED.MEDIATE").stage == "overdue"
    assert accepted.pk in {each.pk for each in late.cases}


def test_what_is_certain_is_late_beside_a_bound(accepted: Case, county: County, dispatcher: Staff) -> None:
    case = take_step(
        case=accepted, step="dispatch", actor=acting(dispatcher, accepted), at=AFTER_IT, answers={"unit": str(county.housing.pk)}
    )  # fmt: skip
    Clock.objects.filter(case=case, code="ARRIVE").update(awaits_year=None, due_at=datetime(2027, 1, 9, 16, tzinfo=UTC))  # fmt: skip

    late = queue(scope_of(dispatcher), at=LONG_AFTER, only="overdue")

    assert case.pk in {each.pk for each in late.cases}


def test_a_task_tells_its_bound_in_the_list_of_its_unit(
    accepted: Case, county: County, dispatcher: Staff
) -> None:
    december = datetime(2026, 12, 30, 2, tzinfo=UTC)
    case = take_step(
        case=accepted, step="ask_assist", actor=acting(dispatcher, accepted), at=december,
        answers={"assistants": [str(county.housing.pk)], "assist_words": "请看房屋"},
    )  # fmt: skip

    (task,) = [row for row in tasks_for(scope_of(county.staff["officer"])).tasks if row.case_id == case.pk]

    assert task.due_awaits == 2027


def test_whoever_looks_after_the_machine_is_told_that_a_year_is_missing(accepted: Case) -> None:
    found = status(at=AFTER_IT, quick=True)

    assert found["awaiting"] == [
        "1 个时限在等 2027 年的放假安排，现在只知道最早哪天；载入的办法见 docs/clocks.md“新的一年”"
    ]
    assert accepted.is_open


def test_a_duty_of_a_year_without_rest_days_is_not_late_either(county: County, dispatcher: Staff) -> None:
    new_year, later = date(2027, 1, 1), date(2027, 1, 8)
    held = duty(county, due_on=new_year)

    lists = duties([county.centre.pk], today=later)
    line = line_of(held, scope_of(dispatcher), today=later)

    told = "最早2027年1月1日，放假安排公布后定"
    assert (line.bound, line.when.words, is_late(held, today=later)) == (told, told, False)
    assert {name: [each.pk for each in page.duties] for name, page in lists.items() if page.duties} == {"today": [held.pk]}  # fmt: skip
