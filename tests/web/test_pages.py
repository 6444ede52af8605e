"""The frame of every page: large letters, sign-in, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import PASSWORD
from tests.web.resident import said_wrong

pytestmark = pytest.mark.usefixtures("county")


def test_large_letters_stay_until_they_are_turned_off(client: Client) -> None:
    turned = client.post("/reading", {"reading": "large", "next": "/report/"})
    large = client.get("/report/", follow=True).content.decode()
    client.post("/reading", {"reading": "normal", "next": "/report/"})
    normal = client.get("/report/", follow=True).content.decode()

    assert (turned.status_code, turned["Location"]) == (302, "/report/")
    assert 'data-reading="large"' in large
    assert 'data-reading="normal"' in normal


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_the_switch_never_leads_away(client: Client, address: str) -> None:
    assert client.post("/reading", {"reading": "large", "next": address})["Location"] == "/"


@pytest.mark.parametrize("page", ["/", "/report/", "/follow/", "/privacy/", "/sign-in/"])
def test_every_page_names_the_centre_its_telephone_and_the_emergency_numbers(
    client: Client, page: str
) -> None:
    shown = client.get(page, follow=True).content.decode()

    for said in ("tel:", "110", "大字版", "自愿"):
        assert said in shown


@pytest.mark.parametrize("page", ["/", "/report/", "/follow/", "/privacy/", "/sign-in/", "/nowhere/"])
def test_no_page_carries_script_or_style_inside(client: Client, page: str) -> None:
    response = client.get(page, follow=True)
    shown = response.content.decode()

    assert "style=" not in shown
    assert "<style" not in shown
    assert " onclick" not in shown
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_a_page_nobody_has_says_what_to_do(client: Client) -> None:
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "请回首页重新找" in response.content.decode()


def sign_in(client: Client, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/sign-in/", {"username": "clerk", "password": password, "next": "/desk/"}, **more)


def test_staff_sign_in_and_out(client: Client) -> None:
    inside = sign_in(client)
    outside = client.post("/sign-out/")

    assert (inside.status_code, inside["Location"]) == (302, "/desk/")
    assert (outside.status_code, outside["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(client: Client) -> None:
    wrong = sign_in(client, "nonsense")
    unknown = client.post("/sign-in/", {"username": "nobody\x00", "password": "nonsense"})

    assert [wrong.status_code, unknown.status_code] == [422, 422]
    assert said_wrong(wrong) == ["账号或密码不对。请核对后再输一次；忘了密码请找本单位系统管理员重置。"]


def test_after_five_wrong_passwords_the_account_waits(client: Client) -> None:
    for _ in range(5):
        sign_in(client, "nonsense")

    blocked = sign_in(client)

    assert said_wrong(blocked) == ["密码输错次数太多，请 15 分钟后再试；忘了密码请找本单位系统管理员重置。"]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("field", ["username", "password"])
def test_a_missing_entry_gets_a_sentence(client: Client, field: str) -> None:
    response = client.post("/sign-in/", {"username": "clerk", "password": PASSWORD} | {field: ""})

    assert (response.status_code, len(said_wrong(response))) == (422, 1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("/follow", "/follow/"), ("/report", "/report/"), ("/desk", "/desk/"), ("/desk/import?a=1", "/desk/import/?a=1"), ("/privacy",
    "/privacy/")],
)  # fmt: skip
def test_an_address_typed_without_its_last_stroke_works(
    db: None, client: Client, typed: str, meant: str
) -> None:
    assert client.get(typed)["Location"] == meant


@pytest.mark.parametrize("typed", ["/nowhere", "/desk/nowhere", "/evil.example", "/report//x"])
def test_no_other_address_is_made_up(db: None, client: Client, typed: str) -> None:
    assert client.get(typed).status_code == 404
