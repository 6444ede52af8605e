"""What time alone does: limits bind at the act, grades follow, one broken case stops nobody, and a doubtful clock stops everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from heshi.cases.actions import RESIDENT, take_step
from heshi.cases.models import Case, Clock, Event
from heshi.cases.queries import state_of
from heshi.cases.rules import situation_of
from heshi.common.beats import Beat, beat, doubt
from heshi.common.numbers import spoken
from heshi.journey.actions import believe, believed, draw_all, regrade, retry, tick
from heshi.journey.duties import duties
from heshi.journey.management.commands.status import status
from heshi.journey.models import Pulse, SetAside
from heshi.people.models import Staff
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import playbook
from heshi.playbooks.rules import StepNotReady, offered
from heshi.web.kit import access
from tests.cast import NOON, County
from tests.files import OpenCase, acting
from tests.playbooks.sample import local
from tests.web.desk import at_desk

LATER = NOON + timedelta(days=30)
RIGHT = (
    local("taking_back")
    .replace(
        "clocks:\n  ARRIVE",
        "clocks:\n  BACK: {title: 反悔, length: 24, unit: hour, source: 测试, on_expiry: lapse}\n  ARRIVE",
    )
    .replace("opening: {start: [HL.NORMAL]}", "opening: {start: [HL.NORMAL, BACK]}")
    .replace(
        "steps:\n",
        "steps:\n  take_back:\n    label: 撤回\n    who: [resident]\n    from: open\n    to: done\n"
        "    needs: {running: {has: BACK}}\n    sets: {outcome: solved}\n    answers: true\n    resident: 撤回了。\n",
        1,
    )
)
COLOURS = """\
colours:
  - {when: {running: {has: BACK}}, then: red}
  - {when: {age: {at_least: 5}}, then: orange}
  - {then: blue}
