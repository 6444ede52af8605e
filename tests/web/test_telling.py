"""Telling by hand: who sees what waits, whose number is shown to whom, and that two colleagues do not ring twice."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client

from heshi.cases.models import Case, Opening
from heshi.notices.models import Notice
from heshi.people.models import Staff
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import OpenCase, walk
from tests.web.desk import at_desk

LANDLINE, PLACE = "043188880000", "甲镇一村二组"


def to_be_told(county: County, open_case: OpenCase, **left: str) -> Notice:
    case = open_case(f"{left}", parties=[{"role": "reporter", "name": "邻居甲", **left}])
    answers = {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}
    walk(case, (county.staff["dispatcher"], "dispatch", answers))
    drawn("notices")
    return Notice.objects.get(case_id=case.pk, to_kind="resident")


def shown(client: Client) -> str:
    return client.get("/desk/notices/to-tell/").content.decode()


def test_a_landline_is_rung_up_once_the_number_was_asked_for(
    county: County, open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    notice = to_be_told(county, open_case, phone=LANDLINE)
    desk = at_desk(client, dispatcher)

    first = shown(desk)
    assert (notice.text in first, "打电话告知" in first, LANDLINE in first) == (True, True, False)
    assert "要打电话、送达的（1）" in desk.get("/desk/notices/").content.decode()
    assert not Opening.objects.filter(unmasked=True).exists()

    revealed = desk.post(f"/desk/notices/to-tell/{notice.pk}/number").content.decode()
    assert (LANDLINE in revealed, "邻居甲" in revealed) == (True, True)
    (look,) = Opening.objects.filter(unmasked=True)
    assert (look.case_id, look.why) == (notice.case_id, "打电话告知：派单吹哨")

    desk.post(f"/desk/notices/to-tell/{notice.pk}/not-reached")
    assert "打过 1 次，分流员甲（和安县综治中心）没有打通" in shown(desk)
    desk.post(f"/desk/notices/to-tell/{notice.pk}/told")
    assert "没有要打电话或送达的" in shown(desk)
    kept = Notice.objects.get(pk=notice.pk)
    assert (kept.told_by, kept.destination) == ("分流员甲（和安县综治中心）", "")


def test_a_letter_is_printed_with_its_receipt(
    county: County, open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    notice = to_be_told(county, open_case, address=PLACE)
    desk = at_desk(client, dispatcher)

    page = desk.post(f"/desk/notices/to-tell/{notice.pk}/letter").content.decode()

    assert all(
        word in page for word in ("告知书", "邻居甲：", notice.text, PLACE, "送达回证", "受送达人签名")
    )
    assert "没打通" not in shown(desk)
    assert Opening.objects.filter(unmasked=True, why="打印送达：派单吹哨").exists()


def test_whoever_was_quicker_has_told_it(
    county: County, open_case: OpenCase, dispatcher: Staff, officer: Staff, client: Client
) -> None:
    notice = to_be_told(county, open_case, phone=LANDLINE)
    assert at_desk(Client(), officer).post(f"/desk/notices/to-tell/{notice.pk}/told").status_code == 302

    for door in ("told", "not-reached", "number", "letter"):
        answer = at_desk(client, dispatcher).post(f"/desk/notices/to-tell/{notice.pk}/{door}")
        assert (answer.status_code, "已经有人告知过了" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("who", "status"),
    [("dispatcher", 200), ("clerk", 200), ("officer", 200), ("mediator", 404), ("leader", 403), ("auditor", 403), ("statistician", 403)],
)  # fmt: skip
def test_only_those_who_work_on_the_case_may_tell(
    who: str, status: int, county: County, open_case: OpenCase, client: Client
) -> None:
    notice = to_be_told(county, open_case, phone=LANDLINE)

    answer = at_desk(client, county.staff[who]).post(f"/desk/notices/to-tell/{notice.pk}/number")

    assert answer.status_code == status
    assert (LANDLINE in answer.content.decode()) == (status == 200)


def test_a_number_that_cannot_be_unsealed_does_not_hide_the_others(
    county: County, open_case: OpenCase, dispatcher: Staff, client: Client
) -> None:
    broken, whole = (to_be_told(county, open_case, phone=number) for number in (LANDLINE, "4008001234"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET destination = %s WHERE id = %s", [b"\x01" * 60, broken.pk])
    desk = at_desk(client, dispatcher)

    assert all(one.text in shown(desk) for one in (broken, whole))
    refused = desk.post(f"/desk/notices/to-tell/{broken.pk}/number")
    assert (refused.status_code, "无法解密" in refused.content.decode()) == (409, True)
    assert "4008001234" in desk.post(f"/desk/notices/to-tell/{whole.pk}/number").content.decode()


def test_many_alike_are_one_line_that_opens(
    county: County, open_case: OpenCase, dispatcher: Staff, officer: Staff, client: Client
) -> None:
    for number in range(7):
        case = open_case(f"matter {number}")
        walk(
            case,
            (dispatcher, "dispatch", {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}),
        )
    drawn("notices")
    desk = at_desk(client, officer)

    page = desk.get("/desk/notices/").content.decode()
    (link,) = re.findall(r'href="(/desk/notices/many/[^"]+)">派单吹哨：7 件', page)
    assert "未读</span>1<" in page
    behind = desk.get(link).content.decode()
    assert all(case.number in behind for case in Case.objects.all())
    desk.post("/desk/notices/read", {"notice": [link.split("/")[-2]]})
    assert not Notice.objects.filter(channel="inbox", read_at=None).exists()
    assert at_desk(Client(), county.staff["mediator"]).get(link).status_code == 404


def test_the_resident_reads_what_she_was_told(county: County, open_case: OpenCase, client: Client) -> None:
    notice = to_be_told(county, open_case, phone=LANDLINE)
    case = Case.objects.get(number=notice.number)
    client.post("/follow/", {"number": case.number, "last_four": "1234"})
    before = client.get(f"/follow/{case.number}/").content.decode()
    Notice.objects.filter(pk=notice.pk).update(sent_at=NOON)
    after = client.get(f"/follow/{case.number}/").content.decode()

    assert (notice.text in before, "打电话告知，还没有送到" in before) == (True, True)
    assert "打电话告知，已送出" in after
