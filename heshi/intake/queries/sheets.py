"""Open a file of rows, whatever program wrote it, and refuse in one sentence what cannot be one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.conf import settings

from heshi.common.refusals import Invalid
from heshi.intake.queries.books import MEGABYTE, OLD_OFFICE, ZIP, Leaf, leaves
from heshi.intake.rules.columns import Headings
from heshi.intake.rules.heads import LOOKED_AT, found_head, head_of, named_by
from heshi.intake.rules.reading import MOST_HEADING_ROWS, Reading
from heshi.intake.rules.records import records
from heshi.intake.rules.rows import SheetRow
from heshi.intake.rules.texts import (
    DELIMITERS,
    SAMPLE,
    found_delimiter,
    found_encoding,
    marked_encoding,
    refuse_other_formats,
    said_delimiter,
)

SAMPLED_ROWS, DELIMITER_LINES = 200, 12


class FileMissing(Invalid):
    """There is no such file, or it may not be read."""

    code = "file_missing"
    sentence = "打不开文件“{file}”，请检查路径是否写对、有没有读取权限。"


class FileTooLarge(Invalid):
    """More than this installation takes at once."""

    code = "file_too_large"
    sentence = "文件有 {megabytes} MB，一次最多导入 {most} MB，请分成几个文件导入。"


class FileEmpty(Invalid):
    """Nothing in it, or nothing below the headings."""

    code = "file_empty"
    sentence = "这个文件里没有内容行，请确认选对了文件和工作表，并且列名下面有内容。"


class SheetUnknown(Invalid):
    """The workbook has no sheet of that name."""

    code = "sheet_unknown"
    sentence = "文件里没有名为“{sheet}”的工作表，只有：{sheets}。"


class HeadingBeyond(Invalid):
    """The headings are said to stand where the sheet has no line."""

    code = "heading_beyond"
    sentence = "第 {line} 行没有内容，请改选列名所在的那一行。"


class SheetsDiffer(Invalid):
    """The sheets cannot be read by one set of columns."""

    code = "sheets_differ"
    sentence = "工作表“{one}”和“{other}”的列名不一样，请一张一张导入。"


class HiddenRows(Invalid):
    """Nobody said whether rows that cannot be seen are to come in."""

    code = "hidden_rows"
    sentence = "有 {count} 行是隐藏的（第 {lines} 行）。请先选定：隐藏的行也导入，还是不导入。"


@dataclass(frozen=True, slots=True)
class LeafSeen:
    """A sheet as it is offered: whether it is read, whether people see it, how many lines it has."""

    name: str
    is_read: bool
    is_hidden: bool
    lines: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of rows, opened; ``rows`` can be gone through once.

    ``above`` are the lines over the headings, ``sample`` the first rows below them, ``leaves`` the sheets there were to choose from
    (none in a file of text), ``hidden`` where the hidden rows stand.
    """

    headings: Headings
    rows: Iterator[SheetRow]
    sample: Sequence[SheetRow]
    above: Sequence[SheetRow] = ()
    leaves: Sequence[LeafSeen] = ()
    hidden: Sequence[str] = ()

    def check_hidden(self, reading: Reading) -> None:
        """Raise HiddenRows where there are any and nobody said what to do with them."""
        if self.hidden and reading.hidden is None:
            raise HiddenRows(count=len(self.hidden), lines="、".join(self.hidden[:10]))


def fingerprint_of(path: Path) -> str:
    """Return the SM3 of a file, by which an interrupted import is known again; raises FileMissing or FileTooLarge."""
    _check_size(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new("sm3")).hexdigest()


