"""What the engine can say beyond positions and steps: ladders, counts, tasks, days, and who is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heshi.playbooks import queries
from heshi.playbooks.rules import (
    NO_CLOCK,
    AnswerOutside,
    AnswersMissing,
    Playbook,
    Situation,
    StepNotReady,
    Task,
    TaskAdded,
    TaskMoved,
    TaskNotSo,
    Told,
    TopOfLadder,
    after,
    decide,
    holds,
    load,
    offered,
    offered_on,
    task_facts,
)
from heshi.playbooks.rules.conditions import condition

TEXT = (Path(__file__).parent / "samples" / "everything.yaml").read_text("utf-8")
CENTRE = frozenset({"dispatcher"})
FACTS: dict[str, Any] = {"kind": "dispute", "unit": "u1", "running": ("HL.NORMAL",), "late": ()}


@pytest.fixture(scope="module")
def book() -> Playbook:
    return load(
        file="all.yaml",
        text=TEXT,
        fragments=queries.fragments(),
        known=queries.known(),
        schema=queries.schema(),
    )


def at(position: str, *tasks: Task, roles: frozenset[str] = CENTRE, **facts: Any) -> Situation:
    return Situation(position, FACTS | facts, roles, tasks)


def test_a_ladder_is_climbed_rung_by_rung_and_ends_at_the_top(book: Playbook) -> None:
    rungs, facts = [], dict[str, Any]()
    for _time in range(3):
        outcome = decide(book, at("acting", **facts), "climb", {})
        facts |= outcome.facts
        rungs.append(facts["tier"])

    assert (rungs, facts["tier_confirmed"], outcome.position) == (
        ["grid", "village", "town"],
        True,
        "received",
    )
    assert "climb" not in [step.code for step in offered(book, at("acting", **facts))]
    with pytest.raises(TopOfLadder, match="已经到最高一级“镇办”"):
        decide(book, at("acting", **facts), "climb", {})


def test_what_was_never_counted_is_none_at_all(book: Playbook) -> None:
    counted = decide(book, at("received"), "dispatch", {"unit": "u2"}).facts["sent"]

    assert counted == 1
    assert decide(book, at("received", sent=3), "dispatch", {"unit": "u2"}).facts["sent"] == 4
    with pytest.raises(StepNotReady):
        decide(book, at("acting", sent=4), "climb", {})


def test_a_right_that_lapsed_is_gone(book: Playbook) -> None:
    assert "hold" in [step.code for step in offered(book, at("acting"))]
    assert "hold" not in [step.code for step in offered(book, at("acting", late=("HL.NORMAL",)))]


def test_each_line_becomes_a_task_and_each_unit_its_own(book: Playbook) -> None:
    papers = {"papers": "身份证\n\n 合同 \n身份证", "papers_due": "2026-03-12"}
    called = {"responders": ["u2", "u3"], "whistle_words": "来看看"}

    lines = decide(book, at("acting"), "list_papers", papers).tasks
    units = decide(
        book, Situation("acting", FACTS, CENTRE, presence={"u2": "permanent"}), "call_units", called
    )

    assert lines == (
        TaskAdded(number=1, kind="paper", state="missing", words="身份证", clock="PAPER", due="2026-03-12"),
        TaskAdded(number=2, kind="paper", state="missing", words="合同", clock="PAPER", due="2026-03-12"),
    )
    assert units.tasks == (
        TaskAdded(number=1, kind="response", state="called", unit="u2", words="来看看", clock="DESK"),
        TaskAdded(number=2, kind="response", state="called", unit="u3", words="来看看", clock="COME"),
    )
    assert [tell.who for tell in units.tells] == ["unit:u2", "unit:u3"]


def test_a_task_is_moved_by_its_own_steps_and_is_over_when_done(book: Playbook) -> None:
    paper = Task(1, "paper", "missing", words="合同", clock="PAPER", round=1)
    here = at("acting", paper)

    moved = decide(book, here.on(1, CENTRE), "bring", {"good": True})

    assert [step.code for step in offered_on(book, here, paper)] == ["bring"]
    assert moved.tasks == (
        TaskMoved(number=1, state="here", open=False, said={"good": True}, clock=NO_CLOCK),
    )
    assert "good" not in moved.facts
    done = after(here.tasks, moved.tasks)
    assert task_facts(done) == {"paper_all": 1, "paper_here": 1}
    with pytest.raises(TaskNotSo, match="已补"):
        decide(book, at("acting", *done).on(1, CENTRE), "bring", {"good": True})


def test_an_end_takes_open_tasks_with_it_and_a_condition_keeps_it_back(book: Playbook) -> None:
    paper = Task(1, "paper", "missing")

    held = decide(book, at("acting", paper), "hold", {"hold_until": "2026-04-01"})

    assert held.tasks == (TaskMoved(number=1, state="dropped", open=False, clock=NO_CLOCK),)
    assert (held.end, held.keeps, dict(held.clocks.until)) == (True, ("HOLD",), {"HOLD": "hold_until"})
    with pytest.raises(StepNotReady, match="没完的材料数"):
        decide(book, at("acting", paper), "finish", {"plan": "办好了"})


def test_bounds_and_named_people(book: Playbook) -> None:
    told = decide(book, at("received"), "dispatch", {"unit": "u2", "chief_staff": "s1", "people": 5}).tells

    assert told == (Told("staff:s1", "案件 {number} 请您牵头。"),)
    assert decide(book, at("received"), "dispatch", {"unit": "u2"}).tells == ()
    with pytest.raises(AnswerOutside, match="“来了几个人”不能少于 1，不能多于 5"):
        decide(book, at("received"), "dispatch", {"unit": "u2", "people": 6})
    with pytest.raises(AnswersMissing):
        decide(book, at("acting"), "list_papers", {"papers": " \n ", "papers_due": "2026-03-12"})


@pytest.mark.parametrize(
    ("wanted", "fact", "met"),
    [
        ({"has": "A"}, ("A", "B"), True), ({"has": "C"}, ("A", "B"), False), ({"has": "A"}, None, False),
        ({"lacks": "A"}, ("A",), False), ({"lacks": "A"}, (), True), ({"lacks": "A"}, None, True),
    ],
)  # fmt: skip
def test_lists_have_and_lack(wanted: dict[str, str], fact: Any, met: bool) -> None:
    assert holds(condition({"late": wanted}), {"late": fact}) is met


def test_what_a_fragment_adds_to_a_step_that_is_not_there_is_dropped(book: Playbook) -> None:
    assert "agree" not in book.steps

    with_assist = TEXT.replace("[common_acts, rights, whistle]", "[common_acts, rights, assist, whistle]")
    assert (
        "agree"
        not in load(
            file="all.yaml",
            text=with_assist,
            fragments=queries.fragments(),
            known=queries.known(),
            schema=queries.schema(),
        ).steps
    )
