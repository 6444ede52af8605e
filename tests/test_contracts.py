"""A contract that cannot fail protects nothing: each planted module breaks the contract of the rules, and honest ones keep it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = "Rules never touch Django, the network or the disk"
HOUSE = (
    "common/values",
    "common/shaping",
    "common/yamltext",
    "common/yamlfiles",
    "common/honest",
    "cases/rules/planted",
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a small house with a stage, its rules and what they share, under the contract as it is written for the large one."""
    for module in HOUSE:
        file = tmp_path / "heshi" / f"{module}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        for folder in file.relative_to(tmp_path).parents[:-1]:
            (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text(_contract(), encoding="utf-8")
    return tmp_path


def _contract() -> str:
    """Return the one contract as import-linter reads it, word for word from ours."""
    whole = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    head, *contracts = whole[whole.index("[tool.importlinter]") :].split("[[tool.importlinter.contracts]]")
    (own,) = (text for text in contracts if f'name = "{CONTRACT}"' in text)
    own = own.split("\n[", maxsplit=1)[0]
    tomllib.loads(own)
    return f"{head}[[tool.importlinter.contracts]]{own}"


def _linted(house: Path) -> tuple[int, str]:
    linter = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert linter
    came = subprocess.run(
        [linter, "--no-cache"], cwd=house, env={"PYTHONPATH": str(house)}, capture_output=True, text=True, check=False
    )  # fmt: skip
    return came.returncode, came.stdout + came.stderr


@pytest.mark.parametrize(
    "planted",
    [
        "import os",
        "from pathlib import Path",
        "import os.path",
        "import tempfile",
        "from importlib import resources",
        "from django.db import models",
        "import urllib.request",
        "def late():\n    import shutil",
        "from heshi.common import yamlfiles",
        "from heshi.common import honest",
    ],
)
def test_a_rule_that_reaches_the_disk_or_the_network_is_found(planted: str, house: Path) -> None:
    (house / "heshi/common/honest.py").write_text("from pathlib import Path\n", encoding="utf-8")
    (house / "heshi/cases/rules/planted.py").write_text(f"{planted}\n", encoding="utf-8")

    code, said = _linted(house)

    assert (code, f"{CONTRACT} BROKEN" in said) == (1, True), said


def test_rules_that_think_are_left_alone(house: Path) -> None:
    thinking = (
        "import json\nimport re\nfrom datetime import date\n\nfrom heshi.common import honest, values\n"
    )
    (house / "heshi/cases/rules/planted.py").write_text(thinking, encoding="utf-8")

    code, said = _linted(house)

    assert (code, f"{CONTRACT} KEPT" in said) == (0, True), said
