"""Bytes of a text file: which encoding, which delimiter, and is it text at all?"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from heshi.common.refusals import Invalid

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
DELIMITERS = ",\t;|，"
NOT_TEXT = {
    b"%PDF": "PDF", b"\x89PNG": "图片", b"\xff\xd8\xff": "图片", b"Rar!": "压缩包", b"7z\xbc\xaf": "压缩包", b"\x1f\x8b": "压缩包",
    b"{\\rtf": "Word 文档",
}  # fmt: skip
WEB_PAGE = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta")
SAMPLE = 64 * 1024
SAID = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


class NotASheet(Invalid):
    """The file is something else, whatever its name says."""

    code = "not_a_sheet"
    sentence = "这个文件其实是{what}，不是表格。请用 Excel 或 WPS 打开原表，另存为 .xlsx 或 .csv 再导入。"


class EncodingUnknown(Invalid):
    """Most lines are text in no known encoding."""

    code = "encoding_unknown"
    sentence = (
        "这个文件的文字编码认不出来，多数行是乱码。请在原系统导出为 UTF-8 格式的 CSV，或另存为 .xlsx 再导入。"
    )


def refuse_other_formats(sample: bytes) -> None:
    """Raise NotASheet when the first bytes say that this is no table of text."""
    for mark, what in NOT_TEXT.items():
        if sample.startswith(mark):
            raise NotASheet(what=what)
    if sample[:512].lstrip(b"\xef\xbb\xbf\r\n\t ").lower().startswith(WEB_PAGE):
        raise NotASheet(what="网页")
    controls = sum(sample.count(bytes([code])) for code in (*range(1, 9), *range(14, 27)))
    if controls * 20 > len(sample):
        raise NotASheet(what="程序或数据文件")


def marked_encoding(sample: bytes) -> str:
    """Return the encoding that the first bytes give away, empty when they do not."""
    marked = next((encoding for mark, encoding in MARKS if sample.startswith(mark)), "")
    return marked or _wide_encoding(sample)


def _wide_encoding(sample: bytes) -> str:
    """Tell UTF-16 without a mark by its empty half-characters: every comma and line end has one."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 50 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def found_encoding(lines: Iterable[bytes]) -> str:
    """Return UTF-8 or GB18030, whichever reads more of the lines; raises EncodingUnknown when most are readable in neither."""
    counted, smeared = 0, {"utf-8": 0, "gb18030": 0}
    for line in lines:
        counted += 1
        if not line.isascii():
            for encoding in smeared:
                smeared[encoding] += not _decodes(line, encoding)
    best = min(smeared, key=lambda encoding: smeared[encoding])
    if smeared[best] * 2 > counted:
        raise EncodingUnknown
    return best


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def said_delimiter(first_line: str) -> str:
    """Return the sign that a first line `sep=;` names, as spreadsheets write it; empty for any other line."""
    said = SAID.fullmatch(first_line.strip("\r\n\ufeff "))
    return said[1] if said else ""


def found_delimiter(first_line: str) -> str:
    """Return what separates the headings: the sign that occurs most outside quotation marks."""
    bare = "".join(first_line.split('"')[::2])
    return max(DELIMITERS, key=bare.count)
