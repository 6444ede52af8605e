"""Tasks that only some may see, through every door: the page, the lists, the files, the notices, the resident, the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heshi.api.progress import progress_as
from heshi.cases.actions import change_way, take_step
from heshi.cases.models import Attachment, Case, Clock
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.queries.tasks import tasks_for
from heshi.cases.rules.changing import TasksUnknownThere
from heshi.journey.actions import tick
from heshi.notices.models import Notice
from heshi.people.actions import appoint
from heshi.people.models import Post, Staff
from heshi.people.queries import scope_of
from heshi.playbooks.actions import publish_text
from heshi.playbooks.queries import from_texts
from heshi.playbooks.rules import PlaybookRefused
from tests.cast import FIRST_DAY, NOON, County
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
    assert (sealed.due_at, sealed.due_clock) == (None, "")


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