"""
GRADED = RIGHT[: RIGHT.index("colours:")] + COLOURS


def open_under(open_case: OpenCase, text: str, key: str = "first") -> Case:
    """Open a case under a playbook of its own."""
    publish_text(text=text, at=NOON)
    return open_case(key, book="taking_back")


def offers(case: Case, at: datetime) -> list[str]:
    """Return what the resident may do at a moment."""
    book = playbook(case.playbook_id)
    return [step.code for step in offered(book, situation_of(state_of(case), book, RESIDENT.roles, at=at))]


@pytest.mark.parametrize(("hours", "allowed"), [(23, True), (24, False), (25, False)])
def test_a_right_that_ends_at_24_hours_ends_then_though_no_worker_runs(
    hours: int, allowed: bool, open_case: OpenCase
) -> None:
    case, at = open_under(open_case, RIGHT), NOON + timedelta(hours=hours)
    assert ("take_back" in offers(case, at)) is allowed

    try:
        case = take_step(case=case, step="take_back", actor=RESIDENT, at=at)
    except StepNotReady:
        assert not allowed

    assert case.is_open is not allowed
    assert Event.objects.filter(case=case).count() == 1 + allowed


def test_a_red_whose_reason_lapsed_is_red_no_more(open_case: OpenCase) -> None:
    case = open_under(open_case, GRADED)
    assert case.colour == "red"

    tick(at=NOON + timedelta(hours=24))
    case.refresh_from_db()

    assert case.colour == "blue"
    assert status(at=NOON)["must_be_zero"]["replay_differences"] == 0


def test_a_case_is_graded_by_its_age_once_it_is_that_old(open_case: OpenCase) -> None:
    case = open_under(open_case, GRADED)
    tick(at=NOON + timedelta(hours=24))
    assert regrade(at=NOON + timedelta(days=4)) == 0

    looked = regrade(at=NOON + timedelta(days=5)), regrade(at=NOON + timedelta(days=5, hours=1))
    case.refresh_from_db()

    assert (looked, case.colour) == ((1, 0), "orange")
    assert status(at=NOON)["must_be_zero"]["replay_differences"] == 0


def test_a_step_that_stops_the_late_clock_regrades_at_once(
    open_case: OpenCase, dispatcher: Staff, county: County
) -> None:
    late = GRADED.replace(
        "{when: {running: {has: BACK}}, then: red}", "{when: {late: {has: ARRIVE}}, then: red}"
    )
    case = open_under(open_case, late)
    case = take_step(
        case=case, step="dispatch", actor=acting(dispatcher, case), at=NOON, answers={"unit": str(county.housing.pk)}
    )  # fmt: skip
    tick(at=NOON + timedelta(hours=4))
    case.refresh_from_db()
    assert case.colour == "red"

    answers: dict[str, Any] = {"plan": "上门", "size": "big"}
    at = NOON + timedelta(hours=5)
    officer = county.staff["officer"]
    case = take_step(case=case, step="plan", actor=acting(officer, case), at=at, answers=answers)
    case = take_step(
        case=case, step="reply", actor=acting(officer, case), at=at, answers={"reply": "还要再议"}
    )  # fmt: skip

    assert (case.position, case.colour) == ("received", "blue")


# --- one broken case ----------------------------------------------------------------------------


def test_a_vanished_clock_stops_nobody_else_and_is_named(open_case: OpenCase) -> None:
    broken, sound = open_case("broken"), open_case("sound")
    Clock.objects.filter(case=broken, code="DISPATCH").update(code="GONE")

    made = tick(at=LATER)

    assert made >= 2
    assert set(Clock.objects.filter(case=sound).values_list("stage", flat=True)) == {"overdue"}
    found = status(at=LATER, quick=True)
    assert found["must_be_zero"]["set_aside"] == 1
    assert "".join(found["set_aside"]) == (
        f"时限：案件 {spoken(broken.number)} 没有做成："
        "案件的预案里没有名为“GONE”的时限，它走不下去，请系统管理员核对预案。"
    )

    Clock.objects.filter(case=broken, code="GONE").update(code="DISPATCH")
    retry(at=LATER, now=True)
    tick(at=LATER)
    assert not SetAside.objects.exists()
    assert set(Clock.objects.filter(case=broken).values_list("stage", flat=True)) == {"overdue"}


def test_what_has_mended_itself_is_no_longer_set_aside(open_case: OpenCase) -> None:
    broken = open_case("broken")
    Clock.objects.filter(case=broken, code="DISPATCH").update(code="GONE")
    tick(at=LATER)

    Clock.objects.filter(case=broken).delete()
    tick(at=LATER + timedelta(days=1))

    assert not SetAside.objects.exists()


def test_an_altered_playbook_stops_only_its_own_cases(
    open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    broken, sound = open_case("broken", book="canonical"), open_case("sound")
    draw_all(at=NOON)
    PlaybookVersion.objects.filter(pk=broken.playbook_id).update(frozen_digest="0" * 64)
    queries._held.clear()

    assert tick(at=LATER) > 0
    while draw_all(at=LATER):
        pass
    sound.refresh_from_db()
    case = take_step(
        case=sound, step="dispatch", actor=acting(dispatcher, sound), at=LATER,
        answers={"kind": "complaint", "topic": "17", "unit": str(sound.unit_id)},
    )  # fmt: skip
    queue = at_desk(client, dispatcher).get("/desk/cases/").content.decode()

    assert case.revision > 1
    assert "预案已停用" in queue
    assert sound.number[-4:] in queue
    assert "预案“canonical”第1版的文本与冻结时的指纹不符" in "".join(
        status(at=LATER, quick=True)["set_aside"]
    )
    assert client.get(f"/desk/cases/{broken.number}/").status_code == 409


# --- a clock in doubt ---------------------------------------------------------------------------

THEN = Beat(NOON, "boot", 1000.0)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (Beat(NOON + timedelta(minutes=10), "boot", 1600.0), ""),
        (Beat(NOON + timedelta(days=5), "boot", 1600.0), "本机时钟快了 5 天"),
        (Beat(NOON - timedelta(hours=3), "boot", 1000.0), "本机时钟慢了 3 小时"),
        (Beat(NOON + timedelta(days=2), "another", 5.0), ""),
        (Beat(NOON + timedelta(days=9), "another", 5.0), "停机了 9 天，或者时钟快了"),
        (Beat(NOON - timedelta(days=2), "another", 5.0), "本机时钟比上次停机时还早 2 天"),
    ],
)
def test_a_clock_is_compared_with_how_long_the_machine_ran(now: Beat, said: str) -> None:
    assert doubt(THEN, now, database=now.says) == said


def test_a_clock_is_compared_with_the_databases() -> None:
    assert doubt(THEN, THEN, database=NOON - timedelta(days=3)) == "本机时钟与数据库的时钟相差 3 天"


def test_nothing_is_done_by_a_clock_that_runs_ahead(
    open_case: OpenCase, dispatcher: Staff, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    case = open_case("first")
    believed(beat()._replace(says=beat().says - timedelta(days=40)))
    Clock.objects.update(next_at=beat().says - timedelta(days=1))
    events = Event.objects.count()

    for duty in duties():
        duty.done(0.0)

    assert Event.objects.count() == events
    found = status(at=NOON, quick=True)
    assert found["must_be_zero"]["clock_in_doubt"] == 1
    assert found["clock"].startswith("本机时钟快了 40 天，时限提醒已暂停。")
    access.doubted.forget()
    access.doubted._held.clear()
    assert "本机时钟快了 40 天" in at_desk(client, dispatcher).get("/desk/").content.decode()

    call_command("time", "--confirm")
    for duty in duties():
        duty.done(0.0)

    assert "时钟可信" in capsys.readouterr().out
    assert Event.objects.filter(case=case).count() > 1
    access.doubted._held.clear()


def test_where_the_databases_clock_is_wrong_nobody_is_sent_to_confirm_this_ones(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "heshi.journey.actions.watching._of_the_database", lambda: beat().says - timedelta(days=3)
    )

    call_command("time", "--confirm")

    said = capsys.readouterr().out
    assert "本机时钟与数据库的时钟相差 3 天，时限提醒已暂停。请系统管理员核对本机和数据库服务器的时间" in said
    assert "--confirm" not in said


def test_a_clock_put_right_is_believed_again_by_itself(county: County) -> None:
    believe(THEN._replace(says=beat().says, boot=beat().boot, running=beat().running))
    assert believed()
    ahead = beat()._replace(says=beat().says + timedelta(days=2))
    assert not believed(ahead)
    assert Pulse.objects.get().doubt

    assert believed()
    assert Pulse.objects.get().doubt == ""
