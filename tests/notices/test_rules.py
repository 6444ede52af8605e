"""Notices say enough and no more, and take the way on which they arrive."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from heshi.clocks.terms import Stage
from heshi.common.refusals import Refusal
from heshi.notices.rules import (
    INBOX,
    NoticeWordsMissing,
    Way,
    colleague,
    desk,
    everywhere,
    resident,
    wait_after,
    way_to,
    words,
)
from heshi.notices.terms import LINK, LINK_LENGTH, RESIDENT_WORDS, SMS_LENGTH, STAFF_WORDS, Words
from heshi.playbooks.terms import SAY_LENGTH

HESHI = Path(__file__).resolve().parents[2] / "heshi"
UNIT, STAFF, CASE = UUID(int=1), UUID(int=2), UUID(int=3)
EVERY = [*STAFF_WORDS.items(), *RESIDENT_WORDS.items()]
PLACES = {
    "number": "3827-1945-0637", "due": "2026年12月31日16时30分", "clock": "知道权利受损害之日起的诉讼时效",
    "unit": "某某县人力资源和社会保障局劳动监察大队", "title": "研判例会", "way": "通用办理流程",
    "subject": "即将到期", "count": 1185, "text": "原来的话。",
}  # fmt: skip
PERSONAL = {"name", "phone", "address", "body", "email"}


@pytest.mark.parametrize(("about", "template"), EVERY)
def test_a_text_asks_for_nothing_personal_and_says_something(about: str, template: Words) -> None:
    to_resident = template in RESIDENT_WORDS.values()
    filled = words(about, "resident" if to_resident else "unit", **PLACES)

    assert "{" not in "".join(filled)
    assert len(filled.subject) <= 60
    assert not any(f"{{{name}" in part for part in template for name in PERSONAL)


@pytest.mark.parametrize("about", RESIDENT_WORDS)
def test_a_text_to_a_resident_names_her_matter_and_fits_a_short_message(about: str) -> None:
    text = words(about, "resident", **PLACES).text
    link = LINK.format(link=f"https://heshi.example.gov.cn/follow/{'3' * 12}/")

    assert str(PLACES["number"]) in text
    assert len(link) <= LINK_LENGTH
    assert len(text) + LINK_LENGTH <= SMS_LENGTH
    assert SAY_LENGTH + LINK_LENGTH <= SMS_LENGTH


def told_in_the_code() -> Iterator[str]:
    """Yield every wording that some code asks for by its name."""
    for path in HESHI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = [keyword.value for keyword in node.keywords if keyword.arg == "about"]
                first = node.args[:1] if getattr(node.func, "id", "") == "words" else []
                yield from (
                    leaf.value
                    for value in [*named, *first]
                    for leaf in ast.walk(value)
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                )
    yield from (stage.value for stage in Stage)


def test_every_wording_is_really_used() -> None:
    asked = set(told_in_the_code())

    assert set(STAFF_WORDS) <= asked
    assert set(RESIDENT_WORDS) <= asked


def test_a_text_that_is_missing_or_half_filled_is_refused() -> None:
    with pytest.raises(NoticeWordsMissing, match="给群众的文字"):
        words("unrouted", "resident", number="1")
    with pytest.raises(NoticeWordsMissing, match="“due”"):
        words("nearly_due", "unit", number="1", clock="办结")
    assert issubclass(NoticeWordsMissing, Refusal)


@pytest.mark.parametrize(
    ("left", "way"),
    [
        ({"phone": "13800001234"}, Way("sms", "13800001234")),
        ({"phone": "+8613800001234"}, Way("sms", "+8613800001234")),
        ({"phone": "13800001234", "email": "a@example.cn", "address": "甲村"}, Way("sms", "13800001234")),
        ({"phone": "043188880000"}, Way("call", "043188880000")),
        ({"phone": "4008001234"}, Way("call", "4008001234")),
        ({"phone": "88880000"}, Way("call", "88880000")),
        ({"phone": "+4930123456"}, Way("call", "+4930123456")),
        ({"phone": "043188880000", "email": "a@example.cn"}, Way("email", "a@example.cn")),
        ({"email": "a@example.cn", "address": "甲村"}, Way("email", "a@example.cn")),
        ({"address": "甲村"}, Way("print", "甲村")),
        ({}, INBOX),
    ],
)
def test_the_way_is_chosen_by_what_she_left(left: dict[str, str], way: Way) -> None:
    assert way_to(**left) == way


def test_every_notice_has_one_address() -> None:
    assert [to.lies_at for to in (
        colleague(STAFF), desk(UNIT), desk(UNIT, {"dispatcher"}), everywhere("supervisor"), resident(CASE, INBOX),
    )] == [f"staff:{STAFF}", f"unit:{UNIT}", f"unit:{UNIT}", "role:supervisor", f"case:{CASE}"]  # fmt: skip


def test_each_wait_is_longer_up_to_half_a_day() -> None:
    waits = [wait_after(attempts) for attempts in range(12)]

    assert waits == sorted(waits)
    assert (waits[1], waits[-1]) == (timedelta(minutes=1), timedelta(hours=12))
