"""`bench year`: acts per second of a simulated year through the real engine, over the bare database writing the same rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import median
from uuid import UUID

from django.utils import timezone

from heshi.cli.bench.cast import Cast, MadeUpCase, cast_for
from heshi.cli.bench.ground import copy_of, own_database, say, told
from heshi.cli.bench.replaying import Pass, bare, real
from heshi.common.refusals import Refusal
from heshi.playbooks import queries
from heshi.playbooks.actions import publish_text

CASES = 200
ROUNDS = 5
WARM_CASES = 20


@dataclass(frozen=True, slots=True)
class Load:
    """A file of made-up cases, and the playbook they were made with."""

    path: Path
    playbook: str
    digest: str
    seed: int
    cases: int
    begins: datetime


def measure(path: Path, *, cases: int = CASES, rounds: int = ROUNDS) -> None:
    """Replay so many cases in each round, from as many places in the year, and tell both rates and their ratio."""
    load = _load(path)
    with own_database("heshi_bench_year") as name:
        cast = cast_for(_published(load), load.begins)
        _round(name, cast, list(_slice(load, 0, WARM_CASES)))
        pairs = [
            _round(name, cast, list(_slice(load, load.cases * round_ // rounds, cases)), number=round_ + 1)
            for round_ in range(rounds)
        ]
    told(_result(load, pairs, cases * rounds))


def _result(load: Load, pairs: list[tuple[Pass, Pass]], cases: int) -> dict[str, object]:
    refused = sum((one.refused for one, _bare in pairs), Counter[str]())
    return {
        "bench": "year",
        "playbook": load.playbook,
        "digest": load.digest,
        "seed": load.seed,
        "cases": cases,
        "acts": sum(one.acts for one, _bare in pairs),
        "ended_as_simulated": sum(one.ended_alike for one, _bare in pairs),
        "refused": dict(refused),
        "acts_per_second": round(median(one.per_second for one, _bare in pairs)),
        "bare_per_second": round(median(other.per_second for _one, other in pairs)),
        "ratio": round(median(one.per_second / other.per_second for one, other in pairs), 3),
        "statements_per_act": round(median(one.statements / one.acts for one, _bare in pairs), 1),
        "rounds": [[round(one.per_second), round(other.per_second)] for one, other in pairs],
        "synchronous_commit": "on",
    }


def _round(name: str, cast: Cast, cases: list[MadeUpCase], number: int = 0) -> tuple[Pass, Pass]:
    """Replay the same cases on two fresh copies of the same database: through the engine, then as rows alone."""
    with copy_of(name, f"{name}_run"):
        first = real(cases, cast)
    with copy_of(name, f"{name}_run") as copy:
        second = bare(first, copy)
    if first.held != second.held:
        raise SystemExit("直写的行与引擎写的不一样，这次测量不算数。")
    if number:
        say(f"第 {number} 轮：引擎 {first.per_second:.0f}/s，直写 {second.per_second:.0f}/s")
    return first, second


def _load(path: Path) -> Load:
    """Return what a load says of itself; leaves with a sentence when it is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            said, first = json.loads(next(lines)), json.loads(next(lines))
        begins = datetime.fromisoformat(first["at"])
        return Load(path, said["playbook"], said["digest"], said["seed"], said["cases"], begins)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise SystemExit(
            f"读不出“{path}”，请先用 heshi playbook simulate 名字 --year --out 文件 做一份。"
        ) from error


def _slice(load: Load, first: int, count: int) -> Iterator[MadeUpCase]:
    with load.path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in islice(lines, first + 1, first + 1 + count))


def _published(load: Load) -> UUID:
    """Return the version of the load's playbook; leaves with a sentence when it is another than the load was made with."""
    try:
        path = queries.files().get(load.playbook)
        if path is not None:
            publish_text(text=queries.text_of(path), at=timezone.now())
        version = queries.in_force(load.playbook)
    except Refusal as refusal:
        raise SystemExit(str(refusal)) from refusal
    if queries.playbook(version).digest != load.digest:
        raise SystemExit(f"“{load.path}”是用另一版“{load.playbook}”做的，请重新做一份。")
    return version
