"""Open a file of rows, whatever program wrote it, and refuse in one sentence what cannot be one."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from django.conf import settings
from python_calamine import CalamineWorkbook

from heshi.common.refusals import Invalid
from heshi.intake.queries.unfolding import Unfolding, unfolded
from heshi.intake.rules.columns import Headings
from heshi.intake.rules.records import records
from heshi.intake.rules.rows import SheetRow
from heshi.intake.rules.texts import (
    SAMPLE,
    NotASheet,
    found_delimiter,
    found_encoding,
    marked_encoding,
    refuse_other_formats,
)
from heshi.intake.rules.words import tidy

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MEGABYTE = 1024 * 1024
MOST_RATIO, SMALL = 200, 5 * MEGABYTE
MOST_CELLS = 20_000_000


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
    sentence = "这个文件里没有内容行，请确认选对了文件，并且第一行是列名、下面是内容。"


class SheetUnfolds(Invalid):
    """A small file that would fill the memory."""

    code = "sheet_unfolds"
    sentence = "这个表格解压后异常庞大，为防止占满内存没有打开。请只保留需要的行列，另存为新的 .xlsx 再导入。"


class SheetUnreadable(Invalid):
    """The workbook is damaged, locked by a password, or not one."""

    code = "sheet_unreadable"
    sentence = "这个表格打不开，可能已损坏或设了密码。请用 Excel 或 WPS 打开，去掉密码，另存为 .xlsx 再导入。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of rows, opened; ``rows`` can be gone through once."""

    headings: Headings
    rows: Iterator[SheetRow]


def fingerprint_of(path: Path) -> str:
    """Return the SM3 of a file, by which an interrupted import is known again; raises FileMissing or FileTooLarge."""
    _check_size(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new("sm3")).hexdigest()


def open_sheet(path: Path) -> Sheet:
    """Return the headings and rows of a CSV or Excel file, told by its content and not by its name.

    Raises FileMissing, FileTooLarge, FileEmpty, NotASheet, EncodingUnknown, SheetUnfolds or SheetUnreadable.
    """
    _check_size(path)
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if not sample.strip(b"\xef\xbb\xbf\r\n\t \0"):
        raise FileEmpty
    rows = _workbook_rows(path, sample) if sample.startswith((ZIP, OLD_OFFICE)) else _text_rows(path, sample)
    headings, first = next(rows, None), next(rows, None)
    if headings is None or first is None:
        raise FileEmpty
    return Sheet(Headings(tuple(tidy(cell) for cell in headings.cells)), chain([first], rows))


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except OSError as error:
        raise FileMissing(file=path.name) from error
    if size > settings.HESHI_IMPORT_MEGABYTES * MEGABYTE:
        raise FileTooLarge(megabytes=size // MEGABYTE, most=settings.HESHI_IMPORT_MEGABYTES)


def _text_rows(path: Path, sample: bytes) -> Iterator[SheetRow]:
    encoding = marked_encoding(sample)
    if not encoding:
        refuse_other_formats(sample)
        with path.open("rb") as lines:
            encoding = found_encoding(lines)
    errors = "replace" if "16" in encoding or "32" in encoding else "surrogateescape"
    with path.open(encoding=encoding, errors=errors, newline="") as text:
        first = next((line for line in text if line.strip("\0\r\n\t ")), "")
    return _read_text(path, encoding, errors, found_delimiter(first))


def _read_text(path: Path, encoding: str, errors: str, delimiter: str) -> Iterator[SheetRow]:
    with path.open(encoding=encoding, errors=errors, newline="") as text:
        yield from records(text, delimiter=delimiter)


def _workbook_rows(path: Path, sample: bytes) -> Iterator[SheetRow]:
    if sample.startswith(ZIP):
        _check_package(path)
    for line, cells in enumerate(_first_sheet(path), start=1):
        texts = [_text_of(cell) for cell in cells]
        if any(texts):
            yield SheetRow(line, texts)


def _check_package(path: Path) -> None:
    """Look into the package before anything is unfolded: what it is, and how much it would become."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SheetUnreadable from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        raise NotASheet(what="Word 文档" if "word/document.xml" in names else "压缩包或别的文件")
    if sum(part.file_size for part in parts) > _most_unfolded() or any(_is_bomb(part) for part in parts):
        raise SheetUnfolds
    _check_truth(path, parts)


def _most_unfolded() -> int:
    return int(settings.HESHI_IMPORT_MEGABYTES) * 3 * MEGABYTE


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MOST_RATIO * max(1, part.compress_size)


def _check_truth(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """Count what the parts really unfold to: the directory of a package may lie, and one cell may claim to stand in row 1048576."""
    total = Unfolding()
    try:
        with path.open("rb") as file:
            for part in parts:
                one = unfolded(file, part, most=_most_unfolded() - total.size)
                total = Unfolding(
                    total.size + one.size, max(total.rows, one.rows), max(total.columns, one.columns)
                )
                if one.size > max(part.file_size, 1) or one.rows * one.columns > MOST_CELLS:
                    raise SheetUnfolds
    except (OSError, ValueError) as error:
        raise SheetUnreadable from error


def _first_sheet(path: Path) -> Iterator[Sequence[object]]:
    """Return the rows of the first sheet that has any; whatever goes wrong inside the reader becomes one sentence."""
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for place in range(len(book.sheet_names)):
                sheet = book.get_sheet_by_index(place)
                if sheet.height:
                    return iter(sheet.to_python(skip_empty_area=False))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise SheetUnreadable from error
    raise FileEmpty


def _text_of(cell: object) -> str:
    """Return a cell as a person reads it: whole numbers without a point, moments as 2026-03-02 14:30:00."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return "" if cell is None else str(cell)
