"""The pages of the playbooks, and a pretend case: the real engine, nothing written to any file of a case."""

from __future__ import annotations

import json
import re
from html import unescape
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from heshi.cases.models import Case, Clock, Event, Outgoing
from heshi.cases.queries import definitions_for
from heshi.cases.terms import KINDS
from heshi.clocks.rules import ClockDef
from heshi.common.refusals import Refusal
from heshi.notices.models import Notice
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_shelf, publish_text
from heshi.playbooks.queries import SHELF, playbook, shelf
from heshi.playbooks.rules import SAME, Playbook
from heshi.playbooks.rules.drawing import drawing_of
from heshi.playbooks.rules.telling import told_figure
from heshi.rehearsal.rules.answering import answers_to, mentioned_values
from heshi.web.playbooks import showing, trying
from heshi.web.playbooks.standpoint import standpoint
from tests.cast import NOON, County
from tests.files import STANDING
from tests.queries import questions
from tests.web.desk import at_desk

MOST_QUERIES, WAITING_SHARE = 12, 0.5
SIX = "/desk/playbooks/shulan_liubu/try/"
ADDRESSES = ["", *(f"{code}/" for code in STANDING), *(f"{code}/try/" for code in STANDING)]


@pytest.fixture
def desk(client: Client, statistician: Staff, books: dict[str, UUID]) -> Client:
    """Sit somebody down who sees no case at all: whoever signs in may read the playbooks."""
    return at_desk(client, statistician)


@pytest.fixture
def walking(desk: Client) -> Client:
    """Begin a pretend complaint under the six steps."""
    desk.post(f"{SIX}begin", {"kind": "complaint", "source": "web"})
    return desk


def one_book(code: str) -> Playbook:
    """Put one more playbook in force and return it."""
    (version,) = publish_shelf(at=NOON, only={code})
    return playbook(version.pk)


def words(answer: Any) -> str:
    """Return a page as it is read, without tags."""
    bare = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(bare))


def read(desk: Client, address: str, status: int = 200) -> str:
    answer = desk.get(address)
    assert answer.status_code == status
    return words(answer)


def buttons(desk: Client, role: str = "") -> list[str]:
    """Return the steps that the page offers."""
    page = desk.get(SIX, {"as": role} if role else {}).content.decode()
    return re.findall(r'id="step-(\w+)"', page)


def press(desk: Client, step: str, role: str, revision: int, **answers: Any) -> HttpResponse:
    given = {"revision": revision, **answers}
    return cast("HttpResponse", desk.post(f"{SIX}steps/{step}?as={role}", given))


def dispatched(desk: Client, county: County) -> None:
    given = {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}
    assert press(desk, "dispatch", "dispatcher", 1, **given).status_code == 302


def answered(desk: Client, county: County) -> None:
    dispatched(desk, county)
    reply = {"done": "换了灯泡", "reply": "路灯修好了", "outcome": "solved"}
    for number, (step, given) in enumerate(
        [("arrive", {}), ("confer", {"plan": "先看现场"}), ("handle", {}), ("feed_back", reply)], 2
    ):
        assert press(desk, step, "handling_unit_user", number, **given).status_code == 302


def written() -> list[int]:
    """Return how much lies in every table that a real case would fill."""
    return [model.objects.count() for model in (Case, Event, Clock, Outgoing, Notice)]


def test_the_list_names_each_playbook_in_force(desk: Client) -> None:
    publish_shelf(at=NOON)

    page = read(desk, "/desk/playbooks/")

    assert "六步接办（吹哨、报到、会商、落实、反馈、评价）" in page
    assert "第 1 版" in page
    assert page.count("个环节") == len(shelf())


@pytest.mark.parametrize("code", shelf())
def test_a_playbook_is_shown_whole(code: str, desk: Client, books: dict[str, UUID]) -> None:
    book = one_book(code)

    answer = desk.get(f"/desk/playbooks/{code}/")

    page = words(answer)
    assert told_to_the_drawing(answer) == drawing_of(book)
    for named in (book.title, book.source, *(one.label for one in book.steps.values())):
        assert named in page
    for position in book.positions.values():
        assert position.label in page
    for law in _laws(book):
        assert law.title in page
    assert all(told_figure(value) in page for value in book.reference.values())
    for told in (book.undefined, book.left_out):
        assert all(name in page and instead in page for name, instead in told.items())
    assert all(rhythm.title in page for rhythm in book.rhythm.values())
    assert all(kind.label in page for kind in book.tasks.values())
    assert ("仅供对照" in page) == bool(book.reference)
    assert ("可调整的设定" in page) == any(not law.verified for law in _laws(book))
    assert not re.search(r"\b(same|handling_unit_user|not_in|at_most|working_day)\b", page)


