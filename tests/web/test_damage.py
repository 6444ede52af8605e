"""One damaged case or playbook takes no page away from anybody; its own page says what is wrong."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from heshi.cases.models import Case
from heshi.common.digests import sm3
from heshi.people.models import Staff
from heshi.playbooks import queries as playbooks
from heshi.playbooks.models import PlaybookVersion
from tests.files import OpenCase
from tests.web.desk import at_desk

LISTS = ("", "cases/", "search/?q=路灯", "?only=mine", "?only=overdue")


def lose(case: Case) -> str:
    Case.objects.filter(pk=case.pk).update(playbook_id=UUID(int=7))
    return f"案件所依的预案（{UUID(int=7)}）不在库里"


def break_up(case: Case) -> str:
    frozen = '{"says":{},"clocks":{}}'
    of_case = PlaybookVersion.objects.filter(pk=case.playbook_id)
    of_case.update(frozen=frozen, frozen_digest=sm3(frozen.encode()))
    playbooks._held.clear()
    return "预案“shulan_liubu”第1版这个程序读不出来"


@pytest.mark.parametrize("damage", [lose, break_up])
@pytest.mark.parametrize("address", LISTS)
def test_a_damaged_playbook_takes_no_list_away(
    open_case: OpenCase, dispatcher: Staff, client: Client, damage: object, address: str
) -> None:
    case, other = open_case("damaged"), open_case("other", book="canonical")
    desk = at_desk(client, dispatcher)
    assert callable(damage)
    damage(case)

    answer = desk.get(f"/desk/{address}")

    assert answer.status_code == 200
    assert "only" in address or all(one.number in answer.content.decode() for one in (case, other))


@pytest.mark.parametrize("damage", [lose, break_up])
def test_the_page_of_a_case_whose_playbook_is_damaged_says_so(
    case: Case, dispatcher: Staff, client: Client, damage: object
) -> None:
    assert callable(damage)
    wrong = damage(case)

    answer = at_desk(client, dispatcher).get(f"/desk/cases/{case.number}/")

    assert answer.status_code == 409
    assert str(wrong) in answer.content.decode()


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (
            """UPDATE cases_event SET as_written = as_written || '{"version":99}' WHERE case_id = %s""",
            "这件案件第 1 条记录读不出来（由更新的程序写下，第 99 版，请升级）",
        ),
        ("UPDATE cases_case SET position = 'nowhere' WHERE id = %s", "现存的环节“nowhere”读不出来"),
        ("UPDATE cases_case SET facts = '[]' WHERE id = %s", "现存的事实读不出来"),
        ("UPDATE cases_clock SET pauses = '[1]' WHERE case_id = %s", "现存的时限读不出来"),
    ],
)
def test_the_page_of_a_damaged_case_says_what_is_wrong(
    case: Case, dispatcher: Staff, client: Client, spoilt: str, said: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(spoilt, [case.pk])

    answer = at_desk(client, dispatcher).get(f"/desk/cases/{case.number}/")

    assert answer.status_code == 409
    assert said in answer.content.decode()
