"""What `./run COMMAND` does once the parts are installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable


def main(arguments: list[str]) -> int:
    """Run one of demo, test, check, heshi, bench, stop; return its exit code."""
    os.chdir(ROOT)
    command, rest = arguments[0], arguments[1:]
    if command == "demo":
        from heshi.cli import demo  # noqa: PLC0415 -- each command loads only what it needs

        return demo.main(rest)
    if command in {"test", "check"}:
        from heshi.cli import checks  # noqa: PLC0415 -- the development parts may be absent

        return checks.test(rest) if command == "test" else checks.check()
    words = {
        "heshi": ["heshi", *rest],
        "bench": ["heshi", "bench", *rest],
        "stop": ["heshi", "stop", *rest],
    }
    # Become the command line itself, so that signals and the exit code are its own.
    return os.execv(PYTHON, [PYTHON, "-m", *words[command]])  # noqa: S606 -- what was asked for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
