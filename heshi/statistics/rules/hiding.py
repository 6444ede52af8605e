"""Which further numbers must be hidden, so that those that are too small cannot be worked out from the rest of a table.

Secondary cell suppression, as statistical offices do it (Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapter 4): the
small counts are hidden first; then one more number after another, until whoever has a pencil cannot

- work any hidden number out to fewer values than are hidden to begin with: from the total less what is shown, and along a row,
  where a part is never larger than its whole;
- tell, though she knows this rule, that a count of 1 to 4 is one of these and not another: the hidden numbers of a column always
  contain one that is not small, and leave room for each small one to be any of them.

It looks at what one column and one row say together, again and again; it solves no system of equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Final

from heshi.statistics.terms import EXCLUDING, LEAST_PUBLISHED, WHOLES

Counts = Mapping[str, int]
Shown = dict[str, dict[str, int | None]]
"""By row and measure what is shown; None is hidden."""
Spot = tuple[str, str]
"""A row and a measure."""
Spans = dict[Spot, tuple[float, float]]
"""Between which two numbers each lies, as far as anybody can tell."""
MOST_SMALL: Final = LEAST_PUBLISHED - 1
ROUNDS: Final = 12
"""So often somebody goes over the table; what is not found by then is not found with a pencil."""


def cover(shown: Shown, counts: Mapping[str, Counts], totals: Mapping[str, int | None]) -> None:
    """Hide as many numbers more as it takes, in place; ``totals`` are those of the measures that are shown elsewhere."""
    hopeless: set[Spot] = set()
    while spots := [spot for spot in _told(shown, counts, totals) if spot not in hopeless]:
        if (more := _next(shown, counts, spots[0])) is None:
            hopeless.add(spots[0])
        else:
            shown[more[0]][more[1]] = None


def spans(shown: Shown, totals: Mapping[str, int | None]) -> Spans:
    """Return between which numbers each one lies, as the rows and the totals that are shown tell."""
    found: Spans = {
        (row, measure): (0, inf) if value is None else (value, value)
        for row, values in shown.items()
        for measure, value in values.items()
    }
    for _round in range(ROUNDS):
        before = dict(found)
        for row, values in shown.items():
            _along(found, row, values)
        for measure, total in totals.items():
            if total is not None:
                _down(found, [(row, measure) for row in shown], total)
        if found == before:
            break
    return found


def _along(found: Spans, row: str, measures: Mapping[str, object]) -> None:
    """Narrow a row: a part is at most its whole, and parts that exclude each other are at most that together."""
    for part in measures:
        whole = WHOLES.get(part, part)
        if whole not in measures or whole == part:
            continue
        rivals = [other for other in EXCLUDING.get(part, ()) if other in measures]
        beside = sum(found[row, other][0] for other in rivals)
        (low, high), (least, most) = found[row, part], found[row, whole]
        found[row, part] = low, min(high, most - beside)
        found[row, whole] = max(least, low + beside), most


def _down(found: Spans, column: list[Spot], total: int) -> None:
    """Narrow a column by its total: each number is what the others leave."""
    least = sum(found[spot][0] for spot in column)
    most = sum(high for spot in column if (high := found[spot][1]) < inf)
    endless = sum(found[spot][1] == inf for spot in column)
    for spot in column:
        low, high = found[spot]
        others = inf if endless > (high == inf) else most - (high if high < inf else 0)
        found[spot] = max(low, total - others), min(high, total - (least - low))


def _told(shown: Shown, counts: Mapping[str, Counts], totals: Mapping[str, int | None]) -> Iterator[Spot]:
    """Yield the hidden numbers that can be worked out too closely, wholes before their parts: what hides them hides the parts too."""
    known = spans(shown, totals)
    for measure, total in totals.items():
        column = [(row, measure) for row, values in shown.items() if values[measure] is None]
        yield from (spot for spot in column if known[spot][1] - known[spot][0] < LEAST_PUBLISHED)
        if total is None or not column:
            continue
        if _gives_away([counts[row].get(measure, 0) for row, _measure in column]):
            yield column[0]
        # Where the whole is shown, the rest of it is as well known as the part.
        whole = WHOLES.get(measure, "")
        rests = [_rest(counts[row], measure) for row, _measure in column if shown[row].get(whole) is not None]
        if totals.get(whole) and len(rests) == len(column) and _gives_away(rests):
            yield column[0]


def _gives_away(values: list[int]) -> bool:
    """Return whether these numbers, of which the sum is known, tell how small the small ones are."""
    small = [value for value in values if 0 < value <= MOST_SMALL]
    large = [value for value in values if value > MOST_SMALL]
    if not small:
        return False
    room = MOST_SMALL + (len(small) - 1) + LEAST_PUBLISHED * len(large)
    return not large or sum(values) <= room


def _rest(counts: Counts, measure: str) -> int:
    return counts.get(WHOLES.get(measure, measure), 0) - counts.get(measure, 0)


def _next(shown: Shown, counts: Mapping[str, Counts], spot: Spot) -> Spot | None:
    """Return which number to hide so that this one is told less closely; None where all that tell of it are hidden."""
    row, measure = spot
    low, high = spans({row: shown[row]}, {})[spot]
    kin = {WHOLES.get(measure, measure), *EXCLUDING.get(measure, ())}
    kin |= {part for part in shown[row] if WHOLES.get(part) == measure}
    beside = [(row, name) for name in kin if shown[row].get(name) is not None]
    column = [(other, measure) for other, values in shown.items() if values[measure] is not None]
    first, second = (beside, column) if high - low < LEAST_PUBLISHED else (column, [])
    return min(first or second, key=lambda one: _worth(counts[one[0]], one), default=None)


def _worth(counts: Counts, spot: Spot) -> tuple[bool, bool, int, Spot]:
    """Return how gladly a number is given up: the smallest that leaves enough room goes first, nothing at all goes last."""
    value, enough = counts.get(spot[1], 0), LEAST_PUBLISHED + MOST_SMALL
    rest = _rest(counts, spot[1]) if spot[1] in WHOLES else enough
    return value == 0, min(value, rest) < enough, value, spot
