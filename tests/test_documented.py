"""A new refusal, command or playbook key is documented in the same commit: this looks."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest
from django.core.management import get_commands

import heshi
from heshi.common.refusals import Refusal

DOCS = Path(__file__).resolve().parents[1] / "docs"
SKIPPED = (
    "heshi.settings",
    "heshi.__main__",
    "heshi.wsgi",
    "heshi.cli.__main__",
    "heshi.cli.install",
    "heshi.cli.demo",
)


def every_refusal() -> list[type[Refusal]]:
    """Return every refusal that Heshi can raise."""
    for found in pkgutil.walk_packages(heshi.__path__, "heshi."):
        if not found.name.startswith(SKIPPED) and ".migrations" not in found.name:
            importlib.import_module(found.name)
    known, edge = set(), [Refusal]
    while edge:
        deeper = edge.pop().__subclasses__()
        edge += deeper
        known |= set(deeper)
    return sorted(known, key=lambda refusal: (refusal.code, refusal.__module__, refusal.__name__))


REFUSALS = [refusal for refusal in every_refusal() if refusal.__module__.startswith("heshi.")]
OURS = sorted(name for name, app in get_commands().items() if str(app).startswith("heshi."))


def test_there_is_something_to_document() -> None:
    assert len(REFUSALS) > 50
    assert {"import", "verify", "replay", "status", "keys", "bench"} <= set(OURS)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.__module__}.{refusal.__name__}")
def test_a_refusal_has_a_code_and_says_what_to_do(refusal: type[Refusal]) -> None:
    assert f"`{refusal.code}`" in (DOCS / "refusals.md").read_text(encoding="utf-8")
    assert any("\u4e00" <= char <= "\u9fff" for char in refusal.sentence)


def test_no_two_refusals_share_a_code() -> None:
    codes: dict[str, str] = {}
    twice = [
        one.code
        for one in REFUSALS
        if codes.setdefault(one.code, one.__name__) != one.__name__ and "code" in vars(one)
    ]

    assert twice == []


@pytest.mark.parametrize("command", OURS)
def test_a_command_is_in_the_list(command: str) -> None:
    assert f"`heshi {command}" in (DOCS / "commands.md").read_text(encoding="utf-8")
