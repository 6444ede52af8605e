"""A time that is over makes somebody late only where the law says so: a right that lapsed, a day to look again, are no lateness."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from heshi.cases.models import Case, Clock
from heshi.journey.actions import tick
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from tests.cast import NOON, County
from tests.files import OpenCase
from tests.web.desk import at_desk, case_page

BOOK = """\
playbook: waiting_room
title: 等候
source: 测试
start: received
clocks:
  LIMIT: {title: 起诉的期限, length: 3, unit: day, source: 测试, on_expiry: %s}
opening: {start: [LIMIT]}
positions:
  received: {label: 等候, resident: 您说的事在等候。, holder: unit}
  done: {label: 完了, resident: 您说的事办完了。, end: true, outcomes: [solved]}
steps:
  finish:
    label: 办完
    who: [handling_unit_user]
    from: [received]
    to: done
    sets: {outcome: solved}
    answers: true
    resident: 办完了。
"""


def waiting_case(open_case: OpenCase, on_expiry: str) -> Case:
    return open_case("waiting", playbook_id=publish_text(text=BOOK % on_expiry, at=NOON).pk)


@pytest.mark.parametrize(
    ("on_expiry", "said", "colour", "is_late"),
    [
        ("lapse", "期限已过", "grey", False),
        ("revisit", "日子到了", "orange", False),
        ("overdue", "已超期", "red", True),
    ],
)
def test_what_is_over_is_called_what_it_is(
    open_case: OpenCase, officer: Staff, client: Client, on_expiry: str, said: str, colour: str, is_late: bool
) -> None:
    case = waiting_case(open_case, on_expiry)
    desk = at_desk(client, officer)

    late = [row.case.number for row in desk.get("/desk/?only=overdue").context["rows"]]
    (badge,) = [row.due for row in desk.get("/desk/").context["rows"] if row.case.number == case.number]

    assert (case.number in late, badge.colour) == (is_late, colour)
    assert badge.words.startswith(said)
    page = case_page(desk, case)
    assert said in page
    assert ("已超期" in page) is is_late


def test_a_case_is_late_by_another_clock_than_the_one_due_first(
    open_case: OpenCase, county: County, officer: Staff, client: Client
) -> None:
    case = waiting_case(open_case, "lapse")
    tick(at=NOON + timedelta(days=9))
    second = timezone.now() - timedelta(days=1)
    Clock.objects.create(county=county.code, case=case, code="LATER", started_at=NOON, due_at=second)

    late = at_desk(client, officer).get("/desk/?only=overdue").context["rows"]

    assert [row.case.number for row in late] == [case.number]
