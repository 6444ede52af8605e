"""Consequences: each event once for each of them, whatever is killed, however many work at it, whatever one case holds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from heshi.cases.models import Case, Event, Outgoing
from heshi.cases.queries.outgoing import Happened
from heshi.common.refusals import Refusal
from heshi.journey import consequences as room
from heshi.journey import queries
from heshi.journey.actions import draw, draw_all, drawing, rebuild, retry
from heshi.journey.consequences import Consequence, ConsequenceUnknown, consequences, named
from heshi.journey.management.commands.status import status
from heshi.journey.models import START, Bookmark, SetAside
from heshi.places import queries as places
from heshi.playbooks.actions import publish_shelf
from heshi.statistics import queries as statistics
from tests.cast import NOON, County, settle_county
from tests.consequences import drawn
from tests.files import STANDING, OpenCase, new_file, opened, walk
from tests.journey.nursery import WITNESSED

ROOT = Path(__file__).resolve().parents[2]
KILLS, CASES, PATIENCE_SECONDS = 50, 120, 20
Seen = list[tuple[UUID, int]]


class Witness:
    """A consequence that remembers what it was given, and cannot bear some cases."""

    def __init__(self) -> None:
        self.seen: Seen = []
        self.hates: set[UUID] = set()
        self.began = 0
        self.row = Consequence("witness", "见证", self.handle, self.begin, at_once=4)

    def handle(self, happened: Sequence[Happened]) -> None:
        """Remember all of it, or none."""
        if any(one.case_id in self.hates for one in happened):
            raise CannotBear
        self.seen += [(one.case_id, one.number) for one in happened]

    def begin(self) -> None:
        """Count how often it was told to begin anew."""
        self.began += 1


class CannotBear(Refusal):
    code = "cannot_bear"
    sentence = "这一件做不成。"


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    """Give a second consequence beside the statistics."""
    made = Witness()
    both = (*consequences(), made.row)
    for module in (room, drawing, queries):
        monkeypatch.setattr(module, "consequences", lambda: both)
    drawn(made.row)
    drawn("statistics")
    made.began = 0
    return made


def everything() -> Seen:
    """Return every event there is."""
    return list(Event.objects.order_by("case_id", "number").values_list("case_id", "number"))


def arrive(case: Case, county: County) -> Case:
    staff = county.staff
    answers = {"kind": "complaint", "topic": "17", "unit": str(county.housing.pk)}
    return walk(case, (staff["dispatcher"], "dispatch", answers), (staff["officer"], "arrive", {}))


def test_each_consequence_reads_at_its_own_pace(
    county: County, open_case: OpenCase, witness: Witness
) -> None:
    cases = [open_case(f"matter {number}") for number in range(5)]
    assert drawn("statistics") == 5
    for case in cases:
        arrive(case, county)
    assert witness.seen == []
    assert drawn(witness.row) == 15
    assert sorted(witness.seen) == everything()
    assert Outgoing.objects.exists()
    assert drawn("statistics") == 10
    for each in consequences():
        drawn(each.name)
    assert not Outgoing.objects.exists()
    assert draw_all(at=NOON) == 0


def test_a_new_consequence_goes_through_the_archive_and_then_on(
    county: County, open_case: OpenCase, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_case("before")
    monkeypatch.setattr(drawing, "CASES_AT_ONCE", 1)
    open_case("another")
    rebuild(witness.row)
    draw(witness.row, at=NOON)
    arrive(first, county)
    open_case("meanwhile")

    drawn(witness.row)

    assert set(witness.seen) == set(everything())
    assert [number for case, number in dict.fromkeys(witness.seen) if case == first.pk] == [1, 2, 3]
    assert Bookmark.objects.get(name="witness").built_to is None


def test_one_broken_case_is_set_aside_with_a_sentence_and_the_rest_goes_on(
    county: County, open_case: OpenCase, witness: Witness
) -> None:
    cases = [open_case(f"matter {number}") for number in range(6)]
    witness.hates = {cases[2].pk}
    drawn(witness.row)
    arrive(cases[2], county)
    arrive(cases[3], county)
    drawn(witness.row)

    assert {case for case, _number in witness.seen} == {case.pk for case in cases} - {cases[2].pk}
    assert (cases[3].pk, 3) in witness.seen
    found = status(at=NOON, quick=True)
    number = cases[2].number
    assert found["must_be_zero"]["set_aside"] == 1
    assert found["set_aside"][0].startswith("见证：案件 ")
    assert found["set_aside"][0].endswith("从第 1 条事件起没有做成：这一件做不成。")
    assert number[:4] in found["set_aside"][0]

    assert retry(at=NOON + timedelta(minutes=2)) == 0
    assert SetAside.objects.get().tries == 2
    witness.hates = set()
    assert retry(at=NOON + timedelta(minutes=3)) == 0  # its time has not come
    assert retry(at=NOON + timedelta(hours=1)) == 1
    assert [number for case, number in witness.seen if case == cases[2].pk] == [1, 2, 3]
    assert status(at=NOON, quick=True)["must_be_zero"]["set_aside"] == 0


def test_what_an_unforeseen_error_quotes_is_not_shown(open_case: OpenCase, witness: Witness) -> None:
    open_case("matter")

    def quotes(_happened: Sequence[Happened]) -> None:
        raise ValueError("王某的电话 13800001234")

    drawn(Consequence("witness", "见证", quotes, lambda: None))

    assert SetAside.objects.get().why == "程序出错（ValueError），详见日志"


def test_an_archive_carried_into_another_database_loses_no_consequence(
    county: County, open_case: OpenCase, witness: Witness
) -> None:
    case = open_case("matter")
    drawn(witness.row)
    arrive(case, county)
    Bookmark.objects.update(transaction=2**40)
    Outgoing.objects.update(transaction=2**40 + 5)

    for _turn in range(4):
        draw_all(at=NOON)

    assert set(witness.seen) == set(everything())
    assert not Outgoing.objects.exists()


def test_a_consequence_that_has_not_begun_says_so(county: County) -> None:
    Bookmark.objects.filter(name="statistics").delete()
    assert "统计（statistics）：还没有开始" in list(queries.standing())


def test_the_command_lists_rebuilds_and_tries_again(
    open_case: OpenCase, witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    case = open_case("matter")
    witness.hates = {case.pk}
    call_command("consequences", "list")
    said = capsys.readouterr().out
    assert "统计（statistics）：还有 1 个事件没有做" in said
    assert "见证（witness）：还有 1 个事件没有做" in said
    drawn(witness.row)
    call_command("consequences", "list")
    said = capsys.readouterr().out
    assert "见证（witness）：还有 0 个事件没有做" in said
    assert "没有做成：这一件做不成。" in said

    witness.hates = set()
    call_command("consequences", "retry")
    assert "1 件可以接着做了。" in capsys.readouterr().out
    call_command("consequences", "rebuild", "witness")
    assert "见证：从头走过 " in capsys.readouterr().out
    assert witness.began == 1
    assert set(witness.seen) == {(case.pk, 1)}
    with pytest.raises(ConsequenceUnknown, match="没有名为“luck”的后果，只有：statistics"):
        named("luck")


def test_a_rebuild_asks_again_for_what_was_set_aside(open_case: OpenCase, witness: Witness) -> None:
    case = open_case("matter")
    witness.hates = {case.pk}
    drawn(witness.row)
    witness.hates = set()

    rebuild(witness.row)
    drawn(witness.row)

    assert set(witness.seen) == {(case.pk, 1)}
    assert not SetAside.objects.exists()
    assert Bookmark.objects.get(name="witness").built_to != START


# --- killed anywhere, two at once -----------------------------------------------------------------


@pytest.fixture
def settled(transactional_db: None) -> Iterator[County]:
    """Give the small county and the witness's table, written for good, since other processes must see them."""
    places.forget()
    county = settle_county()
    publish_shelf(at=NOON, only=STANDING)
    _said(WITNESSED)
    yield county
    _said("DROP TABLE witnessed")
    places.forget()


