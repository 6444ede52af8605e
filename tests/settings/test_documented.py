"""Every setting is documented, and the production settings start with a complete environment only."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"[\"'`](HESHI_[A-Z_]+)[\"'`]")
KEY = base64.b64encode(bytes(32)).decode()
COMPLETE = {
    "HESHI_HOSTS": "heshi.example", "HESHI_SECRET_KEY": "k" * 50, "HESHI_KEYS": KEY, "HESHI_LOOKUP_KEY": KEY,
}  # fmt: skip


def read_in_code() -> set[str]:
    """Return every setting that some file reads from the environment."""
    reading = re.compile(r"(?:env\.\w+\(|environ(?:\.get|\.setdefault)?[(\[])\s*\"(HESHI_[A-Z_]+)\"")
    files = [*(ROOT / "heshi").rglob("*.py"), ROOT / "tests" / "conftest.py"]
    return {name for file in files for name in reading.findall(file.read_text(encoding="utf-8"))}


def test_every_setting_that_is_read_is_documented_and_nothing_else() -> None:
    documented = set(NAMED.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    documented = {name.removesuffix("_FILE") for name in documented}

    assert read_in_code() - {name + "_FILE" for name in documented} - documented == set()
    assert documented - read_in_code() - {"HESHI_PYTHON"} == set()


def start_production(environ: dict[str, str]) -> str:
    """Return what starting with these production settings says; empty when all is well."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HESHI_")}
    command = "import django; from django.conf import settings; settings.DEBUG; print(end='')"
    ended = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**clean, **environ, "DJANGO_SETTINGS_MODULE": "heshi.settings.production"},
    )  # fmt: skip
    return ended.stderr.strip().splitlines()[-1] if ended.returncode else ""


def test_production_starts_when_nothing_is_missing() -> None:
    assert start_production(COMPLETE) == ""


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_names_what_is_missing(missing: str) -> None:
    said = start_production({name: value for name, value in COMPLETE.items() if name != missing})

    assert f"缺少设置 {missing}" in said
