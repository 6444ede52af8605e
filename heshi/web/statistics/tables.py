"""Figures laid out for reading: cards, the buckets of the answered, the months, and a table for each dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from heshi.cases.terms import KINDS
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules.telling import figure_words
from heshi.playbooks.terms import MEASURES
from heshi.statistics.queries import Figures, OwnFigure
from heshi.statistics.rules import Rate, published, rate
from heshi.statistics.terms import DIMENSIONS, MEANINGS, WHOLE_COUNTY, WHOLES
from heshi.understanding.terms import topic_label
from heshi.web.kit.names import names

CARDS: Final = ("accepted", "answered", "solved", "answered_unsolved", "on_time", "overdue")
VOICES: Final = ("rated", "satisfied", "reopened")
BUCKETS: Final = ("solved", "answered_unsolved", "answered_only", "unconfirmed", "answered_withdrawn")
COLUMNS: Final = ("accepted", "answered", "solved", "answered_unsolved", "overdue", "rated", "satisfied")
MONTHLY: Final = ("received", "answered", "solved", "answered_unsolved", "overdue")
SHOWN_TO_ALL: Final = ("received", "accepted", "answered", "solved", "answered_unsolved", "overdue")
BROKEN_DOWN: Final = ("topic", "township", "unit", "kind", "playbook")
NOBODYS: Final = {"township": "未定到乡镇", "topic": "未分类", "unit": "未定单位", "kind": "未分类"}
Counts = Mapping[str, int]
Named = tuple[str, Counts]


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One rate with its two numbers, what they are called, and what the measure means."""

    code: str
    label: str
    whole_label: str
    rate: Rate
    meaning: str

    @property
    def part(self) -> str:
        """Return the part as people write it."""
        return f"{self.rate.part:,}"

    @property
    def whole(self) -> str:
        """Return the whole as people write it."""
        return f"{self.rate.whole:,}"


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One row of a table: a name, how many were received, and a card for each column."""

    name: str
    received: str
    cards: Sequence[FigureCard]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """One dimension."""

    dimension: str
    label: str
    lines: Sequence[FigureLine]


def card(counts: Counts, measure: str) -> FigureCard:
    """Return one measure as a card."""
    whole = WHOLES.get(measure, measure)
    return FigureCard(
        measure, MEASURES[measure], MEASURES[whole], rate(counts, measure), MEANINGS.get(measure, "")
    )


def cards(counts: Counts, measures: Sequence[str]) -> list[FigureCard]:
    """Return several measures as cards."""
    return [card(counts, measure) for measure in measures]


def tables(figures: Figures) -> list[FigureTable]:
    """Return a table for each dimension, the most received first."""
    return [
        FigureTable(dimension, DIMENSIONS[dimension], [_line(*row) for row in named(figures, dimension)])
        for dimension in BROKEN_DOWN
    ]


def _line(name: str, counts: Counts) -> FigureLine:
    return FigureLine(name, f"{counts.get('received', 0):,}", cards(counts, COLUMNS))


def monthly(figures: Figures, months: Sequence[str]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return each month with its counts; a month without cases stands there with zeros."""
    return [
        (month, [(MEASURES[measure], figures.months.get(month, {}).get(measure, 0)) for measure in MONTHLY])
        for month in months
    ]


def named(figures: Figures, dimension: str) -> list[Named]:
    """Return the rows of a dimension under the names people know; rows that count nothing are left out."""
    titles = _titles() if dimension == "playbook" else {}
    return [
        (name_of(dimension, key, titles), counts)
        for key, counts in figures.rows(dimension)
        # A counter that went back to nothing, as when a topic was put right, is not a row of noughts.
        if counts.get("received")
    ]


def _titles() -> dict[str, str]:
    # The newest version comes last and names the code.
    return dict(PlaybookVersion.objects.order_by("version").values_list("code", "title"))


def name_of(dimension: str, key: str, titles: Mapping[str, str]) -> str:
    """Return what people call a key of a dimension; the key itself where it has no name any more."""
    if key == WHOLE_COUNTY:
        return NOBODYS.get(dimension, DIMENSIONS["all"])
    match dimension:
        case "topic":
            return topic_label(key)
        case "kind":
            return KINDS.get(key, key)
        case "unit":
            return names().unit(key) or key
        case "township":
            return names().places.get(key, key)
        case _:
            return titles.get(key, key)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A playbook's own figure with its two numbers, what is counted over what, and who says so."""

    playbook: str
    title: str
    help: str
    rate: Rate
    of: str
    counts: str
    source: str
    note: str


def own_lines(owns: Sequence[OwnFigure], counts: Counts) -> list[OwnLine]:
    """Return the own figures of the playbooks as these counts have them."""
    return [_own_line(own, counts) for own in owns]


def _own_line(own: OwnFigure, counts: Counts) -> OwnLine:
    of, counted = figure_words(own.book, own.figure)
    note = "" if own.in_force else "从前的定义，按旧版预案办的案件仍照它数"
    return OwnLine(
        own.book.title,
        own.figure.title,
        own.figure.help,
        own.rate(counts),
        of,
        counted,
        own.figure.source,
        note,
    )


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One row that everybody may see; an empty text stands for a number too small to publish."""

    name: str
    counts: Sequence[str]


def public_lines(rows: Sequence[Named]) -> list[PublicLine]:
    """Return rows with every number hidden that could point at somebody."""
    # All rows together: a hidden number must not come out as what the others leave of the whole.
    shown = published([(str(index), counts) for index, (_name, counts) in enumerate(rows)], SHOWN_TO_ALL)
    return [
        PublicLine(name, ["" if value is None else f"{value:,}" for value in shown[str(index)].values()])
        for index, (name, _counts) in enumerate(rows)
    ]
