"""What stands against reading a file is said for each kind apart, for each wants something else done."""

from __future__ import annotations

from pathlib import Path

import pytest

from heshi.common.refusals import Invalid
from heshi.common.yamlfiles import text_of

WORDS = "title: 六步接办\n"


def reason(path: Path) -> str:
    with pytest.raises(Invalid) as refused:
        text_of(path, Invalid, "预案")
    return str(refused.value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (WORDS.encode("gbk"), "文件像是 GBK（有的编辑器叫 ANSI）编码，请另存为 UTF-8"),
        (WORDS.encode("utf-16"), "文件是 UTF-16（有的编辑器叫 Unicode）编码，请另存为 UTF-8"),
        (WORDS.encode("utf-16-le"), "文件是 UTF-16（有的编辑器叫 Unicode）编码，请另存为 UTF-8"),
        (b"\x89PNG\r\n\xff\xff\xfe", "文件不是 UTF-8 的文字，可能选错了文件，请核对"),
        (b"a" * 10_000_000, "文件超过 256 KB，不像是预案，请核对是否选对了文件"),
    ],
)
def test_what_is_no_text_of_ours_is_told_apart(tmp_path: Path, written: bytes, said: str) -> None:
    (tmp_path / "six.yaml").write_bytes(written)

    assert reason(tmp_path / "six.yaml") == said


def test_what_is_no_file_is_told_apart(tmp_path: Path) -> None:
    assert reason(tmp_path / "none.yaml") == "没有这个文件，请核对路径和文件名"
    assert reason(tmp_path) == "这是文件夹，不是文件，请写到文件名"
    assert reason(Path("/dev/zero")) == "这是设备或管道，不是普通的文件，请另选"


def test_a_text_is_read_with_or_without_its_mark(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "six.yaml").write_text(WORDS, encoding)

        assert text_of(tmp_path / "six.yaml", Invalid) == WORDS
