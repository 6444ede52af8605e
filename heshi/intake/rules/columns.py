"""Which column is what: guessed from the headings and from what stands below them, or as a person says, by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from heshi.common.refusals import Invalid
from heshi.intake.terms import (
    ENDINGS,
    FIELDS,
    HEADINGS,
    OF_THE_OFFICE,
    ROW_NUMBERS,
    SAID_AT,
    SOURCE_KEY,
    TIME_WORDS,
)

Mapped = dict[str, int]
"""Field name to the place of its column, counted from 0."""
NOISE: Final = re.compile(r"[\s*＊:：()（）\[\]【】_\-]|必填|选填")
PLAIN: Final = {NOISE.sub("", heading): field for field, headings in HEADINGS.items() for heading in headings}
JOINT: Final = "·"
"""Stands between the lines of a heading that takes more than one."""
OF_PLACE: Final = re.compile(r"(?:(?P<name>.+))?#(?P<number>\d{1,4})")
LONGEST_UNKNOWN: Final = 8
"""A longer text that ends like a heading is somebody's sentence."""
COUNTED_ROWS, LARGEST_ROW_NUMBER = 3, 100_000


class BodyColumnMissing(Invalid):
    """Nobody knows which column says what happened."""

    code = "body_column_missing"
    sentence = "没有找到写内容的一列，列名是：{columns}。请指明哪一行是列名、哪一列写的是内容。"


class ColumnUnknown(Invalid):
    """The mapping names a column that the file does not have."""

    code = "column_unknown"
    sentence = "文件里没有“{column}”这一列，只有：{columns}。请改正对应关系。"


class ColumnTwice(Invalid):
    """The mapping names a column by a heading that two columns have."""

    code = "column_twice"
    sentence = "有 {count} 列都叫“{column}”，请写明第几个，如“{column}#2”，或者写第几列，如“#{place}”。"


class FieldUnknown(Invalid):
    """The mapping names something a column cannot be."""

    code = "field_unknown"
    sentence = "列不能对应到“{field}”，可以对应到：{fields}。"


class FieldTwice(Invalid):
    """Two columns are said to be the same thing."""

    code = "field_twice"
    sentence = "“{field}”对应了两列，请只留一列。"


class TimeNotUnderstood(Invalid):
    """A column seems to say when, and nobody knows whether it does."""

    code = "time_not_understood"
    sentence = "“{columns}”像是时间，但不知道是不是群众反映的时间。请指明哪一列是“时间”；都不是，就选“这份表没有写反映时间”。"


@dataclass(frozen=True, slots=True)
class Headings:
    """What the columns are called; ``line`` and ``rows`` say where in the sheet that stands."""

    names: tuple[str, ...]
    line: int = 1
    rows: int = 1

    @property
    def shown(self) -> str:
        """Return the headings as one line of text."""
        shown = "、".join(name or "（空）" for name in self.names[:20])
        return shown[:300] or "（空）"

    def called(self, place: int) -> str:
        """Return how people call a column: by its heading, or by its place where it has none."""
        return self.names[place] or f"第 {place + 1} 列（没有列名）"


@dataclass(frozen=True, slots=True)
class Guess:
    """What the columns seem to be; ``twice`` holds the fields for which there was a choice, ``counting`` columns of row numbers."""

    mapped: Mapped
    twice: Mapping[str, Sequence[int]]
    counting: frozenset[int]


def field_of(heading: str) -> str:
    """Return what a heading seems to mean, empty for nothing we know: as a whole, then by its last line, then by its first."""
    parts = heading.split(JOINT)
    for part in dict.fromkeys((heading, parts[-1], parts[0])):
        plain = NOISE.sub("", part.lower())
        if plain in PLAIN:
            return PLAIN[plain]
    plain = NOISE.sub("", parts[-1].lower())
    if OF_THE_OFFICE.search(heading) or plain in ROW_NUMBERS or len(plain) > LONGEST_UNKNOWN:
        return ""
    return next((field for ending, field in ENDINGS if plain.endswith(ending)), "")


