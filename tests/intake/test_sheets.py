"""Files of every origin are read; what cannot be a sheet is refused in one sentence and nothing is lost."""

from __future__ import annotations

import codecs
import io
import struct
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from heshi.common.refusals import Refusal
from heshi.intake.queries import (
    FileEmpty,
    FileMissing,
    FileTooLarge,
    SheetUnfolds,
    SheetUnreadable,
    open_sheet,
)
from heshi.intake.rules.records import MOST_LINES, UNBALANCED, records
from heshi.intake.rules.rows import SheetRow
from heshi.intake.rules.texts import EncodingUnknown, NotASheet

TEXT = "编号,内容\n1,路灯坏了，请修\n2,井盖丢了\n"
CELLS = [("1", "路灯坏了，请修"), ("2", "井盖丢了")]


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    sheet = open_sheet(path)
    return sheet.headings.names, [tuple(row.cells) for row in sheet.rows]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


Put = Callable[..., Path]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (b"", "gb18030"), (b"", "gbk"), (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"), (b"", "utf-16-le"), (b"", "utf-16-be"),
    ],
)  # fmt: skip
def test_every_encoding_gives_the_same_rows(put: Put, mark: bytes, encoding: str) -> None:
    assert read(put(mark + TEXT.encode(encoding))) == (("编号", "内容"), CELLS)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end(put: Put, delimiter: str, end: str) -> None:
    rows = [("编号", "内容"), *CELLS]
    text = end.join(delimiter.join(row) for row in rows)

    assert read(put(text.encode())) == (rows[0], rows[1:])


def test_lines_are_numbered_as_an_editor_shows_them(put: Put) -> None:
    sheet = open_sheet(put('编号,内容\n\n1,"两\n行"\n2,一行\n'.encode()))

    assert list(sheet.rows) == [SheetRow(3, ["1", "两\n行"]), SheetRow(5, ["2", "一行"])]


def test_bytes_in_no_encoding_smear_only_their_own_row(put: Put) -> None:
    lines = [
        "编号,内容".encode(),
        *(f"{number},正常的一行".encode() for number in range(20)),
        b"99,\xff\xfe\xff",
    ]

    _headings, rows = read(put(b"\n".join(lines)))

    assert rows[:2] == [("0", "正常的一行"), ("1", "正常的一行")]
    assert rows[-1] == ("99", "\udcff\udcfe\udcff")


def package(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return held.getvalue()


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_workbook_is_read_whatever_its_name_says(put: Put) -> None:
    content = workbook(
        [
            ["编号", "内容", "时间"],
            [188006, "路灯坏了", datetime(2019, 2, 28, 11, 25, 5)],  # noqa: DTZ001 -- sheets know no zones
            [None, None, None],
            [2.5, "是", True],
        ]
    )

    assert read(put(content, "renamed.csv")) == (
        ("编号", "内容", "时间"),
        [("188006", "路灯坏了", "2019-02-28 11:25:05"), ("2.5", "是", "TRUE")],
    )


def far_away() -> bytes:
    """Return a workbook of a few hundred bytes with one cell in each far corner."""
    cell = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    sheet += cell.format(1, "A") + cell.format(1048576, "XFD") + "</sheetData></worksheet>"
    return package(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=sheet.encode())


def bomb() -> bytes:
    return package(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"0" * 60_000_000)


def lying_bomb() -> bytes:
    """Return the bomb with a directory that claims it unfolds to a hundred bytes."""
    content = bytearray(bomb())
    place = content.index(b"xl/worksheets/sheet1.xml", content.index(b"PK\x01\x02"))
    struct.pack_into("<I", content, place - 46 + 24, 100)
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", FileEmpty),
        (b"\xef\xbb\xbf\r\n\r\n", FileEmpty),
        ("编号,内容\n".encode(), FileEmpty),
        (b"%PDF-1.7 ...", NotASheet),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), NotASheet),
        (b"<html><table><tr><td>1</td></tr></table>", NotASheet),
        (b"PK\x03\x04 broken", SheetUnreadable),
        (OLE, SheetUnreadable),
        (package(word__document_xml=b"<w/>"), NotASheet),
        (package(xl__workbook_xml=b"no xml"), SheetUnreadable),
        (far_away(), SheetUnfolds),
        (bomb(), SheetUnfolds),
        (lying_bomb(), SheetUnfolds),
        (bytes(range(1, 256)) * 20, NotASheet),
        (b"\xff\xff\n\x80\xff\n" * 50, EncodingUnknown),
    ],
)
def test_what_is_no_sheet_is_refused_in_one_sentence(
    put: Put, content: bytes, refused: type[Refusal]
) -> None:
    with pytest.raises(refused) as said:
        read(put(content))

    assert str(said.value).count("。") <= 2
    assert str(said.value).endswith("。")


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        open_sheet(tmp_path / "none.csv")


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2 * 1024**3)

    began = time.perf_counter()
    with pytest.raises(FileTooLarge) as refused:
        open_sheet(huge)

    assert time.perf_counter() - began < 0.5
    assert str(refused.value) == "文件有 2048 MB，一次最多导入 100 MB，请分成几个文件导入。"


@override_settings(HESHI_IMPORT_MEGABYTES=1)
def test_the_limit_is_a_setting(put: Put) -> None:
    with pytest.raises(FileTooLarge):
        read(put(TEXT.encode() + b" " * 1024 * 1024 * 2))


def rows_of(text: str) -> list[SheetRow]:
    return list(records(iter(text.splitlines(keepends=True)), delimiter=","))


def test_an_open_quotation_mark_costs_one_row_and_not_the_rest() -> None:
    rows = rows_of('1,好\n2,"没有关上\n3,"也好"\n4,好\n')

    assert rows == [
        SheetRow(1, ["1", "好"]),
        SheetRow(2, ['2,"没有关上'], UNBALANCED),
        SheetRow(3, ["3", "也好"]),
        SheetRow(4, ["4", "好"]),
    ]


def test_an_open_quotation_mark_before_a_long_rest() -> None:
    rows = rows_of('1,"开\n' + "".join(f"{number},好\n" for number in range(2, MOST_LINES + 50)))

    assert rows[0] == SheetRow(1, ['1,"开'], UNBALANCED)
    assert [row.cells[0] for row in rows[1:]] == [str(number) for number in range(2, MOST_LINES + 50)]


def test_an_open_quotation_mark_on_the_last_line() -> None:
    assert rows_of('1,好\n2,"开') == [SheetRow(1, ["1", "好"]), SheetRow(2, ['2,"开'], UNBALANCED)]


def test_quotation_marks_inside_a_text_are_text() -> None:
    assert rows_of('1,他说"好"\n2,"他说"好"了",x\n') == [
        SheetRow(1, ["1", '他说"好"']),
        SheetRow(2, ["2", '他说好"了"', "x"]),
    ]


def test_hundred_thousand_characters_in_one_cell_are_one_row() -> None:
    rows = rows_of("1," + "长" * 100_000 + "\n2,短\n")

    assert [len(row.cells[1]) for row in rows] == [100_000, 1]


@given(st.text(alphabet='ab,"\n\r\0 🙂', max_size=200))
def test_no_text_breaks_the_reader_and_no_letter_is_lost(text: str) -> None:
    rows = rows_of(text)

    letters = [letter for row in rows for cell in row.cells for letter in cell if letter in "ab🙂"]
    assert letters == [letter for letter in text if letter in "ab🙂"]
