"""Which column is what: guessed from the headings, or as a person says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heshi.common.refusals import Invalid
from heshi.intake.rules.words import tidy
from heshi.intake.terms import FIELDS, HEADINGS

Mapped = dict[str, int]
"""Field name to the place of its column."""
OF_HEADING = {heading: field for field, headings in HEADINGS.items() for heading in headings}
NOISE = re.compile(r"[\s*＊:：()（）\[\]【】_\-]|必填|选填")
PLAIN = {NOISE.sub("", heading): field for heading, field in OF_HEADING.items()}


class BodyColumnMissing(Invalid):
    """Nobody knows which column says what happened."""

    code = "body_column_missing"
    sentence = (
        "没有找到写内容的一列，表头是：{columns}。请让第一行写明列名，或者用 --map 列名=body 指明是哪一列。"
    )


class ColumnUnknown(Invalid):
    """The mapping names a column that the file does not have."""

    code = "column_unknown"
    sentence = "文件里没有名为“{column}”的列，只有：{columns}。请改正对应关系。"


class FieldUnknown(Invalid):
    """The mapping names something a column cannot be."""

    code = "field_unknown"
    sentence = "列不能对应到“{field}”，可以对应到：{fields}。"


class FieldTwice(Invalid):
    """Two columns are said to be the same thing."""

    code = "field_twice"
    sentence = "“{field}”对应了两列，请只留一列。"


@dataclass(frozen=True, slots=True)
class Headings:
    """The first line of a file."""

    names: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Return the headings as one line of text."""
        shown = "、".join(name or "（空）" for name in self.names[:20])
        return shown[:300] or "（空）"


def guessed(headings: Headings) -> Mapped:
    """Return what each column seems to be; a field goes to the first column that names it."""
    mapped: Mapped = {}
    for place, heading in enumerate(headings.names):
        field = PLAIN.get(NOISE.sub("", heading.lower()))
        if field:
            mapped.setdefault(field, place)
    return mapped


def parsed_pairs(pairs: Sequence[str]) -> dict[str, str]:
    """Return `column=field` pairs as a mapping; raises FieldUnknown for a pair without a known field."""
    chosen = {}
    for pair in pairs:
        column, _, field = pair.rpartition("=")
        if not column or (field and field not in FIELDS):
            raise FieldUnknown(field=field or pair, fields="、".join(FIELDS))
        chosen[column.strip()] = field.strip()
    return chosen


def mapped(headings: Headings, chosen: Mapping[str, str]) -> Mapped:
    """Return what each column is: as chosen (column to field; empty leaves it alone), the rest as guessed.

    Raises ColumnUnknown, FieldUnknown, FieldTwice or BodyColumnMissing.
    """
    wanted = {tidy(column): field for column, field in chosen.items()}
    for column, field in wanted.items():
        if column not in headings.names:
            raise ColumnUnknown(column=column, columns=headings.shown)
        if field and field not in FIELDS:
            raise FieldUnknown(field=field, fields="、".join(FIELDS))
    said = [field for field in wanted.values() if field]
    for field in said:
        if said.count(field) > 1:
            raise FieldTwice(field=FIELDS[field])
    result = {
        field: place
        for field, place in guessed(headings).items()
        if headings.names[place] not in wanted and field not in said
    }
    result |= {field: headings.names.index(column) for column, field in wanted.items() if field}
    if "body" not in result:
        raise BodyColumnMissing(columns=headings.shown)
    return result
