"""The power goes: web, worker and database are killed again and again during 2,000 intakes, and nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest

from heshi.common import embedded
from heshi.common.refusals import Refusal

ROOT = Path(__file__).resolve().parents[2]
INTAKES, CLIENTS, BETWEEN_KILLS = 2_000, 8, 150
PATIENCE_SECONDS, RECOVERY_SECONDS = 240, 60


@dataclass
class Desk:
    """A whole Heshi of its own: processes, database, address."""

    var: Path
    port: int
    environment: dict[str, str]
    server: subprocess.Popen[bytes] | None = None
    key: str = ""
    kills: dict[str, int] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Where its database lies."""
        return self.var / "postgres"

    def heshi(self, *words: str) -> str:
        """Run a command and return what it prints; fail the test when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "heshi", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def victims(self) -> dict[str, int]:
        """Return who can be killed now."""
        assert self.server is not None
        found = {}
        for process in psutil.Process(self.server.pid).children(recursive=True):
            with suppress(psutil.Error):
                words = " ".join(process.cmdline())
                found["web" if "granian" in words else "worker"] = process.pid
        database = embedded.server_pid(self.data)
        return found | ({"database": database} if database else {})

    def kill_one(self, rng: random.Random) -> None:
        """Kill one of them without warning."""
        victims = self.victims()
        if victims:
            name = rng.choice(sorted(victims))
            with suppress(ProcessLookupError):
                os.kill(victims[name], signal.SIGKILL)
                self.kills[name] = self.kills.get(name, 0) + 1


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk with the demo county on a durable database; stopped and swept away afterwards."""
    var = ROOT / "var" / f"power-cut-{os.getpid()}"
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HESHI_")}
    environment |= {
        "HESHI_VAR": str(var), "DJANGO_SETTINGS_MODULE": "heshi.settings.dev", "HESHI_DEBUG": "false", "HESHI_HOSTS": "127.0.0.1",
    }  # fmt: skip
    made = Desk(var, port, environment)
    made.heshi("migrate", "--verbosity", "0")
    made.heshi("demo")
    made.key = made.heshi("apikey", "create", "power-cut", "--per-minute", "0").split()[-1]
    made.server = subprocess.Popen(
        [sys.executable, "-m", "heshi", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield made
    finally:
        made.server.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            made.server.wait(30)
        made.server.kill()
        embedded.stop(made.data, though_used=True)
        shutil.rmtree(var, ignore_errors=True)


class Load:
    """Several clients that send until each report is acknowledged, always under the same key."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.waiting = [str(uuid4()) for _ in range(INTAKES)]
        self.numbers: dict[str, str] = {}
        self.until = time.monotonic() + PATIENCE_SECONDS

    def run(self) -> None:
        """Send everything; return when all is acknowledged or patience ends."""
        clients = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more are acknowledged, or everything is."""
        wanted = min(INTAKES, len(self.numbers) + count)
        while len(self.numbers) < wanted and time.monotonic() < self.until:
            time.sleep(0.02)

    def _client(self) -> None:
        while True:
            try:
                key = self.waiting.pop()
            except IndexError:
                return
            while key not in self.numbers and time.monotonic() < self.until:
                with suppress(OSError, HTTPException, ValueError):
                    self._send(key)
                if key not in self.numbers:
                    time.sleep(0.05)

    def _send(self, key: str) -> None:
        connection = HTTPConnection("127.0.0.1", self.desk.port, timeout=10)
        try:
            body = json.dumps(
                {
                    "title": "路灯坏了",
                    "body": f"村口的路灯坏了，晚上看不见路。{key}",
                    "contact": {"phone": "13800001234"},
                }
            )
            headers = {
                "Authorization": f"Bearer {self.desk.key}", "Content-Type": "application/json", "Idempotency-Key": key,
            }  # fmt: skip
            connection.request("POST", "/api/v1/requests", body.encode(), headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status in {200, 201}:
                self.numbers[key] = json.loads(said)["number"]
        finally:
            connection.close()


def test_every_acknowledged_report_is_there_once_whatever_was_killed(desk: Desk) -> None:
    load = Load(desk)
    rng = random.Random(7)
    sending = threading.Thread(target=load.run)

    sending.start()
    while sending.is_alive():
        load.wait_for_more(BETWEEN_KILLS)
        if sending.is_alive():
            desk.kill_one(rng)
    sending.join()

    assert len(load.numbers) == INTAKES
    assert {"web", "database"} <= set(desk.kills), f"too few were killed to show anything: {desk.kills}"
    _wait_until_up(desk)
    assert _stored(desk) == {key: number.replace("-", "") for key, number in load.numbers.items()}
    assert str(INTAKES) in desk.heshi("verify")
    assert str(INTAKES) in desk.heshi("replay", "--check")


def _wait_until_up(desk: Desk) -> None:
    """Wait until the database answers: the last kill may have hit it just now, and the supervisor may be bringing it back."""
    until = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            embedded.ensure_running(desk.data)
            with psycopg.connect(embedded.database_url(desk.data)) as database:
                database.execute("SELECT 1")
        except (psycopg.OperationalError, Refusal):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _stored(desk: Desk) -> dict[str, str]:
    """Return the number of each source key; a key that is there twice would break the county's unique rule and this count."""
    with psycopg.connect(embedded.database_url(desk.data)) as database:
        rows = database.execute("SELECT source_key, number FROM cases_case WHERE source = 'api'").fetchall()
    found = {key.rpartition(":")[2]: number for key, number in rows}
    assert len(found) == len(rows)
    return found
