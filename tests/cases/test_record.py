"""What an event says is read in types, of every version, and nobody else spells a key of it."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from heshi.cases.record import (
    VERSION,
    Body,
    ClockExtended,
    ClockPaused,
    ClockReplanned,
    ClockResumed,
    ClockStaged,
    ClockStarted,
    ClockStopped,
    EventUnreadable,
    body,
    read,
)
from heshi.cases.record.upcasting import UPCASTERS
from heshi.clocks.terms import Stage
from heshi.playbooks.rules import NO_CLOCK, TaskAdded, TaskMoved, Told

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
EVERYTHING = body(
    facts={"kind": "dispute", "score": 5, "gaps": ["身份证", "合同"], "lon": None},
    clocks=(
        ClockStarted(code="HL.NORMAL", round=1, started=NOON, due=NOON, half=NOON, nearly=NOON, awaits_year=2027, task=2),
        ClockStopped(code="ARRIVE", round=1),
        ClockPaused(code="MED.MEDIATE", round=1, reason="appraisal", document="鉴委1号"),
        ClockResumed(code="MED.MEDIATE", round=1, due=NOON),
        ClockExtended(code="PM.MEDIATE", round=2, due=NOON, length=30),
        ClockReplanned(code="XF.HANDLE", round=1, due=NOON),
        ClockStaged(code="HL.NORMAL", round=1, stage=Stage.HALF_WAY),
    ),
    tasks=(
        TaskAdded(number=1, kind="visit", state="planned", unit="u1", words="回访", clock="VISIT", round=1),
        TaskMoved(number=1, state="visited", open=False, said={"visit_words": "好了"}, clock=NO_CLOCK),
    ),
    tells=(Told("resident", "您的事 {number} 有了答复。"), Told("unit", about="half_way", clock="HL.NORMAL")),
    end=True,
    answer=True,
)  # fmt: skip
MAY_TOUCH_WHAT_IS_WRITTEN = {
    "heshi/cases/record/bodies.py",
    "heshi/cases/models/case.py",
    "heshi/cases/rules/chain.py",
    "heshi/cases/queries/checking.py",
    "heshi/cases/actions/opening.py",
}
"""The record itself, the column, and what digests are made over; everybody else reads bodies in types."""


def test_what_is_written_comes_back_as_it_was() -> None:
    assert read(EVERYTHING.written(), event=1) == EVERYTHING


def test_a_body_says_its_version_and_leaves_out_what_is_usual() -> None:
    assert body(end=False).written() == {"version": VERSION}


def test_a_body_of_the_first_version_tells_nobody_again() -> None:
    written: Any = {
        "facts": {"topic": "02"},
        "clocks": [{"op": "stop", "code": "ARRIVE", "round": 1}],
        "end": False,
    }

    assert read(written, event=1) == Body(
        version=VERSION, facts={"topic": "02"}, clocks=(ClockStopped(code="ARRIVE", round=1),)
    )


def test_there_is_a_way_from_every_version_and_none_from_the_future() -> None:
    assert sorted(UPCASTERS) == list(range(1, VERSION))
    with pytest.raises(EventUnreadable, match="由更新的程序写下，第 3 版"):
        read({"version": VERSION + 1, "end": False}, event=1)


@pytest.mark.parametrize(
    "change",
    [
        {"op": "melt", "code": "ARRIVE", "round": 1},
        {"op": "stop", "code": "ARRIVE"},
        {"op": "stage", "code": "ARRIVE", "round": 1, "stage": "melting"},
        {"op": "start", "code": "ARRIVE", "round": 1, "started": "gestern", "due": "morgen"},
    ],
)
def test_what_is_no_change_is_not_read(change: dict[str, str | int]) -> None:
    with pytest.raises(EventUnreadable, match="第 4 条记录读不出来（内容不完整或被改动过）"):
        read({"clocks": [change], "end": False}, event=4)


def test_what_a_body_cannot_hold_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError):
        body(facts={"strange": object()}, end=False).written()


def test_only_the_record_touches_what_is_written() -> None:
    """Whoever needs something of an event asks for its body: then no key of it is spelled anywhere else."""
    touching = {
        path.as_posix()
        for path in Path("heshi").rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "as_written"
    }

    assert touching <= MAY_TOUCH_WHAT_IS_WRITTEN, sorted(touching - MAY_TOUCH_WHAT_IS_WRITTEN)