def _said(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(statement: str) -> list[tuple[UUID, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [(case_id, number) for case_id, number in cursor.fetchall()]


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "what waits was not drawn"
        time.sleep(0.05)


def test_nothing_is_passed_over_while_an_older_transaction_goes_on(settled: County) -> None:
    drawn()
    older, newer = (Case.objects.get(pk=opened(settled, new_file(settled, name))[0].case_id) for name in "ab")
    drawn()
    with transaction.atomic():
        arrive(older, settled)
        with ThreadPoolExecutor(1) as others:
            assert others.submit(_meanwhile, newer, settled).result(PATIENCE_SECONDS) == 0
    assert drawn() == 4


def _meanwhile(case: Case, county: County) -> int:
    """Let a case move and try to draw what follows, on a connection of its own."""
    try:
        arrive(case, county)
        return draw(named("statistics"), at=NOON)
    finally:
        connections.close_all()


@contextmanager
def _nursery() -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "tests.journey.nursery", str(connection.settings_dict["NAME"]), str(KILLS)]
    made = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield made
    finally:
        made.kill()


@pytest.mark.slow
def test_a_worker_killed_fifty_times_beside_another_leaves_each_event_seen_once(settled: County) -> None:
    with _nursery() as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        for number in range(CASES):
            (made,) = opened(settled, new_file(settled, f"matter {number}"))
            arrive(Case.objects.get(pk=made.case_id), settled)
        assert nursery.stdout.readline().strip() == str(KILLS)
        _until(lambda: not Outgoing.objects.exists())
        nursery.stdin.close()
        assert nursery.wait(30) == 0

    witnessed = _rows("SELECT case_id, number FROM witnessed ORDER BY place")
    assert len(witnessed) == CASES * 3
    assert sorted(witnessed) == everything()
    for case in Case.objects.values_list("pk", flat=True):
        assert [number for own, number in witnessed if own == case] == [1, 2, 3]
    assert list(statistics.differences()) == []
    assert not SetAside.objects.exists()
