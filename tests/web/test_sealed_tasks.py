"""Tasks that only some may see, through every door: the page, the lists, the files, the notices, the resident, the API."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from heshi.api.progress import progress_as
from heshi.cases.actions import change_way, take_step
from heshi.cases.models import Attachment, Case, Clock, TaskRow
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.queries.tasks import tasks_for
from heshi.cases.rules.changing import TasksUnknownThere
from heshi.common.numbers import spoken
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.notices.queries import unread_count
from heshi.people.actions import appoint
from heshi.people.models import Post, Staff
from heshi.people.queries import scope_of
from heshi.playbooks.actions import publish_text
from heshi.playbooks.queries import from_texts
from heshi.playbooks.rules import PlaybookRefused
from heshi.statistics.models import Counter
from tests.cast import FIRST_DAY, NOON, TOWNSHIPS, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, walk
from tests.web.desk import at_desk, case_page
from tests.web.test_resident_follow import find

BOOK = """\
playbook: behind_doors
title: 背靠背
source: 测试
start: received
words: {roles: {handling_unit_user: 承办单位, supervisor: 督办员, dispatcher: 分流员}}
clocks:
  TALK: {title: 三天内谈, length: 3, unit: day, source: 测试}
  WHOLE: {title: 百日内办完, length: 100, unit: day, source: 测试}
opening: {start: [WHOLE]}
positions:
  received: {label: 调解中, resident: 正在调解。, holder: unit}
  done: {label: 已办结, resident: 已经办结。, end: true, outcomes: [solved]}
tasks:
  talk: {label: 背靠背谈话, holder: centre, clock: TALK, states: {waiting: 待谈, held: 已谈}, done: [held], seen_by: [supervisor]}
  check: {label: 安全核查, holder: unit, states: {waiting: 待查, seen: 已查}, done: [seen], seen_by: [supervisor]}
steps:
  arrange:
    label: 请督办员单独谈
    who: [dispatcher]
    from: open
    to: same
    asks:
      talk_words: {label: 跟谁谈什么, type: text, required: true}
      public_words: {label: 公开的说明, type: text}
    adds: [{task: talk, words: talk_words}]
    resident: 正在分别听取意见。
  talked:
    label: 谈过了
    who: [supervisor]
    from: open
    to: same
    task: {kind: talk, from: [waiting], to: held, clock: none}
    asks:
      heard: {label: 谈到什么, type: long_text, required: true}
      heard_papers: {label: 谈话笔录, type: files}
    tells: [{who: supervisor, say: "案件 {number} 的谈话已经记下。"}]
  send_check:
    label: 请单位核查安全
    who: [dispatcher]
    from: open
    to: same
    asks: {checker: {label: 哪家单位, type: unit, required: true}}
    adds: [{task: check, unit: checker}]
  checked:
    label: 核查完了
    who: [handling_unit_user]
    from: open
    to: same
    task: {kind: check, from: [waiting], to: seen}
    asks: {check_words: {label: 查到什么, type: text, required: true}}
  finish:
    label: 办结
    who: [handling_unit_user]
    from: [received]
    to: done
    needs: {talk_open: {at_most: 0}}
    sets: {outcome: solved}
    answers: true
    resident: 已经答复您。
