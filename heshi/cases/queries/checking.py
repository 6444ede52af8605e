"""Is the archive what its events say? Chains are recomputed and every case is folded anew, in batches, beside the stored rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from heshi.cases.models import Case, Clock, Event, Party, Statement, TaskRow
from heshi.cases.record import EventUnreadable, entry_of
from heshi.cases.rules import (
    GENESIS,
    ClockState,
    Link,
    State,
    clock_columns,
    columns,
    first_break,
    folded,
    statement_digest,
    task_columns,
)
from heshi.common.numbers import spoken
from heshi.common.refusals import ILL_FORMED, Damaged
from heshi.playbooks.rules.lots import holds_good

BATCH: Final = 500
APART_FROM_EVENTS: Final = frozenset({"id", "county", "title", "head"})
"""Columns of a case that do not follow from its events: its keys, its erasable title, the newest digest."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first event of a case whose digest is wrong."""

    number: str
    event: int

    @property
    def where(self) -> str:
        """Where it is, in words."""
        return f"案件 {spoken(self.number)} 第 {self.event} 条"


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that is not what the events lead to; ``unread`` says why they lead nowhere."""

    number: str
    field: str
    stored: object = None
    replayed: object = None
    unread: str = ""

    @property
    def where(self) -> str:
        """Where it is, without what is stored there: that may be somebody's words."""
        return f"案件 {spoken(self.number)}{f'：{self.unread}' if self.unread else f' {self.field}'}"

    def __str__(self) -> str:
        return self.where


Links = dict[UUID, list[tuple[Link, str]]]


def batches(size: int = BATCH) -> Iterator[list[Case]]:
    """Return all cases, some hundreds at a time, in the order of their keys."""
    cases = Case.objects.order_by("county", "id").iterator(chunk_size=size)
    while batch := list(islice(cases, size)):
        yield batch


def links_of(cases: Sequence[Case]) -> Links:
    """Return the events of these cases as links with their stored digests, in order."""
    found: Links = defaultdict(list)
    for event in Event.objects.filter(**_owned(cases)).order_by("case_id", "number"):
        found[event.case_id].append((link_of(event), event.digest))
    return found


def link_of(event: Event) -> Link:
    """Return what the digest of a stored event covers."""
    return Link(
        event.county, event.case_id, event.number, event.step, event.came_from, event.went_to, event.actor_kind, event.actor_id,
        event.actor_label, event.at, event.as_written,
    )  # fmt: skip


def broken_chains() -> Iterator[Broken]:
    """Return every case whose chain is broken, or ends before its newest digest says."""
    for batch in batches():
        links = links_of(batch)
        for case in batch:
            number = _break(case, links[case.pk])
            if number is not None:
                yield Broken(case.number, number)


def wrong_draws() -> Iterator[Broken]:
    """Return every event whose draw by lot comes out otherwise when it is drawn again."""
    drawing = (
        Event.objects.filter(as_written__has_key="draws").select_related("case").order_by("county", "id")
    )
    for event in drawing.iterator(chunk_size=BATCH):
        if not _hold_good(event):
            yield Broken(event.case.number, event.number)


def _hold_good(event: Event) -> bool:
    try:
        return all(holds_good(drawn) for drawn in event.body.draws)
    except Damaged:
        return False  # what cannot be read cannot be drawn again


def _break(case: Case, links: Sequence[tuple[Link, str]]) -> int | None:
    number = first_break(links)
    newest = links[-1][1] if links else GENESIS
    return len(links) + 1 if number is None and newest != case.head else number


