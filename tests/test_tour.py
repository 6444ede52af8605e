"""The tour says where things are: every file and every name in its table is there, at most three files away."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HESHI = ROOT / "heshi"
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
PART = TOUR.split("## 三步之内\n")[1].split("\n## ")[0]
ROWS = [line.strip("|").split("|") for line in PART.splitlines() if line.startswith("| ")][1:]
FILE = re.compile(r"`([\w/]+\.py)` 的 ((?:`\w+`、?)+)")
FOLDER = re.compile(r"`([\w/*]+\.yaml)`")


def names_in(path: Path) -> set[str]:
    """Return what a file defines at its outermost level."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def test_the_tour_answers_the_questions_that_are_asked_first() -> None:
    assert {row[0].strip() for row in ROWS} >= {
        "到期日从哪里算出来", "按钮从哪里来", "通知里的一句话", "加一种渠道", "谁可以做一件事", "加一种后果",
    }  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip() for row in ROWS])
def test_each_file_and_name_of_the_tour_is_there(row: list[str]) -> None:
    steps = " ".join(row[1:])
    named = FILE.findall(steps)

    assert len(row) == 4
    assert named
    assert steps.count(".py`") == len(named), "a file is named without what to look for in it"
    for path, names in named:
        assert set(re.findall(r"`(\w+)`", names)) <= names_in(HESHI / path), path
    assert all(list(HESHI.glob(pattern)) for pattern in FOLDER.findall(steps))
    assert len({path for path, _names in named}) <= 3
