"""`bench lists`: how the desk's pages grow with the archive: p95 at many cases over p95 at ten thousand, in one run."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count as count_up
from itertools import islice

from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heshi.cases.models import Case, Event
from heshi.cases.queries import visible_to
from heshi.cli.bench.ground import own_database, p95, say, told
from heshi.cli.bench.multiply import multiply
from heshi.cli.bench.words import PLACES, TROUBLES, reports
from heshi.intake.rules.report import Report
from heshi.journey.actions import draw_all, receive
from heshi.people.models import Staff
from heshi.people.queries import scope_of

SMALL = 10_000
ROUNDS = 60
MOST_QUERIES = 12
TRANSACTION = frozenset({"BEGIN", "COMMIT"})
"""Said around queries; no query themselves."""
WHO = ("dispatcher", "officer_dept_housing")
KINDS_SORTED = ("complaint", "assistance", "dispute")
TOPICS_SORTED = ("17", "02", "10", "13", "09")

Timings = dict[str, float]


def measure(*, cases: int) -> None:
    """Fill ten thousand, measure, multiply to ``cases``, measure again."""
    with own_database("heshi_bench_lists"):
        _fill(SMALL)
        small, _few = _pages()
        say(f"{SMALL} 件：{small}")
        multiply(cases // SMALL)
        large, queries = _pages()
        say(f"{cases} 件：{large}")
        ratios = {page: round(large[page] / small[page], 2) for page in small}
        told(
            {
                "bench": "lists",
                "cases": [SMALL, Case.objects.count()],
                "events": Event.objects.count(),
                "p95_ms": {"small": _ms(small), "large": _ms(large)},
                "ratio": ratios,
                "worst_ratio": max(ratios.values()),
                "queries": queries,
                "most_queries": max(queries.values()),
                "targets": {"worst_ratio": 2.0, "most_queries": MOST_QUERIES},
            }
        )


def _ms(timings: Timings) -> Timings:
    return {page: round(seconds * 1000, 1) for page, seconds in timings.items()}


def _sorted(report: Report, number: int) -> Report:
    """Return a report as a person has sorted it: what nobody is sure of waits at the centre, and no unit would have a queue."""
    kind, topic = KINDS_SORTED[number % len(KINDS_SORTED)], TOPICS_SORTED[number % len(TOPICS_SORTED)]
    return replace(report, kind=kind, topic=topic)


def _fill(count: int) -> None:
    source = map(_sorted, reports(count), count_up())
    while batch := list(islice(source, 500)):
        receive(reports=batch, at=timezone.now())
    while draw_all(at=timezone.now()):
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _pages() -> tuple[Timings, dict[str, int]]:
    """Return p95 of each page over the people who use it, and the most queries it made."""
    seen: dict[str, list[float]] = {}
    most: dict[str, int] = {}
    for username in WHO:
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(Staff.objects.get(username=username))
        for name, address in _addresses(username):
            _fetched(
                client, address
            )  # names and rules are read once a minute; what is measured is every other time
            seconds, queries = _fetched(client, address)
            seen.setdefault(name, []).append(seconds)
            most[name] = max(most.get(name, 0), queries)
    return {name: p95(values) for name, values in seen.items()}, most


def _fetched(client: Client, address: str) -> tuple[float, int]:
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        start = time.perf_counter()
        answer = client.get(address)
        seconds = time.perf_counter() - start
    if answer.status_code != 200:
        raise SystemExit(f"{address} 答复 {answer.status_code}")
    return seconds, sum(1 for query in queries if query["sql"] not in TRANSACTION)


def _addresses(username: str) -> Iterator[tuple[str, str]]:
    rng = random.Random(username)  # noqa: S311 -- the same pages each time
    numbers = _numbers(username, rng)
    for _round in range(ROUNDS):
        yield "queue", "/desk/"
        yield "newest", "/desk/cases/"
        yield "search", f"/desk/search/?q={_asked(rng)}"
        yield "case", f"/desk/cases/{rng.choice(numbers)}/"
        if username == "dispatcher":
            yield "statistics", "/desk/statistics/"


def _asked(rng: random.Random) -> str:
    """Return a common word, a place, or a house that few live in."""
    house = f"{rng.choice(PLACES)}{rng.randint(1, 300)}号{rng.randint(1, 30)}栋"
    return rng.choice([rng.choice(TROUBLES)[:4], rng.choice(PLACES), house, "物业", "谢谢"])


def _numbers(username: str, rng: random.Random) -> list[str]:
    mine = visible_to(scope_of(Staff.objects.get(username=username))).order_by("-opened_at")
    found = list(mine.values_list("number", flat=True)[:2000])
    return rng.sample(found, k=min(50, len(found)))