def guessed(headings: Headings, sample: Sequence[Sequence[str]] = ()) -> Guess:
    """Return what each column seems to be; a field goes to the first column that names it, a count of rows to none."""
    found: dict[str, list[int]] = {}
    counting = set[int]()
    for place, heading in enumerate(headings.names):
        field = field_of(heading)
        if field == SOURCE_KEY and counts_rows([row[place] for row in sample if place < len(row)]):
            counting.add(place)
        elif field:
            found.setdefault(field, []).append(place)
    # Better a heading that everybody knows than one that only ends like it.
    first = {
        field: min(places, key=lambda place: (not _is_known(headings.names[place]), place))
        for field, places in found.items()
    }
    twice = {field: places for field, places in found.items() if len(places) > 1}
    return Guess(first, twice, frozenset(counting))


def _is_known(heading: str) -> bool:
    return NOISE.sub("", heading.rsplit(JOINT, maxsplit=1)[-1].lower()) in PLAIN


def counts_rows(cells: Sequence[str]) -> bool:
    """Return whether these only count the rows of the sheet, one by one: a number that begins anew next month is nobody's."""
    numbers = [int(plain) for cell in cells if (plain := cell.strip()).isdecimal() and len(plain) < 7]
    written = sum(bool(cell.strip()) for cell in cells)
    if len(numbers) < COUNTED_ROWS or len(numbers) * 10 < written * 9 or numbers[0] > LARGEST_ROW_NUMBER:
        return False
    steps = [after - before for before, after in pairwise(numbers)]
    return sum(step in {0, 1} for step in steps) * 10 >= len(steps) * 9 and numbers[-1] > numbers[0]


def places_of(headings: Headings, pairs: Sequence[str]) -> dict[int, str]:
    """Return `column=field` pairs by the place of the column, which is named by its heading, by heading#2, or by #4.

    Raises FieldUnknown, ColumnUnknown or ColumnTwice.
    """
    chosen = {}
    for pair in pairs:
        column, _, field = pair.rpartition("=")
        if not column or (field and field not in FIELDS):
            raise FieldUnknown(field=field or pair, fields="、".join(FIELDS))
        chosen[_place_of(headings, column.strip())] = field.strip()
    return chosen


def _place_of(headings: Headings, column: str) -> int:
    found = [place for place, name in enumerate(headings.names) if name == column]
    if len(found) == 1:
        return found[0]
    if found:
        raise ColumnTwice(column=column, count=len(found), place=found[-1] + 1)
    match = OF_PLACE.fullmatch(column)
    among = [place for place, name in enumerate(headings.names) if match and match["name"] in {None, name}]
    if match is None or not 0 < int(match["number"]) <= len(among):
        raise ColumnUnknown(column=column, columns=headings.shown)
    return among[int(match["number"]) - 1]


def mapped(headings: Headings, chosen: Mapping[int, str], sample: Sequence[Sequence[str]] = ()) -> Mapped:
    """Return what each column is: as chosen (place to field; empty leaves it alone), the rest as guessed.

    Raises ColumnUnknown, FieldUnknown, FieldTwice or BodyColumnMissing.
    """
    for place, field in chosen.items():
        if not 0 <= place < len(headings.names):
            raise ColumnUnknown(column=f"#{place + 1}", columns=headings.shown)
        if field and field not in FIELDS:
            raise FieldUnknown(field=field, fields="、".join(FIELDS))
    said = [field for field in chosen.values() if field]
    for field in said:
        if said.count(field) > 1:
            raise FieldTwice(field=FIELDS[field])
    result = {
        field: place
        for field, place in guessed(headings, sample).mapped.items()
        if place not in chosen and field not in said
    }
    result |= {field: place for place, field in chosen.items() if field}
    if "body" not in result:
        raise BodyColumnMissing(columns=headings.shown)
    return result


def check_time(headings: Headings, columns: Mapped, *, timeless: bool) -> None:
    """Raise TimeNotUnderstood where a column seems to say when and no column was taken for it: a time is never made up."""
    unclear = list(_unclear_times(headings, columns))
    if SAID_AT not in columns and not timeless and unclear:
        raise TimeNotUnderstood(columns="”“".join(unclear))


def _unclear_times(headings: Headings, columns: Mapped) -> Iterator[str]:
    taken = set(columns.values())
    for place, name in enumerate(headings.names):
        if (
            place not in taken
            and any(word in name.lower() for word in TIME_WORDS)
            and not OF_THE_OFFICE.search(name)
        ):
            yield name
