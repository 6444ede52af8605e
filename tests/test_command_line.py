"""The command line explains itself in Chinese, and names our own commands first."""

from __future__ import annotations

import pytest

from heshi.__main__ import main
from heshi.cli import chinese


@pytest.mark.parametrize("asked", [[], ["help"], ["--help"], ["-h"]])
def test_help_names_our_own_commands_first(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["heshi", *asked]) == 0

    said = capsys.readouterr().out
    assert said.startswith("和事的命令")
    assert said.index("import ") < said.index("维护用的还有 Django 的命令")
    assert "migrate" in said.rsplit("维护用的", maxsplit=1)[1]
    assert "批量导入 CSV 或 Excel 文件" in said


def test_the_help_of_a_command_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    main(["heshi", "help", "import"])

    said = capsys.readouterr().out
    assert said.startswith("用法：")
    assert not [word for word in ("usage", "options", "arguments", "show this", "Verbosity") if word in said]


def test_a_command_nobody_knows_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["heshi", "imprt"]) == 2

    assert capsys.readouterr().err == "没有“imprt”这个命令，是不是“import”。heshi help 看有哪些命令。\n"


def test_every_command_of_ours_says_in_chinese_what_it_does() -> None:
    own = [line for line in chinese.overview().splitlines() if line.startswith("  ")]

    assert [line for line in own if not any("\u4e00" <= sign <= "\u9fff" for sign in line)] == []
