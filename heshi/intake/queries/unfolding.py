"""What a part of a package unfolds to, found out without keeping any of it."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LOCAL_HEADER = struct.Struct("<4s22xHH")
CHUNK = 64 * 1024
UNFOLDED_CHUNK = 1024 * 1024
OVERLAP = 512
HIDDEN = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])[^>]*\br=[\"'](\d{1,7})[\"']")
REFERENCE = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{1,7})[\"']")
SHEETS = "xl/worksheets/"


@dataclass(frozen=True, slots=True)
class Unfolding:
    """How many bytes a part unfolds to, how far its cells reach, and which of its rows are hidden."""

    size: int = 0
    rows: int = 0
    columns: int = 0
    hidden: frozenset[int] = frozenset()


def unfolded(file: BinaryIO, part: zipfile.ZipInfo, *, most: int) -> Unfolding:
    """Return what a part of an open package unfolds to, stopping soon after ``most`` bytes; raises ValueError when damaged."""
    size, rows, columns, tail, hidden = 0, 0, 0, b"", set[int]()
    for piece in _pieces(file, part):
        size += len(piece)
        if part.filename.startswith(SHEETS):
            for letters, digits in REFERENCE.findall(tail + piece):
                rows, columns = max(rows, int(digits)), max(columns, _column(letters))
            hidden |= {int(digits) for digits in HIDDEN.findall(tail + piece)}
            tail = (tail + piece)[-OVERLAP:]
        if size > most:
            break
    return Unfolding(size, rows, columns, frozenset(hidden))


def _pieces(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(part.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size:
        raise ValueError(part.filename)
    _mark, name, extra = LOCAL_HEADER.unpack(header)
    file.seek(name + extra, 1)
    if part.compress_type == zipfile.ZIP_STORED:
        return _stored(file, part.compress_size)
    if part.compress_type == zipfile.ZIP_DEFLATED:
        return _inflated(file, part.compress_size)
    raise ValueError(part.filename)


def _stored(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0 and (piece := file.read(min(CHUNK, left))):
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, left: int) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _stored(file, left):
            while packed and not inflate.eof:
                yield inflate.decompress(packed, UNFOLDED_CHUNK)
                packed = inflate.unconsumed_tail
    except zlib.error as error:
        raise ValueError from error


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
