"""One draft for each tab (tests/reports/18-two-tabs): what she confirmed is what is sent, and nothing is doubled or lost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from heshi.cases.models import Attachment, Case, Statement
from heshi.intake.actions import forget_unsent
from heshi.intake.models import UnsentReport
from tests.cast import County
from tests.web.resident import (
    NAMED,
    WHERE,
    WORDS,
    answer,
    draft_of,
    hand_in,
    new_tab,
    opened,
    photo,
    proof,
    said_wrong,
    tab,
    tell,
)

pytestmark = pytest.mark.usefixtures("books")
OTHER = "村口的路灯坏了半个月。"


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(shade: int) -> SimpleUploadedFile:
    """Return a photo unlike those of other shades."""
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (shade, shade, shade)).save(out, "PNG")
    return SimpleUploadedFile("现场.png", out.getvalue(), "image/png")


def send(client: Client, key: str, page: str, **given: Any) -> Any:
    """Send one page of a tab."""
    return client.post(f"/report/{page}?draft={key}", {"draft": proof(client, key), **given})


def told(client: Client, key: str, body: str, place: str) -> Any:
    """Answer every question of a tab and return the page that shows all answers."""
    send(client, key, "", body=body)
    send(client, key, "where/", place_text=place)
    send(client, key, "who/", **NAMED)
    return client.get(f"/report/check/?draft={key}")


def confirm(client: Client, page: Any) -> Any:
    """Press the last button of a page that was drawn before."""
    draft = page.context["draft"]
    return client.post(f"/report/check/?draft={draft.key}", {"draft": draft.proof, "stamp": draft.stamp})


# --- two tabs -------------------------------------------------------------------------------------


def test_each_of_two_tabs_hands_in_what_was_written_in_it(client: Client) -> None:
    first, second = new_tab(client), new_tab(client)
    pages = told(client, first, WORDS, "卫生院后面"), told(client, second, OTHER, "村口")

    for page in pages:
        confirm(client, page)

    said = Statement.objects.order_by("id").values_list("body", "place_text")
    assert list(said) == [(WORDS, "卫生院后面"), (OTHER, "村口")]


def test_each_of_two_tabs_shows_its_own_receipt(client: Client) -> None:
    first, second = new_tab(client), new_tab(client)
    pages = told(client, first, WORDS, "卫生院后面"), told(client, second, OTHER, "村口")

    receipts = [client.get(confirm(client, page)["Location"]).context["receipt"].number for page in pages]

    assert receipts == list(Case.objects.order_by("id").values_list("number", flat=True))


def test_what_was_changed_meanwhile_is_shown_again_and_not_handed_in(client: Client) -> None:
    key = new_tab(client)
    seen = told(client, key, WORDS, "卫生院后面")
    send(client, key, "", body=OTHER)

    answered = confirm(client, seen)

    page = answered.content.decode()
    assert (answered.status_code, Case.objects.exists()) == (409, False)
    assert "您在别的页面改过这件事" in page
    assert OTHER in page
    confirm(client, answered)
    assert Statement.objects.get().body == OTHER


def test_a_photo_added_meanwhile_is_a_change_too(client: Client) -> None:
    key = new_tab(client)
    seen = told(client, key, WORDS, "卫生院后面")
    send(client, key, "", body=WORDS, photos=[picture(1)])

    answered = confirm(client, seen)

    assert ("您在别的页面改过这件事" in answered.content.decode(), Case.objects.exists()) == (True, False)


def test_the_page_that_shows_all_answers_shows_the_pictures(client: Client) -> None:
    key = new_tab(client)
    send(client, key, "", body=WORDS, photos=[picture(1)])
    page = told(client, key, WORDS, "卫生院后面").content.decode()

    (file,) = Attachment.objects.all()
    address = f"/report/files/{file.pk}?draft={key}"
    assert f'<img src="{address}"' in page
    assert client.get(address)["Content-Type"] == "image/jpeg"


# --- back and forward -------------------------------------------------------------------------------


def test_the_same_photo_sent_again_after_going_back_is_there_once(client: Client) -> None:
    key = new_tab(client)
    for _again in range(3):
        send(client, key, "", body=WORDS, photos=[picture(1), picture(2)])

    assert Attachment.objects.count() == 2


def test_nine_photos_sent_again_are_still_nine(client: Client) -> None:
    key, nine = new_tab(client), [picture(shade) for shade in range(9)]
    send(client, key, "", body=WORDS, photos=nine)
    for one in nine:
        one.seek(0)

    again = send(client, key, "", body=WORDS, photos=nine)

    assert (again.status_code, Attachment.objects.count()) == (302, 9)


def test_a_tenth_photo_beside_nine_is_refused_by_its_name(client: Client) -> None:
    key = new_tab(client)
    send(client, key, "", body=WORDS, photos=[picture(shade) for shade in range(9)])

    refused = send(client, key, "", body=WORDS, photos=[picture(99)])

    assert (refused.status_code, Attachment.objects.count()) == (422, 9)
    assert said_wrong(refused) == [
        "照片一共最多 9 张，“现场.png”没有收下。请挑最能说明问题的，先去掉用不着的再传。"
    ]


def test_after_the_receipt_going_back_and_on_makes_no_second_case(client: Client) -> None:
    key = new_tab(client)
    confirm(client, told(client, key, WORDS, "卫生院后面"))
    mark = Case.objects.get().number

    again = client.post(f"/report/?draft={key}", {"draft": "", "body": WORDS})
    pages = [
        client.get(f"/report/{page}?draft={key}")["Location"] for page in ("", "where/", "who/", "check/")
    ]

    assert [again["Location"], *pages] == [f"/report/receipt/?draft={key}"] * 5
    assert Case.objects.get().number == mark


def test_new_words_after_the_receipt_begin_another_report_and_say_so(client: Client) -> None:
    key = new_tab(client)
    confirm(client, told(client, key, WORDS, "卫生院后面"))

    going = client.post(f"/report/?draft={key}", {"draft": "", "body": OTHER})
    page = client.get(going["Location"])

    assert page.context["draft"].body == OTHER
    assert f"刚才那件已经交上去了，编号 {Case.objects.get().number}" in page.content.decode()


# --- the browser has forgotten who it is ------------------------------------------------------------


def test_a_page_sent_after_the_session_ended_goes_on_where_it_was(client: Client) -> None:
    key = new_tab(client)
    send(client, key, "", body=WORDS, photos=[picture(1)])
    sealed = proof(client, key)
    client.cookies.clear()

    going = client.post(f"/report/where/?draft={key}", {"draft": sealed, **WHERE})
    shown = client.get(f"/report/who/?draft={key}").context["draft"]

    assert going["Location"] == f"/report/who/?draft={key}"
    assert (shown.body, shown.place_text, len(shown.files)) == (WORDS, WHERE["place_text"], 1)


def test_the_last_button_works_after_the_session_ended(client: Client) -> None:
    page = told(client, new_tab(client), WORDS, "卫生院后面")
    client.cookies.clear()

    done = confirm(client, page)

    assert client.get(done["Location"]).context["receipt"].number == Case.objects.get().number


def test_an_address_alone_opens_nothing_in_another_browser_and_says_why(client: Client) -> None:
    key = new_tab(client)
    told(client, key, WORDS, "卫生院后面")
    stranger = Client()

    answers = [stranger.get(f"/report/{page}?draft={key}", follow=True) for page in ("", "where/", "who/")]

    assert ["前面写的打不开了" in answer.content.decode() for answer in answers] == [True] * 3
    assert not any(WORDS[:8] in answer.content.decode() for answer in answers)


def test_whoever_hands_her_an_address_of_his_own_reads_nothing(client: Client) -> None:
    stranger = Client()
    key = new_tab(stranger)
    his = proof(stranger, key)
    told(client, key, WORDS, "卫生院后面")

    stranger.post(f"/report/where/?draft={key}", {"draft": his, "place_text": "别处"})
    shown = stranger.get(f"/report/check/?draft={key}", follow=True).content.decode()

    assert WORDS[:8] not in shown
    assert client.get(f"/report/check/?draft={key}").context["draft"].place_text == "卫生院后面"


# --- what was begun and left ------------------------------------------------------------------------


def test_a_new_tab_tells_of_what_was_begun_in_another(client: Client) -> None:
    key = new_tab(client)
    send(client, key, "", body=WORDS)

    fresh = client.get(f"/report/?draft={new_tab(client)}")

    assert fresh.context["draft"].body == ""
    assert f"/report/?draft={key}" in fresh.content.decode()
    assert "楼上邻居家的卫生间漏水" in fresh.content.decode()


def test_what_was_begun_can_be_dropped_with_its_files(client: Client) -> None:
    key = new_tab(client)
    send(client, key, "", body=WORDS, photos=[picture(1)])

    client.post("/report/drop", {"draft": key})

    assert (UnsentReport.objects.exists(), Attachment.objects.exists()) == (False, False)


def test_nobody_drops_what_another_browser_has_begun(client: Client) -> None:
    key = new_tab(client)
    send(client, key, "", body=WORDS)

    Client().post("/report/drop", {"draft": key})

    assert UnsentReport.objects.count() == 1


def test_after_handing_in_nothing_she_typed_lies_in_the_draft(client: Client) -> None:
    tell(client, what={"body": WORDS, "photos": [photo()]})
    key = tab(client)
    hand_in(client)

    kept = UnsentReport.objects.get(pk=key)
    assert (kept.answers, kept.sent_at is not None) == ("", True)
    assert WORDS[:8] not in kept.receipt


def test_what_nobody_touches_for_two_days_is_forgotten(client: Client) -> None:
    tell(client, what={"body": WORDS, "photos": [photo()]})

    early = forget_unsent(before=timezone.now() - timedelta(days=2))
    late = forget_unsent(before=timezone.now() + timedelta(seconds=1))

    assert (early, late, UnsentReport.objects.exists(), Attachment.objects.exists()) == (0, 1, False, False)


def test_forgetting_on_a_shared_screen_forgets_what_was_begun(client: Client) -> None:
    answer(client, "", body=WORDS, photos=[photo()])
    assert draft_of(client).body == WORDS

    client.post("/report/forget")

    assert not UnsentReport.objects.exists()
    assert opened(client).context["others"] == []


# --- at the same moment -------------------------------------------------------------------------------


class Tab:
    """A tab of a real browser, as far as it sends forms."""

    def __init__(self, server: LiveServer) -> None:
        cookies = HTTPCookieProcessor()
        self.browser = build_opener(cookies)
        with self.browser.open(f"{server.url}/report/", timeout=60) as page:
            self.address, text = page.url, page.read().decode()
        names = ("csrfmiddlewaretoken", "draft")
        self.given = {name: text.split(f'name="{name}" value="')[1].split('"')[0] for name in names}

    def upload(self, shade: int) -> int:
        """Send one photo and return the status of the page that answers."""
        form = {**self.given, "body": WORDS, "attach": "1", "photos": picture(shade)}
        body, kind = encode_multipart(BOUNDARY, form), {"Content-Type": MULTIPART_CONTENT}
        asked = Request(self.address, body, kind)  # noqa: S310 -- our own server
        with self.browser.open(asked, timeout=60) as page:
            return int(page.status)

    def read(self) -> str:
        """Return the page as it is now."""
        with self.browser.open(self.address, timeout=60) as page:
            return str(page.read().decode())


def test_four_uploads_at_the_same_moment_keep_four(county: County, live_server: LiveServer) -> None:
    tab = Tab(live_server)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(tab.upload, range(0, 200, 50)))

    assert answers == [200] * 4
    assert Attachment.objects.count() == 4
    assert tab.read().count('alt="照片：') == 4


def test_the_same_photo_sent_four_times_at_the_same_moment_is_kept_once(
    county: County, live_server: LiveServer
) -> None:
    tab = Tab(live_server)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tab.upload, [7] * 4)) == [200] * 4

    assert Attachment.objects.count() == 1
