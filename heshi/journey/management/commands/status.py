"""`heshi status [--json] [--quick] [--check]`: how much there is, and what must be zero."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from heshi.cases.models import Case, Clock, Event, Outgoing
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.common.numbers import spoken
from heshi.journey.queries import clock_doubt, failed_duties, set_aside
from heshi.notices.models import Notice
from heshi.notices.queries import not_delivered, unsent_older_than
from heshi.notices.terms import channel_word
from heshi.people.models import Unit
from heshi.playbooks.queries import damaged

NAMES: Final = {
    "without_unit": "没有承办单位",
    "without_clock": "在办而没有时限",
    "without_topic": "没有事项分类",
    "unreadable_playbooks": "读不出来的预案",
    "broken_chains": "事件链断裂",
    "replay_differences": "与事件重放不符",
    "unsent_notices": "超过一小时未发出的通知",
    "set_aside": "放在一边没有做成的案件",
    "failed_duties": "后台没有做成的事",
    "clock_in_doubt": "时钟不可信",
}
NOTICE_HOURS: Final = 1
MOST_NAMED: Final = 20
"""So many cases are named under each heading; the others are counted."""


class Inventory(TypedDict):
    """How much there is; what was not looked at is None among what must be zero."""

    at: str
    cases: int
    open: int
    events: int
    pending: int
    clock: str
    awaiting: list[str]
    set_aside: list[str]
    not_delivered: list[str]
    positions: dict[str, dict[str, int]]
    must_be_zero: dict[str, int | None]
    which: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Amiss:
    """How many there are of what should not be, and the first of them in words; None where nobody looked."""

    count: int | None
    which: Sequence[str] = ()


NOT_LOOKED_AT: Final = Amiss(None)


class Command(BaseCommand):
    """The state of the archive in one object."""

    help = "现状：案件、事件、各环节件数，以及必须为零的各项"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Say how deep to look and how to answer."""
        parser.add_argument("--json", dest="as_json", action="store_true", help="输出一个 JSON 对象")
        parser.add_argument("--quick", action="store_true", help="不核对事件链和重放，百万件案件时也只需几秒")
        parser.add_argument("--check", action="store_true", help="有一项不为零时退出码为 1")

    def handle(self, *, as_json: bool, quick: bool, check: bool, **_options: object) -> None:
        """Look, and say what was found."""
        found = status(at=timezone.now(), quick=quick)
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            for line in _told(found):
                self.stdout.write(line)
        if check and any(found["must_be_zero"].values()):
            sys.exit(1)


def status(*, at: datetime, quick: bool = False) -> Inventory:
    """Return cases, events, cases by position, and the counts that must be zero; those not looked at are None."""
    wrong = _wrong(at=at, quick=quick)
    return {
        "at": at.isoformat(),
        "cases": Case.objects.count(),
        "open": Case.objects.filter(is_open=True).count(),
        "events": Event.objects.count(),
        "pending": Outgoing.objects.count(),
        "clock": clock_doubt(),
        "awaiting": list(_awaiting()),
        "set_aside": list(set_aside()),
        "not_delivered": [_undelivered(notice) for notice in not_delivered()],
        "positions": _positions(),
        "must_be_zero": {name: found.count for name, found in wrong.items()},
        "which": {name: list(found.which) for name, found in wrong.items() if found.which},
    }


def _wrong(*, at: datetime, quick: bool) -> dict[str, Amiss]:
    return {
        "without_unit": _cases(_without_unit()),
        "without_clock": _cases(_without_clock()),
        "without_topic": _cases(Case.objects.filter(topic="")),
        "unreadable_playbooks": _said_of(map(str, damaged().values())),
        "broken_chains": NOT_LOOKED_AT if quick else _said_of(one.where for one in broken_chains()),
        "replay_differences": NOT_LOOKED_AT if quick else _said_of(one.where for one in replay_differences()),
        "unsent_notices": Amiss(unsent_older_than(NOTICE_HOURS, at)),
        "set_aside": _said_of(set_aside()),
        "failed_duties": _said_of(failed_duties()),
        "clock_in_doubt": _said_of(filter(None, [clock_doubt()])),
    }


def _cases(wrong: QuerySet[Case]) -> Amiss:
    numbers = wrong.order_by("county", "id").values_list("number", flat=True)[:MOST_NAMED]
    return Amiss(wrong.count(), [f"案件 {spoken(number)}" for number in numbers])


def _said_of(sentences: Iterable[str]) -> Amiss:
    """Return how many there are and the first of them, without keeping all."""
    which: list[str] = []
    count = 0
    for count, sentence in enumerate(sentences, start=1):
        if count <= MOST_NAMED:
            which.append(sentence)
    return Amiss(count, which)


def _positions() -> dict[str, dict[str, int]]:
    """Return how many cases stand at each position, playbook by playbook; versions of one playbook together."""
    found: dict[str, dict[str, int]] = {}
    rows = Case.objects.values_list("playbook__code", "position").annotate(cases=Count("pk")).order_by()
    for code, position, cases in rows:
        book = found.setdefault(code, {})
        book[position] = book.get(position, 0) + cases
    return {code: dict(sorted(book.items())) for code, book in sorted(found.items())}


def _without_unit() -> QuerySet[Case]:
    return Case.objects.filter(~Exists(Unit.objects.filter(pk=OuterRef("unit_id"))))


def _without_clock() -> QuerySet[Case]:
    """Return the open cases for which no time runs; a paused clock counts, it is going to run again."""
    ticking = Clock.objects.filter(
        county=OuterRef("county"), case_id=OuterRef("pk"), state__in=("running", "paused")
    )
    return Case.objects.filter(~Exists(ticking), is_open=True)


def _awaiting() -> Iterator[str]:
    """Yield for each year that is not published how many time limits wait for it: somebody has to load it."""
    waiting = Clock.objects.filter(awaits_year__isnull=False, state="running").values_list("awaits_year")
    for year, clocks in waiting.annotate(clocks=Count("pk")).order_by("awaits_year"):
        yield f"{clocks} 个时限在等 {year} 年的放假安排，现在只知道最早哪天；载入的办法见 docs/clocks.md“新的一年”"


def _told(found: Inventory) -> list[str]:
    lines: list[str] = [
        f"案件 {found['cases']} 件（在办 {found['open']}），事件 {found['events']} 个，等待汇总 {found['pending']} 个"
    ]
    for code, positions in found["positions"].items():
        lines.append(f"{code}：" + "，".join(f"{position} {count}" for position, count in positions.items()))
    for name, count in found["must_be_zero"].items():
        lines += [f"{NAMES[name]}：{_said(count)}", *(f"  {one}" for one in found["which"].get(name, ()))]
    return [*lines, *found["awaiting"], *found["not_delivered"]]


def _undelivered(notice: Notice) -> str:
    return f"{channel_word(notice.channel)}：{spoken(notice.number)}“{notice.subject}”没有送出：{notice.last_error}"


def _said(count: int | None) -> str:
    return "未核对" if count is None else ("0" if count == 0 else f"{count}  ← 应为 0")
