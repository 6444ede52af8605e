"""Notices say enough and no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from heshi.notices.rules import NoticeWordsMissing, address, places_of, wait_after, words
from heshi.notices.terms import RESIDENT_WORDS, SMS_LENGTH, STAFF_WORDS, Words

UNIT, STAFF, CASE = UUID(int=1), UUID(int=2), UUID(int=3)
EVERY = [*STAFF_WORDS.items(), *RESIDENT_WORDS.items()]
LONGEST = {"number": "3827-1945-0637", "due": "2026年12月31日", "clock": "知道权利受损害之日起的诉讼时效"}
FILLED = LONGEST | {"unit": "某某县人力资源和社会保障局劳动监察大队", "reason": "需要鉴定" * 6}


@pytest.mark.parametrize(("about", "template"), EVERY)
def test_a_text_names_the_matter_by_number_and_asks_for_nothing_personal(about: str, template: Words) -> None:
    assert "number" in places_of(template)
    assert places_of(template) <= {"number", "due", "clock", "unit", "reason"}


@pytest.mark.parametrize("about", RESIDENT_WORDS)
def test_a_text_to_a_resident_fits_a_short_message(about: str) -> None:
    assert len(words(about, "resident", **FILLED).text) <= SMS_LENGTH


def test_words_are_filled() -> None:
    found = words("nearly_due", "unit", number="1", clock="信访事项办结", due="3月6日")

    assert found == ("即将到期", "1 的“信访事项办结”3月6日到期，请抓紧办理；需要延长的请提前报批。")


def test_a_text_that_is_missing_or_half_filled_is_refused() -> None:
    with pytest.raises(NoticeWordsMissing, match="给群众的文字"):
        words("unrouted", "resident", number="1")
    with pytest.raises(NoticeWordsMissing, match="“due”"):
        words("nearly_due", "unit", number="1", clock="办结")


@pytest.mark.parametrize(
    ("to_kind", "to_unit", "to_role", "to_staff", "lies"),
    [
        ("staff", UNIT, "clerk", STAFF, f"staff:{STAFF}"),
        ("unit", UNIT, "", None, f"unit:{UNIT}"),
        ("unit", UNIT, "dispatcher", None, f"post:{UNIT}:dispatcher"),
        ("role", UNIT, "dispatcher", None, f"post:{UNIT}:dispatcher"),
        ("role", None, "supervisor", None, "role:supervisor"),
        ("resident", None, "", None, f"case:{CASE}"),
    ],
)
def test_every_notice_has_one_address(
    to_kind: str, to_unit: UUID | None, to_role: str, to_staff: UUID | None, lies: str
) -> None:
    found = address(to_kind=to_kind, case_id=CASE, to_unit=to_unit, to_role=to_role, to_staff=to_staff)

    assert found == lies


def test_each_wait_is_longer_up_to_half_a_day() -> None:
    waits = [wait_after(attempts) for attempts in range(12)]

    assert waits == sorted(waits)
    assert (waits[1], waits[-1]) == (timedelta(minutes=1), timedelta(hours=12))
