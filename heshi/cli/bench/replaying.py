"""The two passes of `bench year`: made-up acts through the real engine, then the rows they left through the bare database."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar
from uuid import UUID

import psycopg
from django.db import connection
from psycopg import sql

from heshi.cases.actions import take_step
from heshi.cases.models import Case, Clock, Event, TaskRow
from heshi.cli.bench.cast import Cast, MadeUpAct, MadeUpCase
from heshi.cli.bench.ground import dsn
from heshi.cli.bench.load import insert
from heshi.cli.bench.rows import recorded
from heshi.common.refusals import Refusal
from heshi.journey.actions import tick
from heshi.notices.models import Notice

WRITES = ("INSERT", "UPDATE", "DELETE")
COUNTED = (Case, Event, Clock, TaskRow, Notice)
Given: TypeAlias = Sequence[object] | Mapping[str, object] | None
Write = tuple[bytes | sql.Composed, Given]
Execute: TypeAlias = Callable[[str, Given, bool, dict[str, object]], object]
Wrapper: TypeAlias = Callable[[Execute, str, Given, bool, dict[str, object]], object]
Made = TypeVar("Made")


@dataclass(slots=True)
class Pass:
    """What one pass did: how many acts in how many seconds, what was written act by act, and what the database held then."""

    acts: int = 0
    seconds: float = 0.0
    statements: int = 0
    measuring: bool = False
    ended_alike: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    written: list[tuple[bool, list[Write]]] = field(default_factory=list)
    held: tuple[object, ...] = ()

    @property
    def per_second(self) -> float:
        """Return the acts of a second."""
        return self.acts / self.seconds if self.seconds else 0.0

    def timed(self, act: Callable[[], Made]) -> Made:
        """Measure one act."""
        self.measuring, start = True, time.perf_counter()
        try:
            made = act()
        finally:
            self.measuring = False
        self.seconds += time.perf_counter() - start
        self.acts += 1
        return made


def real(cases: Sequence[MadeUpCase], cast: Cast) -> Pass:
    """Open every case and take every step in the order of time; clocks are told the time between, outside the measurement."""
    done = Pass()
    keys: dict[str, UUID] = {}
    with connection.execute_wrapper(_noting(done)):
        for at, case, act in _in_order(cases):
            done.written.append((False, []))
            tick(at=at)
            done.written.append((True, []))
            if act is None:
                keys[case["number"]] = _open(done, case, cast)
            else:
                _act(done, act, at, keys[case["number"]], cast)
    done.held = _held()
    done.ended_alike = sum(_ended_alike(case, keys[case["number"]]) for case in cases)
    return done


def _ended_alike(case: MadeUpCase, key: UUID) -> bool:
    """Say whether a case came to rest where the simulation left it."""
    row = Case.objects.get(pk=key)
    return bool(case["end"] == {"position": row.position, "outcome": row.outcome})


def _noting(done: Pass) -> Wrapper:
    """Return a wrapper of the connection that notes every statement that writes."""

    def noting(
        execute: Execute, statement: str, params: Given, many: bool, context: dict[str, object]
    ) -> object:
        done.statements += done.measuring
        if statement.startswith(WRITES):
            done.written[-1][1].append((statement.encode(), params))
        return execute(statement, params, many, context)

    return noting


def _in_order(cases: Sequence[MadeUpCase]) -> Iterator[tuple[datetime, MadeUpCase, MadeUpAct | None]]:
    """Yield every opening (without an act) and every act, in the order of time."""
    told: list[tuple[str, str, int, MadeUpCase, MadeUpAct | None]] = []
    for case in cases:
        told.append((case["at"], case["number"], 0, case, None))
        told += [(act["at"], case["number"], place, case, act) for place, act in enumerate(case["acts"], 1)]
    for at, _number, _place, case, act in sorted(told, key=lambda one: one[:3]):
        yield datetime.fromisoformat(at), case, act


def _open(done: Pass, case: MadeUpCase, cast: Cast) -> UUID:
    file, ground = cast.file(case)
    key = done.timed(lambda: cast.open(file, ground))
    done.statements += 1  # an opening goes past the wrapper, in one statement
    rows = recorded(Case.objects.get(pk=key))
    done.written[-1][1].extend(
        (insert(table, columns), row) for table, columns, found in rows for row in found
    )
    return key


def _act(done: Pass, act: MadeUpAct, at: datetime, key: UUID, cast: Cast) -> None:
    """Take one step; what is refused is counted by its code and not measured."""
    actor = cast.actor(act["by"])
    answers = cast.answers(act, key, actor.mark)

    def taken() -> None:
        case = Case.objects.get(pk=key)
        take_step(case=case, step=act["step"], actor=actor, at=at, answers=answers, task=act["task"])

    try:
        done.timed(taken)
    except Refusal as refusal:
        done.written.pop()
        done.refused[f"{act['step']}: {refusal.code}"] += 1


def bare(first: Pass, name: str) -> Pass:
    """Write the same rows again, each act one transaction and nothing but the database."""
    done = Pass()
    with psycopg.connect(dsn(name), autocommit=True, prepare_threshold=0) as database:
        for measured, writes in first.written:
            if measured:
                done.timed(lambda writes=writes: _wrote(database, writes))  # type: ignore[misc]
            elif writes:
                _wrote(database, writes)
    done.held = _held()
    return done


def _wrote(database: psycopg.Connection[tuple[object, ...]], writes: Sequence[Write]) -> None:
    with database.transaction(), database.pipeline(), database.cursor() as cursor:
        for statement, params in writes:
            cursor.execute(statement, params)


def _held() -> tuple[object, ...]:
    """Return how many rows there are, and a fingerprint of where every history ended."""
    heads = "".join(Case.objects.order_by("pk").values_list("head", flat=True))
    counts = tuple(model._default_manager.count() for model in COUNTED)
    return (*counts, hashlib.sha256(heads.encode()).hexdigest())
