"""Writing duties down ahead and telling the units: once each, following the newest version, leaving the past alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from heshi.community.actions import make_ahead, mark_done, planning, remind, skip
from heshi.community.models import Occurrence
from heshi.journey.duties import duties
from heshi.notices.models import Notice
from heshi.people.models import Post, Staff, Unit
from heshi.playbooks.actions import publish_shelf
from heshi.playbooks.models import PlaybookVersion
from tests.cast import NOON, TOWNSHIPS, VILLAGES, County
from tests.community.books import CODE, RHYTHM, TODAY, after, duty, publish, seat

CENTRES = ("和安县综治中心", "甲镇综治中心", "乙镇综治中心")
FORTNIGHT = ["03-04", "03-06", "03-11", "03-13"]


def written(rhythm: str = "review") -> list[tuple[str, str]]:
    """Return unit and due day of what is written down."""
    rows = Occurrence.objects.filter(rhythm=rhythm).order_by("unit__code", "due_on")
    return [(row.unit.name, f"{row.due_on:%m-%d}") for row in rows.select_related("unit")]


def days(rhythm: str = "review") -> list[str]:
    """Return the due days of the county centre, or of whichever unit has the duty."""
    return list(dict.fromkeys(day for _unit, day in written(rhythm)))


def test_every_unit_of_the_kind_gets_its_fortnight(book: PlaybookVersion, county: County) -> None:
    made = make_ahead(at=NOON)

    assert made == 3 * 4 + 2 + 1
    assert sorted(written()) == sorted((centre, day) for centre in CENTRES for day in FORTNIGHT)
    assert written("meeting") == [("甲镇调委会", "03-31"), ("乙镇调委会", "03-31")]
    assert written("spring") == [("甲一村村委会", "04-10")]
    first = Occurrence.objects.filter(rhythm="review").earliest("due_on")
    assert (first.title, first.role, first.period, first.version_id, first.state, first.county) == (
        "研判例会", "dispatcher", "2026-W10", book.pk, "open", county.code,
    )  # fmt: skip


def test_making_again_changes_nothing_and_later_adds_what_is_new(book: PlaybookVersion) -> None:
    make_ahead(at=NOON)
    before = set(Occurrence.objects.values_list("pk", "revision"))

    assert make_ahead(at=NOON) == 0
    assert make_ahead(at=after(1)) == 0
    assert set(Occurrence.objects.values_list("pk", "revision")) == before
    assert make_ahead(at=after(7)) == 3 * 2
    assert days() == [*FORTNIGHT, "03-18", "03-20"]


def test_the_database_itself_keeps_a_duty_from_being_made_twice(county: County) -> None:
    first = duty(county)

    with pytest.raises(IntegrityError, match="occurrence_once"), transaction.atomic():
        duty(county, due_on=TODAY + timedelta(days=1), planned_on=first.planned_on)

    duty(county, "centre_990100001")
    assert Occurrence.objects.count() == 2


def test_a_new_version_changes_only_what_lies_ahead_and_is_open(
    book: PlaybookVersion, county: County, dispatcher: Staff
) -> None:
    make_ahead(at=NOON)
    mine = Occurrence.objects.filter(unit=county.centre, rhythm="review").order_by("due_on")
    early = mark_done(duty=mine[2], by=seat(dispatcher), words="提前开了", at=NOON)
    excused = skip(duty=mine[3], by=seat(dispatcher), reason="场地检修", at=NOON)
    renewed = publish(RHYTHM.replace("on: [3, 5]", "on: [4, 5]").replace("研判例会", "研判会商"), at=after(2))

    make_ahead(at=after(2))  # on the Wednesday itself

    now = [(f"{row.due_on:%m-%d}", row.title, row.state, row.version_id == renewed.pk) for row in mine.all()]
    assert now == [
        ("03-04", "研判例会", "open", False),
        ("03-05", "研判会商", "open", True),
        ("03-06", "研判会商", "open", True),
        ("03-11", "研判例会", "done", False),
        ("03-12", "研判会商", "open", True),
        ("03-13", "研判例会", "skipped", False),
    ]
    assert (early.revision, excused.revision, mine.get(due_on="2026-03-06").revision) == (2, 2, 2)


def test_a_rhythm_that_is_dropped_goes_from_the_days_ahead(book: PlaybookVersion) -> None:
    make_ahead(at=NOON)
    publish("", "", at=after(2))

    assert make_ahead(at=after(2)) == 3 * 3 + 2 + 1
    assert days() == ["03-04"]


def test_a_unit_that_closes_has_nothing_to_do_from_that_day(book: PlaybookVersion, county: County) -> None:
    make_ahead(at=NOON)
    Unit.objects.filter(pk=county.township_centre.pk).update(valid_to=date(2026, 3, 6))

    make_ahead(at=NOON)

    assert [day for unit, day in written() if unit == "甲镇综治中心"] == ["03-04"]


def test_a_playbook_that_was_tampered_with_stops_no_other(
    book: PlaybookVersion, caplog: pytest.LogCaptureFixture
) -> None:
    other = publish(code="second_care")
    PlaybookVersion.objects.filter(pk=book.pk).update(digest="0")

    made = make_ahead(at=NOON)

    assert made == 15
    assert set(Occurrence.objects.values_list("version_id", flat=True)) == {other.pk}
    assert f"预案 {CODE} 的节律没有写下" in caplog.text


def test_another_countys_duties_are_not_touched(book: PlaybookVersion, county: County) -> None:
    theirs = duty(county, county=990200, due_on=TODAY + timedelta(days=3))

    make_ahead(at=NOON)
    remind(at=after(5))

    theirs.refresh_from_db()
    assert (theirs.revision, theirs.reminded_at) == (1, None)


def inbox() -> list[tuple[str, str]]:
    """Return where each notice lies and its words."""
    return list(Notice.objects.order_by("address").values_list("address", "text"))


def test_the_unit_is_told_on_the_day_and_once(county: County) -> None:
    mine = duty(county)
    duty(county, due_on=TODAY + timedelta(days=1))

    assert (remind(at=NOON), remind(at=NOON)) == (1, 0)

    mine.refresh_from_db()
    assert mine.reminded_at == NOON
    assert inbox() == [
        (
            f"unit:{county.centre.pk}",
            "今天该做：研判例会。做完请到“共治”里写明做了什么；没有做的，写明原因。",
        )
    ]
    assert Notice.objects.get().sent_at == NOON


def test_where_nobody_holds_the_role_the_centre_above_is_told(county: County) -> None:
    duty(county, f"village_{VILLAGES[0]}", role="grid_worker")
    duty(county, "court", role="mediator")
    Post.objects.filter(role="grid_worker").delete()

    remind(at=NOON)

    told = dict(inbox())
    assert set(told) == {
        f"unit:{county.centre.pk}",
        f"unit:{county.township_centre.pk}",
    }
    assert told[f"unit:{county.township_centre.pk}"].startswith(
        "今天甲一村村委会该做：研判例会。这个岗位现在没有人"
    )


def test_what_was_answered_before_its_day_is_not_told(county: County, dispatcher: Staff) -> None:
    mark_done(duty=duty(county), by=seat(dispatcher), words="开了", at=NOON)

    assert remind(at=NOON) == 0
    assert inbox() == []


def test_a_day_the_worker_slept_through_is_told_late_but_told(county: County) -> None:
    duty(county, due_on=TODAY - timedelta(days=2))

    assert remind(at=NOON) == 1


def test_the_worker_does_it_all(book: PlaybookVersion, county: County) -> None:
    due = duty(county, due_on=timezone.localdate(), rhythm="meeting")

    for each in duties():
        each.done(each.due)

    due.refresh_from_db()
    assert due.reminded_at is not None
    assert Occurrence.objects.filter(rhythm="review", unit__code=f"centre_{TOWNSHIPS[1]}").count() in (
        3,
        4,
        5,
    )


def test_the_library_of_other_places_holds_no_meetings_here(county: County) -> None:
    publish_shelf(at=NOON, only={"dongliao_sizhen"})

    make_ahead(at=NOON)

    assert Occurrence.objects.count() == 0


def test_a_playbook_no_longer_used_here_leaves_no_meetings_ahead(
    book: PlaybookVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ahead(at=NOON)
    monkeypatch.setattr(planning, "versions_in_use", list)

    assert make_ahead(at=after(2)) == 3 * 3 + 2 + 1
    assert days() == ["03-04"]
