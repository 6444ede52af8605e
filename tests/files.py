"""Files for tests: playbooks in force, and a case at any position, made by the same doors as real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from heshi.cases.actions import RESIDENT, Actor, NewFile, Opened, OpeningGround, open_files, take_step
from heshi.cases.models import Case
from heshi.cases.queries import definitions_for
from heshi.cases.queries.file import case_roles
from heshi.people.models import Staff
from heshi.people.queries import scope_of
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.queries import in_force, playbook
from tests.cast import NOON, VILLAGES, County

PATH = f"990100/{VILLAGES[0][:9]}/{VILLAGES[0]}"
PHONE = "13800001234"
STANDING = ("canonical", "shulan_liubu", "yangshan_qibu")


def new_file(county: County, key: str = "first", book: str = "shulan_liubu", **changed: Any) -> NewFile:
    """Return a first word about a broken street lamp in the first village, for the housing department."""
    told: dict[str, Any] = {
        "source": "web", "source_key": key, "title": "路灯坏了", "body": "村口的路灯坏了半个月，晚上看不见路。", "kind": "complaint",
        "topic": "18", "unit_id": county.housing.pk, "playbook_id": in_force(book), "said_at": NOON, "place": VILLAGES[0],
        "path": PATH, "follow": PHONE[-4:], "parties": [{"role": "reporter", "name": "邻居甲", "phone": PHONE}],
    }  # fmt: skip
    return NewFile(**(told | changed))


def opened(county: County, *files: NewFile) -> list[Opened]:
    """Open files at noon."""
    books = {file.playbook_id: playbook(file.playbook_id) for file in files}
    clocks = {key: definitions_for(book) for key, book in books.items()}
    return open_files(files=files, ground=OpeningGround(county.code, NOON, clocks, books), actor=RESIDENT)


def acting(staff: Staff, case: Case) -> Actor:
    """Return a member of staff in the roles that count for a case."""
    roles = case_roles(scope_of(staff), case)
    return Actor("staff", staff.pk, staff.display_name, roles)


def walk(case: Case, *steps: tuple[Staff | None, str, dict[str, Any]]) -> Case:
    """Take steps one after the other; nobody stands for the resident."""
    for staff, step, answers in steps:
        case = take_step(
            case=case, step=step, actor=acting(staff, case) if staff else RESIDENT, at=NOON, answers=answers
        )
    return case


OpenCase = Callable[..., Case]


@pytest.fixture
def books(county: County) -> dict[str, UUID]:
    """Put the playbooks that most tests use in force; the whole shelf would take longer than the tests."""
    return {version.code: version.pk for version in publish_shelf(at=NOON, only=STANDING)}


@pytest.fixture
def open_case(county: County, books: dict[str, UUID]) -> OpenCase:
    """Give a function that opens a case and returns it."""

    def opening(key: str = "first", **changed: Any) -> Case:
        (made,) = opened(county, new_file(county, key, **changed))
        return Case.objects.get(pk=made.case_id)

    return opening


@pytest.fixture
def case(open_case: OpenCase) -> Case:
    """Give one freshly registered case under the six steps."""
    return open_case()
