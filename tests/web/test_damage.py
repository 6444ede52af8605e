"""One damaged case or playbook takes no page away from anybody; its own page says what is wrong."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from heshi.cases.models import Case, Tie
from heshi.common.digests import sm3
from heshi.notices.models import Notice
from heshi.notices.rules import MOST_ATTEMPTS
from heshi.people.models import Staff
from heshi.playbooks import queries as playbooks
from heshi.playbooks.models import PlaybookVersion
from tests.cast import NOON
from tests.files import PHONE, OpenCase
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


def test_a_case_whose_unit_is_not_there_stays_in_sight(case: Case, dispatcher: Staff, client: Client) -> None:
    Case.objects.update(unit_id=UUID(int=9))
    desk, resident = at_desk(client, dispatcher), Client()
    resident.post("/follow/", {"number": case.number, "last_four": PHONE[-4:]})

    pages = [
        desk.get(f"/desk/{address}") for address in ("", "cases/", "search/?q=路灯", f"cases/{case.number}/")
    ]
    pages.append(resident.get(f"/follow/{case.number}/"))

    assert [page.status_code for page in pages] == [200] * 5
    assert all(case.number in page.content.decode() for page in pages)


def test_one_field_that_cannot_be_unsealed_takes_no_case_away(
    case: Case, dispatcher: Staff, client: Client
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_party SET phone = %s WHERE case_id = %s", [b"\x01" * 60, case.pk])
    desk = at_desk(client, dispatcher)

    masked = desk.get(f"/desk/cases/{case.number}/")
    shown = desk.post(f"/desk/cases/{case.number}/unmask", {"why": "核对电话"})

    assert (masked.status_code, shown.status_code) == (200, 200)
    assert "解不开，请系统管理员核对密钥设置" in masked.content.decode()
    assert "邻居甲" in shown.content.decode()


def test_a_notice_on_an_unknown_way_hides_no_other(case: Case, dispatcher: Staff, client: Client) -> None:
    told = {
        "county": case.county, "case_id": case.pk, "number": case.number, "to_kind": "resident", "address": f"case:{case.pk}",
        "subject": "已登记", "text": "已登记。", "about": "received", "created_at": NOON, "send_after": NOON,
    }  # fmt: skip
    Notice.objects.create(
        **told, channel="pigeon", dedupe_key="one", attempts=MOST_ATTEMPTS, last_error="不认得"
    )
    Notice.objects.create(**told, channel="call", dedupe_key="two")
    out = io.StringIO()

    page = at_desk(client, dispatcher).get("/desk/notices/to-tell/")
    call_command("notices", "waiting", stdout=out)
    call_command("status", "--quick", stdout=out)

    assert page.status_code == 200
    assert [row.way for row in page.context["rows"]] == ["pigeon", "打电话告知"]
    assert out.getvalue().count("pigeon") == 2


def test_her_own_page_stands_where_the_case_it_became_part_of_cannot_be_read(
    open_case: OpenCase, client: Client
) -> None:
    case, main = open_case("hers"), open_case("main")
    Tie.objects.create(county=case.county, case=case, other=main, how="merged", at=NOON)
    lose(main)
    client.post("/follow/", {"number": case.number, "last_four": PHONE[-4:]})

    page = client.get(f"/follow/{case.number}/")

    assert page.status_code == 200
    assert "这件事的记录正在核对，请打电话问中心。" in page.content.decode()
