"""What is stored and cannot be read stops its own case, with a sentence; everybody else goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from heshi.cases.actions import ticking
from heshi.cases.models import Case, Clock, Event
from heshi.cases.queries.file import CaseDamaged, state_of
from heshi.common.digests import sm3
from heshi.common.numbers import spoken
from heshi.common.refusals import Damaged
from heshi.intake.rules.report import Report
from heshi.journey.actions import draw_all, receive, tick
from heshi.journey.duties import Duty, duties
from heshi.journey.models import FailedDuty
from heshi.notices.models import Notice
from heshi.playbooks import queries as playbooks
from heshi.playbooks.models import PlaybookVersion
from heshi.routing.actions import route_many
from heshi.routing.rules import Decision
from heshi.routing.rules.shape import kept_decision
from tests.cast import NOON, County
from tests.files import OpenCase

EVENT_SPOILS = {
    "of a later version": """as_written || '{"version":99}'""",
    "no body": "'[1,2]'",
    "an unknown change of a clock": """jsonb_set(as_written, '{clocks,0,op}', '"explode"')""",
    "a playbook that is not there": f"""jsonb_set(as_written, '{{facts,playbook}}', '"{UUID(int=7)}"')""",
    "a playbook that is no key": """jsonb_set(as_written, '{facts,playbook}', '"gone"')""",
    "no facts": "as_written - 'facts'",
    "a task that was never added": """as_written || '{"tasks":[{"op":"move","number":4,"state":"x","open":true}]}'""",
}


def spoil_event(case: Case, made: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_event SET as_written = {made} WHERE case_id = %s", [case.pk])  # noqa: S608 -- ours


def told(*command: str) -> tuple[str, int]:
    """Return what a command says, and whether it ended well."""
    out = io.StringIO()
    try:
        call_command(*command, stdout=out, stderr=out)
    except CommandError as wrong:
        return out.getvalue() + str(wrong), 1
    except SystemExit as leaving:
        return out.getvalue(), int(str(leaving.code))
    return out.getvalue(), 0


def wrong() -> dict[str, list[str]]:
    """Return what `heshi status` names under each heading."""
    found: dict[str, dict[str, list[str]]] = json.loads(told("status", "--json")[0])
    return found["which"]


@pytest.mark.parametrize("spoil", EVENT_SPOILS)
def test_an_event_that_cannot_be_read_is_named_and_the_other_cases_are_checked(
    open_case: OpenCase, spoil: str
) -> None:
    broken, other = open_case("broken"), open_case("other")
    draw_all(at=NOON)
    spoil_event(broken, EVENT_SPOILS[spoil])
    Case.objects.filter(pk=other.pk).update(topic="02")

    replayed, ended = told("replay", "--check")
    counted, _ended = told("statistics", "rebuild", "--check")

    assert ended == 1
    assert f"案件 {spoken(other.number)} topic" in replayed
    assert f"案件 {spoken(broken.number)}" in replayed + counted
    assert f"案件 {spoken(broken.number)} 第 1 条" in wrong()["broken_chains"]
    assert f"案件 {spoken(other.number)} topic" in wrong()["replay_differences"]


def test_repairing_mends_the_others_and_leaves_what_cannot_be_read(open_case: OpenCase) -> None:
    broken, other = open_case("broken"), open_case("other")
    spoil_event(broken, EVENT_SPOILS["no body"])
    Case.objects.filter(pk=other.pk).update(topic="02")

    told("replay", "--repair")

    assert Case.objects.get(pk=other.pk).topic == "18"
    assert Case.objects.filter(pk=broken.pk, revision=1).exists()


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ("UPDATE cases_clock SET stage = 'melting' WHERE case_id = %s", "时限"),
        ("UPDATE cases_clock SET pauses = '[1]' WHERE case_id = %s", "时限"),
        ("UPDATE cases_case SET position = 'nowhere' WHERE id = %s", "环节“nowhere”"),
        ("UPDATE cases_case SET facts = '[]' WHERE id = %s", "事实"),
    ],
)
def test_rows_that_cannot_be_read_are_named_and_mended_from_the_events(
    open_case: OpenCase, spoilt: str, what: str
) -> None:
    case, other = open_case("spoilt"), open_case("other")
    sound = state_of(case)
    with connection.cursor() as cursor:
        cursor.execute(spoilt, [case.pk])

    tick(at=NOON + timedelta(days=1))

    assert Event.objects.filter(case=other).count() > 1
    with pytest.raises(CaseDamaged, match=f"案件 {spoken(case.number)} 现存的{what}读不出来"):
        state_of(Case.objects.get(pk=case.pk))
    assert (
        f"时限：案件 {spoken(case.number)} 没有做成：案件 {spoken(case.number)} 现存的{what}"
        in wrong()["set_aside"][0]
    )

    told("replay", "--repair")

    assert state_of(Case.objects.get(pk=case.pk)) == sound


def broken_version(case: Case) -> PlaybookVersion:
    """Let today's program be unable to read the version a case lives by, though its fingerprints are right."""
    frozen = '{"says":{},"clocks":{}}'
    PlaybookVersion.objects.filter(pk=case.playbook_id).update(
        frozen=frozen, frozen_digest=sm3(frozen.encode())
    )
    playbooks._held.clear()
    return PlaybookVersion.objects.get(pk=case.playbook_id)


