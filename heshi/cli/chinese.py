"""The command line in Chinese: what there is, our own commands first, and the words of the argument reader."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final

import django
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from heshi.common.refusals import Refusal

WORDS: Final = {
    "usage: ": "用法：", "options": "选项", "optional arguments": "选项", "positional arguments": "参数", "subcommands": "做什么",
    "show this help message and exit": "显示这段说明", "show program's version number and exit": "显示版本",
    "%(prog)s: error: %(message)s\n": "%(message)s\n用“%(prog)s --help”看写法。\n",
    "the following arguments are required: %s": "还缺：%s。", "unrecognized arguments: %s": "不认识：%s。",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s", "expected one argument": "后面要写一个值。",
    "expected at least one argument": "后面至少要写一个值。", "expected at most one argument": "后面最多写一个值。",
    "invalid %(type)s value: %(value)r": "%(value)r 不是要的那种值（%(type)s）。",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可写：%(choices)s。",
    "not allowed with argument %s": "不能和 %s 一起写。", "one of the arguments %s is required": "%s 里要写一个。",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 说不清是哪一个：%(matches)s。",
}  # fmt: skip
COMMON: Final = frozenset(
    {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }
)
"""Options that Django gives to every command; they work and are not what anybody looks for."""
OURS: Final = "heshi."


def speak() -> None:
    """Let every command of this process explain itself in Chinese."""
    translated: Callable[[str], str] = lambda words: WORDS.get(words, words)  # noqa: E731 -- the name it replaces is a function
    argparse._ = translated  # type: ignore[attr-defined]
    BaseCommand.suppressed_base_arguments = set(COMMON)


class CommandUnknown(Refusal):
    """There is no such command."""

    code = "command_unknown"
    sentence = "没有“{name}”这个命令{like}。heshi help 看有哪些命令。"


def check_known(name: str) -> None:
    """Raise CommandUnknown for a name that no command has; an option is none."""
    django.setup()
    commands = get_commands()
    if name.startswith("-") or name in {*commands, "help", "version"}:
        return
    like = get_close_matches(name, commands, n=1)
    raise CommandUnknown(name=name, like=f"，是不是“{like[0]}”" if like else "")


def overview() -> str:
    """Return what can be done at the command line: our own commands with a line each, then the names of Django's."""
    django.setup()
    commands = get_commands()
    own = sorted(name for name, app in commands.items() if app.startswith(OURS) and name != "help")
    widest = max(map(len, own))
    lines = [f"  {name:<{widest}}  {_line_of(commands[name], name)}" for name in own]
    others = "、".join(sorted(set(commands) - set(own)))
    return "\n".join(
        [
            "和事的命令（“heshi help 命令”看一个命令的写法）：", "", *lines, "",
            f"维护用的还有 Django 的命令：{others}。",
        ]
    )  # fmt: skip


def _line_of(app: str, name: str) -> str:
    return load_command_class(app, name).help.strip().splitlines()[0]
