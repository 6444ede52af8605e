"""The figures as a file: every rate as its two numbers, so that nobody has to believe a percentage."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openpyxl import Workbook

from heshi.playbooks.terms import MEASURES
from heshi.statistics.queries import Figures, own_figures
from heshi.statistics.rules import rate
from heshi.statistics.terms import DIMENSIONS, OWN_DIMENSIONS, WHOLES
from heshi.web.statistics.tables import BROKEN_DOWN, Counts, OwnLine, named, own_lines

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
OWN_HEAD: Final = [
    "分类", "名称", "办理方式", "指标", "分子", "分母", "率（%）", "分母数哪些案件", "分子是其中哪些", "出处", "说明",
]  # fmt: skip
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
    return [dimension, _safe(name), *(counts.get(measure, 0) for measure in MEASURES), *percents]


def own_rows(figures: Figures) -> Iterator[list[Value]]:
    """Return the playbooks' own figures: for the county, each township and each unit that has cases they are about."""
    owns = own_figures(figures)
    for dimension in OWN_DIMENSIONS:
        places = [(DIMENSIONS["all"], figures.all)] if dimension == "all" else named(figures, dimension)
        for place, counts in places:
            for line in own_lines(owns, counts):
                if dimension == "all" or line.rate.whole:
                    yield _own_row(DIMENSIONS[dimension], place, line)


def _own_row(dimension: str, place: str, line: OwnLine) -> list[Value]:
    share = "" if line.rate.share is None else round(line.rate.share * 100, 2)
    said = (line.playbook, line.title, line.of, line.counts, line.source, line.note)
    playbook, title, *definition = map(_safe, said)
    return [dimension, _safe(place), playbook, title, line.rate.part, line.rate.whole, share, *definition]


def _safe(name: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula."""
    return f"'{name}" if name.startswith(FORMULA) else name


def as_csv(figures: Figures) -> bytes:
    """Return the figures as CSV."""
    return _csv(head(), rows(figures))


def own_as_csv(figures: Figures) -> bytes:
    """Return the playbooks' own figures as CSV."""
    return _csv(OWN_HEAD, own_rows(figures))


def _csv(first: Sequence[Value], lines: Iterable[Sequence[Value]]) -> bytes:
    """Return a table with the mark by which spreadsheet programs recognise UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(first)
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(figures: Figures) -> bytes:
    """Return the figures as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("统计")
    sheet.freeze_panes = "C2"
    sheet.append(head())
    for line in rows(figures):
        sheet.append(line)
    own = book.create_sheet("各办法的指标")
    own.freeze_panes = "E2"
    own.append(OWN_HEAD)
    for line in own_rows(figures):
        own.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
