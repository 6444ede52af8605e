"""Drawing by lot: nobody who stands aside, the same again for whoever draws again, and never a second time in a replay."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from heshi.cases.actions import take_step
from heshi.cases.models import Case, Event, TaskRow
from heshi.cases.queries.checking import broken_chains, replay_differences, wrong_draws
from heshi.notices.models import Notice
from heshi.people.actions import appoint, enrol
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from heshi.playbooks.queries import from_texts
from heshi.playbooks.rules import PlaybookRefused, RosterTooSmall
from heshi.playbooks.rules.asking import AnswerOutside, many
from heshi.playbooks.rules.lots import HELD, NAMED, SIDE, holds_good, lot
from heshi.rehearsal.rules.tallying import simulate
from tests.cast import FIRST_DAY, NOON, PASSWORD, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, walk
from tests.web.desk import at_desk, case_page

BOOK = """\
playbook: by_lot
title: 评议
source: 测试
start: received
words: {roles: {dispatcher: 分流员}}
positions:
  received: {label: 待评议, resident: 正在请人评议。, holder: centre}
  done: {label: 已办结, resident: 已经办结。, end: true, outcomes: [solved]}
tasks:
  advise: {label: 出意见, holder: unit, states: {waiting: 待出, given: 已出}, done: [given]}
steps:
  draw_panel:
    label: 抽评议员
    who: [dispatcher]
    from: open
    to: same
    asks:
      heads: {label: 抽几位, type: number, required: true, at_least: 1, at_most: 9}
      recused: {label: 谁申请回避, type: staffs, role: expert}
      recuse_why: {label: 回避的理由, type: text, private: true}
      sides: {label: 当事人一方的单位, type: units}
    draws: [{into: panel, label: 评议员, from: {role: expert}, how_many: heads, not: [recused, sides]}]
    tells: [{who: panel, say: "案件 {number} 抽到您作评议员。"}]
    resident: 随机抽了评议员。
  draw_unit:
    label: 抽一家调委会
    who: [dispatcher]
    from: open
    to: same
    asks: {not_these: {label: 不抽哪几家, type: units}}
    draws: [{into: chosen, label: 调委会, from: {kinds: [township_committee]}, how_many: 1, not: [not_these]}]
    adds: [{task: advise, each: chosen, words: opinion_about, title: 看看怎么调}]
    tells: [{who: advise, say: "案件 {number} 抽到贵单位。"}]
  give:
    label: 出意见
    who: [mediator]
    from: open
    to: same
    task: {kind: advise, from: [waiting], to: given}
  finish:
    label: 办结
    who: [dispatcher]
    from: [received]
    to: done
    needs: {panel: {present: true}, advise_open: {at_most: 0}}
    sets: {outcome: solved}
    answers: true
    resident: 已经答复您。
