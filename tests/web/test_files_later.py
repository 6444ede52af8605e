"""Papers come when they come (tests/reports/24-window-takes-no-files): at the window, at the office, and from the resident herself."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from heshi.cases.actions import RESIDENT, take_step
from heshi.cases.models import Attachment, Case, Event
from heshi.cases.queries import history
from heshi.people.models import Staff
from tests.cast import NOON, County
from tests.web.desk import at_desk, case_page, press
from tests.web.test_desk_window import WINDOW, filled

pytestmark = pytest.mark.usefixtures("books")


@pytest.fixture(autouse=True)
def attachments_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(name: str = "收据.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def paper(name: str = "合同.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\nmade up", "application/pdf")


@pytest.fixture
def follower(client: Client, case: Case) -> Client:
    """Give the browser of the resident whose case it is."""
    client.post("/follow/", {"number": case.number, "last_four": "1234"})
    return client


def kept_in(page: str) -> list[str]:
    """Return the keys of the files that a page shows as kept already."""
    return re.findall(r'<input type="hidden" name="files" value="([^"]+)"', page)


# --- at the window ------------------------------------------------------------------------------------


def test_what_a_visitor_brings_along_lies_in_the_file_from_the_first_minute(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)

    desk.post(WINDOW, filled(desk, files=[picture(), paper()]))

    case = Case.objects.get()
    assert sorted(case.attachments.values_list("name", "kind", "waits_by")) == [
        ("合同.pdf", "paper", ""),
        ("收据.jpg", "photo", ""),
    ]
    assert "合同.pdf" in case_page(desk, case)


def test_a_mistake_at_the_window_costs_no_file(clerk: Staff, county: County, client: Client) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk, files=[picture(), paper()])

    wrong = desk.post(WINDOW, {**given, "body": ""})
    keys = kept_in(wrong.content.decode())
    desk.post(WINDOW, {**given, "files": keys})

    assert (wrong.status_code, len(keys)) == (422, 2)
    assert Case.objects.get().attachments.count() == 2
    assert Attachment.objects.count() == 2


def test_a_file_taken_out_at_the_window_is_gone_and_the_words_stay(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk, files=[picture(), paper()])
    keys = kept_in(desk.post(WINDOW, {**given, "body": ""}).content.decode())

    page = desk.post(WINDOW, {**given, "files": keys, "remove": f"files:{keys[0]}"})

    assert (page.status_code, kept_in(page.content.decode())) == (200, keys[1:])
    assert page.context["form"]["body"].value() == given["body"]
    assert Attachment.objects.count() == 1


def test_what_cannot_be_taken_is_said_at_the_window_and_nothing_else_is_lost(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    program = SimpleUploadedFile("程序.exe", b"MZ" + b"\0" * 300)

    answer = desk.post(WINDOW, filled(desk, files=[paper(), program]))

    page = answer.content.decode()
    assert (answer.status_code, Case.objects.exists(), len(kept_in(page))) == (422, False, 1)
    assert "“程序.exe”不是能收的文件" in page


def test_pressing_twice_with_files_makes_one_case_with_each_file_once(
    clerk: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk)
    answers = [desk.post(WINDOW, {**given, "files": [picture()]}) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Case.objects.count(), Case.objects.get().attachments.count()) == (1, 1)


def test_a_file_at_the_window_is_seen_by_the_clerk_who_sent_it_alone(
    clerk: Staff, dispatcher: Staff, county: County, client: Client
) -> None:
    desk = at_desk(client, clerk)
    given = filled(desk, files=[picture()])
    page = desk.post(WINDOW, {**given, "body": ""}).content.decode()
    address = f"/desk/window/files/{given['key']}/{kept_in(page)[0]}"

    mine, other = desk.get(address), at_desk(Client(), dispatcher).get(address)

    assert address in page
    assert (mine.status_code, other.status_code) == (200, 404)


# --- later, by those who work on it -------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clerk", "dispatcher", "officer"])
def test_papers_that_come_later_are_an_act_that_she_reads_too(
    who: str, county: County, case: Case, follower: Client
) -> None:
    desk = at_desk(Client(), county.staff[who])

    answer = press(desk, case, "add_papers", {"papers_from": "当事人补交的合同", "papers": [paper()]})

    event = history(case)[-1]
    (kept,) = Attachment.objects.all()
    hers = follower.get(f"/follow/{case.number}/").content.decode()
    assert (answer.status_code, event.step, kept.event, kept.asked) == (
        302,
        "add_papers",
        event.number,
        "papers",
    )
    assert "合同.pdf" in case_page(desk, case)
    assert ("有新的材料存进了案卷" in hers, "合同.pdf" in hers) == (True, True)
    assert follower.get(f"/follow/{case.number}/files/{kept.pk}").status_code == 200


def test_what_is_kept_with_a_note_is_for_staff_alone(case: Case, officer: Staff, follower: Client) -> None:
    desk = at_desk(Client(), officer)

    press(desk, case, "note", {"note": "内部看的照片", "note_files": [picture("内部.jpg")]})

    (kept,) = Attachment.objects.all()
    assert "内部.jpg" in case_page(desk, case)
    assert "内部.jpg" not in follower.get(f"/follow/{case.number}/").content.decode()
    assert follower.get(f"/follow/{case.number}/files/{kept.pk}").status_code == 404
    assert desk.get(f"/desk/cases/{case.number}/attachments/{kept.pk}").status_code == 200


def test_whoever_does_not_see_the_case_adds_nothing(case: Case, other_officer: Staff, client: Client) -> None:
    answer = press(
        at_desk(client, other_officer), case, "add_papers", {"papers_from": "别的单位", "papers": [paper()]}
    )

    assert (answer.status_code, Attachment.objects.exists(), Event.objects.count()) == (404, False, 1)


def test_papers_come_after_the_end_too(case: Case, clerk: Staff) -> None:
    over = take_step(case=case, step="withdraw", actor=RESIDENT, at=NOON)
    desk = at_desk(Client(), clerk)

    press(desk, over, "add_papers", {"papers_from": "撤回以后交来的", "papers": [paper()]})

    over.refresh_from_db()
    assert (over.position, over.is_open, over.attachments.count()) == ("withdrawn", False, 1)


# --- later, by herself ----------------------------------------------------------------------------------


def test_she_adds_photos_and_papers_on_her_own_page(follower: Client, case: Case, officer: Staff) -> None:
    page = follower.get(f"/follow/{case.number}/").content.decode()
    answer = follower.post(
        f"/follow/{case.number}/step/add_words",
        {"added": "又拍了两张", "added_files": [picture(), paper()], "revision": case.revision},
    )

    event = history(case)[-1]
    assert 'type="file" name="added_files"' in page
    assert (answer.status_code, event.actor_kind) == (302, "resident")
    assert sorted(case.attachments.values_list("name", "event")) == [
        ("合同.pdf", event.number),
        ("收据.jpg", event.number),
    ]
    assert "收据.jpg" in case_page(at_desk(Client(), officer), case)
    assert "收据.jpg" in follower.get(f"/follow/{case.number}/").content.decode()


def test_a_step_without_its_words_keeps_her_files(follower: Client, case: Case) -> None:
    answer = follower.post(
        f"/follow/{case.number}/step/add_words",
        {"added": "", "added_files": [picture()], "revision": case.revision},
    )

    page = answer.content.decode()
    assert (answer.status_code, Event.objects.count()) == (422, 1)
    assert '<input type="hidden" name="added_files"' in page


def test_every_door_that_is_open_to_somebody_has_a_place_for_files(
    clerk: Staff, officer: Staff, case: Case, follower: Client
) -> None:
    pages = [
        at_desk(Client(), clerk).get(WINDOW).content.decode(),
        case_page(at_desk(Client(), officer), case),
        follower.get(f"/follow/{case.number}/").content.decode(),
    ]

    assert ['type="file"' in page for page in pages] == [True] * 3
