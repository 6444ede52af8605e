"""Keep web, worker and the embedded database alive together, and stop them together.

Each child lives in its own session, so that Ctrl-C reaches the supervisor alone and a killed web server
can be swept away with its own children before it is started again.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from heshi.common import embedded
from heshi.common.refusals import Conflict, Refusal

LOOK_SECONDS = 0.2
LIVED_LONG_SECONDS = 10
LONGEST_PAUSE_SECONDS = 5
STOP_SECONDS = 15
READY_SECONDS = 60
LARGEST_LOG = 10 * 1024 * 1024
DIE_WITH_PARENT = 1


class PortBusy(Conflict):
    """Somebody already listens there."""

    code = "port_busy"
    sentence = "端口 {port} 已被占用，请换一个端口，例如：--port {other}。"


class PortForbidden(Refusal):
    """This address cannot be listened on."""

    code = "port_forbidden"
    sentence = "不能在 {host}:{port} 上提供服务（{reason}），请换一个地址或 1024 以上的端口。"


class WebDown(Refusal):
    """The web server did not come up."""

    code = "web_down"
    sentence = "网页服务没有启动起来，原因在 {log} 的最后几行。"
    status = 503


@dataclass
class Child:
    """A program that is started again whenever it ends."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it, writing to its log."""
        self.started = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self.environment}, start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- the supervisor has one thread
            )  # fmt: skip

    def look_after(self) -> None:
        """Start it again when it has ended; wait a little longer each time it ends at once."""
        if self.process is None or self.process.poll() is None:
            return
        self.sweep()
        lived = time.monotonic() - self.started
        if lived > LIVED_LONG_SECONDS:
            self.failures = 0
        if lived >= min(self.failures, LONGEST_PAUSE_SECONDS):
            self.failures += 1
            self.start()

    def ask_to_stop(self) -> None:
        """Ask it to finish what it is doing."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def sweep(self) -> None:
        """End it and whatever it started."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def refuse_busy_port(host: str, port: int) -> None:
    """Raise `PortBusy` or `PortForbidden` when the web server could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((host, port))
            door.listen(1)
    except OSError as error:
        if error.errno in {98, 48}:
            raise PortBusy(port=port, other=port + 1 if port < 65535 else 8000) from error
        raise PortForbidden(host=host, port=port, reason=os.strerror(error.errno or 0)) from error


def children(*, host: str, port: int, processes: int, threads: int, logs: Path) -> list[Child]:
    """Return web and worker, ready to start."""
    logs.mkdir(parents=True, exist_ok=True)
    for name in ("web.log", "worker.log"):
        _turn_over(logs / name)
    web = [
        sys.executable, "-m", "granian", "heshi.wsgi:application", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--workers", str(processes), "--blocking-threads", str(threads),
        "--backlog", "2048", "--respawn-failed-workers", "--workers-kill-timeout", "10",
        "--log-level", "warning",
    ]  # fmt: skip
    pool = os.environ.get("HESHI_DATABASE_POOL", str(threads + 1))
    return [
        Child("web", web, logs / "web.log", {"HESHI_DATABASE_POOL": pool}),
        Child("worker", [sys.executable, "-m", "heshi", "worker"], logs / "worker.log"),
    ]


def serve(
    family: Sequence[Child], *, host: str, port: int, data: Path | None, when_ready: Callable[[], None]
) -> None:
    """Run until asked to stop; `data` is the embedded database's folder, None when another server is used.

    Raises `WebDown` when the web server does not answer within a minute of the start.
    """
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: asked.append(got))
    try:
        first, *others = family
        first.start()
        _wait_until_ready(first, host=host, port=port, asked=asked)
        for child in others:  # only now: on two cores they would keep the first page waiting
            child.start()
        if not asked:
            when_ready()
        while not asked:
            _look_after_all(family, data)
            time.sleep(LOOK_SECONDS)
    finally:
        _stop_all(family)
        if data and not embedded.stop(data):
            print("还有别的命令在用数据库，数据库先不停；用完后运行 ./run stop。", file=sys.stderr)


def _look_after_all(family: Sequence[Child], data: Path | None) -> None:
    if data and not embedded.is_running(data):
        with suppress(embedded.DatabaseDown):
            # The next look tries again; the web server answers 503 until then.
            embedded.ensure_running(data)
    for child in family:
        child.look_after()


def _wait_until_ready(web: Child, *, host: str, port: int, asked: Sequence[int]) -> None:
    end = time.monotonic() + READY_SECONDS
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    while not asked:
        with suppress(OSError), socket.create_connection((near, port), timeout=1):
            return
        ended = web.process is not None and web.process.poll() is not None
        if ended or time.monotonic() > end:
            raise WebDown(log=web.log)
        time.sleep(0.05)


def _stop_all(family: Sequence[Child]) -> None:
    for child in family:
        child.ask_to_stop()
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end and any(child.process and child.process.poll() is None for child in family):
        time.sleep(0.05)
    for child in family:
        child.sweep()


def _turn_over(log: Path) -> None:
    """Put a log that has grown large aside, replacing the one put aside before."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))


def _die_with_parent() -> None:
    """Ask Linux to stop this child when the supervisor itself is killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
