"""Campaigns: started by a centre, counted from the cases, ended once; the numbers add up and say what they are of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from heshi.cases.models import Case
from heshi.common.refusals import Refusal
from heshi.community.actions import campaigns as actions
from heshi.community.actions import count_campaigns, end_campaign, start_campaign
from heshi.community.actions.campaigns import (
    CampaignDayOutside,
    CampaignNotWritten,
    CampaignNotYours,
    CampaignOver,
    CampaignRuns,
    CampaignUncountable,
    CampaignWordsMissing,
)
from heshi.community.models import Campaign
from heshi.community.queries.campaigns import over, places_for, progress_of, running, written
from heshi.community.rules.progress import Progress
from heshi.people.models import Staff
from heshi.places.queries import PlaceUnknown
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import PlaybookAltered, PlaybookUnknown
from heshi.playbooks.rules.conditions import condition
from tests.cast import COUNTY, NOON, TOWNSHIPS, VILLAGES, County
from tests.community.books import CODE, TODAY, OpenFile, after, publish, seat
from tests.files import walk
from tests.queries import questions

SECOND = f"{COUNTY}/{TOWNSHIPS[1]}/{VILLAGES[2]}"
COUNTS = {"kind": "hazard", "outcome": "solved"}


def begin(staff: Staff, **changed: Any) -> Campaign:
    """Start the campaign against hazards in the whole county today."""
    asked: dict[str, Any] = {
        "by": seat(staff), "playbook_code": CODE, "code": "hazards", "place": COUNTY, "starts_on": TODAY, "at": NOON,
    }  # fmt: skip
    return start_campaign(**(asked | changed))


def numbers(campaign: Campaign) -> dict[str, list[int]]:
    campaign.refresh_from_db()
    return campaign.tally


def test_a_campaign_starts_with_what_the_playbook_says(book: PlaybookVersion, leader: Staff) -> None:
    made = begin(leader)

    assert (made.title, made.target, made.version_id, made.path, made.starts_on, made.ends_on, made.started_by) == (
        "三十天整治隐患", 3, book.pk, COUNTY, TODAY, date(2026, 3, 31), leader.pk,
    )  # fmt: skip
    assert (made.counted_at, made.tally, made.ended_at) == (NOON, {}, None)
    assert running() == [made]


def test_progress_is_counted_from_the_cases_of_its_time_and_place(
    book: PlaybookVersion,
    county: County,
    open_file: OpenFile,
    leader: Staff,
    dispatcher: Staff,
    mediator: Staff,
) -> None:
    committee = county.units[f"committee_{TOWNSHIPS[0]}"]
    hazards = [open_file(f"hazard {number}", kind="hazard") for number in range(4)]
    open_file("elsewhere", kind="hazard", place=VILLAGES[2], path=SECOND)
    open_file("no place", kind="hazard", place=COUNTY, path=COUNTY)
    open_file("complaint")
    Case.objects.filter(pk=open_file("long ago", kind="hazard").pk).update(opened_at=NOON - timedelta(days=2))
    campaign = begin(leader)
    assert numbers(campaign) == {"-": [0, 1, 0], TOWNSHIPS[0]: [0, 4, 0], TOWNSHIPS[1]: [0, 1, 0]}

    for case in hazards[:3]:
        walk(case, (dispatcher, "dispatch", {"unit": str(committee.pk)}), (mediator, "plan", {"plan": "清走"}),
             (mediator, "reply", {"reply": "已清走，请您看看。"}))  # fmt: skip
    Case.objects.filter(pk=hazards[2].pk).update(outcome="answered_unsolved")
    assert count_campaigns(at=NOON + timedelta(minutes=4)) == 0
    assert count_campaigns(at=NOON + timedelta(minutes=5)) == 1

    assert numbers(campaign)[TOWNSHIPS[0]] == [2, 1, 1]
    assert campaign.counted_at == NOON + timedelta(minutes=5)
    assert progress_of(campaign)[TOWNSHIPS[1]] == Progress(0, 1, 0)


def test_a_township_counts_its_own_cases_only(
    book: PlaybookVersion, open_file: OpenFile, township_dispatcher: Staff
) -> None:
    open_file("here", kind="hazard")
    open_file("elsewhere", kind="hazard", place=VILLAGES[2], path=SECOND)

    campaign = begin(township_dispatcher, place=TOWNSHIPS[0])

    assert numbers(campaign) == {TOWNSHIPS[0]: [0, 1, 0]}


def test_facts_that_a_step_filled_in_count_too(open_file: OpenFile, leader: Staff) -> None:
    publish(
        "",
        "campaigns: {plans: {title: 定打算, target: 9, days: 7, counts: {plan: {present: true}}, source: 测试}}\n",
    )
    one, two = open_file("one"), open_file("two", kind="source_fix")
    Case.objects.filter(pk__in=[one.pk, two.pk]).update(facts={"plan": "先看现场"})
    open_file("three")

    campaign = begin(leader, code="plans")

    assert numbers(campaign) == {TOWNSHIPS[0]: [1, 1, 0]}  # what the office made itself is nobody's request


@pytest.mark.parametrize(
    ("name", "county_wide", "first", "second"),
    [
        ("leader", True, True, True), ("supervisor", True, True, True), ("dispatcher", True, True, True),
        ("township_dispatcher", False, True, False), ("clerk", False, False, False), ("township_clerk", False, False, False),
        ("officer", False, False, False), ("mediator", False, False, False), ("grid_worker", False, False, False),
        ("auditor", False, False, False), ("statistician", False, False, False), ("admin_sys", False, False, False),
    ],
)  # fmt: skip
def test_who_may_start_where(
    name: str, county_wide: bool, first: bool, second: bool, book: PlaybookVersion, county: County
) -> None:
    staff, started = county.staff[name], []
    for place in (COUNTY, *TOWNSHIPS):
        try:
            started.append(bool(begin(staff, place=place)))
        except CampaignNotYours:
            started.append(False)

    assert started == [county_wide, first, second]
    assert Campaign.objects.count() == sum(started)
    offered = [place.code for place in places_for(seat(staff), on=TODAY)]
    assert offered == [place for place, may in zip((COUNTY, *TOWNSHIPS), started, strict=True) if may]


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"playbook_code": "nothing"}, PlaybookUnknown),
        ({"code": "nothing"}, CampaignNotWritten),
        ({"place": "123456"}, PlaceUnknown),
        ({"code": "quick"}, CampaignUncountable),
        ({"starts_on": TODAY - timedelta(days=32)}, CampaignDayOutside),
        ({"starts_on": TODAY + timedelta(days=32)}, CampaignDayOutside),
    ],
)
def test_what_cannot_be_started(
    changed: dict[str, Any], refused: type[Refusal], book: PlaybookVersion, leader: Staff
) -> None:
    with pytest.raises(refused):
        begin(leader, **changed)

    assert Campaign.objects.count() == 0


def test_the_same_campaign_runs_once_in_a_place(
    book: PlaybookVersion, leader: Staff, dispatcher: Staff
) -> None:
    first = begin(leader)

    with pytest.raises(CampaignRuns):
        begin(dispatcher)

    assert list(Campaign.objects.all()) == [first]
    begin(dispatcher, place=TOWNSHIPS[0])
    end_campaign(campaign=first, by=seat(dispatcher), words="改为分两批。", at=NOON)
    begin(dispatcher)
    assert len(running()) == 2


def test_it_ends_with_the_count_after_its_last_day(
    book: PlaybookVersion, open_file: OpenFile, leader: Staff
) -> None:
    case = open_file("one", kind="hazard")
    campaign = begin(leader)

    count_campaigns(at=after(29))
    assert (numbers(campaign), campaign.ended_at) == ({TOWNSHIPS[0]: [0, 1, 0]}, None)
    count_campaigns(at=after(30))
    (ended,) = over().campaigns
    assert (ended.pk, ended.ended_at, ended.ended_by) == (campaign.pk, after(30), None)

    Case.objects.filter(pk=case.pk).update(outcome="solved", is_open=False)
    assert count_campaigns(at=after(31)) == 0
    assert numbers(campaign) == {TOWNSHIPS[0]: [0, 1, 0]}


def test_a_case_after_the_last_day_does_not_count(
    book: PlaybookVersion, open_file: OpenFile, leader: Staff
) -> None:
    late = open_file("late", kind="hazard")
    Case.objects.filter(pk=late.pk).update(opened_at=after(30))
    campaign = begin(leader)

    count_campaigns(at=after(31))

    assert numbers(campaign) == {}


def test_one_that_has_not_begun_is_not_counted(book: PlaybookVersion, leader: Staff) -> None:
    campaign = begin(leader, starts_on=TODAY + timedelta(days=3))

    assert (count_campaigns(at=after(2)), campaign.counted_at) == (0, None)
    assert count_campaigns(at=after(3)) == 1


def test_a_new_version_does_not_change_a_running_campaign(
    book: PlaybookVersion, leader: Staff, open_file: OpenFile
) -> None:
    open_file("one", kind="hazard")
    campaign = begin(leader)
    publish("", "")

    assert count_campaigns(at=after(1)) == 1
    assert numbers(campaign) == {TOWNSHIPS[0]: [0, 1, 0]}
    assert written() == []


@pytest.mark.parametrize("words", ["", "  ", "长" * 2001])
def test_ending_early_takes_a_word(words: str, book: PlaybookVersion, leader: Staff) -> None:
    campaign = begin(leader)

    with pytest.raises(CampaignWordsMissing):
        end_campaign(campaign=campaign, by=seat(leader), words=words, at=NOON)

    assert running() == [campaign]


def test_a_campaign_ends_once_and_by_those_who_may(
    book: PlaybookVersion, leader: Staff, clerk: Staff
) -> None:
    campaign = begin(leader)
    with pytest.raises(CampaignNotYours):
        end_campaign(campaign=campaign, by=seat(clerk), words="不办了", at=NOON)

    end_campaign(campaign=campaign, by=seat(leader), words="雨季提前，改为专项。", at=NOON)
    with pytest.raises(CampaignOver):
        end_campaign(campaign=campaign, by=seat(leader), words="再来一次", at=NOON)

    campaign.refresh_from_db()
    assert (campaign.ended_at, campaign.ended_by, campaign.ended_words) == (
        NOON,
        leader.pk,
        "雨季提前，改为专项。",
    )


def test_one_that_cannot_be_read_stops_no_other(
    book: PlaybookVersion, leader: Staff, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = begin(leader), begin(leader, place=TOWNSHIPS[0])

    def read(campaign: Campaign) -> Any:
        if campaign == broken:
            raise PlaybookAltered(code=CODE, version=1)
        return condition(COUNTS)

    monkeypatch.setattr(actions, "condition_of", read)

    assert count_campaigns(at=after(1)) == 1
    assert f"行动 {broken.pk} 没有数成" in caplog.text
    numbers(whole)
    assert whole.counted_at == after(1)


@pytest.mark.parametrize("cases", [1, 3])
def test_counting_asks_the_same_few_questions(
    cases: int, book: PlaybookVersion, open_file: OpenFile, leader: Staff
) -> None:
    campaign = begin(leader)
    for number in range(cases):
        open_file(f"n{number}", kind="hazard")

    with questions() as seen:
        count_campaigns(at=after(1))

    assert numbers(campaign) == {TOWNSHIPS[0]: [0, cases, 0]}
    asked = [query["sql"] for query in seen if "cases_case" in query["sql"]]
    assert (len(asked), len(seen)) == (1, 6)


def test_ended_campaigns_are_paged(book: PlaybookVersion, leader: Staff) -> None:
    for number in range(5):
        end_campaign(campaign=begin(leader), by=seat(leader), words=f"第 {number} 次", at=after(number))

    first = over(size=3)
    second = over(after=first.following, size=3)

    assert [one.ended_words[2] for page in (first, second) for one in page.campaigns] == [
        "4",
        "3",
        "2",
        "1",
        "0",
    ]
    assert second.following == ""
