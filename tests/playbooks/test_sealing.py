"""What the rules say of tasks that only some may see: sentences that do not name them, notices, and playbooks that would leak."""

from __future__ import annotations

import pytest

from heshi.playbooks.queries import from_texts
from heshi.playbooks.rules import (
    Playbook,
    PlaybookRefused,
    Situation,
    StepNotReady,
    StepNotYours,
    Task,
    decide,
)
from tests.web.test_sealed_tasks import BOOK

HERS = """\
  enough:
    label: 不用办了
    who: [resident]
    from: [received]
    to: done
    needs: {talk_open: {at_most: 0}}
    sets: {outcome: solved}
    answers: true
    resident: 已经办好了。
  sum_up:
    label: 归纳
    who: [handling_unit_user]
    from: [received]
    to: same
    needs: {talk_open: {at_most: 0}, talk_words: {present: true}, public_words: {present: true}}
"""
ONCE_MORE = """\
  again:
    label: 换人再谈
    who: [{role: dispatcher, other_than: talker}]
    from: [received]
    to: same
"""


def book(more: str = "") -> Playbook:
    """Return the playbook of the talks behind closed doors, with more steps."""
    return from_texts({"main": BOOK + more})


def here(*roles: str, **facts: object) -> Situation:
    """Return a case on which a talk behind closed doors waits, as somebody in these roles meets it."""
    talk = Task(1, "talk", "waiting", words="跟乙方谈价钱", seen_by=("supervisor",))
    return Situation("received", facts, frozenset(roles), tasks=(talk,), actor="她")


def refusal(playbook: Playbook, situation: Situation, step: str) -> str:
    with pytest.raises((StepNotReady, StepNotYours)) as caught:
        decide(playbook, situation, step, {"reply": "办好了"})
    return str(caught.value)


def test_what_stands_in_the_way_is_counted_and_not_named() -> None:
    playbook = book(HERS)

    assert [refusal(playbook, here(role), step) for role, step in (("handling_unit_user", "finish"), ("resident", "enough"))] == [
        "现在还不能办理“办结”，要先满足：内部事项的条件。",
        "现在还不能办理“不用办了”，要先满足：工作人员手上的事先办好。",
    ]  # fmt: skip


def test_what_everybody_may_know_is_still_said() -> None:
    assert refusal(book(HERS), here("handling_unit_user"), "sum_up") == (
        "现在还不能办理“归纳”，要先满足：“公开的说明”已填写，且内部事项的条件。"
    )


def test_whoever_may_see_it_reads_its_name() -> None:
    playbook = book(HERS.replace("handling_unit_user", "handling_unit_user, supervisor"))

    assert refusal(playbook, here("supervisor"), "sum_up") == (
        "现在还不能办理“归纳”，要先满足：“没完的背靠背谈话数”为零，且“跟谁谈什么”已填写，且“公开的说明”已填写。"
    )


def test_who_is_left_out_for_having_talked_is_not_named_for_it() -> None:
    talked = "    task: {kind: talk, from: [waiting], to: held, clock: none}\n"
    text = BOOK.replace(talked, f"{talked}    remembers: talker\n") + ONCE_MORE
    playbook = from_texts({"main": text.replace("roles: {", "facts: {talker: 跟乙方谈过的人}, roles: {")})

    assert refusal(playbook, here("dispatcher", talker="她"), "again") == (
        "“换人再谈”要由分流员（有一位除外）办理，请转告对方或联系值班长。"
    )


