"""What a command asks for and what the method behind it takes go by the same names; what it refuses is one sentence."""

from __future__ import annotations

import inspect
from argparse import _SubParsersAction
from collections.abc import Callable, Iterator

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandParser

from heshi.__main__ import main
from heshi.common import start
from heshi.common.doors import CommandWithDoors

COMMANDS = {
    name: load_command_class(app, name)
    for name, app in sorted(get_commands().items())
    if app.startswith("heshi.")
}
BARE = BaseCommand().create_parser("heshi", "bare")


def asked(parser: CommandParser) -> set[str]:
    """Return the names of what a parser asks for, beyond what every command of Django asks."""
    common = {action.dest for action in BARE._actions}
    return {action.dest for action in parser._actions} - common - {"door"}


def doors(command: CommandWithDoors) -> Iterator[tuple[str, Callable[..., None], CommandParser]]:
    """Yield word, method and parser of each door."""
    for action in command.create_parser("heshi", "x")._actions:
        if isinstance(action, _SubParsersAction):
            for word, parser in action.choices.items():
                yield word, parser.get_default("go"), parser


def taken(method: Callable[..., object]) -> set[str]:
    """Return the names of the arguments that a method takes by name."""
    parameters = inspect.signature(method).parameters.values()
    return {one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}


DOORS = [
    pytest.param(go, parser, id=f"{name} {word}")
    for name, command in COMMANDS.items()
    if isinstance(command, CommandWithDoors)
    for word, go, parser in doors(command)
]
SINGLE = [
    pytest.param(command, id=name)
    for name, command in COMMANDS.items()
    if not isinstance(command, CommandWithDoors)
]


def test_there_are_commands_of_both_kinds() -> None:
    assert len(DOORS) > 25
    assert len(SINGLE) > 8


@pytest.mark.parametrize(("go", "parser"), DOORS)
def test_a_door_hands_over_exactly_what_its_method_takes(
    go: Callable[..., None], parser: CommandParser
) -> None:
    assert taken(go) == asked(parser)


@pytest.mark.parametrize("command", SINGLE)
def test_a_command_without_doors_takes_what_it_asks_for(command: BaseCommand) -> None:
    unused = (
        {"check"} if command.__class__.__module__.endswith(".replay") else set()
    )  # checking is the default

    assert taken(command.handle) == asked(command.create_parser("heshi", "x")) - unused


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("clocks", "show", "NO.SUCH"), "时限库里没有“NO.SUCH”"),
        (("suggest", "/nowhere.csv", "--out", "/nowhere-either.csv"), "打不开文件 /nowhere.csv"),
    ],
)
def test_what_a_command_refuses_is_one_sentence_and_no_success(
    words: tuple[str, ...],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(start, "ensure_database", lambda: None)  # the tests have theirs already

    code = main(["heshi", *words])

    told = capsys.readouterr()
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err.startswith(sentence)
