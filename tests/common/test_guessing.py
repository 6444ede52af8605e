"""Guessing is slowed down: by number or account, by address, and whatever process the guess arrives in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import RequestFactory

from heshi.common.guessing import PER_ADDRESS, PER_KEY, WINDOW, Kind, TooManyGuesses, address_of, guess
from heshi.common.models import Guesses
from tests.cast import NOON

HALL, HOME = "10.0.0.1", "10.0.0.2"
AT_ONCE = 12


class Wrong(Exception):
    """What was typed does not fit."""


def wrong(kind: Kind, key: str, *, address: str = HALL, minutes: int = 0) -> type[Exception] | None:
    """Guess wrong, and return what is said to it."""
    try:
        with guess(kind, key, address=address, at=NOON + timedelta(minutes=minutes)):
            raise Wrong
    except (Wrong, TooManyGuesses) as said:
        return type(said)


def right(kind: Kind, key: str, *, address: str = HALL, minutes: int = 0) -> str:
    """Say what is true, and return it."""
    with guess(kind, key, address=address, at=NOON + timedelta(minutes=minutes)):
        return "open"


@pytest.mark.django_db
def test_five_wrong_guesses_and_then_even_the_right_one_waits() -> None:
    said = [wrong("follow", "one") for _ in range(PER_KEY)]

    with pytest.raises(TooManyGuesses) as refused:
        right("follow", "one", address=HOME, minutes=1)

    assert said == [Wrong] * PER_KEY
    assert refused.value.details == {"minutes": 14, "retry_after": 14 * 60}
    assert right("follow", "one", address=HOME, minutes=15) == "open"


@pytest.mark.django_db
def test_another_number_and_another_kind_of_guess_are_not_held_back() -> None:
    for _ in range(PER_KEY):
        wrong("follow", "one")

    assert right("follow", "two") == "open"
    assert right("sign_in", "one") == "open"


@pytest.mark.django_db
def test_guessing_across_numbers_is_stopped_at_the_address_and_only_for_that_kind() -> None:
    said = [wrong("follow", f"number {number}") for number in range(PER_ADDRESS + 1)]

    assert said == [Wrong] * PER_ADDRESS + [TooManyGuesses]
    assert right("follow", "other", address=HOME) == "open"
    assert right("sign_in", "clerk", address=HALL) == "open"


@pytest.mark.django_db
def test_being_right_costs_nothing_however_often() -> None:
    assert {right("follow", f"number {number}") for number in range(2 * PER_ADDRESS)} == {"open"}
    assert {right("follow", "one") for _ in range(2 * PER_KEY)} == {"open"}


@pytest.mark.django_db
def test_what_is_long_over_does_not_stay_in_the_table() -> None:
    wrong("follow", "one")
    later = NOON + 2 * WINDOW + timedelta(seconds=1)

    with guess("follow", "two", address=HOME, at=later):
        kept = sorted(Guesses.objects.values_list("wrong", "until"))

    assert kept == [(1, later + WINDOW)] * 2


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Let every act start at the same moment on a connection of its own, as in so many processes."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as doors:
        return list(doors.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_on_connections_of_their_own_are_all_counted() -> None:
    said = together([lambda: wrong("follow", "one")] * AT_ONCE)

    assert sorted(said, key=str) == sorted(
        [Wrong] * PER_KEY + [TooManyGuesses] * (AT_ONCE - PER_KEY), key=str
    )
    assert list(Guesses.objects.values_list("wrong", flat=True)) == [AT_ONCE, AT_ONCE]


@pytest.mark.parametrize(
    ("proxies", "hops", "address"),
    [
        (0, "1.1.1.1", HALL),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", HALL),
        (1, "", HALL),
    ],
)
def test_only_as_many_proxies_are_believed_as_there_are(
    settings: Any, proxies: int, hops: str, address: str
) -> None:
    settings.HESHI_PROXIES = proxies

    request = RequestFactory().get("/", REMOTE_ADDR=HALL, headers={"X-Forwarded-For": hops})

    assert address_of(request) == address