"""
SECRETS = ("背靠背谈话", "跟乙方谈价钱", "谈过了", "他愿意让三万", "笔录", "三天内谈", "待谈", "已谈")
LATER = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@pytest.fixture
def sealed(open_case: OpenCase, dispatcher: Staff, supervisor: Staff, county: County) -> Case:
    """A case with a talk behind closed doors that has been arranged, and one that has been held."""
    case = open_case(playbook_id=publish_text(text=BOOK, at=NOON).pk)
    words = {"talk_words": "跟乙方谈价钱", "public_words": "分别谈"}
    walk(case, (dispatcher, "arrange", words), (dispatcher, "arrange", words))
    desk = at_desk(Client(), supervisor)
    paper = SimpleUploadedFile("笔录.pdf", b"%PDF-1.4 x")
    given = {"revision": 3, "heard": "他愿意让三万", "heard_papers": [paper]}
    assert desk.post(f"/desk/cases/{case.number}/tasks/1/talked", given).status_code == 302
    return Case.objects.get(pk=case.pk)


def leaked(page: str) -> list[str]:
    return [words for words in SECRETS if words in page]


def test_whoever_it_is_for_sees_all_of_it(sealed: Case, supervisor: Staff, client: Client) -> None:
    page = case_page(at_desk(client, supervisor), sealed)

    assert leaked(page) == list(SECRETS)
    assert "内部事项" not in page
    key = Attachment.objects.get().pk
    assert client.get(f"/desk/cases/{sealed.number}/attachments/{key}").status_code == 200


@pytest.mark.parametrize("who", ["dispatcher", "leader", "officer", "auditor"])
def test_others_read_that_there_was_something_and_nothing_more(
    who: str, sealed: Case, county: County, client: Client
) -> None:
    desk = at_desk(client, county.staff[who])

    page = case_page(desk, sealed)

    assert leaked(page) == []
    assert page.count("内部事项") == 1
    assert "督办员甲" not in page
    assert "请督办员单独谈" in page
    assert "公开的说明" in page


@pytest.mark.parametrize("who", ["dispatcher", "leader", "officer", "auditor"])
def test_its_addresses_lead_nowhere_for_others(
    who: str, sealed: Case, county: County, client: Client
) -> None:
    desk, key = at_desk(client, county.staff[who]), Attachment.objects.get().pk

    opened = desk.get(f"/desk/cases/{sealed.number}/attachments/{key}")
    pressed = desk.post(
        f"/desk/cases/{sealed.number}/tasks/2/talked", {"revision": sealed.revision, "heard": "我来谈"}
    )

    assert (opened.status_code, pressed.status_code) == (404, 404)
    assert "他愿意让三万" not in pressed.content.decode()
    assert Case.objects.get(pk=sealed.pk).revision == sealed.revision


def test_nobody_counts_them_by_trying_numbers(sealed: Case, dispatcher: Staff, client: Client) -> None:
    desk, hers = at_desk(client, dispatcher), Client()
    find(hers, sealed.number, "1234")

    tried = [
        [
            without_numbers(
                client.post(address.format(number), {"task": number, "revision": 4, "heard": "谈了"}), number
            )
            for number in (1, 2, 3, 20)
        ]
        for client, address in (
            (desk, f"/desk/cases/{sealed.number}/tasks/{{}}/talked"),
            (hers, f"/follow/{sealed.number}/step/talked"),
            (hers, f"/follow/{sealed.number}/step/withdraw"),
        )
    ]

    assert [len(set(answers)) for answers in tried] == [1, 1, 1]
    assert [answers[0][0] for answers in tried] == [404, 404, 404]
    assert leaked(tried[1][0][1]) == []


def test_what_is_done_on_one_has_no_name_for_the_resident(sealed: Case, client: Client) -> None:
    find(client, sealed.number, "1234")

    told, unknown = (
        client.post(f"/follow/{sealed.number}/step/{step}", {"revision": 4}) for step in ("talked", "nothing")
    )

    assert (told.status_code, unknown.status_code) == (409, 409)
    assert leaked(told.content.decode()) == []


def without_numbers(answer: Any, number: int) -> tuple[int, str]:
    """Return the status and the sentence of an answer, the number that was tried left out."""
    return answer.status_code, re.sub(
        rf"第 {number} 项|csrf\S+|value=\"[^\"]*\"", "", answer.content.decode()
    )


def test_lists_search_and_the_day_of_the_case_know_nothing_of_it(
    sealed: Case, dispatcher: Staff, client: Client
) -> None:
    desk = at_desk(client, dispatcher)

    pages = [
        desk.get(address).content.decode()
        for address in (
            "/desk/",
            "/desk/cases/",
            "/desk/tasks/",
            "/desk/search/?q=乙方谈价钱",
            "/desk/notices/",
        )
    ]

    assert [words for page in pages for words in leaked(page)] == []
    assert tasks_for(scope_of(dispatcher)).tasks == []
    assert Clock.objects.filter(case=sealed, state="running", task=2).exists()
    assert sealed.due_clock == "WHOLE"  # later than the talk's, and all that is said


def test_the_resident_and_other_systems_learn_nothing(sealed: Case, client: Client) -> None:
    tick(at=LATER)
    find(client, sealed.number, "1234")
    key = Attachment.objects.get().pk

    page = client.get(f"/follow/{sealed.number}/").content.decode()
    said = str(progress_as(Case.objects.get(pk=sealed.pk)))
    file = client.get(f"/follow/{sealed.number}/files/{key}")
    step = client.post(f"/follow/{sealed.number}/step/talked", {"task": "2", "revision": sealed.revision})

    assert (leaked(page), leaked(said)) == ([], [])
    assert "正在分别听取意见" in page
    assert "内部事项" not in page
    assert "期限已经过了" not in page
    assert (file.status_code, step.status_code) == (404, 404)


def test_its_clock_calls_only_those_it_is_for(
    sealed: Case, supervisor: Staff, dispatcher: Staff, client: Client
) -> None:
    drawn("notices")
    Notice.objects.all().delete()

    assert tick(at=LATER) == 1
    drawn("notices")

    told = Notice.objects.values_list("subject", "text")
    assert told.count() == 1
    assert "三天内谈" in str(told[0])
    assert leaked(at_desk(client, dispatcher).get("/desk/notices/").content.decode()) == []
    assert "三天内谈" in at_desk(Client(), supervisor).get("/desk/notices/").content.decode()
    page = case_page(client, sealed)
    assert (page.count("内部事项"), leaked(page)) == (2, [])


def test_its_clock_makes_no_case_late(
    open_case: OpenCase, dispatcher: Staff, supervisor: Staff, client: Client
) -> None:
    red = f"{BOOK}colours: [{{when: {{overdue: true}}, then: red}}, {{when: {{waited: true}}, then: yellow}}, {{then: blue}}]\n"
    case = open_case(playbook_id=publish_text(text=red, at=NOON).pk)
    walk(case, (dispatcher, "arrange", {"talk_words": "跟乙方谈价钱"}))

    assert tick(at=LATER) == 1
    case.refresh_from_db()
    take_step(
        case=case, step="talked", actor=acting(supervisor, case), at=LATER, task=1, answers={"heard": "谈了"}
    )
    drawn("statistics")

    assert Clock.objects.get(case=case, code="TALK").stage == "overdue"
    assert Case.objects.get(pk=case.pk).colour == "blue"
    assert set(Counter.objects.filter(value__gt=0).values_list("measure", flat=True)) == {"received"}
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_the_unit_that_has_it_sees_it_and_the_unit_that_has_the_case_does_not(
    sealed: Case, county: County, dispatcher: Staff, officer: Staff, other_officer: Staff, client: Client
) -> None:
    walk(sealed, (dispatcher, "send_check", {"checker": str(county.units["dept_hr"].pk)}))
    theirs = at_desk(client, other_officer)

    listed = theirs.get("/desk/tasks/").content.decode()
    page = case_page(theirs, sealed)
    done = theirs.post(
        f"/desk/cases/{sealed.number}/tasks/3/checked",
        {"revision": sealed.revision, "check_words": "电线老化"},
    )

    mine = case_page(at_desk(Client(), officer), sealed)
    assert "安全核查" in listed
    assert "安全核查" in page
    assert leaked(page) == []
    assert done.status_code == 302
    assert "电线老化" in case_page(theirs, sealed)
    assert ("安全核查" in mine, "电线老化" in mine, "县人力资源和社会保障局" in mine) == (False, False, False)


def test_the_resident_reads_which_unit_opened_her_file_and_not_why(
    sealed: Case, county: County, dispatcher: Staff, other_officer: Staff, client: Client
) -> None:
    walk(sealed, (dispatcher, "send_check", {"checker": str(county.units["dept_hr"].pk)}))
    case_page(at_desk(Client(), other_officer), sealed)
    find(client, sealed.number, "1234")

    page = client.get(f"/follow/{sealed.number}/").content.decode()

    assert ("县人力资源和社会保障局" in page, "安全核查" in page) == (True, False)


def test_conditions_count_it_as_any_other(
    sealed: Case, officer: Staff, supervisor: Staff, client: Client
) -> None:
    before = case_page(at_desk(client, officer), sealed)
    take_step(
        case=sealed,
        step="talked",
        actor=acting(supervisor, sealed),
        at=NOON,
        task=2,
        answers={"heard": "也谈了"},
    )

    after = case_page(client, sealed)

    assert ('id="step-finish"' in before, 'id="step-finish"' in after) == (False, True)


def test_whoever_gets_the_role_sees_it_from_then_on(
    sealed: Case, county: County, leader: Staff, client: Client
) -> None:
    appoint(staff=leader, unit=county.centre, role="supervisor", valid_from=FIRST_DAY)

    assert leaked(case_page(at_desk(client, leader), sealed)) == list(SECRETS)


def test_the_chain_holds_and_folds_to_what_is_stored(sealed: Case) -> None:
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_a_check_of_the_archive_prints_no_words(sealed: Case, capsys: pytest.CaptureFixture[str]) -> None:
    TaskRow.objects.filter(case=sealed, number=1).update(said={"heard": "别的话"}, state="open")
    Case.objects.filter(pk=sealed.pk).update(facts={**sealed.facts, "talk_words": "别的话"}, colour="red")

    with pytest.raises(CommandError):
        call_command("replay", "--check")

    assert capsys.readouterr().out.splitlines() == [
        f"案件 {spoken(sealed.number)} colour：现存 'red'，按事件应为 ''",
        f"案件 {spoken(sealed.number)} facts：与事件不符（talk_words），内容不在这里显示",
        f"案件 {spoken(sealed.number)} tasks：与事件不符（1 的 state said），内容不在这里显示",
    ]


def test_what_was_sealed_stays_so_though_a_newer_version_seals_nothing(
    sealed: Case, dispatcher: Staff, supervisor: Staff, officer: Staff, client: Client
) -> None:
    for number in (2,):
        take_step(
            case=sealed,
            step="talked",
            actor=acting(supervisor, sealed),
            at=NOON,
            task=number,
            answers={"heard": "他愿意让三万"},
        )
    plain = BOOK.replace(", done: [held], seen_by: [supervisor]}", ", done: [held]}")
    plain = plain.replace(
        "    adds: [{task: talk, words: talk_words}]", "    adds: [{task: talk, title: 谈一次}]"
    )
    newer = publish_text(text=plain, at=NOON)
    change_way(
        case=sealed,
        version=newer.pk,
        position="received",
        why="改一改",
        actor=acting(dispatcher, sealed),
        at=NOON,
    )

    assert leaked(case_page(at_desk(client, officer), sealed)) == []
    find(client, sealed.number, "1234")
    hers = client.get(f"/follow/{sealed.number}/").content.decode()
    assert (leaked(hers), "改一改" in hers) == ([], True)
    assert leaked(case_page(at_desk(Client(), supervisor), sealed))[:1] == ["背靠背谈话"]
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_an_open_talk_is_for_the_same_people_there_or_comes_first(sealed: Case, dispatcher: Staff) -> None:
    newer = publish_text(text=BOOK.replace("done: [held], seen_by: [supervisor]", "done: [held]"), at=NOON)

    with pytest.raises(TasksUnknownThere, match="内部事项") as refused:
        change_way(
            case=sealed,
            version=newer.pk,
            position="received",
            why="改",
            actor=acting(dispatcher, sealed),
            at=NOON,
        )

    assert leaked(str(refused.value)) == []


def test_whoever_changes_the_way_reads_nothing_of_it(sealed: Case, dispatcher: Staff, client: Client) -> None:
    newer = publish_text(text=BOOK.replace("三天内谈, length: 3", "三天内谈, length: 4"), at=NOON)

    page = at_desk(client, dispatcher).get(f"/desk/cases/{sealed.number}/way/?to={newer.pk}").content.decode()

    assert leaked(page) == []


def test_when_nobody_it_is_for_is_there_nobody_else_is_told(sealed: Case, county: County) -> None:
    Post.objects.filter(role="supervisor").delete()

    tick(at=LATER)
    drawn("notices")

    told = Notice.objects.filter(about="clock")
    assert told.exists()
    assert all(notice.to_roles == ["supervisor"] for notice in told), list(
        told.values("to_unit", "to_roles", "text")
    )


def test_its_clock_calls_nobody_who_does_not_see_the_case(
    open_case: OpenCase, county: County, dispatcher: Staff, judge: Staff, other_officer: Staff
) -> None:
    appoint(staff=judge, unit=county.units["court"], role="legal_counsel", valid_from=FIRST_DAY)
    appoint(staff=other_officer, unit=county.housing, role="legal_counsel", valid_from=FIRST_DAY)
    text = BOOK.replace(
        "done: [held], seen_by: [supervisor]", "done: [held], seen_by: [supervisor, legal_counsel, archivist]"
    )
    case = open_case(playbook_id=publish_text(text=text, at=NOON).pk)
    walk(case, (dispatcher, "arrange", {"talk_words": "跟乙方谈价钱"}))

    tick(at=LATER)
    drawn("notices")

    told = Notice.objects.filter(about="clock")
    assert {notice.to_unit: notice.to_roles for notice in told} == {
        county.centre.pk: ["archivist", "supervisor"],
        county.housing.pk: ["legal_counsel"],
    }
    assert unread_count(scope_of(judge)) == 0


@pytest.mark.parametrize("whom", ["check", "checker"])
def test_the_unit_that_gets_one_is_told_and_nobody_in_its_place(
    whom: str, open_case: OpenCase, county: County, dispatcher: Staff
) -> None:
    asked = "    adds: [{task: check, unit: checker}]\n"
    text = BOOK.replace(asked, f'{asked}    tells: [{{who: {whom}, say: "{{number}} 请核查甲户的煤气。"}}]\n')
    case = open_case(playbook_id=publish_text(text=text, at=NOON).pk)
    Post.objects.filter(unit=county.units["dept_hr"]).delete()

    walk(case, (dispatcher, "send_check", {"checker": str(county.units["dept_hr"].pk)}))
    drawn("notices")

    told = Notice.objects.filter(text__contains="煤气")
    assert [notice.to_unit for notice in told] == [county.units["dept_hr"].pk]


WRONG: list[tuple[str, str, str]] = [
    ("seen_by: [supervisor]}\n  check", "seen_by: [wizard]}\n  check", "没有名为“wizard”的角色"),
    ("seen_by: [supervisor]}\n  check", "seen_by: [supervisor, resident]}\n  check", "不能写进 seen_by"),
    ("label: 背靠背谈话, holder: centre", "label: 背靠背谈话, holder: resident", "群众自己要看得到"),
    ("    who: [supervisor]\n", "    who: [supervisor, dispatcher]\n", "分流员看不到，办不了“谈过了”"),
    ("    task: {kind: talk", "    resident: 谈过了。\n    task: {kind: talk", "不能写给群众看"),
    ("tells: [{who: supervisor,", "tells: [{who: unit,", "通知只能告诉他们"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG)
def test_what_would_leak_or_could_not_be_done_is_refused(right: str, wrong: str, sentence: str) -> None:
    with pytest.raises(PlaybookRefused, match=sentence):
        from_texts({"main": BOOK.replace(right, wrong)})


def test_a_trial_walk_hides_it_from_the_other_roles(sealed: Case, dispatcher: Staff, client: Client) -> None:
    desk, address = at_desk(client, dispatcher), "/desk/playbooks/behind_doors/try/"
    desk.post(f"{address}begin", {"kind": "complaint", "source": "web"})
    desk.post(f"{address}steps/arrange?as=dispatcher", {"revision": 1, "talk_words": "跟乙方谈价钱"})
    desk.post(f"{address}steps/talked?as=supervisor", {"revision": 2, "task": 1, "heard": "他愿意让三万"})

    hers = desk.get(f"{address}?as=supervisor").content.decode()
    others = desk.get(f"{address}?as=dispatcher").content.decode()

    assert "他愿意让三万" in hers
    assert leaked(others) == []
    assert "内部事项" in others


KEPT = """\
playbook: caucus_moves
title: 谈过又换单位
source: 测试
start: received
positions:
  received: {label: 调解中, resident: 正在调解。, holder: unit}
  done: {label: 已办结, resident: 已经办结。, end: true, outcomes: [solved]}
