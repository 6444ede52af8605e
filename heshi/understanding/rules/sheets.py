"""Sheets: the CSV files a county trains with, and how to say what is wrong with one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from heshi.cases.terms import KINDS
from heshi.common.refusals import Invalid
from heshi.understanding.rules.learning import Example
from heshi.understanding.rules.reading import message_text

ENCODINGS: Final = ("utf-8-sig", "gb18030")
LONGEST_CELL: Final = 10_000_000
LABEL_LENGTH: Final = 40


class SheetEmpty(Invalid):
    """There is no row to work on."""

    code = "sheet_empty"
    sentence = "文件里没有数据：第一行应是列名（{columns}），从第二行起每行一条。"


class SheetNotText(Invalid):
    """The bytes are no text in an encoding we know."""

    code = "sheet_not_text"
    sentence = "文件不是能读的文本：请在表格软件里另存为“CSV UTF-8”后再试。"


class ColumnMissing(Invalid):
    """A column that is needed is not there."""

    code = "column_missing"
    sentence = "文件缺少“{missing}”列；需要的列是：{columns}。现有的列是：{found}。"


class SheetTorn(Invalid):
    """The rows cannot be told apart."""

    code = "sheet_torn"
    sentence = "第 {line} 行读不下去：{why}。请检查这一行的引号和逗号。"


class LabelUnusable(Invalid):
    """A label or a kind cannot be learnt as it stands."""

    code = "label_unusable"
    sentence = "第 {row} 条（编号 {id}）的{what}“{label}”不能用：{why}。"


def read_sheet(content: bytes, *, needed: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows as text; raises SheetEmpty, SheetNotText, ColumnMissing or SheetTorn."""
    wanted = "、".join(needed)
    reader = csv.reader(io.StringIO(_decoded(content), newline=""))
    try:
        csv.field_size_limit(LONGEST_CELL)
        header = [name.strip().lower() for name in next(reader, [])]
        if not any(header):
            raise SheetEmpty(columns=wanted)
        missing = [name for name in needed if name not in header]
        if missing:
            found = "、".join(header)[:200]
            raise ColumnMissing(missing="”“".join(missing), columns=wanted, found=found)
        rows = [dict(zip(header, _padded(row, len(header)), strict=False)) for row in reader if any(row)]
    except csv.Error as error:
        raise SheetTorn(line=reader.line_num, why=str(error)) from error
    if not rows:
        raise SheetEmpty(columns=wanted)
    return rows


def _padded(row: list[str], length: int) -> list[str]:
    return row + [""] * (length - len(row))


def _decoded(content: bytes) -> str:
    """Return the text; a NUL means a workbook or a picture, not a text file."""
    if b"\0" in content[:4096]:
        raise SheetNotText
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise SheetNotText


def texts_of(rows: Iterable[dict[str, str]]) -> list[str]:
    """Return the message of each row."""
    return [message_text(row.get("title", ""), row.get("body", "")) for row in rows]


def examples_of(rows: Sequence[dict[str, str]]) -> list[Example]:
    """Return what the labelled rows teach, leaving out rows without label or words; raises LabelUnusable."""
    examples = []
    for number, (row, text) in enumerate(zip(rows, texts_of(rows), strict=True), start=1):
        label, kind = row["label"].strip(), row.get("kind", "").strip()
        if len(label) > LABEL_LENGTH:
            raise LabelUnusable(
                row=number, id=row["id"][:40], what="标签", label=label[:20] + "…", why="超过 40 个字"
            )
        if kind and kind not in KINDS:
            raise LabelUnusable(
                row=number,
                id=row["id"][:40],
                what="类别",
                label=kind[:20],
                why=f"应是 {'、'.join(KINDS)} 之一",
            )
        if label and text.strip():
            examples.append(Example(text, label, kind))
    return examples


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV text."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return page.getvalue()
