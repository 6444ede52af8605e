"""Figures as people read them."""

from __future__ import annotations

from itertools import product

import pytest

from heshi.statistics.rules import Rate, months_between, published, rate
from heshi.statistics.rules.showing import months_back
from heshi.statistics.terms import LEAST_PUBLISHED


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (812, 1024, "79.3%"),
        (0, 10, "0.0%"),
        (10, 10, "100.0%"),
        (0, 0, "—"),
        (9999, 10000, "99.9%"),
        (1, 10000, "0.1%"),
    ],
)
def test_a_percentage_never_rounds_away_the_unsolved(part: int, whole: int, percent: str) -> None:
    assert Rate(part, whole).percent == percent


def test_a_rate_knows_its_whole_and_says_when_it_is_small() -> None:
    counts = {"answered": 9, "solved": 3}

    assert rate(counts, "solved") == Rate(3, 9)
    assert rate(counts, "solved").is_small
    assert rate(counts, "received") == Rate(0, 0)


def test_months() -> None:
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months_between("2026-02", "2026-01") == []
    assert (months_back("2026-02", 11), months_back("2026-12", 0), months_back("2026-01", 1)) == (
        "2025-03",
        "2026-12",
        "2025-12",
    )


def test_small_counts_and_what_would_give_them_away_are_not_published() -> None:
    rows = [
        ("01", {"received": 40, "accepted": 40}),
        ("02", {"received": 20, "accepted": 17}),
        ("03", {"received": 3, "accepted": 3}),
        ("04", {"received": 9, "accepted": 0}),
    ]

    assert published(rows, ["received", "accepted"]) == {
        "01": {"received": 40, "accepted": 40},
        "02": {"received": 20, "accepted": None},
        "03": {"received": None, "accepted": None},
        "04": {"received": None, "accepted": 0},
    }


@pytest.mark.parametrize(
    ("column", "hidden"),
    [
        ([1, 1, 30, 40], {0, 1, 2}),
        ([4, 4, 30, 40], {0, 1, 2}),
        ([1, 5, 9, 40], {0, 2}),
        ([3, 0, 9, 0], {0, 2}),
        ([2, 6, 0, 0], {0, 1, 2, 3}),
        ([40, 30, 20, 10], set()),
    ],
)
def test_what_is_hidden_with_a_small_number_leaves_room_for_it(column: list[int], hidden: set[int]) -> None:
    rows = [(str(row), {"received": value}) for row, value in enumerate(column)]

    shown = published(rows, ["received"])

    assert {int(row) for row, counts in shown.items() if counts["received"] is None} == hidden


def test_a_part_is_covered_by_a_row_that_has_none_rather_than_told_by_the_total() -> None:
    rows = [("01", {"received": 10, "overdue": 8}), ("02", {"received": 40, "overdue": 0})]

    assert published(rows, ["received", "overdue"]) == {
        "01": {"received": 10, "overdue": None},
        "02": {"received": 40, "overdue": None},
    }


def test_what_its_parts_would_tell_of_a_hidden_number_is_hidden_too() -> None:
    many = {"received": 400, "accepted": 390, "answered": 380, "solved": 300, "answered_unsolved": 60}
    nearly = {"received": 100, "accepted": 100, "answered": 97, "solved": 90, "answered_unsolved": 6}
    rows = [("01", nearly), ("02", many), ("03", {name: 2 * count for name, count in many.items()})]

    shown = published(rows, list(many))

    assert shown["01"] == {
        "received": 100,
        "accepted": 100,
        "answered": None,
        "solved": 90,
        "answered_unsolved": None,
    }
    assert shown["02"] == many | {"answered": None, "answered_unsolved": None}


Column = tuple[int | None, ...]


def told_by_every_other_table(tables: list[list[int]]) -> list[tuple[Column, int, int]]:
    """Return the hidden numbers of which somebody who knows the rule, the total and these tables could say in fewer than four ways."""
    alike: dict[tuple[Column, int], list[list[int]]] = {}
    for values in tables:
        shown = published([(str(row), {"received": value}) for row, value in enumerate(values)], ["received"])
        seen = tuple(shown[str(row)]["received"] for row in range(len(values)))
        alike.setdefault((seen, sum(values)), []).append(values)
    largest = max(max(values) for values in tables)
    return [
        (seen, total, row)
        for (seen, total), values in alike.items()
        # A larger total would have tables that are not among these.
        if LEAST_PUBLISHED <= total <= largest
        for row, number in enumerate(seen)
        if number is None and len({each[row] for each in values}) < LEAST_PUBLISHED - 1
    ]


@pytest.mark.parametrize(("rows", "largest"), [(2, 20), (3, 14), (4, 9)])
def test_somebody_who_knows_the_rule_and_the_total_learns_no_small_number(rows: int, largest: int) -> None:
    tables = [list(values) for values in product(range(largest + 1), repeat=rows)]

    assert told_by_every_other_table(tables) == []
