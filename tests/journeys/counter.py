"""What the whole journeys share: rules of the small county, people sitting down at their desks, and what a whole file must have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from heshi.cases.models import Case, Clock
from heshi.cases.queries import history
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.cases.terms import KINDS
from heshi.common.numbers import check_number
from heshi.journey.duties import duties
from heshi.routing.actions import load_rules
from heshi.routing.models import RuleSet
from heshi.understanding.terms import topic_label
from tests.cast import NOON, PASSWORD, TOWNSHIPS

RULES = f"""
title: 小县分流规则
rules:
  - {{code: wages, note: 欠薪交人社局, topics: ["10", "11"], unit: dept_hr, playbook: canonical}}
  - {{code: homes, note: 甲镇其余的事交住建局, places: ["{TOWNSHIPS[0]}"], unit: dept_housing, playbook: shulan_liubu}}
  - {{code: any, note: 说不清在哪儿的交住建局, unit: dept_housing, playbook: shulan_liubu}}
"""
Seat = Callable[[str], Page]


@pytest.fixture
def rules(books: object) -> RuleSet:
    """Put the routing rules of the small county in force."""
    return load_rules(text=RULES, file="rules.yaml", at=NOON).rule_set


@pytest.fixture
def seat(browser: Browser, live_server: object) -> Iterator[Seat]:
    """Give a function that sits somebody down at her own browser, signed in; script errors fail the test."""
    address = str(live_server)
    errors: list[str] = []
    with ExitStack() as windows:

        def sit_down(username: str) -> Page:
            page = windows.enter_context(window(browser, errors))
            page.goto(f"{address}/sign-in/?next=/desk/")
            page.get_by_label("账号").fill(username)
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            return page

        yield sit_down
    assert errors == []


@contextmanager
def window(browser: Browser, errors: list[str]) -> Iterator[Page]:
    """Open a desk browser of its own; uncaught script errors are noted."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()


def digits_in(text: str) -> str:
    """Return the digits of a number as it is shown."""
    return re.sub(r"\D", "", text)


def worker_turn() -> None:
    """Do every duty of the worker once, until nothing is left to do."""
    for duty in duties():
        duty.done(duty.due)


def passages(case: Case) -> list[tuple[str, str, str, str]]:
    """Return the whole history: what was done, from where, to where, by whom."""
    return [(event.step, event.came_from, event.went_to, event.actor_label) for event in history(case)]


def whole(case: Case) -> dict[str, bool]:
    """Return what every file must have, each with whether it is there."""
    return {
        "number": check_number(case.number) == case.number,
        "kind": case.kind in KINDS,
        "topic": bool(case.topic) and topic_label(case.topic) != "",
        "unit": case.unit.name != "",
        "playbook": case.playbook.code != "",
        "clock": Clock.objects.filter(county=case.county, case=case, state="running").exists(),
    }


WHOLE = dict.fromkeys(("number", "kind", "topic", "unit", "playbook", "clock"), True)


def archive_faults() -> list[object]:
    """Return every broken chain and every stored value that the events do not lead to."""
    return [*broken_chains(), *replay_differences()]
