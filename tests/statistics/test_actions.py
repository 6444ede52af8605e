"""Folding: each event once, by however many workers, whatever is interrupted."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heshi.cases.actions import RESIDENT, take_step
from heshi.cases.models import Case, Outgoing
from heshi.common.refusals import Refusal
from heshi.journey.actions import draw, rebuild, retry
from heshi.journey.consequences import named
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from heshi.playbooks.queries import playbook, shelf, text_of
from heshi.statistics import queries
from heshi.statistics.models import CaseTally, Counter
from heshi.statistics.rules import Rate
from heshi.statistics.terms import OWN, OWN_DIMENSIONS
from tests.cast import NOON, County
from tests.consequences import drawn
from tests.files import OpenCase, acting, new_file, opened, walk
from tests.queries import questions

MONTH = "2026-03"


def counters(dimension: str = "all") -> dict[tuple[str, str], int]:
    """Return what the counters of a dimension say, without zeros; the figures of playbooks stand apart in `owns`."""
    held = Counter.objects.filter(dimension=dimension).exclude(value=0).exclude(measure__contains=OWN)
    return {(cell.key, cell.measure): cell.value for cell in held}


def owns() -> dict[tuple[str, str], tuple[int, int]]:
    """Return the two numbers of every playbook's own figure, for the county and for each unit and township."""
    figures = queries.figures(MONTH, MONTH)
    return {
        (key, own.figure.title): (own.rate(counts).part, own.rate(counts).whole)
        for own in queries.own_figures(figures)
        for dimension in OWN_DIMENSIONS
        for key, counts in figures.rows(dimension)
    }


def again() -> None:
    """Count everything anew from the archive."""
    rebuild(named("statistics"))
    drawn()


def to_the_answer(case: Case, county: County) -> Case:
    staff = county.staff
    return walk(
        case,
        (
            staff["dispatcher"],
            "dispatch",
            {"kind": "complaint", "topic": "17", "unit": str(county.housing.pk)},
        ),
        (staff["officer"], "arrive", {}),
        (staff["officer"], "confer", {"plan": "先看现场"}),
        (staff["officer"], "handle", {}),
        (staff["officer"], "feed_back", {"done": "换了。", "reply": "修好了。", "outcome": "solved"}),
    )


def test_a_case_is_counted_as_it_stands_and_moves_with_it(case: Case, county: County) -> None:
    drawn()
    assert counters() == {("-", "received"): 1}
    assert counters("topic") == {("18", "received"): 1}

    to_the_answer(case, county)
    drawn()

    assert counters() == {
        ("-", name): 1 for name in ("received", "accepted", "answered", "on_time", "unconfirmed")
    }
    assert set(counters("topic")) == {("17", name) for _key, name in counters()}
    assert drawn() == 0
    drawn("notices")
    assert Outgoing.objects.count() == 0

    walk(case, (None, "rate", {"solved": True, "score": 5}))
    drawn()

    assert counters()["-", "solved"] == 1
    assert ("-", "unconfirmed") not in counters()
    assert {cell.month for cell in Counter.objects.all()} == {MONTH}
    assert list(queries.differences()) == []


def test_a_playbooks_own_figure_is_counted_with_its_cases(case: Case, county: County) -> None:
    unit, township, whole = str(county.housing.pk), case.path.split("/")[1], "-"
    drawn()
    assert owns()[whole, "线上办结率"] == (0, 0)

    to_the_answer(case, county)
    drawn()
    assert {key: numbers for (key, _title), numbers in owns().items()} == dict.fromkeys(
        (whole, township, unit), (0, 1)
    )

    walk(case, (None, "rate", {"solved": True, "score": 5}))
    drawn()
    assert {key: numbers for (key, _title), numbers in owns().items()} == dict.fromkeys(
        (whole, township, unit), (1, 1)
    )
    assert not Counter.objects.filter(
        dimension__in=["topic", "kind", "playbook"], measure__contains=OWN
    ).exists()

    before = owns()
    again()
    assert owns() == before
    assert list(queries.differences()) == []


def test_a_figure_that_is_defined_anew_counts_old_cases_by_the_old_definition(
    case: Case, county: County
) -> None:
    text = text_of(shelf()["shulan_liubu"])
    walk(to_the_answer(case, county), (None, "rate", {"solved": True, "score": 5}))

    publish_text(
        text=text.replace("of: {counted: {has: accepted}}", "of: {counted: {has: received}}"), at=NOON
    )
    opened(county, new_file(county, "second"))
    drawn()

    figures = queries.figures(MONTH, MONTH)
    found = queries.own_figures(figures)
    assert [(own.in_force, own.rate(figures.all)) for own in found] == [
        (True, Rate(0, 1)),
        (False, Rate(1, 1)),
    ]


def test_folding_the_same_event_again_changes_nothing(case: Case) -> None:
    drawn()
    before = counters()
    Outgoing.objects.create(county=case.county, case_id=case.pk, number=1)

    assert drawn() == 1
    assert counters() == before


