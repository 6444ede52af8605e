"""`heshi status`: what there is, and what must be zero."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from heshi.cases.models import Case, Clock, Event
from tests.files import OpenCase

ZEROS = {
    "without_unit": 0, "without_clock": 0, "without_topic": 0, "broken_chains": 0, "replay_differences": 0, "unsent_notices": 0,
    "unreadable_playbooks": 0, "set_aside": 0, "failed_duties": 0, "clock_in_doubt": 0,
}  # fmt: skip


def status(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("status", "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_everything_in_order(open_case: OpenCase) -> None:
    for key in ("a", "b"):
        open_case(key)
    open_case("c", book="canonical")

    found = status("--check")

    assert (found["cases"], found["open"], found["events"]) == (3, 3, 3)
    assert found["positions"] == {"canonical": {"registered": 1}, "shulan_liubu": {"whistled": 2}}
    assert found["must_be_zero"] == ZEROS


def test_what_is_wrong_is_counted(case: Case) -> None:
    Case.objects.update(topic="", unit_id=UUID(int=1))
    Clock.objects.all().delete()
    Event.objects.update(actor_label="别人")

    found = status()["must_be_zero"]

    assert {name: count > 0 for name, count in found.items()} == dict.fromkeys(ZEROS, True) | {
        "unsent_notices": False,
        "unreadable_playbooks": False,
        "failed_duties": False,
        "set_aside": False,
        "clock_in_doubt": False,
    }


def test_check_leaves_with_one_and_quick_passes_over_the_chains(case: Case) -> None:
    Case.objects.update(topic="")

    with pytest.raises(SystemExit) as leaving:
        status("--quick", "--check")

    assert leaving.value.code == 1
    assert status("--quick")["must_be_zero"]["broken_chains"] is None


def test_it_speaks_chinese_without_json(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("status")

    assert "案件 1 件（在办 1），事件 1 个" in capsys.readouterr().out
