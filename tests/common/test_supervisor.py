"""Web, worker and database are kept alive together and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from heshi.common import embedded, supervisor

ROOT = Path(__file__).resolve().parents[2]


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it is true; fail after a minute."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "没有等到"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_web(process: psutil.Process) -> bool:
    """Tell whether this is the web server; one that was just killed is not."""
    try:
        return "granian" in process.cmdline()
    except psutil.Error:
        return False


def sleeper(log: Path) -> supervisor.Child:
    """Return a child that starts a grandchild and sleeps."""
    program = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
    return supervisor.Child("sleeper", [sys.executable, "-c", program], log)


def test_a_killed_child_is_started_again_and_its_children_are_swept_away(tmp_path: Path) -> None:
    child = sleeper(tmp_path / "log")
    child.start()
    assert child.process
    first = psutil.Process(child.process.pid)
    until(lambda: len(first.children()) == 1)
    grandchild = first.children()[0]

    first.kill()
    until(lambda: child.process is not None and child.process.poll() is not None)
    child.look_after()

    assert child.process.pid != first.pid
    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
    child.sweep()


def test_a_child_that_ends_at_once_is_started_again_ever_more_slowly(tmp_path: Path) -> None:
    child = supervisor.Child("broken", [sys.executable, "-c", ""], tmp_path / "log")
    child.start()

    end = time.monotonic() + 2
    while time.monotonic() < end:
        child.look_after()
        time.sleep(0.01)
    child.sweep()

    assert child.failures == 2


@pytest.mark.slow
def test_serve_outlives_the_killing_of_its_parts_and_stops_them_all(server_folder: Path) -> None:
    port, data = free_port(), server_folder / "postgres"
    environment = {
        **os.environ,
        "HESHI_VAR": str(server_folder),
        "DJANGO_SETTINGS_MODULE": "heshi.settings.dev",
    }
    environment.pop("HESHI_DATABASE_URL", None)
    served = subprocess.Popen(
        [sys.executable, "-m", "heshi", "serve", "--port", str(port), "--processes", "1"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    whole = psutil.Process(served.pid)

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/css/tokens.css", timeout=5) as page:
                return bool(page.status == 200)
        except OSError:
            return False

    def web() -> psutil.Process | None:
        return next((one for one in whole.children() if is_web(one)), None)

    until(answers)
    first_web, first_database = web(), embedded.server_pid(data)
    assert first_web
    assert first_database

    first_web.kill()
    os.kill(first_database, signal.SIGKILL)

    until(lambda: embedded.server_pid(data) not in {None, first_database})
    until(lambda: (web() or first_web) != first_web)
    until(answers)
    parts = whole.children(recursive=True)
    served.send_signal(signal.SIGINT)
    assert served.wait(60) == 0
    until(lambda: not any(part.is_running() and part.status() != psutil.STATUS_ZOMBIE for part in parts))
    assert not embedded.is_running(data)
