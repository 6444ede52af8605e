"""One name for one thing: whoever reads a class name in an import must not have to ask which."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

HESHI = Path(__file__).resolve().parents[1] / "heshi"
DICTATED = frozenset({"Command", "Meta", "Migration"})
"""Names under which Django looks for a class."""


def doubled(sources: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return each class name that stands for several things, with the files that define it."""
    found: dict[str, list[str]] = defaultdict(list)
    for file, source in sources:
        classes = (node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
        for name in classes:
            if name not in DICTATED:
                found[name].append(file)
    return {name: files for name, files in found.items() if len(files) > 1}


def test_a_class_name_means_one_thing() -> None:
    files = sorted(HESHI.glob("**/*.py"))

    assert doubled((str(file), file.read_text(encoding="utf-8")) for file in files) == {}


def test_a_name_that_is_used_twice_is_found() -> None:
    sources = [("a.py", "class Way: ...\nclass Meta: ..."), ("b.py", "class Way: ...\nclass Meta: ...")]

    assert doubled(sources) == {"Way": ["a.py", "b.py"]}
