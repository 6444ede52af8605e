"""`./run check` and `./run test`: everything a change has to pass, in one place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from heshi.cli import browser

BIN = Path(sys.executable).parent
TEMPLATES = "heshi/web/templates"
CHECKS: dict[str, list[str]] = {
    "写法 ruff": ["ruff", "check", "."],
    "排版 ruff format": ["ruff", "format", "--check", "."],
    "类型 mypy": ["mypy"],
    "分层 import-linter": ["lint-imports", "--no-logo"],
    "模板 djlint": ["djlint", TEMPLATES, "--lint", "--quiet"],
    "迁移 makemigrations": ["python", "-m", "heshi", "makemigrations", "--check", "--dry-run"],
}


def check() -> int:
    """Run every check, say how each went, and return 1 when one failed."""
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        print(f"没有通过：{'、'.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def test(arguments: Sequence[str]) -> int:
    """Make the browser ready, run the checks and then the tests; return 1 when anything failed."""
    browser.make_ready()
    checked = check()
    command = ["pytest", *_side_by_side(arguments), *arguments]
    tested = subprocess.run([BIN / command[0], *command[1:]], check=False).returncode
    return 1 if checked or tested else 0


def _side_by_side(arguments: Sequence[str]) -> list[str]:
    """Return how many tests run at once, unless the arguments say."""
    chosen = any(argument.startswith(("-n", "--numprocesses", "-p")) for argument in arguments)
    return [] if chosen or (os.cpu_count() or 1) < 2 else ["-n", "2", "--dist", "loadfile"]


def _passes(name: str, command: Sequence[str]) -> bool:
    began = time.monotonic()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "heshi.settings.test"}
    ended = subprocess.run(
        [BIN / command[0], *command[1:]], env=environment, capture_output=True, text=True, check=False
    )
    good = ended.returncode == 0
    print(f"{'✓' if good else '✗'} {name}  {time.monotonic() - began:.1f} 秒", flush=True)
    if not good:
        print(ended.stdout + ended.stderr, flush=True)
    return good