def open_sheet(path: Path, reading: Reading = Reading()) -> Sheet:  # noqa: B008 -- it cannot be changed
    """Return the headings and rows of a CSV or Excel file, told by its content and not by its name, read as somebody chose.

    Raises FileMissing, FileTooLarge, FileEmpty, NotASheet, EncodingUnknown, SheetUnfolds, SheetUnreadable, SheetUnknown or
    HeadingBeyond or SheetsDiffer.
    """
    _check_size(path)
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if not sample.strip(b"\xef\xbb\xbf\r\n\t \0"):
        raise FileEmpty
    if sample.startswith((ZIP, OLD_OFFICE)):
        return _of_workbook(leaves(path, sample), reading)
    above, headings, rows = _under(_text_rows(path, sample), reading)
    return _sheet(headings, rows, above)


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except OSError as error:
        raise FileMissing(file=path.name) from error
    if size > settings.HESHI_IMPORT_MEGABYTES * MEGABYTE:
        raise FileTooLarge(megabytes=size // MEGABYTE, most=settings.HESHI_IMPORT_MEGABYTES)


def _sheet(
    headings: Headings, rows: Iterator[SheetRow], above: Sequence[SheetRow], found: Sequence[LeafSeen] = (), hidden: Sequence[str] = ()
) -> Sheet:  # fmt: skip
    first = list(islice(rows, SAMPLED_ROWS))
    if not first:
        raise FileEmpty
    return Sheet(headings, chain(first, rows), first, above, found, hidden)


def _under(rows: Iterator[SheetRow], reading: Reading) -> tuple[list[SheetRow], Headings, Iterator[SheetRow]]:
    """Return the lines over the headings, the headings, and the rows below; raises FileEmpty or HeadingBeyond."""
    top = list(islice(rows, max(LOOKED_AT, reading.heading) + MOST_HEADING_ROWS))
    if not top:
        raise FileEmpty
    place, height = found_head(top)
    if reading.heading:
        place = next((place for place, row in enumerate(top) if row.line == reading.heading), -1)
        if place < 0:
            raise HeadingBeyond(line=reading.heading)
        height = max(1, min(reading.heading_rows or 1, MOST_HEADING_ROWS))
    return top[:place], head_of(top[place : place + height]), chain(top[place + height :], rows)


def _of_workbook(found: Sequence[Leaf], reading: Reading) -> Sheet:
    """Return the rows of the sheets that were chosen, or else of every visible sheet with the headings of the best one."""
    names = [leaf.name for leaf in found]
    for name in reading.sheets:
        if name not in names:
            raise SheetUnknown(sheet=name, sheets="、".join(names))
    chosen = [leaf for leaf in found if leaf.name in reading.sheets] or _likely(found)
    if not chosen:
        raise FileEmpty
    opened = [(leaf, *_under(_rows_of(leaf, named=len(chosen) > 1), reading)) for leaf in chosen]
    headings, above = opened[0][2], opened[0][1]
    for leaf, _above, others, _rows in opened[1:]:
        if [name for name in others.names if name] != [name for name in headings.names if name]:
            raise SheetsDiffer(one=chosen[0].name, other=leaf.name)
    hidden = [
        row.where for leaf, _above, _headings, rows in opened for row in rows if row.line in leaf.hidden_rows
    ]
    again = ((leaf, _under(_rows_of(leaf, named=len(chosen) > 1), reading)[2]) for leaf in chosen)
    rows = (
        row for leaf, below in again for row in below if reading.hidden or row.line not in leaf.hidden_rows
    )
    seen = [LeafSeen(leaf.name, leaf in chosen, leaf.is_hidden, len(leaf.rows)) for leaf in found]
    return _sheet(headings, rows, above, seen, hidden)


def _likely(found: Sequence[Leaf]) -> list[Leaf]:
    """Return the visible sheet whose headings name most, and those with the same headings: a sheet for every month."""
    visible = [leaf for leaf in found if not leaf.is_hidden] or list(found)
    heads = {leaf.name: _head(leaf) for leaf in visible}
    best = max(heads.values(), key=lambda head: head[0], default=(0, ()))
    return [leaf for leaf in visible if heads[leaf.name][1] == best[1] and best[1]]


def _head(leaf: Leaf) -> tuple[int, tuple[str, ...]]:
    """Return how much the headings of a sheet name, and what they are."""
    top = list(islice(_rows_of(leaf), LOOKED_AT))
    if not top:
        return 0, ()
    place, height = found_head(top)
    head = head_of(top[place : place + height])
    return named_by(head), head.names


def _rows_of(leaf: Leaf, *, named: bool = False) -> Iterator[SheetRow]:
    for line, cells in enumerate(leaf.rows, start=1):
        if any(cell.strip() for cell in cells):
            yield SheetRow(line, cells, sheet=leaf.name if named else "")


def _text_rows(path: Path, sample: bytes) -> Iterator[SheetRow]:
    encoding = marked_encoding(sample)
    if not encoding:
        refuse_other_formats(sample)
        with path.open("rb") as lines:
            encoding = found_encoding(lines)
    errors = "replace" if "16" in encoding or "32" in encoding else "surrogateescape"
    with path.open(encoding=encoding, errors=errors, newline="") as text:
        first = list(islice((line for line in text if line.strip("\0\r\n\t ")), DELIMITER_LINES))
    said = said_delimiter(first[0]) if first else ""
    return _read_text(path, encoding, errors, said or _delimiter(first), skip=bool(said))


def _delimiter(lines: Sequence[str]) -> str:
    """Return the sign by which some line of the first names most columns; a title above the headings has none."""
    named = {
        sign: max(
            (named_by(head_of([SheetRow(1, line.replace('"', "").split(sign))])) for line in lines), default=0
        )
        for sign in DELIMITERS
    }
    best = max(named.values())
    signs = [sign for sign in DELIMITERS if named[sign] == best]
    return signs[0] if len(signs) == 1 else found_delimiter(lines[0] if lines else "")


def _read_text(path: Path, encoding: str, errors: str, delimiter: str, *, skip: bool) -> Iterator[SheetRow]:
    with path.open(encoding=encoding, errors=errors, newline="") as text:
        rows = records(text, delimiter=delimiter)
        # The line `sep=;` is for spreadsheets, not part of the list.
        yield from islice(rows, 1, None) if skip else rows