def test_a_playbook_that_cannot_be_read_is_named_and_holds_up_no_duty(open_case: OpenCase) -> None:
    case = open_case()
    open_case("other", book="canonical")
    stored = broken_version(case)

    for duty in duties():
        duty.done(0.0)

    assert not FailedDuty.objects.exists()
    assert wrong()["unreadable_playbooks"] == [
        f"预案“{stored.code}”第{stored.version}版这个程序读不出来，已停用，请系统管理员核对程序版本或从备份恢复。"
    ]


def test_a_playbook_that_cannot_be_read_shuts_no_door(
    case: Case, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = broken_version(case)

    def routed(asked: Sequence[Mapping[str, str]]) -> list[Decision]:
        return [replace(decision, playbook=stored.code, fallback="") for decision in route_many(asked)]

    monkeypatch.setattr("heshi.journey.actions.deciding.route_many", routed)
    (receipt,) = receive(
        reports=[
            Report(
                source="web", source_key="1", body="楼上漏水，家里墙都湿了。", kind="complaint", topic="02"
            )
        ],
        at=NOON,
    )
    draw_all(at=NOON)

    taken_in = Case.objects.get(number=receipt.number)
    assert taken_in.playbook.code == "canonical"
    route = kept_decision(taken_in.facts)
    assert route is not None
    assert route["fallback"].startswith("预案“shulan_liubu”第1版这个程序读不出来")
    assert "本该用的预案读不出来，先按“" in Notice.objects.get(case_id=taken_in.pk, to_kind="unit").text


def test_the_list_of_playbooks_says_which_cannot_be_read(case: Case) -> None:
    broken_version(case)

    (line,) = [line for line in told("playbook", "list")[0].splitlines() if line.startswith("shulan_liubu ")]

    assert line.endswith("第1版 读不出来，已停用")


def test_a_case_whose_playbook_is_not_there_says_so(case: Case) -> None:
    gone = uuid4()
    Case.objects.update(playbook_id=gone)

    with pytest.raises(Damaged, match=f"案件所依的预案（{gone}）不在库里"):
        ticking.tick(case.pk, at=NOON + timedelta(days=1))
    assert Clock.objects.filter(case=case).exists()


def test_a_duty_that_fails_is_named_until_it_is_done_again(
    county: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "heshi.journey.duties.close_old_connections", lambda: None
    )  # the test has only this one
    broken = True

    def do(_at: object) -> int:
        if broken:
            raise CaseDamaged(number="1", what="时限")
        return 0

    duty = Duty("试试", 60, do)
    for now in (0.0, 100.0):
        duty.done(now)

    (sentence,) = wrong()["failed_duties"]
    assert sentence.startswith("后台“试试”从 ")
    assert sentence.endswith(
        "起 2 次没有做成：案件 1 现存的时限读不出来，先停在这里，请系统管理员运行 heshi replay --repair 按事件改正。"
    )

    broken = False
    duty.done(200.0)

    assert "failed_duties" not in wrong()
