"""Thousands of real messages come into the demo county by command: none is lost, every one is a whole file, twice adds nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Exists, OuterRef

from heshi.cases.models import Case, Clock, Event, Statement
from heshi.cases.terms import KINDS
from heshi.common.numbers import check_number
from heshi.people.models import Unit
from heshi.places import queries as places
from heshi.playbooks.models import PlaybookVersion
from heshi.routing import queries as routing
from tests.journeys.counter import archive_faults, worker_turn

STREAM = Path(__file__).resolve().parents[3] / "shared/data/messages/stream.csv"
MESSAGES = 4024
ZEROS = {
    "without_unit": 0, "without_clock": 0, "without_topic": 0, "broken_chains": 0, "replay_differences": 0, "unsent_notices": 0,
    "unreadable_playbooks": 0, "set_aside": 0, "failed_duties": 0, "clock_in_doubt": 0,
}  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not STREAM.exists(), reason="没有 ../shared/data/messages/stream.csv，跳过"),
]


@pytest.fixture
def demo_county(transactional_db: None) -> Iterator[None]:
    """Settle the demo county as `./run demo` does."""
    forget()
    call_command("demo", stdout=io.StringIO())
    yield
    forget()


def forget() -> None:
    """Drop what the process keeps of another county."""
    places.forget()
    routing.forget()


def bring_in(rejected_to: Path) -> str:
    """Import the stream by command and return the line that says what came of it."""
    out = io.StringIO()
    call_command("import", str(STREAM), "--rejected", str(rejected_to), stdout=out, stderr=io.StringIO())
    return next(line for line in out.getvalue().splitlines() if line.startswith("导入完毕"))


def test_every_message_becomes_a_whole_file_and_twice_adds_nothing(demo_county: None, tmp_path: Path) -> None:
    rejected = tmp_path / "rejected.xlsx"

    first, again = bring_in(rejected), bring_in(rejected)
    worker_turn()

    assert (
        first
        == f"导入完毕：共 {MESSAGES} 行，新建 {MESSAGES} 件，有更新 0 件，原已登记 0 件，待选定 0 行，未导入 0 行。"
    )
    assert (
        again
        == f"导入完毕：共 {MESSAGES} 行，新建 0 件，有更新 0 件，原已登记 {MESSAGES} 件，待选定 0 行，未导入 0 行。"
    )
    assert not rejected.exists()
    assert (Case.objects.count(), Statement.objects.count(), Case.objects.distinct("number").count()) == (
        MESSAGES, MESSAGES, MESSAGES,
    )  # fmt: skip
    assert missing() == {}
    assert archive_faults() == []
    found = status()
    assert (found["cases"], found["must_be_zero"]) == (MESSAGES, ZEROS)
    assert sum(sum(book.values()) for book in found["positions"].values()) == MESSAGES


def missing() -> dict[str, list[str]]:
    """Return, for each thing every file must have, the numbers of the files that lack it."""
    own = {"county": OuterRef("county"), "case_id": OuterRef("pk")}
    cases = Case.objects.all()
    lacking: dict[str, Any] = {
        "kind": cases.exclude(kind__in=KINDS),
        "topic": cases.filter(topic=""),
        "unit": cases.filter(~Exists(Unit.objects.filter(pk=OuterRef("unit_id")))),
        "playbook": cases.filter(~Exists(PlaybookVersion.objects.filter(pk=OuterRef("playbook_id")))),
        "clock": cases.filter(~Exists(Clock.objects.filter(**own, state="running"))),
        "event": cases.filter(~Exists(Event.objects.filter(**own))),
    }
    found = {name: list(query.values_list("number", flat=True)) for name, query in lacking.items()}
    found["number"] = [
        number for number in cases.values_list("number", flat=True) if check_number(number) != number
    ]
    return {name: numbers for name, numbers in found.items() if numbers}


def status() -> dict[str, Any]:
    """Return what `heshi status --json` says."""
    out = io.StringIO()
    call_command("status", "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found
