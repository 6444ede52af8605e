"""How a command takes what was asked: by name and typed, as the arguments of the method that does it.

A command with one thing to do says so in ``handle``: ``def handle(self, *, file: Path, **_options: object)``. A command with
several has a door for each, like `heshi routing load FILE`, and behind each door a method: ``def load(self, *, file: Path)``.
A test holds the names of both sides together. What is refused is raised as it is: `heshi.__main__` says it in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, cast

from django.core.management.base import BaseCommand, CommandParser

DJANGOS_OWN: Final = frozenset(
    {"verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks", "stdout", "stderr"}
)  # fmt: skip
OURS: Final = frozenset({"door", "go"})


class CommandWithDoors(BaseCommand):
    """The first word says what is to be done; what stands after it are the arguments of the method behind that door."""

    def doors(self, parser: CommandParser) -> Callable[[str, Callable[..., None], str], CommandParser]:
        """Return a function that opens a door: from its word, the method behind it and its help to its parser."""
        words = parser.add_subparsers(dest="door", required=True)

        def door(word: str, go: Callable[..., None], about: str) -> CommandParser:
            opened: CommandParser = words.add_parser(word, help=about)
            opened.set_defaults(go=go)
            return opened

        return door

    def handle(self, *_arguments: object, **options: object) -> None:
        """Go through the door that was asked for."""
        go = cast("Callable[..., None]", options["go"])
        go(**{name: value for name, value in options.items() if name not in DJANGOS_OWN | OURS})

    def tell(self, lines: Iterable[str]) -> None:
        """Print each line."""
        for line in lines:
            self.stdout.write(line)