""".replace(", words: opinion_about", "")


@pytest.fixture
def experts(county: County) -> list[Staff]:
    """Six experts of the court and one of the housing department."""
    made = []
    for number in range(7):
        one = enrol(username=f"expert{number}", display_name=f"专家{number}", password=PASSWORD, at=NOON)
        unit = county.housing if number == 6 else county.units["court"]
        appoint(staff=one, unit=unit, role="expert", valid_from=FIRST_DAY)
        made.append(one)
    return made


@pytest.fixture
def case(county: County, open_case: OpenCase) -> Case:
    return open_case(playbook_id=publish_text(text=BOOK, at=NOON).pk, unit_id=county.centre.pk)


def keys(*people: Any) -> list[str]:
    return [str(one.pk) for one in people]


def panel(case: Case) -> list[str]:
    """Return whom the case has on its panel."""
    return many(case.facts["panel"])


def last(case: Case) -> Event:
    return Event.objects.filter(case=case).latest("number")


def test_so_many_are_drawn_and_everything_to_draw_again_is_written(
    case: Case, experts: list[Staff], dispatcher: Staff, county: County
) -> None:
    answers = {
        "heads": 3,
        "recused": keys(experts[0]),
        "recuse_why": "是邻居",
        "sides": [str(county.housing.pk)],
    }

    case = walk(case, (dispatcher, "draw_panel", answers))

    (found,) = last(case).body.draws
    assert found.roster == tuple(sorted(keys(*experts)))
    assert found.apart == {str(experts[0].pk): NAMED, str(experts[6].pk): SIDE}
    assert len(found.seed) == 32
    assert case.facts["panel"] == list(found.result)
    assert len(set(found.result)) == 3
    assert set(found.result).isdisjoint(found.apart)
    assert holds_good(found)
    assert "专家" not in str(last(case).as_written)


def test_whoever_took_part_before_is_not_drawn(
    case: Case, experts: list[Staff], dispatcher: Staff, county: County
) -> None:
    appoint(staff=dispatcher, unit=county.centre, role="expert", valid_from=FIRST_DAY)
    case = walk(case, (dispatcher, "draw_panel", {"heads": 3, "recused": keys(experts[0])}))
    first = set(panel(case))

    case = walk(case, (dispatcher, "draw_panel", {"heads": 2}))

    (again,) = last(case).body.draws
    assert set(panel(case)).isdisjoint(first)
    assert again.apart == {
        **dict.fromkeys([*first, str(dispatcher.pk)], HELD),
        str(experts[0].pk): NAMED,
    }


def test_a_roster_that_is_too_small_draws_nobody(case: Case, experts: list[Staff], dispatcher: Staff) -> None:
    with pytest.raises(RosterTooSmall, match="要抽 9 位，名册里 7 位、回避 1 位，只剩 6 位"):
        walk(case, (dispatcher, "draw_panel", {"heads": 9, "recused": keys(experts[0])}))

    assert Event.objects.filter(case=case).count() == 1


def test_half_a_person_is_not_drawn(case: Case, experts: list[Staff], dispatcher: Staff) -> None:
    with pytest.raises(AnswerOutside, match="“抽几位”要写整数，请改正。"):
        walk(case, (dispatcher, "draw_panel", {"heads": 1.5}))

    assert Event.objects.filter(case=case).count() == 1


def test_whoever_left_the_post_is_on_no_roster(case: Case, experts: list[Staff], dispatcher: Staff) -> None:
    Staff.objects.filter(pk=experts[0].pk).update(is_active=False)
    experts[1].posts.update(valid_to=NOON.date())

    walk(case, (dispatcher, "draw_panel", {"heads": 1}))

    assert last(case).body.draws[0].roster == tuple(sorted(keys(*experts[2:])))


def test_each_who_was_drawn_is_told(case: Case, experts: list[Staff], dispatcher: Staff) -> None:
    case = walk(case, (dispatcher, "draw_panel", {"heads": 2}))
    drawn("notices")

    told = Notice.objects.filter(text__contains="抽到您作评议员").values_list("to_staff", flat=True)

    assert {str(key) for key in told} == set(panel(case))


def test_a_unit_is_drawn_and_gets_the_task(case: Case, county: County, dispatcher: Staff) -> None:
    east, west = county.units["committee_990100001"], county.units["committee_990100002"]

    case = walk(case, (dispatcher, "draw_unit", {"not_these": [str(east.pk)]}))

    (found,) = last(case).body.draws
    assert (found.roster, found.apart, found.result) == (
        tuple(sorted([str(east.pk), str(west.pk)])),
        {str(east.pk): NAMED},
        (str(west.pk),),
    )
    assert list(TaskRow.objects.filter(case=case).values_list("unit", "words")) == [(west.pk, "看看怎么调")]
    with pytest.raises(RosterTooSmall):
        walk(case, (dispatcher, "draw_unit", {"not_these": [str(east.pk)]}))


def test_a_replay_draws_nothing_and_verify_draws_everything_again(
    case: Case, experts: list[Staff], dispatcher: Staff, capsys: pytest.CaptureFixture[str]
) -> None:
    case = walk(case, (dispatcher, "draw_panel", {"heads": 3}))
    before = case.facts["panel"]

    call_command("replay")
    call_command("verify")

    case.refresh_from_db()
    assert case.facts["panel"] == before
    assert (list(broken_chains()), list(replay_differences()), list(wrong_draws())) == ([], [], [])
    event = last(case)
    written = copy.deepcopy(event.as_written)
    draws: Any = written["draws"]
    draws[0]["result"] = list(reversed(draws[0]["result"]))
    Event.objects.filter(pk=event.pk).update(as_written=written)
    capsys.readouterr()
    with pytest.raises(CommandError, match="重抽的结果不同"):
        call_command("verify")
    assert "第 2 条记录的抽签，重抽的结果不同" in capsys.readouterr().out


def test_the_page_names_who_was_drawn_and_lets_anybody_check(
    case: Case, experts: list[Staff], dispatcher: Staff, client: Client
) -> None:
    desk = at_desk(client, dispatcher)
    form = case_page(desk, case)
    given = {"revision": case.revision, "heads": "3", "recused": keys(experts[0]), "recuse_why": "是邻居"}

    answer = desk.post(f"/desk/cases/{case.number}/steps/draw_panel", given)

    page = case_page(desk, case)
    assert answer.status_code == 302
    assert f'type="checkbox" name="recused" value="{experts[0].pk}"' in form
    assert "评议员（随机抽取）" in page
    assert "已重抽核对，结果一致" in page
    assert "专家0：本人或当事人申请回避" in page
    assert last(case).body.draws[0].seed in page


def test_a_trial_and_a_simulation_draw_from_made_up_rosters(
    case: Case, dispatcher: Staff, client: Client
) -> None:
    desk, address = at_desk(client, dispatcher), "/desk/playbooks/by_lot/try/"
    desk.post(f"{address}begin", {"kind": "complaint", "source": "web"})

    desk.post(f"{address}steps/draw_panel?as=dispatcher", {"revision": 1, "heads": "9"})
    page = desk.get(f"{address}?as=dispatcher").content.decode()
    found = simulate(from_texts({"main": BOOK}), cases=200, seed=1)

    assert "位（假设）" in page
    assert "已重抽核对，结果一致" in page
    assert found.steps["draw_panel"] > 0


def test_the_playbook_says_how_it_draws(case: Case, dispatcher: Staff, client: Client) -> None:
    page = at_desk(client, dispatcher).get("/desk/playbooks/by_lot/").content.decode()

    assert "随机抽评议员：从专家里随机抽" in page
    assert "抽到的评议员" in page


ROSTER = st.sets(st.text("abcdef0123456789", min_size=4, max_size=8), min_size=1, max_size=40)


@given(roster=ROSTER, seed=st.text("0123456789abcdef", min_size=32, max_size=32), data=st.data())
def test_a_draw_is_fair_to_its_rules(roster: set[str], seed: str, data: st.DataObject) -> None:
    apart = data.draw(st.sets(st.sampled_from(sorted(roster))))
    wanted = data.draw(st.integers(1, 40))

    first = lot("panel", seed, roster, apart, wanted)

    assert first == lot("panel", seed, sorted(roster, reverse=True), sorted(apart), wanted)
    assert len(set(first)) == len(first) == min(wanted, len(roster - apart))
    assert set(first) <= roster - apart


def test_over_many_seeds_everybody_is_drawn_about_as_often() -> None:
    roster = [f"e{number}" for number in range(10)]

    counts = [sum(name in lot("panel", str(seed), roster, (), 3) for seed in range(2_000)) for name in roster]

    assert all(500 <= count <= 700 for count in counts)


WRONG: list[tuple[str, str, str]] = [
    ("from: {role: expert}, how", "from: {role: wizard}, how", "没有名为“wizard”的角色"),
    ("kinds: [township_committee]", "kinds: [moon_base]", "没有名为“moon_base”的机构类别"),
    ("not: [recused, sides]", "not: [heads]", "not 写的“heads”应当是这一步的填写项"),
    ("how_many: heads", "how_many: recuse_why", "how_many 写的“recuse_why”应当是这一步必填的 number"),
    (", at_most: 9}", "}", "写明 at_least（至少 1）和 at_most"),
    ("into: panel", "into: heads", "“heads”已经是填写项"),
    ("how_many: 1,", "how_many: 31,", "请写 1 到 30 的数"),
    ("from: {kinds: [township_committee]}", "from: {role: mediator}", "抽到的是人，分项交给单位"),
    ("from: {role: expert}, how", "from: {}, how", "“from”"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG)
def test_a_draw_that_makes_no_sense_is_refused(right: str, wrong: str, sentence: str) -> None:
    with pytest.raises(PlaybookRefused, match=sentence):
        from_texts({"main": BOOK.replace(right, wrong)})


def test_two_who_draw_at_once_make_one_draw(case: Case, experts: list[Staff], dispatcher: Staff) -> None:
    stale = Case.objects.get(pk=case.pk)
    case = walk(case, (dispatcher, "draw_panel", {"heads": 3}))

    with pytest.raises(Exception, match="刚刚有人先办理了"):
        take_step(
            case=stale, step="draw_panel", actor=acting(dispatcher, stale), at=NOON, answers={"heads": 3}
        )

    assert Event.objects.filter(case=case).count() == 2
    assert Case.objects.get(pk=case.pk).facts["panel"] == list(last(case).body.draws[0].result)
