"""A resident follows her case, rates it, and is slowed down when she guesses."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from heshi.cases.actions import take_step
from heshi.cases.models import Attachment, Case, Event
from heshi.cases.queries import history
from heshi.common.models import Guesses
from heshi.common.numbers import new_number
from heshi.intake.actions import store_attachment
from heshi.people.models import Staff
from tests.cast import NOON, County
from tests.files import OpenCase, acting, walk
from tests.web.resident import said_wrong

PHONE_END = "1234"
REFUSED = "编号和手机号后四位对不上，请对照回执再输一次；没有留手机号的，请输入回执上的四位查询码。"


def find(client: Client, number: str, last_four: str, **more: Any) -> Any:
    return client.post("/follow/", {"number": number, "last_four": last_four}, **more)


@pytest.fixture
def follower(client: Client, case: Case) -> Client:
    """Give the browser of the resident whose case it is."""
    find(client, case.number, PHONE_END)
    return client


@pytest.fixture
def answered(case: Case, dispatcher: Staff, officer: Staff, county: County) -> Case:
    """Give a case that has been answered and waits for her rating."""
    sent = {"unit": str(county.housing.pk), "kind": "complaint", "topic": "18"}
    reply = {"done": "换了灯泡", "reply": "路灯已经修好，请您看看。", "outcome": "solved"}
    return walk(
        case, (dispatcher, "dispatch", sent), (officer, "arrive", {}), (officer, "confer", {"plan": "先看现场"}), (officer, "handle", {}),
        (officer, "feed_back", reply),
    )  # fmt: skip


def test_number_and_four_digits_open_the_case(client: Client, case: Case) -> None:
    spoken = f" {case.number[:4]}-{case.number[4:8]} {case.number[8:]}"

    response = find(client, spoken, PHONE_END)

    assert (response.status_code, response["Location"]) == (302, f"/follow/{case.number}/")
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("digits", ["１２３４", " 1234 "])
def test_digits_may_be_typed_in_any_way(client: Client, case: Case, digits: str) -> None:
    assert find(client, case.number, digits).status_code == 302


def test_a_wrong_number_and_wrong_digits_get_the_same_answer(client: Client, case: Case) -> None:
    wrong_digits, wrong_number = find(client, case.number, "9999"), find(client, new_number(), PHONE_END)

    assert [wrong_digits.status_code, wrong_number.status_code] == [422, 422]
    assert said_wrong(wrong_digits) == said_wrong(wrong_number) == [REFUSED]
    assert case.number in wrong_digits.content.decode()


def test_a_mistyped_number_is_told_and_does_not_count_as_a_guess(client: Client, case: Case) -> None:
    mistyped = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)

    responses = [find(client, mistyped, PHONE_END) for _ in range(8)]

    assert {response.status_code for response in responses} == {422}
    assert find(client, case.number, PHONE_END).status_code == 302


def test_after_five_wrong_guesses_even_the_right_one_waits_fifteen_minutes(
    client: Client, case: Case
) -> None:
    for _ in range(5):
        assert find(client, case.number, "9999").status_code == 422

    blocked = find(client, case.number, PHONE_END, REMOTE_ADDR="10.0.0.9")

    assert blocked.status_code == 429
    assert said_wrong(blocked) == ["输错次数太多，请 15 分钟后再试，或者打电话请工作人员帮您查。"]
    Guesses.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert find(client, case.number, PHONE_END).status_code == 302


def test_guessing_across_numbers_is_slowed_down_by_address(client: Client, case: Case) -> None:
    for _ in range(20):
        find(client, new_number(), PHONE_END)

    assert find(client, case.number, PHONE_END).status_code == 429
    assert find(Client(), case.number, PHONE_END, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_neither_number_nor_address_is_kept_by_the_guard(client: Client, case: Case) -> None:
    find(client, case.number, "9999")

    kept = " ".join(Guesses.objects.values_list("subject", flat=True))
    assert kept
    assert case.number not in kept
    assert "127.0.0.1" not in kept


def test_one_opened_case_opens_no_other(follower: Client, open_case: OpenCase) -> None:
    other = open_case("second")

    response = follower.get(f"/follow/{other.number}/")

    assert (response.status_code, response["Location"]) == (302, f"/follow/?number={other.number}")


@pytest.mark.parametrize("number", ["x", "0" * 12, "%00", "' or 1=1"])
def test_a_made_up_address_leads_to_the_question(client: Client, county: County, number: str) -> None:
    assert client.get(f"/follow/{number}/").status_code == 302


def test_she_reads_where_it_is_who_has_it_until_when_and_why(follower: Client, answered: Case) -> None:
    page = follower.get(f"/follow/{answered.number}/").content.decode()

    for said in (
        "承办单位已经答复，请您评价", "县住房和城乡建设局", "等待评价", "依据：", "承办单位作出了答复", "路灯已经修好，请您看看。",
        "您的诉求已经登记", "起诉", "仲裁", "自愿", "12348", "谁打开过我的材料", "村口的路灯坏了半个月",
    ):  # fmt: skip
        assert said in page


def test_what_the_office_notes_for_itself_stays_inside(
    follower: Client, case: Case, dispatcher: Staff
) -> None:
    walk(case, (dispatcher, "note", {"note": "内部记录甲"}))

    assert "内部记录甲" in str(Event.objects.filter(step="note").get().body)
    assert "内部记录甲" not in follower.get(f"/follow/{case.number}/").content.decode()


def rate(client: Client, case: Case, **given: Any) -> Any:
    answers = {"solved": "yes", "score": "5", "rating_words": "谢谢", "revision": str(case.revision)} | given
    return client.post(f"/follow/{case.number}/step/rate", answers)


def test_a_good_rating_closes_the_case(follower: Client, answered: Case) -> None:
    response = rate(follower, answered)

    answered.refresh_from_db()
    assert response.status_code == 302
    assert (answered.position, answered.facts["score"], answered.facts["solved"]) == ("closed", 5, True)
    assert history(answered)[-1].actor_kind == "resident"


def test_a_bad_rating_sends_it_back_to_work(follower: Client, answered: Case) -> None:
    rate(follower, answered, solved="no", score="1", rating_words="没修好😡")

    answered.refresh_from_db()
    assert (answered.position, answered.facts["rating_words"]) == ("acting", "没修好😡")


def test_half_a_rating_gets_a_sentence_and_moves_nothing(follower: Client, answered: Case) -> None:
    response = rate(follower, answered, solved="", rating_words="写了一半")

    assert (response.status_code, said_wrong(response)) == (422, ["请选“问题解决了吗”。"])
    assert "写了一半" in response.content.decode()
    assert Case.objects.get(pk=answered.pk).position == "answered"


def test_a_rating_that_comes_too_late_is_told_and_keeps_the_words(
    follower: Client, answered: Case, officer: Staff
) -> None:
    seen = answered.revision
    take_step(
        case=answered, step="note", actor=acting(officer, answered), at=NOON, answers={"note": "记一笔"}
    )

    response = rate(follower, answered, revision=seen, rating_words="写好的话")

    assert response.status_code == 409
    assert "写好的话" in response.content.decode()
    assert Case.objects.get(pk=answered.pk).position == "answered"


def test_what_can_no_longer_be_sent_is_given_back_to_copy(follower: Client, answered: Case) -> None:
    rate(follower, answered)

    response = rate(follower, answered, solved="no", score="1", rating_words="写好的话")

    page = response.content.decode()
    assert response.status_code == 409
    for given_back in (
        "这一步没有办成",
        "没有保存，需要的话请复制",
        "写好的话",
        '<dd class="said">否</dd>',
        "1 分 · 很不满意",
    ):
        assert given_back in page, given_back
    assert history(answered)[-1].body.facts["rating_words"] == "谢谢"


def test_she_reads_names_where_the_office_chose_codes(follower: Client, answered: Case) -> None:
    chosen = history(answered)[1].body.facts

    page = follower.get(f"/follow/{answered.number}/").content.decode()

    assert (chosen["topic"], chosen["kind"]) == ("18", "complaint")
    assert "事项主题：其他" in page
    assert "承办单位：县住房和城乡建设局" in page
    assert "：18<" not in page


def test_whose_step_it_is_is_said_before_anything_has_to_be_filled_in(follower: Client, case: Case) -> None:
    response = follower.post(f"/follow/{case.number}/step/dispatch", {"revision": case.revision})

    page = response.content.decode()
    assert response.status_code == 403
    assert "要由" in page
    assert "请选" not in page


def test_nobody_rates_without_having_shown_number_and_digits(answered: Case) -> None:
    response = rate(Client(), answered)

    assert response.status_code == 302
    assert Case.objects.get(pk=answered.pk).position == "answered"


@pytest.mark.parametrize("step", ["dispatch", "close_unrated", "nonsense", "%2e"])
def test_a_step_that_is_not_hers_is_refused(follower: Client, case: Case, step: str) -> None:
    response = follower.post(f"/follow/{case.number}/step/{step}", {"revision": case.revision})

    assert response.status_code in {403, 409, 422}
    assert Case.objects.get(pk=case.pk).revision == case.revision


def test_she_adds_words_and_may_withdraw(follower: Client, case: Case) -> None:
    follower.post(f"/follow/{case.number}/step/add_words", {"added": "又坏了一盏", "revision": 1})
    follower.post(f"/follow/{case.number}/step/withdraw", {"revision": 2})

    case.refresh_from_db()
    assert ([event.step for event in history(case)][1:], case.position) == (
        ["add_words", "withdraw"],
        "withdrawn",
    )


def test_the_page_does_not_cost_more_with_a_longer_history(
    follower: Client, case: Case, dispatcher: Staff, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        follower.get(f"/follow/{case.number}/")
    for _ in range(3):
        case = walk(case, (None, "add_words", {"added": "补充"}))
    cache.clear()

    with django_assert_max_num_queries(12):
        follower.get(f"/follow/{case.number}/")


def test_she_sees_her_own_photo_again_and_nobody_else_does(
    follower: Client, case: Case, open_case: OpenCase, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mine, other = (
        store_attachment(kind="photo", name="灯.png", content=a_photo(), at=NOON) for _ in range(2)
    )
    Attachment.objects.filter(pk=mine.pk).update(case=case)
    Attachment.objects.filter(pk=other.pk).update(case=open_case("another"))

    page = follower.get(f"/follow/{case.number}/").content.decode()
    shown = follower.get(f"/follow/{case.number}/files/{mine.pk}")
    strangers = Client().get(f"/follow/{case.number}/files/{mine.pk}")

    assert f"/follow/{case.number}/files/{mine.pk}" in page
    assert (shown.status_code, shown["Content-Type"][:6], strangers.status_code) == (200, "image/", 302)
    assert follower.get(f"/follow/{case.number}/files/{other.pk}").status_code == 404


def a_photo() -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    return out.getvalue()
