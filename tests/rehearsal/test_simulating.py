"""A simulation is the real engine on made-up cases: same seed, same result, and the numbers add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from heshi.cases.record import read
from heshi.clocks.terms import Ticking
from heshi.playbooks.rules import Playbook
from heshi.rehearsal.rules import resumed
from heshi.rehearsal.rules.ground import ground_of
from heshi.rehearsal.rules.made_up import Walk, started
from heshi.rehearsal.rules.measuring import WHOLES, measured
from heshi.rehearsal.rules.tallying import DeadEnd, simulate
from heshi.rehearsal.rules.walking import walked
from heshi.statistics.rules import landmarks_through
from tests.playbooks.sample import SHELF, TEXT, sample, shelved

WHISTLE = (
    TEXT.replace(
        "steps:\n",
        """\
tasks:
  response:
    label: 报到
    holder: unit
    clock: HL.NORMAL
    states: {called: 待报到, come: 已到场, done: 见效, void: 无效}
    done: [done, void]
ladders:
  tier: {village: 村办, town: 镇办, county: 县办}
steps:
  whistle:
    label: 吹哨
    who: [clerk]
    from: [acting]
    to: same
    counts: [whistles]
    asks:
      units: {label: 点名的单位, type: units, required: true, at_least: 2, at_most: 3}
      until: {label: 哪天以前, type: date}
    adds:
      - {task: response, each: units, due: until}
    weight: 5
  come:
    label: 到场
    who: [officer]
    from: [acting]
    to: same
    task: {kind: response, from: [called], to: come, clock: none}
    weight: 40
  judge:
    label: 看效果
    who: [clerk]
    from: [acting]
    to: same
    task: {kind: response, from: [come], to: [{when: {good: true}, then: done}, {then: void}]}
    asks:
      good: {label: 有没有用, type: yes_no, required: true}
  climb:
    label: 交上一级
    who: [officer]
    from: [acting]
    to: same
    climbs: [tier]
    asks:
      why: {label: 为什么, type: text, required: true}
    weight: 30
""",
    )
    .replace(
        "{plan: {present: true}}",
        "{plan: {present: true}, response_open: {at_most: 0}, whistles: {at_least: 1}}",
    )
    .replace("  facts: {plan: 办理打算", "  facts: {plan: 办理打算, whistles: 吹哨次数")
)
"""The sample with tasks that must be over, a counter and a ladder before anything is answered."""


WAY = landmarks_through(sample())


def walks(playbook: Playbook, cases: int = 60, *, realistic: bool = False) -> Iterator[Walk]:
    """Yield made-up cases that have come to rest, with everything that was done."""
    ground = ground_of(playbook, random=Random(1), realistic=realistic, recording=True)
    for _case in range(cases):
        yield walked(started(ground), ground)


def running(walk: Walk) -> list[str]:
    """Return the clocks that still run for a task."""
    clocks = walk.state.clocks.values()
    return [clock.code for clock in clocks if clock.task and clock.state is not Ticking.STOPPED]


@pytest.mark.parametrize("realistic", [False, True])
@pytest.mark.parametrize("code", SHELF)
def test_every_case_comes_to_rest_at_an_end_and_the_numbers_add_up(code: str, realistic: bool) -> None:
    playbook = shelved(code)

    result = simulate(playbook, cases=300, seed=7, realistic=realistic)

    assert result.measures["received"] == (300, 300)
    assert result.measures["closed"] == (300, 300)
    assert sum(result.ends.values()) == sum(result.outcomes.values()) == 300
    assert all(playbook.positions[code].end for code in result.ends)
    assert set(result.positions) <= set(playbook.positions)
    assert set(result.measures) == set(WHOLES)
    assert all(part <= whole for part, whole in result.measures.values())
    buckets = ("solved", "answered_unsolved", "answered_only", "unconfirmed", "answered_withdrawn")
    assert sum(result.measures[bucket][0] for bucket in buckets) == result.measures["answered"][0] > 0


def test_the_same_seed_gives_the_same_result_and_another_one_another() -> None:
    playbook = shelved("canonical")

    assert simulate(playbook, cases=50, seed=1) == simulate(playbook, cases=50, seed=1)
    assert simulate(playbook, cases=50, seed=1) != simulate(playbook, cases=50, seed=2)


def test_a_step_with_conditions_that_are_never_met_is_a_dead_end() -> None:
    text = TEXT.replace("needs: {plan: {present: true}}", "needs: {all: [{overdue: true}, {overdue: false}]}")

    with pytest.raises(DeadEnd, match="办理中"):
        simulate(sample(text), cases=5, seed=1)


@pytest.mark.parametrize("realistic", [False, True])
def test_tasks_are_done_before_the_step_that_waits_for_them(realistic: bool) -> None:
    found = list(walks(sample(WHISTLE), realistic=realistic))

    assert all(
        not walk.state.is_open and not any(task.is_open for task in walk.tasks) and not running(walk)
        for walk in found
    )
    assert all(walk.state.number("whistles") >= 1 for walk in found)
    assert {task.state for walk in found for task in walk.tasks} >= {"done", "void"}
    assert {act.step for walk in found for act in walk.acts if act.task} == {"come", "judge"}
    assert {act.task for walk in found for act in walk.acts} >= {0, 1, 2, 3}


def test_nobody_climbs_above_the_top() -> None:
    rungs = [walk.state.facts.get("tier") for walk in walks(sample(WHISTLE))]

    assert set(rungs) >= {"village", "county"}


def test_the_end_of_a_case_drops_the_tasks_that_are_open() -> None:
    text = WHISTLE.replace(", response_open: {at_most: 0}", "")

    found = list(walks(sample(text)))

    assert any(task.state == "dropped" for walk in found for task in walk.tasks)
    assert all(not running(walk) for walk in found)


def test_tasks_that_can_never_be_over_are_a_dead_end() -> None:
    come = "    task: {kind: response, from: [called]"
    text = WHISTLE.replace(come, f"    needs: {{all: [{{overdue: true}}, {{overdue: false}}]}}\n{come}")

    with pytest.raises(DeadEnd, match="办理中"):
        simulate(sample(text), cases=5, seed=1)


WITHDRAWAL = """\
  withdraw:
    label: 撤回
    who: [resident]
    from: [received, acting]
    to: gone
    sets: {outcome: withdrawn_by_applicant}
    answers: true
    resident: 已经答复您。
    weight: 1
