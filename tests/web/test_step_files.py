"""Photos and papers that a step asks for: kept when it is refused, part of the case when it is taken, never for strangers."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from heshi.cases.actions import Actor, change_way, take_step
from heshi.cases.actions.handing import SentFileGone
from heshi.cases.models import Attachment, Case, Event, TaskRow
from heshi.intake.actions import forget_unclaimed, forget_waiting
from heshi.people.models import Staff
from heshi.playbooks.actions import publish_text
from tests.cast import NOON, County
from tests.files import PHONE, OpenCase, acting
from tests.queries import questions
from tests.web.desk import at_desk, case_page
from tests.web.test_resident_follow import find

BOOK = """\
playbook: mending
title: 整改
source: 测试
start: received
words: {roles: {handling_unit_user: 承办单位}}
positions:
  received: {label: 待整改, resident: 您说的事正在整改。, holder: unit}
  done: {label: 已整改, resident: 整改已经完成。, end: true, outcomes: [solved]}
tasks:
  visit: {label: 现场核查, holder: unit, states: {waiting: 待核查, seen: 已核查}, done: [seen]}
steps:
  mend:
    label: 报整改结果
    who: [handling_unit_user]
    from: [received]
    to: done
    needs: {visit_open: {at_most: 0}}
    asks:
      photos: {label: 整改后的照片, type: files, required: true, at_most: 3}
      inside: {label: 内部材料, type: files, private: true}
      words: {label: 怎么整改的, type: text, required: true}
    sets: {outcome: solved}
    answers: true
    resident: 已经整改。
  ask_visit:
    label: 请人核查
    who: [handling_unit_user]
    from: open
    to: same
    adds: [{task: visit, unit: unit}]
  visited:
    label: 核查完了
    who: [handling_unit_user]
    from: open
    to: same
    task: {kind: visit, from: [waiting], to: seen}
    asks: {seen_photos: {label: 现场照片, type: files}}
  more:
    label: 补充照片
    who: [resident]
    from: open
    to: same
    asks: {more_photos: {label: 您拍的照片, type: files, required: true, at_least: 2}}
    resident: 您补充了照片。
