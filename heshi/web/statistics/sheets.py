"""The figures as a file: every rate as its two numbers, so that nobody has to believe a percentage."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from openpyxl import Workbook

from heshi.statistics.queries import Figures
from heshi.statistics.rules import rate
from heshi.statistics.terms import DIMENSIONS, MEASURES, WHOLES
from heshi.web.statistics.tables import BROKEN_DOWN, Counts, named

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Value = str | int | float


def head() -> list[Value]:
    """Return the first line: what is counted, and for each rate of what it is a part."""
    rates = [f"{MEASURES[measure]}/{MEASURES[whole]}（%）" for measure, whole in WHOLES.items()]
    return ["分类", "名称", *MEASURES.values(), *rates]


def rows(figures: Figures) -> Iterator[list[Value]]:
    """Return the lines of all dimensions, the whole first."""
    yield row(DIMENSIONS["all"], DIMENSIONS["all"], figures.all)
    for dimension in BROKEN_DOWN:
        for name, counts in named(figures, dimension):
            yield row(DIMENSIONS[dimension], name, counts)


def row(dimension: str, name: str, counts: Counts) -> list[Value]:
    """Return one line; a name that a spreadsheet would take for a formula gets an apostrophe in front."""
    shares = [rate(counts, measure).share for measure in WHOLES]
    percents: list[Value] = ["" if share is None else round(share * 100, 2) for share in shares]
    safe = f"'{name}" if name.startswith(FORMULA) else name
    return [dimension, safe, *(counts.get(measure, 0) for measure in MEASURES), *percents]


def as_csv(figures: Figures) -> bytes:
    """Return the figures as CSV with the mark by which spreadsheet programs recognise UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head())
    writer.writerows(rows(figures))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(figures: Figures) -> bytes:
    """Return the figures as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("统计")
    sheet.freeze_panes = "C2"
    sheet.append(head())
    for line in rows(figures):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
