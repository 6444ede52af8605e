"""Fetch what people wrote from the disk; `yamltext` and `shaping` make sense of it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

from heshi.common.refusals import Refusal
from heshi.common.yamltext import MOST_KILOBYTES


def text_of(path: Path, refuse: Callable[[str], Refusal], thing: str = "人手写的文件") -> str:
    """Return the text of a file, never reading more than people write.

    Raises what ``refuse`` makes of the reason: nothing there, a folder, no file at all, far too large, not allowed, not in UTF-8.
    Each has its own words, since for each something else is to be done; ``thing`` is what the file should be.
    """
    if why := _unfit(path, thing):
        raise refuse(why)
    try:
        written = path.read_bytes()
    except OSError as error:
        raise refuse("没有读它的权限，请换一个能读的位置，或请管理员放开") from error
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(_written_in(written)) from error


def _unfit(path: Path, thing: str) -> str:
    try:
        if not path.exists():
            return "没有这个文件，请核对路径和文件名"
        if path.is_dir():
            return "这是文件夹，不是文件，请写到文件名"
        if not path.is_file():
            return "这是设备或管道，不是普通的文件，请另选"
        if path.stat().st_size > 2 * MOST_KILOBYTES * 1024:
            return f"文件超过 {MOST_KILOBYTES} KB，不像是{thing}，请核对是否选对了文件"
    except OSError:
        return "走不到这个位置，请核对路径和权限"
    return ""


def _written_in(written: bytes) -> str:
    """Return in which way a text that is no UTF-8 seems to be written, and what to do about it."""
    if written.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in written[:200]:
        return "文件是 UTF-16（有的编辑器叫 Unicode）编码，请另存为 UTF-8"
    try:
        written.decode("gb18030")
    except UnicodeDecodeError:
        return "文件不是 UTF-8 的文字，可能选错了文件，请核对"
    return "文件像是 GBK（有的编辑器叫 ANSI）编码，请另存为 UTF-8"
