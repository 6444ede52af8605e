"""Sitting down before the pages of the community room, one Monday in March."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from heshi.cases.models import Case
from heshi.community.models import Campaign
from heshi.people.models import Staff
from tests.community.books import TODAY, OpenFile, publish
from tests.community.test_campaigns import begin

WEEK, CAMPAIGNS = "/desk/community/", "/desk/community/campaigns/"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)


def words(answer: Any) -> str:
    """Return a page as it is read, without tags."""
    bare = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(bare))


def read(desk: Client, address: str = WEEK, status: int = 200) -> str:
    answer = desk.get(address)
    assert answer.status_code == status
    return words(answer)


@pytest.fixture
def running(leader: Staff, open_file: OpenFile) -> Campaign:
    """Give a campaign against hazards with one case that counts, two going on, one that ended without counting."""
    publish()
    for number in range(4):
        open_file(f"hazard {number}", kind="hazard")
    done, given_up = Case.objects.order_by("pk")[:2]
    Case.objects.filter(pk=done.pk).update(is_open=False, outcome="solved")
    Case.objects.filter(pk=given_up.pk).update(is_open=False, outcome="answered_unsolved")
    return begin(leader)
