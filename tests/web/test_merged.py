"""Whoever spoke of the same thing second is heard as well (tests/reports/19-merged-cannot-rate)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from heshi.cases.models import Case
from heshi.cases.queries import history
from heshi.cases.queries.checking import replay_differences
from heshi.notices.models import Notice
from heshi.people.models import Staff
from tests.cast import County
from tests.consequences import drawn
from tests.files import OpenCase, walk
from tests.web.desk import at_desk, case_page
from tests.web.test_files_later import picture

ACCEPT = {"kind": "complaint", "topic": "18"}


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def pair(open_case: OpenCase, dispatcher: Staff, officer: Staff, county: County) -> tuple[Case, Case]:
    """Give two cases about one lamp, the second joined to the first, which is at work."""
    main, other = open_case("main", book="canonical"), open_case("other", book="canonical")
    walk(other, (dispatcher, "join", {"into": main.number, "join_reason": "同一盏路灯"}))
    main.refresh_from_db()
    walk(
        main,
        (dispatcher, "accept", ACCEPT),
        (dispatcher, "dispatch", {"unit": str(county.housing.pk)}),
        (officer, "take_up", {}),
    )
    return main, other


@pytest.fixture
def answered(pair: tuple[Case, Case], officer: Staff) -> tuple[Case, Case]:
    """Give them when the first has been answered."""
    main, other = pair
    reply = {"done": "换了灯泡", "reply": "路灯已经修好，请您看看。", "outcome": "solved"}
    walk(main, (officer, "feed_back", reply))
    other.refresh_from_db()
    return main, other


def opened(case: Case) -> Client:
    """Return the browser of the resident whose case it is."""
    browser = Client()
    browser.post("/follow/", {"number": case.number, "last_four": "1234"})
    return browser


def page_of(case: Case) -> str:
    return opened(case).get(f"/follow/{case.number}/").content.decode()


def say(case: Case, step: str, **given: Any) -> Any:
    case.refresh_from_db()
    address = f"/follow/{case.number}/step/{step}"
    return opened(case).post(address, {"revision": case.revision, **given}, follow=True)


def rate(case: Case, **given: Any) -> Any:
    return say(case, "rate_joined", **({"solved": "yes", "score": "5", "rating_words": "谢谢"} | given))


def test_while_it_is_worked_on_her_page_says_so_and_not_that_it_is_over(pair: tuple[Case, Case]) -> None:
    _main, other = pair

    now = page_of(other).partition("给您的答复")[0].partition("一起办的那件到哪一步了")[0]

    assert ("并到一起办理中" in now, "县住房和城乡建设局，和另一件一起办" in now) == (True, True)
    assert ("已经办结" in now, "已经办完" in now) == (False, False)


def test_when_it_is_answered_she_is_told_reads_the_answer_and_can_rate(answered: tuple[Case, Case]) -> None:
    _main, other = answered
    drawn("notices")

    page = page_of(other)

    assert Notice.objects.filter(case_id=other.pk, to_kind="resident", about__startswith="feed_back").exists()
    assert "路灯已经修好，请您看看。" in page
    assert f'action="/follow/{other.number}/step/rate_joined"' in page


def test_before_there_is_an_answer_she_is_not_asked(pair: tuple[Case, Case]) -> None:
    _main, other = pair

    answer = rate(other)

    assert (answer.status_code, "rate_joined" in page_of(other)) == (422, False)


def test_her_rating_is_hers_and_the_other_one_still_rates_for_herself(answered: tuple[Case, Case]) -> None:
    main, other = answered

    rate(other)

    main.refresh_from_db()
    other.refresh_from_db()
    assert (other.facts["score"], other.position) == (5, "joined")
    assert (main.position, main.facts.get("score"), main.facts["joined_score"]) == ("answered", None, 5)
    assert f'action="/follow/{main.number}/step/rate"' in page_of(main)
    assert "step/rate_joined" not in page_of(other)


def test_when_she_says_it_is_not_solved_the_matter_goes_back_and_everybody_reads_so(
    answered: tuple[Case, Case], officer: Staff
) -> None:
    main, other = answered

    said = rate(other, solved="no", score="1", rating_words="我家门口那盏没修")

    main.refresh_from_db()
    hers, first = page_of(other), page_of(main)
    desk = case_page(at_desk(Client(), officer), main)
    assert (main.position, main.is_open, main.facts["reopened"]) == ("acting", True, True)
    assert history(main)[-1].step == "joined_said"
    assert "这件事退回去重新办理。" in said.content.decode()
    assert "一同反映的人说问题没有解决，这件事退回去重新办理。" in hers
    assert "一同反映的人说问题没有解决，这件事退回去重新办理。" in first
    assert "我家门口那盏没修" not in first
    assert ("我家门口那盏没修" in desk, "一同反映的群众补充或评价" in desk) == (True, True)


def test_a_closed_matter_goes_back_too(answered: tuple[Case, Case]) -> None:
    main, other = answered
    walk(main, (None, "rate", {"solved": True, "score": 5}))
    assert not Case.objects.get(pk=main.pk).is_open

    rate(other, solved="no", score="1")

    main.refresh_from_db()
    assert (main.position, main.is_open) == ("acting", True)


def test_after_it_was_answered_again_she_rates_again(answered: tuple[Case, Case], officer: Staff) -> None:
    main, other = answered
    rate(other, solved="no", score="1")
    main.refresh_from_db()
    reply = {"done": "又换了一盏", "reply": "两盏都修好了。", "outcome": "solved"}
    walk(main, (officer, "feed_back", reply))

    page = page_of(other)
    rate(other, solved="yes", score="4")

    other.refresh_from_db()
    assert ("两盏都修好了。" in page, other.facts["score"]) == (True, 4)


def test_what_contradicts_itself_is_asked_about_here_too(answered: tuple[Case, Case]) -> None:
    _main, other = answered

    asked = rate(other, solved="yes", score="1")

    assert (asked.status_code, "您选的是“解决了”，给的却是 1 分" in asked.content.decode()) == (422, True)


def test_what_she_adds_reaches_those_who_work_on_it_with_her_photos(
    pair: tuple[Case, Case], officer: Staff
) -> None:
    main, other = pair

    say(other, "add_joined", joined_added="东头那盏也不亮", joined_files=[picture("东头.jpg")])
    drawn("notices")

    main.refresh_from_db()
    desk = case_page(at_desk(Client(), officer), main)
    assert ("东头那盏也不亮" in desk, "东头.jpg" in desk) == (True, True)
    assert ("东头那盏也不亮" in page_of(other), "东头那盏也不亮" in page_of(main)) == (True, False)
    assert Notice.objects.filter(case_id=main.pk, text__contains="并入案件").exists()
    assert [main.attachments.count(), other.attachments.count()] == [1, 1]


def test_what_the_events_tell_is_what_stands_there(answered: tuple[Case, Case]) -> None:
    main, other = answered
    rate(other, solved="no", score="1")

    assert list(replay_differences()) == []
    assert [Case.objects.get(pk=case.pk).is_open for case in (main, other)] == [True, False]
