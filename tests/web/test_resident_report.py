"""A resident says what happened."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from heshi.cases.models import Attachment, Case, Party, Statement
from heshi.common.numbers import check_number
from heshi.intake.models import UnsentReport
from tests.cast import TOWNSHIPS, VILLAGES, County
from tests.web.resident import (
    GPS,
    NAMED,
    PHONE,
    WHERE,
    WORDS,
    answer,
    draft_of,
    hand_in,
    opened,
    photo,
    proof,
    reported,
    said_wrong,
    tab,
    tell,
    voice,
)

pytestmark = pytest.mark.usefixtures("books")


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_from_the_first_question_to_the_receipt(client: Client, county: County) -> None:
    answer(client, "", body=WORDS, photos=[photo(), photo("墙面.jpg")], voice=voice())
    answer(client, "where/", **WHERE)
    answer(client, "who/", **NAMED)
    shown, key = opened(client, "check/").content.decode(), tab(client)
    done = hand_in(client)

    case = Case.objects.get()
    party = Party.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/report/receipt/?draft={key}")
    assert all(
        word in shown
        for word in ("楼上邻居家的卫生间漏水", "甲镇 甲一村", "卫生院后面第二排", "邻居甲", PHONE, "墙面.jpg")
    )
    assert (case.source, case.place, case.title) == (
        "web",
        VILLAGES[0],
        "楼上邻居家的卫生间漏水，漏到我家厨房",
    )
    assert (Statement.objects.get().body, Statement.objects.get().place_text) == (WORDS, "卫生院后面第二排")
    assert (party.name, party.phone) == ("邻居甲", PHONE)
    assert sorted(Attachment.objects.values_list("kind", "case_id")) == [
        ("photo", case.pk), ("photo", case.pk), ("voice", case.pk),
    ]  # fmt: skip


def test_the_receipt_shows_the_number_large_in_groups_and_as_a_code(client: Client) -> None:
    case = reported(client)

    page = client.get("/report/receipt/").content.decode()
    code = client.get("/report/receipt/code.svg")

    spoken = f"{case.number[:4]}-{case.number[4:8]}-{case.number[8:]}"
    assert check_number(spoken) == case.number
    assert spoken in page
    assert PHONE[-4:] in page
    assert PHONE not in page
    assert (code["Content-Type"], code.content[:5]) == ("image/svg+xml", b"<?xml")


def test_without_a_telephone_the_receipt_gives_four_digits_that_open_the_case(client: Client) -> None:
    case = reported(client, who={"contact": "anonymous", "name": "不该留下", "phone": PHONE})
    code = client.get("/report/receipt/").context["receipt"].follow_code

    opened = Client().post("/follow/", {"number": case.number, "last_four": code})

    assert not Party.objects.exists()
    assert (opened.status_code, opened["Location"]) == (302, f"/follow/{case.number}/")


def test_pressing_twice_or_sending_again_makes_one_case(client: Client) -> None:
    tell(client)
    draft = opened(client, "check/").context["draft"]
    given = {"draft": draft.proof, "stamp": draft.stamp}
    first, again = (client.post(f"/report/check/?draft={draft.key}", given) for _twice in range(2))

    assert [first["Location"], again["Location"]] == [f"/report/receipt/?draft={draft.key}"] * 2
    assert Case.objects.count() == 1


def test_two_presses_that_cross_each_other_make_one_case(client: Client) -> None:
    tell(client)
    before = UnsentReport.objects.get()
    hand_in(client)
    before.save()
    hand_in(client)

    assert Case.objects.count() == 1


def test_a_new_report_after_a_receipt_is_a_new_case(client: Client) -> None:
    reported(client)
    tell(client, what={"body": "另一件事：路灯坏了"})
    hand_in(client)

    assert Case.objects.count() == 2


# --- what happened --------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["", "   \n", "\x00\x00"])
def test_saying_nothing_gets_one_sentence(client: Client, body: str) -> None:
    response = answer(client, "", body=body)

    assert (response.status_code, said_wrong(response)) == (422, ["请写几句发生了什么事，或者传一段录音。"])


def test_a_hundred_thousand_characters_get_a_sentence_and_stay_in_the_box(client: Client) -> None:
    long = "长" * 100_000

    response = answer(client, "", body=long)

    assert response.status_code == 422
    assert said_wrong(response) == [
        "您写了 100,000 个字，最多能收 20,000 个字。请留下最要紧的部分，其余的可以拍照上传。"
    ]
    assert long in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>坏了", "<script>alert(1)</script>坏了"),
        ("生气😡👨‍👩‍👧", "生气😡👨‍👩‍👧"),
        ("路灯\x00坏\x08了", "路灯坏了"),
        ("'; drop table cases_case; --", "'; drop table cases_case; --"),
        ("{{ 7|add:7 }} {% debug %}", "{{ 7|add:7 }} {% debug %}"),
        ("长" * 20_000, "长" * 20_000),
    ],
)
def test_whatever_she_types_is_kept_as_she_typed_it_and_never_run(
    client: Client, typed: str, kept: str
) -> None:
    reported(client, what={"body": typed})
    page = client.get(f"/follow/{Case.objects.get().number}/").content.decode()

    assert Statement.objects.get().body == kept
    assert "<script>alert" not in page


def test_a_voice_note_alone_is_enough(client: Client) -> None:
    case = reported(client, what={"voice": voice()})

    assert Attachment.objects.get().case_id == case.pk
    assert Statement.objects.get().body == "我用录音说明了情况，请听附件里的录音。"


def test_the_place_is_taken_off_the_photo_before_it_is_kept(client: Client) -> None:
    given = photo()
    assert Image.open(given).getexif().get_ifd(GPS)
    given.seek(0)

    answer(client, "", body=WORDS, photos=[given])

    kept = Attachment.objects.get()
    picture = Image.open(io.BytesIO(default_storage.open(kept.stored_as).read()))
    assert dict(picture.getexif()) == {}
    assert (kept.case_id, kept.mime, kept.name) == (None, "image/jpeg", "现场.jpg")


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + b"\0" * 300,
        b"<html><script>alert(1)</script>",
        b"",
        b"%PDF-1.4",
        b"PK\x03\x04" + b"\0" * 60,
    ],
)
def test_a_file_is_judged_by_what_is_in_it_not_by_its_name(client: Client, content: bytes) -> None:
    wrong = SimpleUploadedFile("现场.jpg", content, "image/jpeg")

    response = answer(client, "", body=WORDS, photos=[photo("好的.jpg"), wrong])

    assert response.status_code == 422
    assert len(said_wrong(response)) == 1
    assert WORDS.replace("\n", "\r\n") in response.content.decode() or WORDS in response.content.decode()
    assert "alert(1)" not in response.content.decode()


def test_good_files_stay_when_another_one_is_refused(client: Client) -> None:
    wrong = SimpleUploadedFile("坏的.jpg", b"MZ" * 100, "image/jpeg")

    answer(client, "", body="", photos=[photo("好的.jpg"), wrong])

    assert [file.name for file in draft_of(client).files] == ["好的.jpg"]


def test_the_tenth_photo_is_refused_and_the_words_stay(client: Client) -> None:
    response = answer(client, "", body=WORDS, photos=[photo(f"{number}.jpg") for number in range(10)])

    assert said_wrong(response) == ["照片一共最多 9 张，请挑最能说明问题的传。"]
    assert draft_of(client).body == WORDS
    assert not Attachment.objects.exists()


def test_a_file_can_be_taken_out_again_without_losing_words(client: Client) -> None:
    answer(client, "", body="", photos=[photo()], attach="1")
    (file,) = draft_of(client).files

    answer(client, "", body="刚刚写的", remove=file.id)

    draft = draft_of(client)
    assert (draft.files, draft.body) == ([], "刚刚写的")


def test_nobody_else_sees_the_photo(client: Client) -> None:
    answer(client, "", body=WORDS, photos=[photo()], attach="1")
    (file,) = draft_of(client).files

    address = f"/report/files/{file.id}?draft={tab(client)}"

    mine, other = client.get(address), Client().get(address)

    assert (mine.status_code, mine["Content-Type"], other.status_code) == (200, "image/jpeg", 404)


def test_what_she_typed_lies_sealed_in_the_database(client: Client) -> None:
    tell(client)

    with connection.cursor() as cursor:
        cursor.execute("select * from intake_unsentreport")
        stored = str([bytes(one) if isinstance(one, memoryview) else one for one in cursor.fetchone()])

    assert len(UnsentReport.objects.get().answers) > len(WORDS)
    assert not any(secret in stored for secret in (PHONE, "邻居甲", "漏水"))


# --- where, who, check ------------------------------------------------------------------------------


def test_the_villages_of_a_township_can_be_listed_without_a_script(client: Client) -> None:
    answer(client, "", body=WORDS)

    listed = answer(client, "where/", township=TOWNSHIPS[1], place_text="桥头", list="1")

    page = listed.content.decode()
    assert listed.status_code == 200
    assert "乙一村" in page
    assert "甲一村" not in page
    assert "桥头" in page


@pytest.mark.parametrize(
    ("given", "placed"),
    [
        ({"township": TOWNSHIPS[0]}, (TOWNSHIPS[0], "")),
        ({"place_text": "桥头老槐树下"}, ("990100", "桥头老槐树下")),
        ({"unsure": "on"}, ("990100", "")),
        ({"lon": "150.005", "lat": "30.005"}, (f"{VILLAGES[0]}001", "")),
    ],
)
def test_any_one_way_of_saying_where_is_enough(
    client: Client, given: dict[str, str], placed: tuple[str, str]
) -> None:
    case = reported(client, where=given)

    assert (case.place, Statement.objects.get().place_text) == placed


@pytest.mark.parametrize(
    "given",
    [{}, {"township": "990199999"}, {"township": TOWNSHIPS[0], "village": VILLAGES[2]}, {"township": "\x00"},
     {"place_text": "长" * 201}, {"lon": "nan", "lat": "1"}, {"lon": "150"}],
)  # fmt: skip
def test_a_place_nobody_can_find_gets_a_sentence_and_keeps_the_words(
    client: Client, given: dict[str, str]
) -> None:
    answer(client, "", body=WORDS)

    response = answer(client, "where/", **given)

    assert response.status_code == 422
    assert said_wrong(response)
    assert draft_of(client).body == WORDS


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, ["请选一种联系方式。"]),
        ({"contact": "spam"}, 1),
        ({"contact": "named"}, ["请写上怎么称呼您，比如“张女士”。", "请写上电话，办的时候好联系您。"]),
        (NAMED | {"phone": "123"}, ["这个电话好像不对。请写 11 位手机号，或者带区号的座机号。"]),
        (NAMED | {"name": "长" * 51}, ["姓名请控制在 50 个字以内。"]),
    ],
)
def test_a_contact_nobody_can_use_gets_a_sentence(client: Client, given: dict[str, str], said: Any) -> None:
    answer(client, "", body=WORDS)
    answer(client, "where/", **WHERE)

    response = answer(client, "who/", **given)

    wrong = said_wrong(response)
    assert response.status_code == 422
    assert (len(wrong) if said == 1 else wrong) == said
    assert given.get("name", "") in response.content.decode()


def test_an_answer_can_be_changed_from_the_last_page(client: Client) -> None:
    tell(client)

    key = tab(client)
    changed = client.post(
        f"/report/where/?draft={key}&check=1", {"draft": proof(client, key), "place_text": "改成桥头"}
    )

    assert changed["Location"] == f"/report/check/?draft={key}"
    assert opened(client, "check/").context["draft"].place_text == "改成桥头"


@pytest.mark.parametrize("page", ["where/", "who/", "check/"])
def test_a_question_asked_too_early_leads_back_to_the_first_one(client: Client, page: str) -> None:
    assert client.get(f"/report/{page}")["Location"] == "/report/"


def test_a_shared_screen_forgets(client: Client) -> None:
    case = reported(client)

    client.post("/report/forget")

    assert client.get("/report/receipt/")["Location"] == "/follow/"
    assert client.get(f"/follow/{case.number}/")["Location"].startswith("/follow/?")


# --- too much ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", ["2147483648", "-1", "abc", "９９"])
def test_two_gigabytes_are_turned_away_unread(client: Client, length: str) -> None:
    class Untouched(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    unread: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": Untouched()}
    response = client.generic("POST", "/report/", b"", "multipart/form-data; boundary=x", **unread)

    assert response.status_code == 413
    assert "一次传的内容太大" in response.content.decode()


def test_without_the_hidden_field_nothing_is_taken(county: County) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/report/", {"body": WORDS})

    assert response.status_code == 403
    assert "页面放得太久了" in response.content.decode()
