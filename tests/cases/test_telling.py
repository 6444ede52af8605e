"""Telling: whoever can act, once, by the way she left; of the case as it was; one broken case holds up nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from heshi.cases.models import Case, Event, Party
from heshi.common.numbers import spoken
from heshi.intake.rules.report import Report
from heshi.journey.actions import rebuild, receive, retry, tick
from heshi.journey.consequences import named
from heshi.journey.management.commands.status import status
from heshi.journey.models import SetAside
from heshi.notices.models import Notice
from heshi.notices.queries import inbox_for, unread_count
from heshi.people.models import Post
from heshi.people.queries import scope_of
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import OpenCase, walk

pytestmark = pytest.mark.django_db
DISPATCH = {"kind": "complaint", "topic": "18"}


def dispatched(case: Case, county: County) -> Case:
    answers = {**DISPATCH, "unit": str(county.housing.pk)}
    return walk(case, (county.staff["dispatcher"], "dispatch", answers))


@pytest.mark.parametrize(
    ("left", "channel"),
    [
        ({"phone": "13800001234"}, "sms"),
        ({"phone": "043188880000"}, "call"),
        ({"phone": "4008001234"}, "call"),
        ({"phone": "043188880000", "email": "a@example.cn"}, "email"),
        ({"address": "甲镇一村"}, "print"),
        ({"name": "诉求人甲"}, "inbox"),
        ({}, "inbox"),
    ],
)
def test_a_resident_is_told_on_the_way_she_left(
    left: dict[str, str], channel: str, county: County, open_case: OpenCase
) -> None:
    parties = [{"role": "reporter", **left}] if left else []
    case = dispatched(open_case(parties=parties), county)
    drawn("notices")

    (told,) = Notice.objects.filter(to_kind="resident")
    destinations = {
        "sms": left.get("phone"),
        "call": left.get("phone"),
        "email": left.get("email"),
        "print": left.get("address"),
    }
    assert (told.channel, told.destination) == (channel, destinations.get(channel) or "")
    assert told.address == f"case:{case.pk}"
    assert spoken(case.number) in told.text
    assert told.outgoing.endswith(f"/follow/{case.number}/")


def test_whoever_can_act_is_told_and_nobody_else(case: Case, county: County) -> None:
    dispatched(case, county)
    drawn("notices")

    (told,) = Notice.objects.filter(address=f"unit:{county.housing.pk}")
    assert told.to_roles == ["handling_unit_user", "liaison"]
    assert told.subject == "派单吹哨"
    assert [each.pk for each in inbox_for(scope_of(county.staff["officer"]))] == [told.pk]
    assert unread_count(scope_of(county.staff["mediator"])) == 0


def test_a_desk_where_nobody_sits_is_read_at_the_centre(case: Case, county: County) -> None:
    Post.objects.filter(unit=county.housing).delete()
    dispatched(case, county)
    drawn("notices")

    assert not Notice.objects.filter(address=f"unit:{county.housing.pk}").exists()
    told = Notice.objects.get(about="dispatch", to_kind="unit")
    assert (told.to_unit, told.to_roles) == (county.township_centre.pk, ["dispatcher"])
    assert told.text.startswith("县住房和城乡建设局 现在没有人员能办，请安排。原通知：")


def test_an_import_of_many_that_no_rule_could_place_is_one_notice(
    county: County, open_case: OpenCase
) -> None:
    open_case()
    reports = [
        Report(
            source="import",
            source_key=str(number),
            body=f"第{number}件事，说不清。",
            kind="complaint",
            topic="18",
        )
        for number in range(40)
    ]
    receive(reports=reports, at=NOON)
    drawn("notices")

    for name, count in (("dispatcher", 1), ("leader", 0), ("mediator", 0), ("auditor", 0)):
        assert unread_count(scope_of(county.staff[name])) == count, name
    (head,) = inbox_for(scope_of(county.staff["dispatcher"]))
    assert (head.subject, head.count) == ("待人工分流：40 件", 40)


def test_a_notice_made_late_speaks_of_the_case_as_it_was(case: Case, county: County) -> None:
    dispatched(case, county)
    officer = county.staff["officer"]
    walk(case, (officer, "arrive", {}), (officer, "confer", {"plan": "先看现场"}), (officer, "handle", {}))
    drawn("notices")

    told = Notice.objects.get(about="dispatch", address=f"unit:{county.housing.pk}")
    assert "3月2日16时00分 前报到" in told.text  # that clock has long been stopped
    assert told.created_at == Event.objects.get(case=case, number=2).at


def test_made_anew_it_tells_nobody_twice(case: Case, county: County) -> None:
    dispatched(case, county)
    tick(at=NOON + timedelta(days=9))
    drawn("notices")
    told = Notice.objects.count()
    Notice.objects.filter(channel="sms").update(sent_at=NOON)

    rebuild(named("notices"))
    drawn("notices")

    assert Notice.objects.count() == told
    assert not Notice.objects.filter(channel="sms", sent_at=None).exists()


@pytest.mark.parametrize("gone", ["the officer", "the officer and the liaison", "the township's dispatcher"])
def test_made_anew_it_asks_no_posts_of_today(case: Case, county: County, gone: str) -> None:
    dispatched(case, county)
    tick(at=NOON + timedelta(days=9))
    drawn("notices")
    told = set(Notice.objects.values_list("pk", flat=True))

    posts = {
        "the officer": Post.objects.filter(unit=county.housing, role="handling_unit_user"),
        "the officer and the liaison": Post.objects.filter(unit=county.housing),
        "the township's dispatcher": Post.objects.filter(unit=county.township_centre),
    }
    assert posts[gone].delete()[0]
    rebuild(named("notices"))
    drawn("notices")

    assert set(Notice.objects.values_list("pk", flat=True)) == told


def test_a_number_that_cannot_be_unsealed_stops_only_its_own_case(
    open_case: OpenCase, county: County
) -> None:
    cases = [open_case(f"matter {number}") for number in range(4)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_party SET phone = %s WHERE case_id = %s", [b"\x01" * 60, cases[1].pk])
    for case in cases:
        dispatched(case, county)
    drawn("notices")

    told = set(Notice.objects.filter(about="dispatch").values_list("case_id", flat=True))
    assert told == {case.pk for case in cases} - {cases[1].pk}
    said = status(at=NOON, quick=True)
    assert said["must_be_zero"]["set_aside"] == 1
    (named_case,) = said["set_aside"]
    assert named_case.startswith(
        f"通知：案件 {spoken(cases[1].number)} 从第 1 条事件起没有做成：这条个人信息无法解密"
    )

    Party.objects.filter(case=cases[1]).delete()
    assert retry(at=NOON, now=True) == 1
    assert not SetAside.objects.exists()
    assert Notice.objects.filter(case_id=cases[1].pk, about="dispatch").exists()
