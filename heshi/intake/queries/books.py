"""A workbook: its sheets, which of them and of their rows are hidden, and their cells as a person reads them."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from defusedxml import ElementTree
from django.conf import settings
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from heshi.common.refusals import Invalid
from heshi.intake.queries.unfolding import Unfolding, unfolded
from heshi.intake.rules.texts import NotASheet

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MEGABYTE = 1024 * 1024
MOST_RATIO, SMALL = 200, 5 * MEGABYTE
MOST_CELLS = 20_000_000
MOST_DIGITS: Final = 15
"""A spreadsheet keeps so many digits of a number; whatever is longer it has rounded."""
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Cell = str | float | int | bool | datetime | date | time | timedelta | None


class SheetUnfolds(Invalid):
    """A small file that would fill the memory."""

    code = "sheet_unfolds"
    sentence = "这个表格解压后异常庞大，为防止占满内存没有打开。请只保留需要的行列，另存为新的 .xlsx 再导入。"


class SheetUnreadable(Invalid):
    """The workbook is damaged, locked by a password, or not one."""

    code = "sheet_unreadable"
    sentence = "这个表格打不开，可能已损坏或设了密码。请用 Excel 或 WPS 打开，去掉密码，另存为 .xlsx 再导入。"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet of a workbook, cells as text; ``hidden_rows`` are the numbers, from 1, of those that nobody sees."""

    name: str
    is_hidden: bool
    rows: Sequence[Sequence[str]]
    hidden_rows: frozenset[int] = frozenset()


def leaves(path: Path, sample: bytes) -> list[Leaf]:
    """Return the sheets of a workbook that hold anything; raises NotASheet, SheetUnfolds or SheetUnreadable."""
    hidden = _looked_into(path) if sample.startswith(ZIP) else {}
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return [
                leaf
                for place, kind in enumerate(book.sheets_metadata)
                if kind.typ == SheetTypeEnum.WorkSheet
                and (
                    leaf := _leaf(
                        book.get_sheet_by_index(place), kind.visible != SheetVisibleEnum.Visible, hidden
                    )
                )
            ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # whatever goes wrong inside the reader becomes one sentence
        raise SheetUnreadable from error


def _leaf(sheet: CalamineSheet, is_hidden: bool, hidden: Mapping[str, frozenset[int]]) -> Leaf | None:
    if not sheet.height:
        return None
    rows = [[_text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(rows, sheet)
    return Leaf(sheet.name, is_hidden, rows, hidden.get(sheet.name, frozenset()))


def _fill_merged(rows: list[list[str]], sheet: CalamineSheet) -> None:
    """Write what stands in cells merged downwards into each of their rows: it is said of every one of them."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if bottom == top or top >= len(rows) or left >= len(rows[top]):
            continue
        text = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = row[column] or text


def _text_of(cell: Cell) -> str:
    """Return a cell as a person reads it: whole numbers without a point, moments as 2026-03-02 14:30:00, TRUE as TRUE.

    A number of more digits than a spreadsheet keeps is written as it would write it itself: nobody shall take it for the number
    that once stood there.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _number_text(number: float) -> str:
    if abs(number) >= 10**MOST_DIGITS:
        return f"{number:.14E}"
    return str(int(number)) if float(number).is_integer() else str(number)


def _looked_into(path: Path) -> dict[str, frozenset[int]]:
    """Look into the package before anything is unfolded: what it is, and how much it would become; return the hidden rows."""
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
    hidden = _true_sizes(path, parts)
    return _by_sheet(path, hidden) if any(hidden.values()) else {}


def _most_unfolded() -> int:
    return int(settings.HESHI_IMPORT_MEGABYTES) * 3 * MEGABYTE


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MOST_RATIO * max(1, part.compress_size)


def _true_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> dict[str, frozenset[int]]:
    """Count what the parts really unfold to: the directory of a package may lie, and one cell may claim to stand in row 1048576."""
    total, hidden = Unfolding(), dict[str, frozenset[int]]()
    try:
        with path.open("rb") as file:
            for part in parts:
                one = unfolded(file, part, most=_most_unfolded() - total.size)
                total = Unfolding(
                    total.size + one.size, max(total.rows, one.rows), max(total.columns, one.columns)
                )
                if one.size > max(part.file_size, 1) or one.rows * one.columns > MOST_CELLS:
                    raise SheetUnfolds
                hidden[part.filename] = one.hidden
    except (OSError, ValueError) as error:
        raise SheetUnreadable from error
    return hidden


def _by_sheet(path: Path, hidden: Mapping[str, frozenset[int]]) -> dict[str, frozenset[int]]:
    """Return hidden rows by the name of the sheet; the parts of the package carry names of their own."""
    try:
        with zipfile.ZipFile(path) as package:
            relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
            book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError):
        return {}
    parts = {each.get("Id"): _part(str(each.get("Target"))) for each in relations}
    sheets = [each for each in book.iter() if each.tag.endswith("}sheet")]
    return {
        str(each.get("name")): hidden.get(parts.get(each.get(RELATION), ""), frozenset()) for each in sheets
    }


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