def told_to_the_drawing(answer: Any) -> Any:
    """Return what the page gives the script that draws."""
    (told,) = re.findall(
        r'<script id="drawing-words" type="application/json">(.*?)</script>', answer.content.decode()
    )
    return json.loads(told)


def _laws(book: Playbook) -> list[ClockDef]:
    """Return every clock that the page of a playbook tells of."""
    return [definitions_for(book)[code] for code in showing._clocks(book)]


def test_the_page_says_which_step_adds_a_task_and_which_is_taken_on_one(desk: Client) -> None:
    page = read(desk, "/desk/playbooks/canonical/")

    assert "添上吹哨报到，每个“点名报到的单位”，内容“什么事、到哪里”" in page
    assert "在一项“吹哨报到”上办，从“待报到”到“已到场”" in page


def test_conditions_are_plain_sentences(desk: Client) -> None:
    page = read(desk, "/desk/playbooks/shulan_liubu/")

    assert "“来源”是窗口：乡镇办" in page
    assert "其他情况：市级办" in page
    assert "“类别”是风险隐患或举报：橙色" in page
    assert "“评分”不高于 2，且“已重新办理过”为“否”的：落实中" in page
    assert "要先满足：“已退回过”为“否”" in page


def test_words_of_a_playbook_cannot_become_a_script(desk: Client) -> None:
    text = (SHELF / "shulan_liubu.yaml").read_text(encoding="utf-8")
    publish_text(text=text.replace("label: 已吹哨", 'label: "<script>x</script>"'), at=NOON)

    page = desk.get("/desk/playbooks/shulan_liubu/").content.decode()

    assert "&lt;script&gt;" in page
    assert "<script>x" not in page