"""


def with_withdrawal(text: str) -> str:
    """Let the resident take the case back wherever it is."""
    gone = "  gone: {label: 已撤回, resident: 您撤回了。, end: true, outcomes: [withdrawn_by_applicant]}\n"
    return text.replace("positions:\n", f"positions:\n{gone}").replace("steps:\n", f"steps:\n{WITHDRAWAL}")


def test_a_case_from_which_only_the_resident_finds_a_way_out_is_a_dead_end() -> None:
    text = with_withdrawal(
        TEXT.replace("needs: {plan: {present: true}}", "needs: {all: [{overdue: true}, {overdue: false}]}")
    )

    with pytest.raises(DeadEnd, match="办理中"):
        simulate(sample(text), cases=5, seed=1)


def test_a_case_that_waits_for_a_time_is_seldom_given_up() -> None:
    text = TEXT.replace("needs: {plan: {present: true}}", "needs: {late: {has: ARRIVE}}")
    text = with_withdrawal(text.replace("when: {size: big}", "when: {all: [{size: small}, {size: big}]}"))

    found = list(walks(sample(text), 200, realistic=True))

    assert 0 < sum(walk.state.position == "gone" for walk in found) < 40
    assert all(walk.hours > 4 for walk in found if walk.state.position == "done")


RIGHT = (
    TEXT.replace("clocks: {start: [ARRIVE]}", "clocks: {start: [ARRIVE, OBJECT]}")
    .replace(
        "  ARRIVE:",
        "  OBJECT: {title: 异议, length: 6, unit: hour, source: 测试, on_expiry: lapse}\n  ARRIVE:",
    )
    .replace(
        "  plan:",
        """\
  object:
    label: 提出异议
    who: [officer]
    from: [acting]
    to: same
    needs: {running: {has: OBJECT}}
  too_late:
    label: 异议期已过
    who: [officer]
    from: [acting]
    to: same
    needs: {late: {has: OBJECT}}
  plan:""",
        1,
    )
)


def test_a_right_can_be_used_while_its_clock_runs_and_not_after() -> None:
    found = list(walks(sample(RIGHT), 200))

    used = [walk for walk in found if any(act.step == "object" for act in walk.acts)]
    missed = [walk for walk in found if any(act.step == "too_late" for act in walk.acts)]
    assert used
    assert missed
    for walk in found:
        begun = next((act.at for act in walk.acts if act.step == "dispatch"), walk.now)
        assert all(
            act.at <= begun + timedelta(hours=6)
            for act in walk.acts
            if act.step == "object" and "returned" not in walk.state.facts
        )


def test_a_right_that_lapses_makes_nobody_late() -> None:
    text = RIGHT.replace("start: [ARRIVE, OBJECT]", "start: [OBJECT]").replace(
        "stop: [ARRIVE, HL.NORMAL]", "stop: [HL.NORMAL]"
    )

    found = [walk for walk in walks(sample(text), 100) if any(act.step == "too_late" for act in walk.acts)]

    assert found
    assert any("overdue" not in measured(walk.case.entries, walk.state.facts, WAY) for walk in found)


def test_a_clock_that_does_not_run_cannot_be_stopped_for_a_while() -> None:
    text = TEXT.replace("when: {size: big}", "when: {all: [{size: small}, {size: big}]}")
    text = text.replace("clocks: {start: [ARRIVE]}", "clocks: {start: [ARRIVE, MED.MEDIATE]}").replace(
        "  plan:",
        """\
  pause:
    label: 中止
    who: [officer]
    from: [acting]
    to: same
    asks:
      pause_reason: {label: 事由, type: choice, required: true, options: {appraisal: 鉴定}}
      pause_document: {label: 文书, type: text, required: true}
    clocks: {pause: [MED.MEDIATE]}
  resume:
    label: 恢复
    who: [officer]
    from: [acting]
    to: same
    clocks: {resume: [MED.MEDIATE]}
  plan:""",
        1,
    )

    steps = [[act.step for act in walk.acts] for walk in walks(sample(text))]

    assert any("resume" in each for each in steps)
    for each in steps:
        turns = [step for step in each if step in ("pause", "resume")]
        assert turns[::2] == ["pause"] * len(turns[::2])
        assert turns[1::2] == ["resume"] * len(turns[1::2])


def test_in_a_trial_every_branch_is_reached() -> None:
    text = WHISTLE.replace("when: {size: big}", "when: {size: big, reply: 照办}")

    result = simulate(sample(text), cases=200, seed=1)

    assert result.positions["received"] > 200
    assert set(result.steps) == set(sample(text).steps)


def test_in_a_usual_year_most_matters_are_settled_and_half_of_the_people_say_so() -> None:
    result = simulate(shelved("canonical"), cases=600, seed=3, realistic=True)
    share = {name: part / whole for name, (part, whole) in result.measures.items() if whole}

    assert 0.7 < share["solved"] + share["answered_only"] < 0.96
    assert 0.73 < share["satisfied"] < 0.97
    assert 0.25 < share["rated"] < 0.75
    assert share["overdue"] < 0.15


NEVER = TEXT.replace(
    "  plan:\n    label",
    """\
  hurry:
    label: 催办
    who: [clerk]
    from: [acting]
    to: same
    needs: {overdue: true, unit: {present: true}}
  rewrite:
    label: 改写
    who: [clerk]
    from: [done]
    to: same
    needs: {reply: {present: false}}
  by_hand:
    label: 手工登记
    who: [clerk]
    from: [received]
    to: same
    weight: 0
  plan:
    label""",
)


def test_steps_and_refusals_that_nobody_met_are_named() -> None:
    """Every case is answered before it ends, and has a unit while it is worked on: so much of the drawing is idle."""
    result = simulate(sample(NEVER), cases=200, seed=1)

    assert result.steps_not_played == ("改写", "手工登记")
    assert result.refusals_not_played == ("“催办”要先满足：“承办单位”已填写",)


def test_where_everything_was_played_nothing_is_named() -> None:
    result = simulate(sample(WHISTLE), cases=300, seed=1)

    assert (result.steps_not_played, result.refusals_not_played) == ((), ())


def test_what_is_pressed_in_vain_changes_nothing() -> None:
    """The same cases go the same way, whether somebody tries what is not allowed there or not."""
    book = sample(WHISTLE)
    tried = list(walks(book, 40))
    ground = ground_of(book, random=Random(1), recording=True)
    ground.refusals.left = {position: [] for position in book.positions}
    untried = [walked(started(ground), ground) for _case in range(40)]

    assert [walk.case.entries for walk in tried] == [walk.case.entries for walk in untried]


def test_a_made_up_history_folds_into_the_state_it_was_made_with() -> None:
    for walk in walks(shelved("canonical"), 30, realistic=True):
        assert resumed(walk.case.book, walk.case.entries).state == walk.state
        assert read(walk.case.entries[-1].body.written()) == walk.case.entries[-1].body
