"""A made-up playbook with duties that come back and campaigns, and the little county under it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from heshi.cases.models import Case
from heshi.community.models import Occurrence
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.people.rules import Scope
from heshi.playbooks.actions import publish_text
from heshi.playbooks.models import PlaybookVersion
from tests.cast import NOON, County
from tests.files import new_file, opened
from tests.playbooks.sample import TEXT

TODAY = date(2026, 3, 2)  # a Monday
CODE = "joint_care"
RHYTHM = """\
rhythm:
  review: {title: 研判例会, every: week, on: [3, 5], who: dispatcher, kinds: [governance_centre], source: 每周两次, help: 先看红色的}
  meeting: {title: 联席会, every: month, on: [31], who: mediator, kinds: [township_committee], source: 每月一次联席会}
  spring: {title: 春耕前排查土地纠纷, every: year, on: ["04-10"], who: grid_worker, kinds: [village_body], source: 春耕前}
"""
CAMPAIGNS = """\
campaigns:
  hazards: {title: 三十天整治隐患, target: 3, days: 30, counts: {kind: hazard, outcome: solved}, source: 三十天三十处}
  quick: {title: 按时办结, target: 3, days: 30, counts: {overdue: false}, source: 测试}
"""


def text(rhythm: str = RHYTHM, campaigns: str = CAMPAIGNS, code: str = CODE) -> str:
    """Return a playbook's text with these duties and campaigns."""
    book = TEXT.replace("clerk: 窗口, ", "").replace("clerk", "dispatcher").replace("officer", "mediator")
    return book.replace("playbook: sample", f"playbook: {code}") + rhythm + campaigns


def publish(
    rhythm: str = RHYTHM, campaigns: str = CAMPAIGNS, code: str = CODE, at: datetime = NOON
) -> PlaybookVersion:
    """Put a playbook with these duties in force."""
    return publish_text(text=text(rhythm, campaigns, code), at=at)


def noon(day: date) -> datetime:
    """Return noon of a day in China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def after(days: int) -> datetime:
    """Return noon so many days after the first day."""
    return NOON + timedelta(days=days)


def duty(here: County, unit: str = "county_centre", *, due_on: date = TODAY, **changed: Any) -> Occurrence:
    """Return a duty as the worker would have written it down."""
    version = PlaybookVersion.objects.filter(code=CODE, status="published").first() or publish()
    told: dict[str, Any] = {
        "county": here.code, "unit": here.units[unit], "playbook": CODE, "version": version, "rhythm": "review",
        "title": "研判例会", "role": "dispatcher", "period": f"{due_on:%G-W%V}", "planned_on": due_on, "due_on": due_on,
    }  # fmt: skip
    return Occurrence.objects.create(**(told | changed))


def seat(staff: Staff) -> Scope:
    """Return what somebody may do on the first day."""
    return scope_of(staff, on=TODAY)


OpenFile = Callable[..., Case]


@pytest.fixture
def open_file(county: County) -> OpenFile:
    """Give a function that opens a file under the made-up playbook and returns it."""

    def opening(key: str = "first", **changed: Any) -> Case:
        if not PlaybookVersion.objects.filter(code=CODE).exists():
            publish()
        (made,) = opened(county, new_file(county, key, CODE, **changed))
        return Case.objects.get(pk=made.case_id)

    return opening


@pytest.fixture
def book(county: County) -> PlaybookVersion:
    """Put the made-up playbook in force."""
    return publish()