@pytest.mark.parametrize("address", ADDRESSES)
def test_signed_out_people_sign_in_first(address: str, client: Client, books: dict[str, UUID]) -> None:
    answer = client.get(f"/desk/playbooks/{address}")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_playbook_nobody_has_is_not_found(desk: Client) -> None:
    assert "没有施行中的这份预案" in read(desk, "/desk/playbooks/nothing/", 404)
    assert "没有施行中的这份预案" in read(desk, "/desk/playbooks/nothing/try/", 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_few_queries(address: str, desk: Client) -> None:
    desk.post(f"{SIX}begin", {"kind": "dispute", "source": "web"})

    with questions() as seen:
        desk.get(f"/desk/playbooks/{address}")

    assert len(seen) <= MOST_QUERIES


def test_a_walk_to_the_end_writes_nothing(walking: Client, county: County) -> None:
    before = written()
    with questions() as seen:
        answered(walking, county)
        press(walking, "rate", "resident", 6, solved="yes", score="5")
        page = read(walking, SIX)

    assert "试走：办结" in page
    assert "已经走到终点" in page
    for said in (
        "“报到”开始计时", "“报到”停止计时", "“等待评价”开始计时", "换了灯泡", "会通知群众：您的诉求 〔编号〕 已交 县住房和城乡建设局 办理",
        "会通知承办单位：", "群众看到：这件事已经办结",
    ):  # fmt: skip
        assert said in page
    assert written() == before == [0, 0, 0, 0, 0]
    changing = [one["sql"] for one in seen if re.match(r"(INSERT|UPDATE|DELETE)", one["sql"])]
    assert changing
    assert all("session" in sql for sql in changing)


@pytest.mark.parametrize("code", shelf())
def test_every_playbook_can_be_walked_to_an_end(code: str, books: dict[str, UUID]) -> None:
    book, random = one_book(code), Random(code)
    given = {"kind": random.choice(list(KINDS)), "source": "window"}
    walk = trying.begun(book, version="1", given=given, at=NOON)

    while not (stand := standpoint(walk, book, role="")).position.end and walk.revision < trying.MOST_ACTS:
        here = [*stand.buttons, *(button for card in stand.tasks for button in card.buttons)]
        moving = [button for button in here if button.task or set(button.step.targets()) != {SAME}]
        try:
            if not moving and stand.runs and random.random() < WAITING_SHARE:
                trying.waited(walk, book)
                continue
            if not moving:
                stand = standpoint(
                    walk, book, role=random.choice([seat.role for seat in stand.seats if seat.count])
                )
                moving = here = [*stand.buttons, *(button for card in stand.tasks for button in card.buttons)]
            button = random.choice(moving or here)
            answers = answers_to(button.step, random, mentioned_values(book), thorough=True)
            trying.stepped(
                walk, book, code=button.step.code, role=stand.role, answers=answers, task=button.task
            )
        except Refusal:
            trying.waited(walk, book)

    assert stand.position.end, [act["step"] for act in walk.acts]
    kept = {definitions_for(book)[code].title for code in stand.position.keeps}
    assert {limit.title for limit in stand.limits if limit.running} <= kept
    assert json.loads(json.dumps(walk.acts)) == walk.acts


def test_the_page_offers_exactly_what_the_engine_offers(walking: Client) -> None:
    assert buttons(walking) == buttons(walking, "dispatcher")
    assert {"dispatch", "refuse"} <= set(buttons(walking))
    assert "arrive" not in buttons(walking, "handling_unit_user")
    assert "dispatch" not in buttons(walking, "resident")


def test_what_is_missing_is_asked_for_and_the_rest_stays(walking: Client) -> None:
    answer = press(walking, "refuse", "dispatcher", 1, refuse_reason="不归我们管")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选“去向”。" in page
    assert "不归我们管</textarea>" in page
    assert "试走：已吹哨" in read(walking, SIX)


def test_a_step_of_somebody_else_is_refused_with_what_was_typed(walking: Client) -> None:
    answer = press(walking, "refuse", "resident", 1, refuse_reason="不归我们管", outcome="not_accepted")

    assert answer.status_code == 403
    assert "“不予受理并告知”要由值班长办理" in words(answer)
    assert "不归我们管" in words(answer)
    assert "试走：已吹哨" in read(walking, SIX)


def test_a_second_window_is_told_and_keeps_its_words(walking: Client) -> None:
    press(walking, "note", "dispatcher", 1, note="第一句")

    answer = press(walking, "note", "dispatcher", 1, note="第二句")

    assert answer.status_code == 409
    assert "在别处已经往前走了一步" in words(answer)
    assert "第二句</textarea>" in answer.content.decode()
    assert press(walking, "note", "dispatcher", 2, note="第二句").status_code == 302


def test_time_can_be_let_pass(walking: Client, county: County) -> None:
    answered(walking, county)
    assert "close_unrated" not in buttons(walking, "dispatcher")

    walking.post(f"{SIX}later")

    assert "“等待评价”已超期" in read(walking, SIX)
    assert "close_unrated" in buttons(walking, "dispatcher")
    answer = walking.post(f"{SIX}later")
    assert answer.status_code == 409
    assert "没有在走的时限" in words(answer)


def test_starting_over_and_what_is_gone(walking: Client) -> None:
    walking.post(f"{SIX}over")

    assert "开始试走" in read(walking, SIX)
    assert press(walking, "note", "dispatcher", 1, note="一句").status_code == 302
    assert walking.post(f"{SIX}later").status_code == 302
    assert walking.post(f"{SIX}begin", {"kind": "nothing", "source": "web"}).status_code == 422
    assert walking.post(f"{SIX}steps/nothing").status_code == 404


def test_a_walk_has_an_end(walking: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MOST_ACTS", 1)

    answer = press(walking, "note", "dispatcher", 1, note="一句")

    assert answer.status_code == 409
    assert "最多 60 步" in words(answer)
    assert "一句</textarea>" in answer.content.decode()


def test_the_walk_lies_sealed(walking: Client) -> None:
    press(walking, "note", "dispatcher", 1, note="灯坏了")

    assert "walk_shulan_liubu" in walking.session
    assert "灯坏了" not in str(dict(walking.session))
    assert "灯坏了" in read(walking, SIX)