def test_what_cannot_be_counted_leaves_the_figures_as_they_were(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: Any) -> None:
        raise ValueError

    with monkeypatch.context() as broken:
        broken.setattr("heshi.statistics.actions._add", die)
        drawn()

    assert (CaseTally.objects.count(), Counter.objects.count()) == (0, 0)
    assert retry(at=NOON, now=True) == 1
    assert counters() == {("-", "received"): 1}


def test_the_number_of_queries_does_not_grow_with_the_cases(county: County, open_case: OpenCase) -> None:
    counts = []
    drawn()
    for size in (1, 3):
        for number in range(size):
            open_case(f"{size}-{number}")
        with questions() as seen:
            drawn()
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_check_finds_a_changed_counter_and_rebuild_mends_it(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn()
    call_command("statistics", "rebuild", "--check")
    Counter.objects.filter(dimension="all").update(value=5)

    with pytest.raises(SystemExit) as leaving:
        call_command("statistics", "rebuild", "--check")

    assert leaving.value.code == 1
    assert "990100 2026-03 all - received：现为 5，按事件应为 1" in capsys.readouterr().err
    again()
    assert counters() == {("-", "received"): 1}
    assert list(queries.differences()) == []


def test_check_finds_a_changed_tally_and_passes_over_a_case_that_waits(case: Case, county: County) -> None:
    drawn()
    drawn("notices")
    CaseTally.objects.update(measures=["received", "solved"])
    assert {wrong.what.split()[0] for wrong in queries.differences()} == {"案件", "990100"}

    again()
    to_the_answer(case, county)
    assert list(queries.differences()) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_folding_bit_by_bit_and_counting_again_agree(
    data: st.DataObject, county: County, open_case: OpenCase
) -> None:
    with transaction.atomic():
        for number in range(data.draw(st.integers(1, 3))):
            book = data.draw(st.sampled_from(["canonical", "shulan_liubu", "yangshan_qibu"]))
            (made,) = opened(county, new_file(county, f"h{number}", book))
            wander(Case.objects.get(pk=made.case_id), county, data)
        drawn(replace(named("statistics"), at_once=2))

        before = {dimension: counters(dimension) for dimension in ("all", "topic", "unit", "playbook")}
        assert list(queries.differences()) == []
        again()
        assert {dimension: counters(dimension) for dimension in before} == before
        transaction.set_rollback(True)


def wander(case: Case, county: County, data: st.DataObject) -> None:
    """Let anybody press anything for a while, folding now and then."""
    people: list[Staff | None] = [
        None,
        *(county.staff[name] for name in ("dispatcher", "officer", "mediator", "clerk")),
    ]
    book = playbook(case.playbook_id)
    for _turn in range(data.draw(st.integers(0, 12))):
        here = [step for step in book.steps.values() if case.position in step.source]
        step = data.draw(st.sampled_from(here)) if here else None
        if step is None:
            return
        who = data.draw(st.sampled_from(people))
        answers = {ask.name: answer(ask.type, list(ask.options), county, data) for ask in step.asks}
        try:
            case = take_step(
                case=case,
                step=step.code,
                actor=acting(who, case) if who else RESIDENT,
                at=NOON,
                answers=answers,
            )
        except Refusal:
            case.refresh_from_db()
        if data.draw(st.booleans()):
            draw(replace(named("statistics"), at_once=1), at=NOON)


def answer(kind: str, options: list[str], county: County, data: st.DataObject) -> Any:
    if options:
        return data.draw(st.sampled_from(options))
    return {
        "yes_no": data.draw(st.booleans()), "score": data.draw(st.integers(1, 5)), "unit": str(county.housing.pk),
        "units": [str(county.housing.pk)], "number": 2, "money": 2, "date": "2026-03-20", "lines": "一样\n两样", "case": "1",
        "staff": str(county.staff["leader"].pk), "kind": "dispute", "topic": data.draw(st.sampled_from(["01", "15", "18"])),
    }.get(kind, "写几个字")  # fmt: skip


@pytest.fixture
def settled(transactional_db: None, county: County) -> County:
    """Give the county to several connections at once."""
    return county


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_each_case_once(settled: County, open_case: OpenCase) -> None:
    cases = [open_case(f"c{number}") for number in range(12)]
    for one in cases[:6]:
        to_the_answer(one, settled)
    taken: list[int] = []

    workers = [threading.Thread(target=in_own_connection, args=(taken,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(taken) == 12 + 6 * 5
    assert counters()["-", "received"] == 12
    assert counters()["-", "answered"] == 6
    assert list(queries.differences()) == []


def in_own_connection(taken: list[int]) -> None:
    portion = replace(named("statistics"), at_once=3)
    try:
        while made := draw(portion, at=NOON):
            taken.append(made)
    finally:
        connections.close_all()
