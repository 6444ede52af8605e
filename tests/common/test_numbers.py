"""The public number: typo-proof, unguessable, readable over a telephone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heshi.common.numbers import LENGTH, NumberMistyped, check_number, new_number, spoken

NUMBERS = st.builds(new_number)


@given(NUMBERS)
def test_a_number_is_read_back_however_it_is_spoken(number: str) -> None:
    assert check_number(spoken(number)) == number
    assert check_number(f" {number[:4]} {number[4:]} ") == number
    assert check_number("".join(chr(ord(digit) + 0xFEE0) for digit in number)) == number


@given(NUMBERS, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)

    with pytest.raises(NumberMistyped):
        check_number(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS, st.integers(0, LENGTH - 2))
def test_two_swapped_neighbours_are_noticed(number: str, place: int) -> None:
    first, second = number[place], number[place + 1]
    swapped = number[:place] + second + first + number[place + 2 :]

    if first == second:
        assert check_number(swapped) == number
    else:
        with pytest.raises(NumberMistyped):
            check_number(swapped)


@pytest.mark.parametrize("typed", ["", "12345", "abc", "1234-5678-901x", "1" * 13, "🙂" * 12])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberMistyped):
        check_number(typed)


def test_numbers_do_not_follow_each_other() -> None:
    numbers = [int(new_number()) for _ in range(200)]

    assert len(set(numbers)) == 200
    assert numbers != sorted(numbers)
