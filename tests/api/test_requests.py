"""Another system sends a request: once, however often it tries; and every no is a problem it can read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from heshi.api.actions import ClientMisnamed, KeyUnknown, ScopeUnknown, create_key, revoke_keys
from heshi.api.models import ApiKey
from heshi.api.problems import CONTENT_TYPE
from heshi.api.queries import keys_now
from heshi.api.terms import READ, WRITE
from heshi.cases.models import Case, Event, Party, Remark, Statement
from heshi.common.numbers import new_number
from tests.cast import NOON, VILLAGES, County, middle_of
from tests.queries import questions

SAID: dict[str, Any] = {"body": "村口的路灯坏了半个月，晚上看不见路。"}
ADDRESS = "/api/v1/requests"


class System:
    """Another system, with its key."""

    def __init__(self, token: str) -> None:
        self.token, self.http = token, Client(raise_request_exception=False)

    def send(
        self, said: Any = SAID, *, key: str | None = "hotline-1", raw: bytes | None = None
    ) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | (
            {"Idempotency-Key": key} if key is not None else {}
        )
        body = orjson.dumps(said) if raw is None else raw
        answer: HttpResponse = self.http.post(ADDRESS, body, content_type="application/json", headers=headers)  # type: ignore[assignment]
        return answer

    def ask(self, number: str, **query: str) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer: HttpResponse = self.http.get(f"{ADDRESS}/{number}", query, headers=headers)  # type: ignore[assignment]
        return answer


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    keys_now.forget()
    cache.clear()
    yield
    keys_now.forget()


def new_system(
    client: str = "hotline", *, scopes: tuple[str, ...] = (WRITE, READ), per_minute: int = 0
) -> System:
    _key, token = create_key(client=client, label="热线平台", scopes=scopes, per_minute=per_minute, at=NOON)
    keys_now.forget()
    return System(token)


@pytest.fixture
def hotline(county: County, books: dict[str, UUID]) -> System:
    return new_system()


def content(answer: HttpResponse) -> Any:
    return orjson.loads(answer.content)


def problem(answer: HttpResponse) -> tuple[int, str]:
    """Return status and code, after checking that this is a whole problem in Chinese."""
    said = content(answer)
    assert answer["Content-Type"] == CONTENT_TYPE
    assert {"type", "title", "status", "detail", "code", "errors"} == said.keys()
    assert said["status"] == answer.status_code
    assert said["detail"].endswith("。")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said["detail"])
    return answer.status_code, said["code"]


def test_request_becomes_a_case_and_the_sender_gets_its_number(hotline: System) -> None:
    answer = hotline.send(
        {**SAID, "contact": {"name": "邻居甲", "phone": "138 0000 1234"}, "external_number": "12345-7"}
    )

    case = Case.objects.get()
    assert answer.status_code == 201
    assert content(answer) == {
        "number": case.number,
        "spoken": f"{case.number[:4]}-{case.number[4:8]}-{case.number[8:]}",
        "status_url": f"http://127.0.0.1:8000/api/v1/requests/{case.number}",
    }
    assert answer["Location"] == content(answer)["status_url"]
    assert (case.source, case.source_key, case.facts["external_number"]) == (
        "api",
        "hotline:hotline-1",
        "12345-7",
    )
    assert Event.objects.get().actor_label == "接口 热线平台"
    assert [(party.name, party.phone) for party in Party.objects.all()] == [("邻居甲", "13800001234")]


def test_without_a_telephone_there_are_four_digits_to_follow_by(hotline: System) -> None:
    receipt = content(hotline.send())

    assert len(receipt["follow_code"]) == 4
    assert System("").ask(receipt["number"], last_four=receipt["follow_code"]).status_code == 200


def test_sent_again_gives_the_same_answer_and_no_second_case(hotline: System) -> None:
    first, again, quoted = hotline.send(), hotline.send(), hotline.send(key='"hotline-1"')

    assert [one.status_code for one in (first, again, quoted)] == [201, 200, 200]
    assert content(first) == content(again) == content(quoted)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"body": "井盖丢了。"}, {"title": "另一个标题"}, {"kind": "praise"}, {"contact": {"phone": "13800001235"}},
        {"place": {"code": VILLAGES[1]}}, {"place": {"lon": 150.0, "lat": 30.0}},
    ],
)  # fmt: skip
def test_same_key_with_something_else_is_a_conflict_and_changes_nothing(
    hotline: System, changed: dict[str, Any]
) -> None:
    hotline.send(
        {**SAID, "kind": "complaint", "contact": {"phone": "13800001234"}, "place": {"code": VILLAGES[0]}}
    )

    answer = hotline.send(
        {**SAID, "kind": "complaint", "contact": {"phone": "13800001234"}, "place": {"code": VILLAGES[0]}}
        | changed
    )

    assert problem(answer) == (409, "idempotency_key_used")
    assert [said.body for said in Statement.objects.all()] == [SAID["body"]]


def test_two_clients_may_use_the_same_number_and_a_new_key_keeps_the_old_ones(hotline: System) -> None:
    hotline.send()

    assert new_system("court").send().status_code == 201
    assert new_system("hotline").send().status_code == 200
    assert Case.objects.count() == 2


def test_a_point_finds_its_grid(hotline: System, county: County) -> None:
    lon, lat = middle_of(county.grids[0])

    hotline.send({**SAID, "place": {"lon": lon, "lat": lat, "text": "村口"}})

    assert Case.objects.get().place == county.grids[0]


@pytest.mark.parametrize(
    ("said", "status", "code", "field"),
    [
        ({}, 422, "invalid", "body"),
        ({"body": 5}, 422, "invalid", "body"),
        ({"body": "x", "mood": "cross"}, 422, "invalid", "mood"),
        ({"body": "x", "place": {"lon": "east", "lat": 1}}, 422, "invalid", "place.lon"),
        ({"body": "x", "contact": {"shoe_size": 40}}, 422, "invalid", "contact.shoe_size"),
        ({"body": "x", "said_at": "yesterday"}, 422, "invalid", "said_at"),
        ({"body": "长" * 50_000}, 422, "invalid", "body"),
        ([], 422, "invalid", "body"),
        ("words", 422, "invalid", "body"),
        ({"body": " \u0000 "}, 422, "report_empty", ""),
        ({"body": "长" * 20_001}, 422, "report_too_long", ""),
        (
            {"body": "x", "said_at": (timezone.now() + timedelta(days=9)).isoformat()},
            422,
            "said_in_the_future",
            "",
        ),
    ],
)
def test_what_cannot_be_used_is_a_problem_and_no_case(
    hotline: System, said: Any, status: int, code: str, field: str
) -> None:
    answer = hotline.send(said)

    assert problem(answer) == (status, code)
    assert [fault["field"] for fault in content(answer)["errors"]] == ([field] if field else [])
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b'{"body": "\\ud800"}', b"[" * 5_000, "{'body': 1}".encode("gb18030")]
)
def test_what_is_no_json_is_a_problem(hotline: System, raw: bytes) -> None:
    assert problem(hotline.send(raw=raw)) == (400, "body_unreadable")


@pytest.mark.parametrize("key", [None, "", " ", "x" * 60, "一二三", "two words"])
def test_key_of_the_matter_must_be_there(hotline: System, key: str | None) -> None:
    assert problem(hotline.send(key=key))[0] in {400, 422}
    assert Case.objects.count() == 0


def test_script_tags_emoji_and_nul_bytes_are_kept_as_words(hotline: System) -> None:
    assert hotline.send({"body": "<script>alert(1)</script> 🙂\u0000'; drop table"}).status_code == 201
    assert Statement.objects.get().body == "<script>alert(1)</script> 🙂'; drop table"


@pytest.mark.parametrize("token", ["", "wrong", "hsk_wrong"])
def test_without_a_good_key_nothing_comes_in(hotline: System, token: str) -> None:
    answer = System(token).send()

    assert problem(answer) == (401, "key_wrong")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_revoked_key_and_missing_scope(hotline: System) -> None:
    reader = new_system("reader", scopes=(READ,))

    assert problem(reader.send()) == (403, "scope_missing")
    revoke_keys(client="hotline", at=NOON)
    keys_now.forget()
    assert problem(hotline.send()) == (401, "key_wrong")
    assert Case.objects.count() == 0


def test_too_often_is_told_when_to_come_again(county: County, books: dict[str, UUID]) -> None:
    system = new_system(per_minute=2)

    statuses = [system.send(key=f"k{number}").status_code for number in range(3)]
    answer = system.send(key="k9")

    assert statuses == [201, 201, 429]
    assert problem(answer) == (429, "too_often")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_one_key_that_is_used_up_leaves_the_others_free(county: County, books: dict[str, UUID]) -> None:
    slow, quick = new_system("slow", per_minute=1), new_system("quick", per_minute=2)

    assert [slow.send().status_code, problem(slow.send())[0]] == [201, 429]
    assert [quick.send().status_code, quick.send().status_code] == [201, 200]
    assert problem(quick.send()) == (429, "too_often")


def test_too_much_is_refused(hotline: System) -> None:
    assert problem(hotline.send({"body": "x", "title": "长" * 300_000})) == (413, "too_large")


def test_progress_for_the_sender_and_for_whoever_knows_the_digits(hotline: System) -> None:
    number = content(hotline.send({**SAID, "contact": {"name": "邻居甲", "phone": "13800001234"}}))["number"]
    spoken = f"{number[:4]}-{number[4:8]}-{number[8:]}"

    mine, hers = hotline.ask(spoken), System("").ask(number, last_four="1234")

    assert content(mine) == content(hers)
    said = content(mine)
    assert (said["number"], said["is_open"], said["outcome"]) == (number, True, "")
    assert said["position_words"]
    assert [step["words"] for step in said["steps"]] == ["诉求已经登记。"]
    assert "邻居甲" not in mine.content.decode()
    assert "13800001234" not in mine.content.decode()


def test_progress_is_nobody_elses_business(hotline: System) -> None:
    number = content(hotline.send({**SAID, "contact": {"phone": "13800001234"}}))["number"]

    assert problem(new_system("court").ask(number)) == (404, "case_unknown")
    assert problem(System("").ask(number)) == (401, "key_wrong")
    assert problem(System("").ask(number, last_four="0000")) == (404, "follow_refused")
    assert problem(System("").ask(new_number(), last_four="1234")) == (404, "follow_refused")
    assert problem(hotline.ask("123")) == (422, "number_mistyped")


def test_digits_cannot_be_tried_out(hotline: System) -> None:
    number = content(hotline.send({**SAID, "contact": {"phone": "13800001234"}}))["number"]

    codes = [problem(System("").ask(number, last_four=f"{guess:04d}"))[1] for guess in range(6)]

    assert codes == ["follow_refused"] * 5 + ["too_many_guesses"]
    assert problem(System("").ask(number, last_four="1234")) == (429, "too_many_guesses")


def test_digits_tried_out_on_the_page_and_here_are_counted_together(hotline: System) -> None:
    number = content(hotline.send({**SAID, "contact": {"phone": "13800001234"}}))["number"]

    for _ in range(3):
        Client().post("/follow/", {"number": number, "last_four": "0000"})
    here = [problem(System("").ask(number, last_four="0000")) for _ in range(3)]
    answer = System("").ask(number, last_four="1234")
    page = Client().post("/follow/", {"number": number, "last_four": "1234"})

    assert here == [(404, "follow_refused")] * 2 + [(429, "too_many_guesses")]
    assert (problem(answer), page.status_code) == ((429, "too_many_guesses"), 429)
    assert 0 < int(answer["Retry-After"]) <= 15 * 60


def test_trying_out_numbers_is_stopped_at_the_address(hotline: System) -> None:
    number = content(hotline.send({**SAID, "contact": {"phone": "13800001234"}}))["number"]

    said = [problem(System("").ask(new_number(), last_four="1234"))[1] for _ in range(21)]

    assert said == ["follow_refused"] * 20 + ["too_many_guesses"]
    assert problem(System("").ask(number, last_four="1234")) == (429, "too_many_guesses")
    assert hotline.ask(number).status_code == 200


def test_every_other_address_and_method_is_a_problem_too(hotline: System) -> None:
    assert problem(hotline.http.get("/api/v2/anything")) == (404, "not_found")  # type: ignore[arg-type]
    assert problem(hotline.http.post("/api/")) == (404, "not_found")  # type: ignore[arg-type]
    answer = hotline.http.delete(ADDRESS)
    assert problem(answer) == (405, "method_not_allowed")  # type: ignore[arg-type]
    assert answer["Allow"] == "POST"


def test_a_bug_is_a_problem_without_its_insides(hotline: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_given: Any) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("heshi.api.reporting.receive_cleaned", broken)

    answer = hotline.send()

    assert problem(answer) == (500, "server_error")
    assert b"inside" not in answer.content


def test_openapi_says_what_there_is(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == {
        ("/api/v1/requests", "post"), ("/api/v1/requests/{number}", "get"),
    }  # fmt: skip
    assert "Idempotency-Key" in str(described)


def test_sending_asks_the_database_nothing_but_to_write(hotline: System) -> None:
    """The one statement that writes the file goes past Django, and is a transaction of its own."""
    hotline.send(key="warm")

    with questions() as asked:
        hotline.send(key="counted")

    assert asked.captured_queries == []
    assert Case.objects.count() == 2


def test_keys_by_command(county: County) -> None:
    out = io.StringIO()
    call_command(
        "apikey",
        "create",
        "hotline",
        "--label",
        "热线平台",
        "--unit",
        "court",
        stdout=out,
        stderr=io.StringIO(),
    )
    token = out.getvalue().strip()

    key = ApiKey.objects.get()
    assert (key.client, key.label, key.per_minute, key.scopes, key.unit) == (
        "hotline", "热线平台", 6000, [WRITE, READ], county.units["court"],
    )  # fmt: skip
    assert token.startswith("hsk_")
    assert token not in str(ApiKey.objects.values_list())
    listed = io.StringIO()
    call_command("apikey", "list", stdout=listed)
    assert f"…{token[-4:]} 在用 热线平台" in listed.getvalue()
    call_command("apikey", "revoke", "hotline", stdout=io.StringIO())
    assert not ApiKey.objects.get().active


def test_keys_that_cannot_be(county: County) -> None:
    with pytest.raises(ClientMisnamed):
        create_key(client="热线", label="", scopes=[WRITE], per_minute=0, at=NOON)
    with pytest.raises(ScopeUnknown):
        create_key(client="hotline", label="", scopes=["everything"], per_minute=0, at=NOON)
    with pytest.raises(KeyUnknown):
        revoke_keys(client="nobody", at=NOON)
    assert ApiKey.objects.count() == 0


def test_a_doubtful_extra_never_rejects_what_somebody_said(hotline: System) -> None:
    doubtful = {
        "body": "<p>路灯坏了。</p>", "title": None, "kind": "gossip", "topic": None, "visit": None, "external_number": None,
        "place": {"code": "123456", "lon": 0, "lat": 0, "text": None},
        "contact": {"name": None, "phone": "138****8001", "identity_no": "1101051949****002X", "email": None, "address": None},
    }  # fmt: skip

    answer = hotline.send(doubtful)
    again = hotline.send(doubtful)

    assert (answer.status_code, again.status_code) == (201, 200)
    assert {flag["field"] for flag in content(answer)["flags"]} == {
        "kind",
        "place",
        "point",
        "phone",
        "identity_no",
    }
    assert Statement.objects.get().body == "路灯坏了。"
    assert {remark.text for remark in Remark.objects.filter(field="phone")} == {"138****8001"}


def test_null_where_a_group_is_unknown(hotline: System) -> None:
    assert hotline.send({"body": "路灯坏了。", "place": None, "contact": None}).status_code == 201
