"""Sitting down at the desk: signing in, opening a case, pressing a button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client

from heshi.cases.models import Case
from heshi.people.models import Staff
from heshi.understanding.actions import signatures
from heshi.web.desk import hints
from heshi.web.kit.names import names
from tests.cast import County
from tests.files import OpenCase, walk

BODY = "村口的路灯坏了半个月，晚上看不见路，老人摔了一跤，请尽快派人来修。"


def bands_of(body: str) -> list[int]:
    """Return by what likely repeats of these words are found."""
    return list(signatures([f"路灯坏了\n{body}"])[0])


@pytest.fixture(autouse=True)
def desk_rooms() -> Iterator[None]:
    """Names kept in the process belong to one test's county only."""
    names.forget()
    hints.rules_of.cache_clear()
    yield
    names.forget()


def at_desk(client: Client, staff: Staff) -> Client:
    """Return the browser in which this person has signed in."""
    client.force_login(staff)
    return client


def case_page(desk: Client, case: Case) -> str:
    """Return the page of a case."""
    answer = desk.get(f"/desk/cases/{case.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def press(desk: Client, case: Case, step: str, answers: dict[str, Any]) -> HttpResponse:
    """Press a button as the page of ``case`` stood when it was read."""
    given = {"revision": case.revision, **answers}
    return cast("HttpResponse", desk.post(f"/desk/cases/{case.number}/steps/{step}", given))


@pytest.fixture
def busy_desk(county: County, open_case: OpenCase, dispatcher: Staff, officer: Staff) -> dict[str, Case]:
    """Give cases in every state that a desk meets, with suggestion, reasons and a likely repeat."""
    suggested = {
        "kind": "complaint",
        "kind_p": 0.83,
        "topic": "18",
        "topic_p": 0.71,
        "words": ["路灯", "看不见路"],
    }
    dispatch = {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}
    told = {
        "facts": {"suggested": suggested},
        "body": BODY,
        "bands": bands_of(BODY),
        "lon": 150.005,
        "lat": 30.005,
    }
    cases = {name: open_case(name, **told) for name in ("fresh", "again", "sent", "answered", "closed")}
    cases["hazard"] = open_case(
        "hazard", title="小区消防通道被堵", body="消防通道停满了车。", kind="hazard", book="canonical"
    )
    walk(cases["sent"], (dispatcher, "dispatch", dispatch))
    answer = {"done": "已更换灯泡。", "reply": "路灯已修好，请您查看。", "outcome": "solved"}
    for name in ("answered", "closed"):
        walk(cases[name], (dispatcher, "dispatch", dispatch), (officer, "arrive", {}),
             (officer, "confer", {"plan": "先看现场"}), (officer, "handle", {}), (officer, "feed_back", answer))  # fmt: skip
    walk(cases["closed"], (None, "rate", {"solved": True, "score": 5, "rating_words": "修得快"}))
    return cases
