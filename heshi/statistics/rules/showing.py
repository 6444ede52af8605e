"""Figures as people read them: a rate never without its two numbers, and small numbers with care."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from heshi.statistics.rules.hiding import cover
from heshi.statistics.terms import FEW, LEAST_PUBLISHED, WHOLES

MONTHS_A_YEAR = 12
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole; the share is None where there is no whole."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """Return part over whole."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> str:
        """Return the share as people write it; rounding never makes an incomplete whole complete, nor something nothing."""
        if self.share is None:
            return "—"
        tenths = round(self.share * 1000)
        if 0 < self.part < self.whole:
            tenths = min(max(tenths, 1), 999)
        return f"{tenths / 10:.1f}%"

    @property
    def is_small(self) -> bool:
        """Whether there are too few cases for the share to mean much."""
        return self.whole < FEW


def rate(counts: Counts, measure: str) -> Rate:
    """Return a measure as a part of the whole it belongs to."""
    return Rate(counts.get(measure, 0), counts.get(WHOLES.get(measure, measure), 0))


def months_between(first: str, last: str) -> list[str]:
    """Return every month from the first to the last (YYYY-MM), both included."""
    return list(_months(first, last))


def _months(first: str, last: str) -> Iterator[str]:
    year, month = map(int, first.split("-"))
    while (here := f"{year:04d}-{month:02d}") <= last:
        yield here
        year, month = (year + 1, 1) if month == MONTHS_A_YEAR else (year, month + 1)


def months_back(month: str, count: int) -> str:
    """Return the month so many months earlier."""
    year, number = map(int, month.split("-"))
    index = year * MONTHS_A_YEAR + number - 1 - count
    return f"{index // MONTHS_A_YEAR:04d}-{index % MONTHS_A_YEAR + 1:02d}"


def published(
    rows: Sequence[tuple[str, Counts]], measures: Sequence[str]
) -> dict[str, dict[str, int | None]]:
    """Return the counts that may be shown to everybody; None stands for a number too small to publish.

    A count of 1 to 4 is hidden, and a part where the rest of its whole would be that small; then as many more as it takes for these
    not to be worked out (`hiding`). The total of all rows is taken to be shown beside them where it is not small itself.
    """
    shown: dict[str, dict[str, int | None]] = {
        key: {measure: _large(counts, measure) for measure in measures} for key, counts in rows
    }
    whole = {
        measure: sum(counts.get(measure, 0) for _key, counts in rows) for measure in {*measures, *WHOLES}
    }
    cover(shown, dict(rows), {measure: _large(whole, measure) for measure in measures})
    return shown


def _large(counts: Counts, measure: str) -> int | None:
    part, whole = counts.get(measure, 0), counts.get(WHOLES.get(measure, measure), 0)
    return None if 0 < part < LEAST_PUBLISHED or 0 < whole - part < LEAST_PUBLISHED else part
