"""Somebody wrote for half an hour and her session ended (tests/reports/22-session-expired): the filled form comes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from heshi.cases.models import Case, Event
from heshi.people.models import Staff
from tests.cast import PASSWORD, County
from tests.files import OpenCase
from tests.web.desk import at_desk
from tests.web.resident import WORDS, photo
from tests.web.test_desk_window import MATTER, PERSON, WINDOW, filled

pytestmark = pytest.mark.usefixtures("books")
HERE = {"HTTP_ORIGIN": "http://testserver"}


def sign_in(client: Client, staff: Staff, to: str) -> Any:
    """Sign in on the page to which a visitor was led."""
    given = {"username": staff.username, "password": PASSWORD, "next": to.partition("next=")[2]}
    return client.post("/sign-in/", given, follow=True)


def end_session() -> None:
    """Let every session run out."""
    Session.objects.all().delete()


# --- the window -------------------------------------------------------------------------------------


def test_the_window_comes_back_filled_in_after_signing_in(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)
    end_session()

    led = desk.post(WINDOW, given)
    asked = desk.get(led["Location"]).content.decode()
    page = sign_in(desk, clerk, led["Location"])

    form = page.context["form"]
    assert "登录的时间到了，请重新登录。刚才填写的内容都在" in asked
    assert {name: form[name].value() for name in {**PERSON, **MATTER}} == {**PERSON, **MATTER}
    assert not Case.objects.exists()


def test_what_came_back_is_registered_once_under_the_key_it_had(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)
    end_session()
    sign_in(desk, clerk, desk.post(WINDOW, given)["Location"])

    again = desk.get(WINDOW).context["form"]
    desk.post(WINDOW, given)
    fresh = desk.get(WINDOW).context["form"]

    assert (again["key"].value(), Case.objects.get().source_key) == (str(given["key"]), str(given["key"]))
    assert fresh["body"].value() is None


def test_it_does_not_come_back_to_a_colleague(
    clerk: Staff, dispatcher: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)
    end_session()
    led = desk.post(WINDOW, given)

    page = sign_in(desk, dispatcher, led["Location"])

    assert page.context["form"]["body"].value() is None
    assert "邻居乙" not in page.content.decode()
    assert "邻居乙" not in sign_in(desk, clerk, led["Location"]).content.decode()


def test_whoever_signed_out_left_nothing(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)
    desk.post("/sign-out/")

    led = desk.post(WINDOW, given)

    assert "没能留住" in desk.get(led["Location"]).content.decode()
    assert sign_in(desk, clerk, led["Location"]).context["form"]["body"].value() is None


def test_a_stranger_fills_no_table(county: County, client: Client) -> None:
    led = client.post(WINDOW, {"body": WORDS})

    assert (led.status_code, led["Location"]) == (302, f"/sign-in/?next={WINDOW}")
    assert not any("sent_again" in one.get_decoded() for one in Session.objects.all())


# --- a step at the desk, and every other form there ---------------------------------------------------


def test_a_step_comes_back_open_with_its_words(case: Case, dispatcher: Staff, client: Client) -> None:
    desk = at_desk(client, dispatcher)
    desk.get(f"/desk/cases/{case.number}/")
    end_session()

    led = desk.post(
        f"/desk/cases/{case.number}/steps/note", {"note": "写了半个小时的话", "revision": case.revision}
    )
    page = sign_in(desk, dispatcher, led["Location"])

    assert page.redirect_chain[-1][0] == f"/desk/cases/{case.number}/"
    assert "写了半个小时的话" in page.content.decode()
    assert Event.objects.filter(case=case).count() == 1


def test_any_other_form_waits_on_a_page_of_its_own(county: County, leader: Staff, client: Client) -> None:
    desk = at_desk(client, leader)
    desk.get("/desk/")
    end_session()

    led = desk.post("/desk/gather/", {"title": "同一根水管的事", "numbers": "1"})
    page = sign_in(desk, leader, led["Location"]).content.decode()

    assert "同一根水管的事" in page
    assert 'action="/desk/gather/"' in page


# --- the resident ---------------------------------------------------------------------------------------


def test_her_rating_comes_back_after_the_four_digits(case: Case, client: Client) -> None:
    client.post("/follow/", {"number": case.number, "last_four": "1234"})
    end_session()

    led = client.post(f"/follow/{case.number}/step/add_words", {"added": "又坏了一盏灯", "revision": 1})
    asked = client.get(led["Location"]).content.decode()
    page = client.post("/follow/", {"number": case.number, "last_four": "1234"}, follow=True)

    assert "刚才写的都在" in asked
    assert "又坏了一盏灯" not in asked
    assert "又坏了一盏灯" in page.content.decode()
    assert Event.objects.filter(case=case).count() == 1


def test_it_does_not_come_back_on_the_page_of_another_case(
    case: Case, open_case: OpenCase, client: Client
) -> None:
    other = open_case("second")
    client.post(f"/follow/{case.number}/step/add_words", {"added": "又坏了一盏灯", "revision": 1})

    page = client.post("/follow/", {"number": other.number, "last_four": "1234"}, follow=True)

    assert page.status_code == 200
    assert "又坏了一盏灯" not in page.content.decode()


# --- a page that is too old -------------------------------------------------------------------------------


def too_old(page: str, given: dict[str, Any], **headers: Any) -> Any:
    """Send a form as a page does that lay open since before the last sign-in."""
    return Client(enforce_csrf_checks=True).post(page, given, **headers)


def test_a_page_that_is_too_old_gives_the_words_back_and_sends_them_with_one_press(county: County) -> None:
    answer = too_old("/report/", {"body": WORDS, "draft": "x"}, **HERE)

    page = answer.content.decode()
    assert (answer.status_code, WORDS.split("\n")[0] in page) == (403, True)
    assert '<form method="post" action="/report/"' in page
    assert page.count('name="csrfmiddlewaretoken"') >= 2
    assert "刷新" not in page


def test_what_the_browser_says_another_site_sent_is_given_back_to_read_only(county: County) -> None:
    for headers in ({}, {"HTTP_ORIGIN": "https://elsewhere.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        page = too_old("/desk/window/", {"body": WORDS}, **headers).content.decode()

        assert WORDS.split("\n")[0] in page
        assert 'action="/desk/window/"' not in page


def test_a_password_is_never_given_back(county: County) -> None:
    page = too_old("/sign-in/", {"username": "clerk", "password": "密码就是这个"}, **HERE).content.decode()

    assert "密码就是这个" not in page


def test_files_that_could_not_be_kept_are_told_of(county: County) -> None:
    page = too_old("/report/", {"body": WORDS, "photos": photo()}, **HERE).content.decode()

    assert "选好的照片、文件没有留住" in page
    assert 'name="attach" value="1"' in page


# --- what a page asks before it sends -----------------------------------------------------------------------


def test_a_page_can_ask_who_is_signed_in_and_what_to_carry(
    clerk: Staff, county: County, client: Client
) -> None:
    before = client.get("/alive").json()
    at_desk(client, clerk)
    inside = client.get("/alive").json()

    assert (before["who"], inside["who"]) == ("", str(clerk.pk))
    assert len(inside["token"]) > 30


def test_a_form_that_was_taken_is_named_to_the_browser(case: Case, client: Client) -> None:
    client.post("/follow/", {"number": case.number, "last_four": "1234"})

    client.post(f"/follow/{case.number}/step/add_words", {"added": "", "revision": 1, "form_mark": "abc1"})
    wrong = client.cookies.get("form_mark")
    client.post(
        f"/follow/{case.number}/step/add_words", {"added": "又坏了", "revision": 1, "form_mark": "abc2"}
    )

    assert (wrong, client.cookies["form_mark"].value) == (None, "abc2")


def test_a_form_that_only_waits_is_not_called_taken(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)
    end_session()

    desk.post(WINDOW, {**given, "form_mark": "abc3"})

    assert "form_mark" not in desk.cookies
