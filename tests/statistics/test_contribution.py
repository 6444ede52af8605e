"""What one case adds to the figures, as a table of histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from heshi.cases.record import Entry, read
from heshi.playbooks.rules import LocalFigure
from heshi.playbooks.rules.conditions import condition
from heshi.statistics.rules import NOTHING, Contribution, Landmarks, contribution, difference
from heshi.statistics.rules.contribution import accepting_steps

OPENED_AT = datetime(2026, 2, 28, 17, 0, tzinfo=UTC)  # already March in China
PLAYBOOK = str(UUID(int=7))
WAY = Landmarks("six", "whistled", frozenset({"answered"}), frozenset({"dispatch"}))
OFFICER, CLERK = UUID(int=1), UUID(int=2)
FACTS = {
    "playbook": PLAYBOOK, "topic": "17", "kind": "complaint", "unit": "u1", "path": "990100/990100001/990100001001",
}  # fmt: skip
DUE = (OPENED_AT + timedelta(days=1)).isoformat()
START: Any = {"op": "start", "code": "HL", "round": 1, "started": OPENED_AT.isoformat(), "due": DUE}
STOP = {"op": "stop", "code": "HL", "round": 1}
LATE = {"op": "stage", "code": "HL", "round": 1, "stage": "overdue"}


def history(*told: tuple[str, str, Any, dict[str, Any]], hours: int = 1) -> list[Entry]:
    """Return a history; each line is step, where it leads, who (None is the resident), body."""
    events = [
        Entry(
            1,
            "register",
            "",
            "whistled",
            "resident",
            None,
            "",
            OPENED_AT,
            read({"facts": FACTS, "clocks": [START], "end": False}),
        )
    ]
    for number, (step, target, who, body) in enumerate(told, start=2):
        kind = {None: "resident", "system": "system"}.get(who, "staff")
        at = OPENED_AT + timedelta(hours=hours * (number - 1))
        actor = who if kind == "staff" else None
        events.append(Entry(number, step, events[-1].went_to, target, kind, actor, "", at, read(body)))
    return events


def counted(*told: tuple[str, str, Any, dict[str, Any]], hours: int = 1) -> set[str]:
    return set(contribution(history(*told, hours=hours), lambda _version: WAY).measures) - {"received"}


DISPATCH = ("dispatch", "called", CLERK, {"facts": {}, "end": False})
SOLVED = (
    "feed_back",
    "answered",
    OFFICER,
    {"facts": {"outcome": "solved"}, "answer": True, "end": False, "clocks": [STOP]},
)
UNSOLVED = (
    "feed_back",
    "answered",
    OFFICER,
    {"facts": {"outcome": "answered_unsolved"}, "answer": True, "end": False},
)
ADVISED = ("feed_back", "answered", OFFICER, {"facts": {"outcome": "answered"}, "answer": True, "end": False})
REFUSED = (
    "refuse",
    "not_accepted",
    CLERK,
    {"facts": {"outcome": "not_accepted"}, "answer": True, "end": True},
)
TAKEN_BACK = (
    "withdraw",
    "withdrawn",
    None,
    {"facts": {"outcome": "withdrawn_by_applicant"}, "answer": True, "end": True},
)
NO = {"facts": {"solved": False, "score": 1, "reopened": True, "outcome": ""}, "end": False}
HAPPY = ("rate", "closed", None, {"facts": {"solved": True, "score": 5}, "end": True})
GOOD = {"accepted", "answered", "on_time"}


@pytest.mark.parametrize(
    ("told", "measures"),
    [
        ((), set()),
        ((DISPATCH,), {"accepted"}),
        ((REFUSED,), {"not_accepted", "closed"}),
        ((DISPATCH, SOLVED), GOOD | {"unconfirmed"}),
        ((DISPATCH, SOLVED, HAPPY), GOOD | {"solved", "rated", "satisfied", "closed"}),
        (
            (DISPATCH, SOLVED, ("rate", "acting", None, NO)),
            GOOD | {"answered_unsolved", "rated", "reopened"},
        ),
        ((DISPATCH, SOLVED, ("close_unrated", "closed", CLERK, {"facts": {"unrated": True}, "end": True})), GOOD | {"solved", "closed"}),
        ((DISPATCH, SOLVED, ("close_unrated", "closed", OFFICER, {"facts": {}, "end": True})), GOOD | {"unconfirmed", "closed"}),
        ((DISPATCH, SOLVED, ("expire", "closed", "system", {"facts": {}, "end": True})), GOOD | {"unconfirmed", "closed"}),
        ((DISPATCH, UNSOLVED), GOOD | {"answered_unsolved"}),
        ((DISPATCH, ADVISED, HAPPY), GOOD | {"answered_only", "rated", "satisfied", "closed"}),
        (
            (DISPATCH, ADVISED, ("rate", "closed", None, {"facts": {"solved": False, "score": 3}, "end": True})),
            GOOD | {"answered_unsolved", "rated", "closed"},
        ),
        (
            (DISPATCH, TAKEN_BACK),
            {"accepted", "withdrawn", "closed"},
        ),
        (
            (DISPATCH, SOLVED, TAKEN_BACK),
            GOOD | {"answered_withdrawn", "withdrawn", "closed"},
        ),
        (
            (DISPATCH, SOLVED, HAPPY, ("reopen", "acting", None, {"facts": {"reopened": True, "outcome": ""}, "end": False})),
            GOOD | {"unconfirmed", "rated", "satisfied", "reopened"},
        ),
        ((DISPATCH, ("clock", "called", "system", {"clocks": [LATE]})), {"accepted", "overdue"}),
        ((DISPATCH, SOLVED, ("clock", "answered", "system", {"clocks": [LATE]})), GOOD | {"unconfirmed"}),
        ((DISPATCH, ("note", "called", OFFICER, {"facts": {"note": "x"}, "end": False})), {"accepted"}),
    ],
)  # fmt: skip
def test_what_a_history_counts_as(told: tuple[Any, ...], measures: set[str]) -> None:
    assert counted(*told) == measures


def test_a_clock_stopped_after_its_time_is_overdue_without_any_tick() -> None:
    assert counted(DISPATCH, SOLVED, hours=24) == {"accepted", "answered", "overdue", "unconfirmed"}


def test_paused_time_is_not_late() -> None:
    pause = (
        "suspend",
        "suspended",
        OFFICER,
        {
            "facts": {},
            "end": False,
            "clocks": [
                {"op": "pause", "code": "HL", "round": 1, "reason": "appraisal", "document": "鉴委1号"}
            ],
        },
    )
    stop = ("terminate", "ended", OFFICER, {"facts": {}, "end": True, "clocks": [STOP]})

    assert "overdue" not in counted(DISPATCH, pause, stop, hours=12)
    assert "overdue" in counted(DISPATCH, stop, hours=24)


def test_month_is_that_of_china_and_keys_follow_the_last_word() -> None:
    moved = ("dispatch", "called", CLERK, {"facts": {"unit": "u2", "topic": "03"}, "end": False})

    assert contribution(history(moved), lambda _version: WAY) == Contribution(
        "2026-03",
        {
            "all": "-",
            "topic": "03",
            "township": "990100001",
            "unit": "u2",
            "kind": "complaint",
            "playbook": "six",
        },
        ("accepted", "received"),
    )


def test_no_history_counts_as_nothing() -> None:
    assert contribution([], lambda _version: WAY) == NOTHING


def test_the_difference_takes_back_what_no_longer_holds() -> None:
    before = Contribution("2026-03", {"topic": "01"}, ("received", "unconfirmed"))
    after = Contribution("2026-03", {"topic": "02"}, ("received", "solved"))

    assert difference(before, after) == {
        ("2026-03", "topic", "01", "received"): -1, ("2026-03", "topic", "01", "unconfirmed"): -1,
        ("2026-03", "topic", "02", "received"): 1, ("2026-03", "topic", "02", "solved"): 1,
    }  # fmt: skip
    assert difference(after, after) == {}


def test_the_buckets_of_the_answered_add_up() -> None:
    buckets = {"solved", "answered_unsolved", "answered_only", "unconfirmed", "answered_withdrawn"}

    for told in ((DISPATCH, SOLVED), (DISPATCH, SOLVED, HAPPY), (DISPATCH, UNSOLVED), (DISPATCH, ADVISED)):
        assert len(counted(*told) & buckets) == 1


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ({"accept": (["a", "b"], ["c"]), "screen": (["a"], ["b"])}, {"accept"}),
        (
            {"dispatch": (["a"], ["b"]), "refuse": (["a"], ["end"]), "note": (["a", "b"], ["same"])},
            {"dispatch"},
        ),
    ],
)
def test_how_a_case_is_taken_on(steps: dict[str, Any], found: set[str]) -> None:
    assert accepting_steps(steps, "a", {"end"}) == found


def own(of: dict[str, object], counts: dict[str, object]) -> Landmarks:
    figure = LocalFigure("f", "指标", condition(of), condition(counts), "测试")
    return replace(WAY, figures={"six:f:1": figure}, nothing_yet={"bounces": 0, "visit_open": 0})


@pytest.mark.parametrize(
    ("of", "counts", "told", "found"),
    [
        ({"counted": {"has": "answered"}}, {"counted": {"has": "solved"}}, (DISPATCH,), ""),
        ({"counted": {"has": "answered"}}, {"counted": {"has": "solved"}}, (DISPATCH, SOLVED), "of"),
        ({"counted": {"has": "answered"}}, {"counted": {"has": "solved"}}, (DISPATCH, SOLVED, HAPPY), "of counts"),
        ({"kind": "dispute"}, {"counted": {"has": "received"}}, (DISPATCH,), ""),
        ({"kind": "complaint"}, {"bounces": {"at_most": 0}}, (DISPATCH,), "of counts"),
        ({"kind": "complaint"}, {"visit_open": {"at_least": 1}}, (DISPATCH,), "of"),
        ({"position": "called"}, {"was_late": {"lacks": "HL"}}, (DISPATCH,), "of counts"),
        ({"position": "called"}, {"was_late": {"lacks": "HL"}}, (DISPATCH, ("clock", "called", "system", {"clocks": [LATE]})), "of"),
        ({"position": "called"}, {"was_late": {"has": "HL"}}, (DISPATCH, SOLVED), ""),
    ],
)  # fmt: skip
def test_what_counts_in_a_figure_of_the_playbooks_own(
    of: dict[str, object], counts: dict[str, object], told: tuple[Any, ...], found: str
) -> None:
    made = contribution(history(*told), lambda _version: own(of, counts))

    measures = [measure for measure in made.measures if ":" in measure]
    assert measures == sorted(f"six:f:1:{part}" for part in found.split())


def test_a_figure_of_the_playbooks_own_is_broken_down_by_place_and_unit_alone() -> None:
    made = contribution(history(DISPATCH), lambda _version: own({"kind": "complaint"}, {"position": "gone"}))

    assert {cell[1] for cell in made.cells() if cell[3] == "six:f:1:of"} == {"all", "township", "unit"}