"""


def picture(colour: str = "grey", name: str = "墙.png") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/png")


def paper(name: str = "验收单.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF", "application/pdf")


@pytest.fixture
def mending(county: County, open_case: OpenCase) -> Case:
    return open_case(playbook_id=publish_text(text=BOOK, at=NOON).pk)


def send(desk: Client, case: Case, step: str = "mend", task: int = 0, **given: Any) -> Any:
    on = f"tasks/{task}/{step}" if task else f"steps/{step}"
    return desk.post(f"/desk/cases/{case.number}/{on}", {"revision": case.revision, **given})


def kept_in(page: str, asked: str = "photos") -> list[str]:
    return re.findall(rf'<input type="hidden" name="{asked}" value="([^"]+)">', page)


def test_photos_and_papers_become_part_of_the_case_and_their_keys_part_of_the_event(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    form = case_page(desk, mending)

    answer = send(desk, mending, photos=[picture(), paper()], inside=[paper("底单.pdf")], words="补了墙")

    assert answer.status_code == 302
    rows = list(
        Attachment.objects.order_by("id").values_list("name", "kind", "case", "event", "asked", "waits_for")
    )
    assert rows == [
        ("墙.jpg", "photo", mending.pk, 2, "photos", None),
        ("验收单.pdf", "paper", mending.pk, 2, "photos", None),
        ("底单.pdf", "paper", mending.pk, 2, "inside", None),
    ]
    keys = [str(key) for key in Attachment.objects.order_by("id").values_list("pk", flat=True)]
    facts = Event.objects.get(case=mending, number=2).body.facts
    assert (facts["photos"], facts["inside"]) == (keys[:2], keys[2:])
    assert 'enctype="multipart/form-data"' in form
    page = case_page(desk, mending)
    assert f'src="/desk/cases/{mending.number}/attachments/{keys[0]}"' in page
    assert "验收单.pdf" in page
    assert "（仅工作人员可见）" in page


def test_a_refused_step_keeps_what_was_sent_and_nothing_is_sent_twice(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)

    refused = send(desk, mending, photos=[picture(), paper()], words="")
    page = refused.content.decode()
    kept = kept_in(page)
    again = send(desk, mending, photos=kept, words="补了墙")

    assert refused.status_code == 422
    assert "请填写“怎么整改的”" in page
    assert "墙.jpg" in page
    assert f'value="photos:{kept[1]}"' in page
    assert again.status_code == 302
    assert Attachment.objects.filter(case=mending).count() == Attachment.objects.count() == 2


def test_the_same_photo_sent_again_is_the_one_that_is_kept(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)

    first = kept_in(send(desk, mending, photos=[picture()], words="").content.decode())
    second = kept_in(send(desk, mending, photos=[picture()], words="").content.decode())

    assert first == second
    assert Attachment.objects.count() == 1


def test_a_case_that_moved_meanwhile_keeps_the_files_too(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    seen = mending.revision
    take_step(case=mending, step="ask_visit", actor=acting(officer, mending), at=NOON)

    answer = desk.post(
        f"/desk/cases/{mending.number}/steps/mend",
        {"revision": seen, "photos": [picture()], "words": "补了墙"},
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "墙.jpg" in page
    assert Attachment.objects.get().case is None


def test_one_file_is_taken_out_and_every_other_word_stays(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    kept = kept_in(send(desk, mending, photos=[picture(), paper()], words="").content.decode())
    where = Attachment.objects.get(pk=kept[0]).stored_as

    answer = send(desk, mending, photos=kept, words="补了一半", remove=f"photos:{kept[0]}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert kept_in(page) == kept[1:]
    assert "补了一半" in page
    assert "还差一点" not in page
    assert not default_storage.exists(where)
    assert Event.objects.filter(case=mending).count() == 1


def test_a_stranger_sees_no_kept_file_and_cannot_hand_it_in(
    mending: Case, officer: Staff, other_officer: Staff, liaison: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    (key,) = kept_in(send(desk, mending, photos=[picture()], words="").content.decode())
    address = f"/desk/cases/{mending.number}/attachments/{key}"
    mine = desk.get(address)

    colleague = at_desk(Client(), liaison)
    stranger = at_desk(Client(), other_officer)

    assert (mine.status_code, mine["Content-Type"]) == (200, "image/jpeg")
    assert colleague.get(address).status_code == 404
    assert stranger.get(address).status_code == 404
    with pytest.raises(SentFileGone):
        take_step(
            case=mending,
            step="mend",
            actor=Actor("staff", liaison.pk, "联络员", frozenset({"handling_unit_user"})),
            at=NOON,
            answers={"photos": [key], "words": "别人的照片"},
        )
    assert Event.objects.filter(case=mending).count() == 1
    assert Attachment.objects.get().case is None


def test_a_file_is_handed_in_once(mending: Case, officer: Staff, client: Client) -> None:
    desk = at_desk(client, officer)
    kept = kept_in(send(desk, mending, photos=[picture()], words="").content.decode())
    stale = Case.objects.get(pk=mending.pk)
    first = send(desk, mending, photos=kept, words="补了墙")

    second = desk.post(
        f"/desk/cases/{mending.number}/steps/mend",
        {"revision": stale.revision, "photos": kept, "words": "补了墙"},
    )

    assert first.status_code == second.status_code == 302
    assert Event.objects.filter(case=mending).count() == 2
    assert Attachment.objects.get().event == 2


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("空.pdf", b""), "“空.pdf”是空的"),
        (SimpleUploadedFile("照片.jpg", b"MZ\x90\x00" + b"\0" * 300), "“照片.jpg”不是能打开的照片"),
        (SimpleUploadedFile("程序.exe", b"MZ\x90\x00" + b"\0" * 300), "“程序.exe”不是能收的文件"),
        (SimpleUploadedFile("页.pdf", b"<html><script>1</script>"), "“页.pdf”不是能收的文件"),
        (SimpleUploadedFile("大.pdf", b"%PDF-1.4" + b"0" * (21 * 1024 * 1024)), "“大.pdf”超过 20 MB"),
    ],
)
def test_what_cannot_be_taken_is_told_in_one_sentence_and_costs_no_other_file(
    mending: Case, officer: Staff, client: Client, upload: SimpleUploadedFile, said: str
) -> None:
    answer = send(at_desk(client, officer), mending, photos=[picture(), upload], words="补了墙")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert len(kept_in(page)) == 1
    assert "补了墙" in page
    assert Event.objects.filter(case=mending).count() == 1


def test_a_paper_with_macros_is_not_taken(mending: Case, officer: Staff, client: Client) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as folder:
        folder.writestr("[Content_Types].xml", "<Types/>")
        folder.writestr("word/document.xml", "<w/>")
        folder.writestr("word/vbaProject.bin", "x")

    answer = send(
        at_desk(client, officer), mending, photos=[SimpleUploadedFile("表.docx", made.getvalue())], words="补"
    )

    assert "带有宏程序" in answer.content.decode()
    assert Attachment.objects.count() == 0


def test_too_many_are_told_by_name(mending: Case, officer: Staff, client: Client) -> None:
    colours = ("red", "blue", "green", "black")

    answer = send(
        at_desk(client, officer),
        mending,
        photos=[picture(one, f"{one}.png") for one in colours],
        words="补了墙",
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "最多收 3 个文件，没有留下：black.png" in page
    assert len(kept_in(page)) == 3


def test_a_paper_is_handed_over_as_a_file_of_its_own_kind(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    send(desk, mending, photos=[paper()], words="补了墙")
    key = Attachment.objects.get().pk

    answer = desk.get(f"/desk/cases/{mending.number}/attachments/{key}")

    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_resident_reads_what_is_not_private_and_nothing_else(
    mending: Case, officer: Staff, client: Client
) -> None:
    send(at_desk(Client(), officer), mending, photos=[picture()], inside=[paper("底单.pdf")], words="补了墙")
    shown, hidden = Attachment.objects.order_by("id").values_list("pk", flat=True)
    find(client, mending.number, "1234")

    page = client.get(f"/follow/{mending.number}/").content.decode()
    answers = [client.get(f"/follow/{mending.number}/files/{key}").status_code for key in (shown, hidden)]

    assert str(shown) in page
    assert "底单" not in page
    assert str(hidden) not in page
    assert answers == [200, 404]


def test_answers_on_a_task_stay_with_the_task_and_are_not_for_the_resident(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(Client(), officer)
    take_step(case=mending, step="ask_visit", actor=acting(officer, mending), at=NOON)

    answer = send(desk, mending, "visited", task=1, seen_photos=[picture()])

    found, key = TaskRow.objects.get(case=mending), Attachment.objects.get().pk
    find(client, mending.number, "1234")
    assert answer.status_code == 302
    assert (found.said, Attachment.objects.get().task) == ({"seen_photos": [str(key)]}, 1)
    assert case_page(desk, mending).count(f'src="/desk/cases/{mending.number}/attachments/{key}"') == 2
    assert client.get(f"/follow/{mending.number}/files/{key}").status_code == 404


def test_the_resident_sends_photos_too_and_too_few_are_kept(mending: Case, client: Client) -> None:
    find(client, mending.number, "1234")
    address = f"/follow/{mending.number}/step/more"

    few = client.post(address, {"revision": mending.revision, "more_photos": [picture()]})
    kept = kept_in(few.content.decode(), "more_photos")
    seen = client.get(f"/follow/{mending.number}/files/{kept[0]}")
    done = client.post(
        address, {"revision": mending.revision, "more_photos": [*kept, picture("red", "门.png")]}
    )

    assert (few.status_code, seen.status_code, done.status_code) == (422, 200, 302)
    assert "不能少于 2" in few.content.decode()
    assert list(Attachment.objects.order_by("id").values_list("event", "asked")) == [(2, "more_photos")] * 2
    page = client.get(f"/follow/{mending.number}/").content.decode()
    assert "墙.jpg" in page


def test_files_of_steps_that_were_never_taken_go_after_a_day(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    send(desk, mending, photos=[picture(), paper()], words="")
    kept = kept_in(send(desk, mending, photos=[picture()], words="").content.decode())
    places = list(Attachment.objects.values_list("stored_as", flat=True))
    later = timezone.now() + timedelta(minutes=1)

    early = forget_waiting(before=timezone.now() - timedelta(days=1))
    of_reports = forget_unclaimed(before=later)
    gone = forget_waiting(before=later)
    late = send(desk, mending, photos=kept, words="补了墙")

    assert (early, of_reports, gone) == (0, 0, 2)
    assert [default_storage.exists(place) for place in places] == [False, False]
    assert late.status_code == 422
    assert "有文件已经不在了" in late.content.decode()


def test_a_case_with_files_costs_the_same_for_one_and_for_three(
    mending: Case, officer: Staff, client: Client
) -> None:
    desk = at_desk(client, officer)
    send(desk, mending, photos=[picture()], words="补了墙")
    case_page(desk, mending)
    with questions() as one:
        case_page(desk, mending)
    Attachment.objects.bulk_create(
        [
            Attachment(
                county=mending.county, case=mending, kind="photo", name="又一张.jpg", mime="image/jpeg", size=1,
                sm3="", stored_as="", at=NOON, event=2, asked="photos",
            )
            for _more in range(2)
        ]
    )  # fmt: skip

    with questions() as three:
        page = case_page(desk, mending)

    assert page.count("又一张.jpg") >= 2
    assert len(one) == len(three)


def test_a_trial_walk_has_made_up_files_and_keeps_none(mending: Case, officer: Staff, client: Client) -> None:
    desk, address = at_desk(client, officer), "/desk/playbooks/mending/try/"
    desk.post(f"{address}begin", {"kind": "complaint", "source": "web"})
    form = desk.get(f"{address}?as=handling_unit_user").content.decode()
    made_up = kept_in(form)

    given = {"revision": 1, "photos": made_up, "words": "补了墙"}
    answer = desk.post(f"{address}steps/mend?as=handling_unit_user", given)

    assert made_up == ["整改后的照片1（假设）"]
    assert "试走不用真的上传" in form
    assert answer.status_code == 302
    assert "整改后的照片1（假设）" in desk.get(address).content.decode()
    assert Attachment.objects.count() == 0


def test_nobody_fills_the_disk_with_files_of_steps_never_taken(
    mending: Case, officer: Staff, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heshi.intake.actions.attachments.MOST_WAITING", 2)
    desk = at_desk(client, officer)

    answer = send(
        desk, mending, photos=[picture(one, f"{one}.png") for one in ("red", "blue", "green")], words=""
    )

    assert "这件案件已有 2 个（0 MB）传上来却没有办成的文件" in answer.content.decode()
    assert Attachment.objects.count() == 2


@pytest.mark.parametrize("fails", ["django.core.files.locks.unlock", "os.fsync"])
def test_where_the_disk_takes_nothing_the_words_stay_and_no_half_of_a_file(
    mending: Case, officer: Staff, client: Client, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    desk = at_desk(client, officer)
    before = everything_stored()

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(fails, full)
        answer = send(desk, mending, photos=[picture()], words="换了灯")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“墙.png”现在存不下，填写的文字都已保留" in page
    assert "换了灯" in page
    assert (everything_stored(), Attachment.objects.count()) == (before, 0)


def everything_stored() -> set[str]:
    """Return every file that lies in the store."""
    root = Path(default_storage.path(""))
    return {str(path) for path in root.rglob("*") if path.is_file()}


def test_a_form_whose_step_is_gone_comes_back_with_every_word_and_file(
    mending: Case, officer: Staff, dispatcher: Staff, books: dict[str, UUID], client: Client
) -> None:
    change_way(
        case=mending, version=books["shulan_liubu"], position="whistled", why="另有办法", actor=acting(dispatcher, mending), at=NOON
    )  # fmt: skip

    at_the_desk = send(at_desk(client, officer), mending, photos=[picture()], words="换了灯")
    resident = Client()
    find(resident, mending.number, PHONE[-4:])
    hers = resident.post(
        f"/follow/{mending.number}/step/more",
        {"revision": mending.revision, "more_photos": [picture(name="灯.png")]},
    )

    for answer, step, words in (
        (at_the_desk, "报整改结果", ("换了灯", "墙.jpg")),
        (hers, "补充照片", ("灯.jpg",)),
    ):
        page = answer.content.decode()
        assert answer.status_code == 409
        assert (
            f"案件已经改按“六步接办（吹哨、报到、会商、落实、反馈、评价）”办理，那里没有“{step}”这一步"
            in page
        )
        assert all(word in page for word in words), words
    assert Event.objects.filter(case=mending).count() == 2
