"""What a step asked for staff only stays with the staff, though it goes on as the words of a task."""

from __future__ import annotations

import pytest
from django.test import Client

from heshi.cases.actions import change_way
from heshi.cases.models import Case
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from tests.cast import NOON, County
from tests.files import OpenCase, acting, walk
from tests.web.desk import at_desk, case_page
from tests.web.test_resident_follow import find

BOOK = """\
playbook: house_words
title: 内部说明
source: 测试
start: received
positions:
  received: {label: 办理中, resident: 正在办。, holder: unit}
  done: {label: 已办结, resident: 已经办结。, end: true, outcomes: [solved]}
tasks:
  look: {label: 实地看, holder: centre, states: {waiting: 待看, seen: 看过}, done: [seen]}
  ask: {label: 问一句, holder: unit, states: {waiting: 待问, seen: 问过}, done: [seen]}
  paper: {label: 补材料, holder: resident, states: {waiting: 待补, seen: 补了}, done: [seen]}
steps:
  arrange:
    label: 安排
    who: [dispatcher]
    from: open
    to: same
    asks:
      house: {label: 内部怎么看, type: text, private: true}
      points: {label: 内部要点, type: lines, private: true}
      whom: {label: 问哪家, type: unit, private: true}
      open_words: {label: 补什么, type: text}
    adds:
      - {task: look, words: house, title: 看一看}
      - {task: look, each: points}
      - {task: ask, unit: whom, title: 问清楚}
      - {task: paper, words: open_words}
  over:
    label: 看过了
    who: [dispatcher]
    from: open
    to: same
    task: {kind: look, from: [waiting], to: seen}
  asked:
    label: 问过了
    who: [handling_unit_user]
    from: open
    to: same
    task: {kind: ask, from: [waiting], to: seen}
  brought:
    label: 补好了
    who: [resident]
    from: open
    to: same
    task: {kind: paper, from: [waiting], to: seen}
  finish:
    label: 办结
    who: [handling_unit_user]
    from: [received]
    to: done
    sets: {outcome: solved}
    answers: true
    resident: 已经办好了。
"""
PRIVATE = ("他常来闹", "先压一压", "县人力资源和社会保障局")


@pytest.fixture
def arranged(open_case: OpenCase, county: County, dispatcher: Staff) -> Case:
    """A case whose tasks were added from what staff noted for each other, and one from what she was told."""
    case = open_case(playbook_id=publish_text(text=BOOK, at=NOON).pk)
    said = {"house": "他常来闹", "points": ["先压一压"], "whom": str(county.units["dept_hr"].pk)}
    return walk(case, (dispatcher, "arrange", said | {"open_words": "户口本复印件"}))


def hers(client: Client, case: Case) -> str:
    find(client, case.number, "1234")
    return client.get(f"/follow/{case.number}/").content.decode()


def test_she_reads_what_is_to_be_done_and_nothing_that_staff_wrote_for_each_other(
    arranged: Case, dispatcher: Staff, client: Client
) -> None:
    page, desk = hers(client, arranged), case_page(at_desk(Client(), dispatcher), arranged)

    assert [words for words in PRIVATE if words in page] == []
    assert [words for words in ("实地看", "问一句", "问清楚", "户口本复印件") if words not in page] == []
    assert [words for words in (*PRIVATE, "户口本复印件") if words not in desk] == []


def test_a_title_from_the_playbook_is_no_secret(
    open_case: OpenCase, county: County, dispatcher: Staff, client: Client
) -> None:
    case = open_case(playbook_id=publish_text(text=BOOK, at=NOON).pk)

    walk(case, (dispatcher, "arrange", {"open_words": "户口本复印件"}))

    assert "看一看" in hers(client, case)


def test_it_stays_so_when_another_way_asks_it_openly(
    arranged: Case, dispatcher: Staff, client: Client
) -> None:
    newer = publish_text(text=BOOK.replace(", private: true", ""), at=NOON)

    change_way(
        case=arranged,
        version=newer.pk,
        position="received",
        why="改一改",
        actor=acting(dispatcher, arranged),
        at=NOON,
    )

    assert [words for words in PRIVATE if words in hers(client, arranged)] == []
