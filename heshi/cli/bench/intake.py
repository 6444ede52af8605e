"""`bench intake`: HTTP intakes per second, fully committed, over the bare database writing the same rows in the same run."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import ParamSpec
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from heshi.api.actions import create_key
from heshi.api.terms import SCOPES
from heshi.cases.models import Case
from heshi.cli.bench import load
from heshi.cli.bench.ground import dsn, own_database, say, told
from heshi.cli.bench.load import Recorded
from heshi.cli.bench.rows import recorded
from heshi.cli.bench.words import reports
from heshi.intake.rules.report import Report

P = ParamSpec("P")
PORT = 8123
PATIENCE = 120.0
SECONDS = 8.0
ROUNDS = 5


def measure(*, seconds: float = SECONDS, rounds: int = ROUNDS) -> None:
    """Alternate the two loads and tell both rates and their ratio; every acknowledged intake is counted in the database."""
    with own_database("heshi_bench_intake") as name:
        _key, token = create_key(
            client="bench", label="", scopes=list(SCOPES), per_minute=0, at=timezone.now()
        )
        with _web(name):
            _load(token, 1.0, batch=0)
            pairs = [_pair(name, token, seconds, round_ + 1) for round_ in range(rounds)]
        http, bare = (median(column) for column in zip(*pairs, strict=True))
        told(
            {
                "bench": "intake",
                "http_per_second": round(http),
                "bare_per_second": round(bare),
                "ratio": round(median(first / second for first, second in pairs), 3),
                "rounds": [[round(first), round(second)] for first, second in pairs],
                "clients": load.CLIENTS,
                "synchronous_commit": "on",
                "target_ratio": 0.30,
            }
        )


def _pair(name: str, key: str, seconds: float, round_: int) -> tuple[float, float]:
    before = Case.objects.count()
    taken, acknowledged = _load(key, seconds, batch=round_)
    stored = Case.objects.count() - before
    if stored < acknowledged:
        raise SystemExit(f"已回执 {acknowledged} 件，库里只有 {stored} 件")
    http = acknowledged / taken
    bare = _bare(name, seconds)
    say(f"HTTP {http:.0f}/s，直写 {bare:.0f}/s，比 {http / bare:.2f}")
    return http, bare


@contextmanager
def _web(name: str) -> Iterator[None]:
    """Serve as a county does, on the measurement's own database."""
    environment = {**os.environ, "HESHI_DATABASE_URL": _url(name), "HESHI_DEBUG": "false"}
    environment["HESHI_HOSTS"] = "127.0.0.1"
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(PORT),
    ]
    command += ["--workers", "2", "--blocking-threads", "4", "--no-access-log", "heshi.wsgi:application"]
    log = settings.HESHI_VAR / "log" / "bench-web.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            _wait()
            yield
        finally:
            process.terminate()
            process.wait(20)


def _url(name: str) -> str:
    given = settings.DATABASES["default"]
    return f"postgresql:///{name}?user={given['USER']}&host={quote(str(given['HOST']))}"


def _wait() -> None:
    for _try in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
            connection.request("GET", "/api/v1/openapi.json")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("测量用的网页服务没有启动起来")


def _load(key: str, seconds: float, *, batch: int) -> tuple[float, int]:
    """Post for so long from several clients in a process of their own; return seconds taken and intakes acknowledged."""
    bodies = [_body(report) for report in reports(500, seed=batch)]
    return _elsewhere(load.post_all, PORT, key, bodies, seconds, f"bench-{batch}")


def _elsewhere(do: Callable[P, tuple[float, int]], *given: P.args, **named: P.kwargs) -> tuple[float, int]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(do, *given, **named).result(timeout=PATIENCE)


def _body(report: Report) -> bytes:
    contact = {"name": report.name, "phone": report.phone}
    return json.dumps({"title": report.title, "body": report.body, "contact": contact}).encode()


def _bare(name: str, seconds: float) -> float:
    """Write the rows of one real intake again and again under fresh keys: one transaction each, nothing but the database."""
    taken, done = _elsewhere(load.insert_all, dsn(name), _recorded(), seconds)
    return done / taken


def _recorded() -> list[Recorded]:
    """Return the rows of the newest intake."""
    return recorded(Case.objects.order_by("-id")[0])
