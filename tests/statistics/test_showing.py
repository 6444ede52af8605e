"""Figures as people read them."""

from __future__ import annotations

import pytest

from heshi.statistics.rules import Rate, months_between, published, rate
from heshi.statistics.rules.showing import months_back


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