tasks:
  caucus: {label: 背靠背记录, holder: unit, states: {todo: 待记, written: 已记}, done: [written], seen_by: [mediator, clerk]}
steps:
  session:
    label: 谈一次
    who: [mediator]
    from: open
    to: same
    adds: [{task: caucus, title: 背靠背谈的}]
  write:
    label: 记下来
    who: [mediator, clerk]
    from: open
    to: same
    task: {kind: caucus, from: [todo], to: written}
    asks: {caucus_words: {label: 谈到什么, type: long_text, required: true}}
  hand_over:
    label: 交给别的单位
    who: [mediator, dispatcher]
    from: [received]
    to: same
    asks: {unit: {label: 哪个单位, type: unit, required: true}}
  finish:
    label: 办结
    who: [mediator]
    from: [received]
    to: done
    sets: {outcome: solved}
    answers: true
    resident: 已经答复您。
"""


@pytest.fixture
def handed_over(open_case: OpenCase, county: County, mediator: Staff) -> Case:
    """A case with one caucus written and one to be written, which then went to another committee."""
    mine, theirs = (county.units[f"committee_{place}"] for place in TOWNSHIPS)
    case = open_case(playbook_id=publish_text(text=KEPT, at=NOON).pk, unit_id=mine.pk)
    walk(case, (mediator, "session", {}), (mediator, "session", {}))
    on_it = acting(mediator, case)
    take_step(case=case, step="write", actor=on_it, at=NOON, task=1, answers={"caucus_words": "愿意让半尺"})
    return walk(case, (mediator, "hand_over", {"unit": str(theirs.pk)}))


def test_with_the_case_go_no_confidences(
    handed_over: Case, other_mediator: Staff, dispatcher: Staff, client: Client
) -> None:
    theirs, centre = at_desk(client, other_mediator), at_desk(Client(), dispatcher)

    pages = [case_page(desk, handed_over) for desk in (theirs, centre)]
    written = theirs.post(
        f"/desk/cases/{handed_over.number}/tasks/2/write", {"revision": 5, "caucus_words": "我来记"}
    )
    take_step(case=handed_over, step="session", actor=acting(other_mediator, handed_over), at=NOON)

    assert [("背靠背记录" in page, "愿意让半尺" in page) for page in pages] == [(False, False)] * 2
    assert written.status_code == 404
    own = case_page(theirs, handed_over)
    assert (own.count("背靠背记录") > 0, "愿意让半尺" in own) == (True, False)
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_the_unit_that_talked_can_still_write_it_down_and_then_the_case_is_out_of_its_sight(
    handed_over: Case, mediator: Staff, client: Client
) -> None:
    mine = at_desk(client, mediator)

    before = case_page(mine, handed_over)
    written = mine.post(
        f"/desk/cases/{handed_over.number}/tasks/2/write", {"revision": 5, "caucus_words": "另一家也愿意"}
    )

    assert ("愿意让半尺" in before, 'id="step-finish"' in before) == (True, False)
    assert written.status_code == 302
    assert mine.get(f"/desk/cases/{handed_over.number}/").status_code == 404
    assert (list(broken_chains()), list(replay_differences())) == ([], [])


def test_whoever_wrote_it_reads_it_for_as_long_as_she_sees_the_case(
    handed_over: Case, mediator: Staff, county: County, client: Client
) -> None:
    Post.objects.filter(staff=mediator).delete()
    appoint(staff=mediator, unit=county.centre, role="dispatcher", valid_from=FIRST_DAY)

    page = case_page(at_desk(client, mediator), handed_over)

    assert ("愿意让半尺" in page, page.count("内部事项")) == (True, 0)


def test_what_was_sealed_before_units_were_kept_stays_with_whoever_has_the_case(
    handed_over: Case, other_mediator: Staff, client: Client
) -> None:
    TaskRow.objects.filter(case=handed_over).update(kept_by=None, written_by=[])

    assert "愿意让半尺" in case_page(at_desk(client, other_mediator), handed_over)
