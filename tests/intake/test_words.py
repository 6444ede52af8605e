"""Typed words, made safe to keep without changing what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heshi.common.phones import digits_of, is_phone
from heshi.intake.rules.words import TITLE_LENGTH, tidy, title_from


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  楼上漏水\r\n三个月了\r", "楼上漏水\n三个月了"),
        ("坏\x00了\x07", "坏了"),
        ("生气😡👨‍👩‍👧", "生气😡👨‍👩‍👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202e倒着写\ufeff", "倒着写"),
        ("e\u0301", "\u00e9"),
        (" \n ", ""),
    ],
)
def test_words_are_tidied(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@given(st.text())
def test_whatever_was_typed_can_be_stored_and_tidying_again_changes_nothing(typed: str) -> None:
    kept = tidy(typed)

    assert "\x00" not in kept
    kept.encode()
    assert tidy(kept) == kept


@given(st.text())
def test_a_title_is_one_short_line(typed: str) -> None:
    title = title_from(typed)

    assert len(title) <= TITLE_LENGTH
    assert "\n" not in title


def test_a_title_is_the_first_sentence() -> None:
    assert title_from("楼上漏水。找过他三次，他都不理。") == "楼上漏水"


@pytest.mark.parametrize(
    "phone",
    [
        "13900001234",
        "139 0000 1234",
        "+86 139-0000-1234",
        "０１０－１２３４５６７８",
        "0799-1234567",
        "85551234",
    ],
)
def test_telephones_people_have(phone: str) -> None:
    assert is_phone(phone)


@pytest.mark.parametrize("phone", ["", "1390000123", "139000012345", "12345", "电话忘了", "１３９"])
def test_telephones_nobody_has(phone: str) -> None:
    assert not is_phone(phone)


def test_the_digits_of_a_telephone() -> None:
    assert digits_of("１３９ ００００-1234") == "13900001234"