def replay_differences() -> Iterator[Difference]:
    """Rebuild every case from its events and return each stored value that differs; one that cannot be read is one of them."""
    for batch in batches():
        events, beside = (
            links_of(batch),
            _Beside(_clocks(batch), _tasks(batch), _words(batch), _parties(batch)),
        )
        for case in batch:
            try:
                yield from _differences(case, events[case.pk], beside)
            except Damaged as refusal:
                yield Difference(case.number, "events", unread=str(refusal))


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is stored beside the events of some cases, by case."""

    clocks: Mapping[UUID, list[Clock]]
    tasks: Mapping[UUID, list[TaskRow]]
    words: Mapping[UUID, str]
    parties: Mapping[UUID, int]


def _differences(case: Case, links: Sequence[tuple[Link, str]], beside: _Beside) -> Iterator[Difference]:
    if not links:
        yield Difference(case.number, "events", 0, 1)
        return
    state, expected = _replayed(links)
    stored = {name: getattr(case, name, None) for name in expected}
    stored |= {"statement": _statement(case, beside.words), "parties": beside.parties.get(case.pk, 0)}
    expected["clocks"] = _in_order(state.clocks.values())
    # As they are stored: a stage that does not exist is a difference like any other, and mended like any other.
    stored["clocks"] = [
        {name: getattr(clock, name) for name in CLOCK_COLUMNS} for clock in beside.clocks.get(case.pk, ())
    ]
    expected["tasks"] = [task_columns(state, task) for _number, task in sorted(state.tasks.items())]
    stored["tasks"] = [
        {name: getattr(row, name) for name in TASK_COLUMNS} for row in beside.tasks.get(case.pk, ())
    ]
    for name, value in expected.items():
        if stored[name] != value:
            yield Difference(case.number, name, stored[name], value)


def _replayed(links: Sequence[tuple[Link, str]]) -> tuple[State, dict[str, object]]:
    """Return the state that these events lead to, and the columns that follow; raises EventUnreadable."""
    state = folded(entry_of(link) for link, _digest in links)
    try:
        beside = {name: state.facts[name] for name in ("statement", "parties")}
        return state, columns(state) | beside
    except ILL_FORMED as error:
        raise EventUnreadable(event=1, why="开头的内容不全") from error


def _statement(case: Case, words: Mapping[UUID, str]) -> str | None:
    return statement_digest(case.title, words[case.pk]) if case.pk in words else None


def _in_order(clocks: Iterable[ClockState]) -> list[dict[str, object]]:
    return [clock_columns(clock) for clock in sorted(clocks, key=lambda clock: (clock.code, clock.round))]


def _clocks(cases: Sequence[Case]) -> dict[UUID, list[Clock]]:
    found: dict[UUID, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(**_owned(cases)).order_by("code", "round"):
        found[clock.case_id].append(clock)
    return found


CLOCK_COLUMNS: Final = (
    "code", "round", "started_at", "half_at", "nearly_at", "due_at", "next_at", "stopped_at", "awaits_year", "task", "state", "stage",
    "pauses", "extensions",
)  # fmt: skip
TASK_COLUMNS: Final = (
    "number",
    "kind",
    "state",
    "is_open",
    "unit_id",
    "words",
    "said",
    "clock",
    "round",
    "due_at",
    "seen_by",
    "kept_by",
    "written_by",
)


def _tasks(cases: Sequence[Case]) -> dict[UUID, list[TaskRow]]:
    found: dict[UUID, list[TaskRow]] = defaultdict(list)
    for row in TaskRow.objects.filter(**_owned(cases)).order_by("number"):
        found[row.case_id].append(row)
    return found


def _words(cases: Sequence[Case]) -> dict[UUID, str]:
    first = Statement.objects.filter(**_owned(cases)).order_by("case_id", "-id")
    return dict(first.values_list("case_id", "body"))  # the oldest comes last and stays


def _parties(cases: Sequence[Case]) -> dict[UUID, int]:
    found: dict[UUID, int] = defaultdict(int)
    for case_id in Party.objects.filter(**_owned(cases)).values_list("case_id", flat=True):
        found[case_id] += 1
    return found


def _owned(cases: Sequence[Case]) -> dict[str, object]:
    """Return the filter for rows of these cases; the county goes first so that one shard answers."""
    return {"county__in": {case.county for case in cases}, "case_id__in": [case.pk for case in cases]}
