"""Where the headings of a sheet stand: below titles and notes, in one line or in several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from heshi.intake.rules.columns import JOINT, Headings, field_of
from heshi.intake.rules.reading import MOST_HEADING_ROWS
from heshi.intake.rules.rows import SheetRow
from heshi.intake.rules.words import tidy

LOOKED_AT: Final = 30
"""Lines from the top among which the headings are looked for."""
LONGEST_HEADING: Final = 30


def found_head(rows: Sequence[SheetRow]) -> tuple[int, int]:
    """Return the place among these rows where the headings begin, and how many of them they take.

    The line that names most of what a column can be; where no line names anything, the first.
    """
    named = [named_by(head_of([row])) for row in rows[:LOOKED_AT]]
    place = named.index(max(named)) if named else 0
    return place, _height(rows, place)


def _height(rows: Sequence[SheetRow], place: int) -> int:
    """Return how many lines the headings take: a line more, where it names something the lines above it do not."""
    height = 1
    for more in range(2, MOST_HEADING_ROWS + 1):
        lines = rows[place : place + more]
        if len(lines) < more or not all(_is_heading(cell) for cell in lines[-1].cells):
            break
        if named_by(head_of(lines)) > named_by(head_of(rows[place : place + height])):
            height = more
    return height


def _is_heading(cell: str) -> bool:
    return len(cell) <= LONGEST_HEADING and not any(sign.isdigit() for sign in cell[:4])


def head_of(lines: Sequence[SheetRow]) -> Headings:
    """Return what these lines call the columns; a cell above several columns stands over each of them."""
    width = max((len(line.cells) for line in lines), default=0)
    spread = [
        _spread(line.cells, width) if line is not lines[-1] else _filled(line.cells, width) for line in lines
    ]
    names = tuple(
        JOINT.join(dict.fromkeys(part for part in column if part)) for column in zip(*spread, strict=True)
    )
    return Headings(names, lines[0].line if lines else 1, len(lines))


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [tidy(cell) for cell in cells] + [""] * (width - len(cells))


def _spread(cells: Sequence[str], width: int) -> list[str]:
    """Return the cells of an upper line, each also over the empty ones to its right: that is how merged headings come."""
    spread, last = list[str](), ""
    for cell in _filled(cells, width):
        last = cell or last
        spread.append(last)
    return spread


def named_by(headings: Headings) -> int:
    """Return how many different things these headings name."""
    return len({field for name in headings.names if (field := field_of(name))})
