"""Rules are values in, answer out: no disk, no wall clock. import-linter sees imports; this sees what is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

HESHI = Path(__file__).resolve().parents[1] / "heshi"
RULES = [*HESHI.glob("**/rules/**/*.py"), *HESHI.glob("**/rules.py")]


def reached_from(rules: list[Path]) -> list[Path]:
    """Return the rules and every module of ours that they lead to: what a rule calls there, it does itself."""
    graph = grimp.build_graph("heshi", cache_dir=None)
    names = {_module(file): file for file in HESHI.glob("**/*.py")}
    reached = {_module(file) for file in rules}
    for rule in list(reached):
        reached |= graph.find_upstream_modules(rule)
    return sorted(names[name] for name in reached)


def _module(file: Path) -> str:
    parts = file.relative_to(HESHI.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PURE = reached_from(RULES)
OPENED = {"open", "Path", "PurePath", "FileIO", "fdopen"}
ON_DISK = {
    "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "exists", "is_file", "is_dir", "stat",
    "mkdir", "unlink", "touch", "fromfile", "tofile", "loadtxt", "savetxt", "genfromtxt", "memmap", "scandir", "listdir",
}  # fmt: skip
IN_MEMORY_TOO = {"open", "load", "save", "savez", "savez_compressed", "ZipFile"}
"""What takes a file's name, or bytes that are held in memory; only the latter is for rules."""
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "timezone.now",
}


def impure(source: str) -> list[str]:
    """Return each call of a module that touches the disk or asks what time it is, with its line."""
    tree = ast.parse(source)
    buffers = set(_buffers(tree))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [f"{call.lineno}: {ast.unparse(call.func)}" for call in calls if _is_impure(call, buffers)]


def _buffers(tree: ast.AST) -> Iterator[str]:
    """Yield the names that stand for bytes in memory."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_buffer(node.value, set()):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _is_buffer(node: ast.expr, buffers: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in buffers
    return isinstance(node, ast.Call) and ast.unparse(node.func) in (
        "io.BytesIO",
        "io.StringIO",
        "BytesIO",
        "StringIO",
    )


def _is_impure(call: ast.Call, buffers: set[str]) -> bool:
    words = ast.unparse(call.func).split(".")
    if isinstance(call.func, ast.Name):
        return words[0] in OPENED
    if words[-1] in ON_DISK or ".".join(words[-2:]) in CLOCKS or words[-1] in OPENED - IN_MEMORY_TOO:
        return True
    owner_reads_files = words[0] in (
        "np",
        "numpy",
        "zipfile",
        "codecs",
        "gzip",
        "io",
        "os",
        "joblib",
        "Image",
    )
    held = bool(call.args) and _is_buffer(call.args[0], buffers)
    return words[-1] in IN_MEMORY_TOO and (owner_reads_files or words[-1] == "open") and not held


@pytest.mark.parametrize("file", PURE, ids=lambda file: str(file.relative_to(HESHI)))
def test_rules_touch_neither_the_disk_nor_the_clock(file: Path) -> None:
    assert impure(file.read_text(encoding="utf-8")) == []


def test_every_room_with_rules_is_looked_at() -> None:
    rooms = {file.relative_to(HESHI).parts[0] for file in PURE}

    assert rooms == {
        "cases", "clocks", "common", "community", "intake", "notices", "people", "places", "playbooks", "rehearsal", "routing",
        "statistics", "understanding",
    }  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        "open('a')",
        "with open(name) as file: pass",
        "Path('a')",
        "pathlib.Path(__file__)",
        "SCHEMA.read_text(encoding='utf-8')",
        "(FOLDER / 'a.json').read_bytes()",
        "file.open('rb')",
        "io.open('a')",
        "codecs.open('a')",
        "os.listdir('.')",
        "np.load('a.npz')",
        "np.fromfile('a')",
        "Image.open(name)",
        "zipfile.ZipFile(name)",
        "importlib.resources.files('heshi').joinpath('a').read_text()",
        "datetime.now(UTC)",
        "datetime.date.today()",
        "time.time()",
    ],
)
def test_a_read_that_somebody_adds_is_found(written: str) -> None:
    assert len(impure(written)) == 1


@pytest.mark.parametrize(
    "written",
    [
        "np.load(io.BytesIO(content))",
        "Image.open(io.BytesIO(content), formats=FORMATS)",
        "kept = io.BytesIO()\nnp.savez_compressed(kept, about=about)",
        "csv.reader(io.StringIO(text))",
        "walk.now()",
        "load(file='a', text=text)",
        "orjson.loads(text)",
    ],
)
def test_what_stays_in_memory_is_no_read(written: str) -> None:
    assert impure(written) == []
