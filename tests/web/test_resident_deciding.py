"""What a resident decides: to leave, on a page that says what follows, and how she rates, with what it led to said plainly."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from heshi.cases.models import Case, Event
from heshi.people.models import Staff
from tests.cast import County
from tests.files import walk
from tests.web.test_resident_follow import answered, follower, rate

__all__ = ["answered", "follower"]
DOUBT = "您选的是“解决了”，给的却是 1 分（1 分最低，5 分最高）。选错了请改；没有选错，就再按一次。"


# --- leaving ------------------------------------------------------------------------------------------


def test_withdrawing_is_a_page_of_its_own_that_says_what_follows(
    follower: Client, case: Case, dispatcher: Staff, county: County
) -> None:
    sent = {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}
    walk(case, (dispatcher, "dispatch", sent))

    hers = follower.get(f"/follow/{case.number}/").content.decode()
    page = follower.get(f"/follow/{case.number}/leave/withdraw").content.decode()

    assert f'href="/follow/{case.number}/leave/withdraw"' in hers
    assert f'action="/follow/{case.number}/step/withdraw"' not in hers
    for said in (
        "您撤回了这件诉求。以后想办，随时可以重新提出",
        "我们会告诉县住房和城乡建设局，请他们停下来，不再办。",
        "不再计时。",
        "这件事记作“撤回”，不算解决，也不再请您评价。",
        "按下去以后不能再改回来；以后想办，要重新说一次，会有新的编号。",
        "您说过的话、交过的材料和办理记录都留着",
        "先不撤回诉求，回到我的事",
    ):
        assert said in page, said
    assert Case.objects.get().is_open


def test_she_withdraws_from_that_page(follower: Client, case: Case) -> None:
    page = follower.get(f"/follow/{case.number}/leave/withdraw")
    button = page.context["button"]

    done = follower.post(
        f"/follow/{case.number}/step/withdraw",
        {"revision": button.form["revision"].value(), "withdraw_reason": "已经自己修好"},
        follow=True,
    )

    case.refresh_from_db()
    assert (case.position, case.is_open) == ("withdrawn", False)
    assert "您撤回了这件诉求" in done.content.decode()


def test_what_cannot_be_left_any_more_leads_back(follower: Client, case: Case) -> None:
    walk(case, (None, "withdraw", {}))

    answers = [
        follower.get(f"/follow/{case.number}/leave/{step}") for step in ("withdraw", "rate", "nonsense")
    ]

    assert [answer["Location"] for answer in answers] == [f"/follow/{case.number}/"] * 3


def test_a_stranger_is_asked_for_the_four_digits_first(case: Case, client: Client) -> None:
    assert client.get(f"/follow/{case.number}/leave/withdraw")["Location"].startswith("/follow/?number=")


# --- rating -------------------------------------------------------------------------------------------


def test_solved_and_the_worst_mark_are_asked_about_and_move_nothing(follower: Client, answered: Case) -> None:
    asked = rate(follower, answered, solved="yes", score="1", rating_words="写好的话")

    page = asked.content.decode()
    assert asked.status_code == 422
    assert DOUBT in page
    assert "照这样评，这件事会退回去重新办理。" in page
    assert "写好的话" in page
    assert '<input type="hidden" name="sure" value="yes-1">' in page
    assert Case.objects.get().position == "answered"


def test_who_means_it_presses_once_more(follower: Client, answered: Case) -> None:
    rate(follower, answered, solved="yes", score="1", sure="yes-1")

    answered.refresh_from_db()
    assert (answered.facts["solved"], answered.facts["score"], answered.position) == (True, 1, "acting")


def test_who_meant_the_other_end_puts_it_right(follower: Client, answered: Case) -> None:
    rate(follower, answered, solved="yes", score="1")

    rate(follower, answered, solved="yes", score="5", sure="yes-1")

    answered.refresh_from_db()
    assert (answered.facts["score"], answered.position) == (5, "closed")


@pytest.mark.parametrize(
    ("given", "is_asked"),
    [
        (("yes", "1"), True), (("yes", "2"), True), (("no", "4"), True), (("no", "5"), True),
        (("yes", "3"), False), (("yes", "5"), False), (("no", "1"), False), (("no", "3"), False),
    ],
)  # fmt: skip
def test_only_what_contradicts_itself_is_asked_about(
    follower: Client, answered: Case, given: tuple[str, str], is_asked: bool
) -> None:
    answer = rate(follower, answered, solved=given[0], score=given[1])

    assert (answer.status_code == 422) == is_asked


def test_another_contradiction_is_asked_about_again(follower: Client, answered: Case) -> None:
    answer = rate(follower, answered, solved="no", score="5", sure="yes-1")

    assert (answer.status_code, Event.objects.filter(step="rate").exists()) == (422, False)


def after(answer: Any, follower: Client) -> str:
    """Return the page that she is led to."""
    return str(follower.get(answer["Location"]).content.decode())


def test_a_rating_that_sends_the_case_back_says_so_then_and_later(follower: Client, answered: Case) -> None:
    page = after(rate(follower, answered, solved="no", score="1", rating_words="没修好"), follower)
    later = follower.get(f"/follow/{answered.number}/").content.decode()

    assert "这件事没有办结，已经退回县住房和城乡建设局重新办理" in page
    assert "以前再答复您" in page
    assert "您作出了评价。这件事退回去重新办理。" in later


def test_a_rating_that_closes_the_case_says_so(follower: Client, answered: Case) -> None:
    page = after(rate(follower, answered), follower)

    assert "已经记下，谢谢您。这件事已经办结。" in page
    assert "退回" not in page.partition("一步一步怎么办的")[0]