TODO = """\
  todo: {label: 公开待办, holder: centre, clock: DAYS, states: {waiting: 待办, seen: 办了}, done: [seen]}
steps:
  todo_done:
    label: 办了
    who: [dispatcher]
    from: open
    to: same
    task: {kind: todo, from: [waiting], to: seen}
  later:
    label: 再安排
    who: [dispatcher]
    from: open
    to: same
    asks: {later_words: {label: 再说明, type: text}}
    adds: [{task: todo, words: public_words}, {task: talk, words: later_words}]
"""
OPEN_TOO = BOOK.replace("steps:\n", TODO, 1).replace(
    "clocks:\n", "clocks:\n  DAYS: {title: 几天, length: 5, unit: day, source: 测试}\n", 1
)
ARRANGED = "    adds: [{task: talk, words: talk_words}]\n"
HEARD = "      heard: {label: 谈到什么, type: long_text, required: true}\n"
TOLD = '    tells: [{who: supervisor, say: "案件 {number} 的谈话已经记下。"}]\n'
LATER = "    adds: [{task: todo, words: public_words},"
DUE = "      talk_due: {label: 哪天谈, type: date}\n      talk_words:"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({TOLD: "    adds: [{task: todo, words: heard}]\n"}, "“谈到什么”只给部分人看，写进“公开待办”"),
        (
            {TOLD: "    also: [{when: {parties: 1}, adds: [{task: todo, words: heard}]}]\n"},
            "“谈到什么”只给部分人看，写进“公开待办”",
        ),
        (
            {ARRANGED: "    adds: [{task: talk, words: talk_words}, {task: todo, words: talk_words}]\n"},
            "“跟谁谈什么”只给部分人看，写进“公开待办”",
        ),
        ({LATER: "    adds: [{task: todo, words: talk_words},"}, "“跟谁谈什么”只给部分人看，写进“公开待办”"),
        (
            {LATER: "    adds: [{task: check, unit: unit, words: talk_words}, {task: todo, words: public_words},",
             "done: [seen], seen_by: [supervisor]": "done: [seen], seen_by: [supervisor, leader]"},
            "“跟谁谈什么”只给部分人看，写进“安全核查”",
        ),
        (
            {HEARD: f"{HEARD}      again_on: {{label: 哪天再谈, type: date}}\n", TOLD: "    clocks: {until: {DAYS: again_on}}\n"},
            "“哪天再谈”只给部分人看，案件的时限人人看得到",
        ),
        (
            {
                "      talk_words:": DUE,
                ARRANGED: "    adds: [{task: talk, words: talk_words, due: talk_due}]\n",
                "    needs: {talk_open: {at_most: 0}}\n": "    not_before: {field: talk_due}\n",
            },
            "“哪天谈”只给部分人看，等到那天才能办",
        ),
    ],
)  # fmt: skip
def test_a_playbook_that_would_copy_something_sealed_is_refused(
    changes: dict[str, str], sentence: str
) -> None:
    text = OPEN_TOO
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)

    with pytest.raises(PlaybookRefused, match=sentence):
        from_texts({"main": text})


def test_a_playbook_that_copies_it_only_to_those_it_is_for_is_taken() -> None:
    text = OPEN_TOO.replace(
        TOLD, "    adds: [{task: check, unit: unit, words: heard}, {task: todo, title: 去看看}]\n"
    )

    assert from_texts({"main": text}).code == "behind_doors"


@pytest.mark.parametrize(
    ("asked", "fits"),
    [("type: staff", False), ("type: staff, role: leader", False), ("type: staff, role: supervisor", True)],
)
def test_a_step_on_a_sealed_task_tells_only_people_it_is_for(asked: str, fits: bool) -> None:
    text = BOOK.replace(HEARD, f"{HEARD}      next_staff: {{label: 下回谁谈, {asked}}}\n")
    text = text.replace("{who: supervisor, say:", "{who: next_staff, say:")

    if fits:
        assert from_texts({"main": text}).code == "behind_doors"
    else:
        with pytest.raises(PlaybookRefused, match="通知只能告诉他们"):
            from_texts({"main": text})


def test_a_sealed_task_at_the_centre_is_done_by_somebody_who_sees_the_case() -> None:
    alone = BOOK.replace("    who: [supervisor]\n", "    who: [legal_counsel]\n")
    alone = alone.replace(
        "done: [held], seen_by: [supervisor]", "done: [held], seen_by: [legal_counsel, supervisor]"
    )
    helped = alone.replace("    who: [legal_counsel]\n", "    who: [legal_counsel, supervisor]\n")

    with pytest.raises(PlaybookRefused, match="只看得见本单位的案件，够不着它"):
        from_texts({"main": alone})
    assert from_texts({"main": helped}).code == "behind_doors"


@pytest.mark.parametrize("where", ["needs: {late: {lacks: TALK}}", "needs: {any: [{running: {has: TALK}}]}"])
def test_a_condition_that_waits_for_a_sealed_clock_is_refused(where: str) -> None:
    with pytest.raises(PlaybookRefused, match="“三天内谈”是只给部分人看的分项的时限"):
        from_texts({"main": BOOK.replace("needs: {talk_open: {at_most: 0}}", where)})
