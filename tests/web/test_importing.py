"""Import on the desk: upload, say what the columns are, try, run, fetch what was not taken."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from pytest_django import Settings

from heshi.cases.models import Case, Event, Party
from heshi.intake.models import HeldRow, ImportRun
from heshi.journey.uploads import forget_files, import_uploaded, rejected_of, uploaded
from heshi.people.models import Staff
from tests.cast import NOON, County
from tests.web.desk import at_desk, desk_rooms  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "编号,说法,时间\n1,村口的路灯坏了。,2026-02-27\n2,,2026-02-27\n3,<我的>井盖丢了,\n"
GUESSED = {"column-0": "source_key", "column-1": "body", "column-2": "said_at"}
REPORTS = Path(__file__).resolve().parents[1] / "reports"


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.HESHI_VAR = tmp_path


@pytest.fixture
def desk(
    transactional_db: None, client: Client, county: County, books: dict[str, UUID], clerk: Staff
) -> Client:
    return at_desk(client, clerk)


def send(desk: Client, text: str | bytes = TEXT, **more: Any) -> HttpResponse:
    content = text if isinstance(text, bytes) else text.encode()
    answer: HttpResponse = desk.post(
        "/desk/import/", {"file": SimpleUploadedFile("留言.csv", content), **more}
    )  # type: ignore[assignment]
    return answer


def page_of(run: ImportRun) -> str:
    return f"/desk/import/{run.pk}/"


def head_of(desk: Client, run: ImportRun, **chosen: Any) -> str:
    """Return what the page says its columns were chosen for."""
    page = (
        desk.post(page_of(run), {"look": "yes", **chosen}) if chosen else desk.get(page_of(run))
    ).content.decode()
    return page.split('name="head" value="')[1].split('"')[0]


def confirmed(desk: Client, **columns: str) -> ImportRun:
    send(desk)
    run = ImportRun.objects.get()
    desk.post(page_of(run), {**GUESSED, "head": head_of(desk, run), "start": "yes", **columns})
    run.refresh_from_db()
    return run


def test_upload_shows_the_columns_with_a_guess_and_the_first_rows(desk: Client) -> None:
    answer = desk.get(send(desk, TEXT.replace("说法", "内容"))["Location"])

    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<option value="body" selected>内容</option>' in page.replace(" >", ">")
    assert "村口的路灯坏了。" in page
    assert "&lt;我的&gt;" in page
    assert Case.objects.count() == 0


def test_a_column_nobody_chose_is_asked_for_and_the_choices_stay(desk: Client) -> None:
    send(desk)
    run = ImportRun.objects.get()

    answer = desk.post(
        page_of(run),
        {**GUESSED, "head": head_of(desk, run), "column-1": "", "column-2": "title", "start": "yes"},
    )

    page = answer.content.decode().replace(" >", ">")
    assert answer.status_code == 422
    assert "没有找到写内容的一列" in page
    assert '<option value="title" selected>标题</option>' in page
    assert ImportRun.objects.get().state == "draft"


def test_trying_counts_and_gives_the_rows_back_and_registers_nothing(desk: Client) -> None:
    send(desk)
    run = ImportRun.objects.get()

    page = desk.post(page_of(run), {**GUESSED, "head": head_of(desk, run), "try": "yes"}).content.decode()

    assert (
        "共 3 行，可新建 2 件，有更新 0 件，原已登记 0 件，要请人选定 0 行，有问题 1 行。还没有登记。" in page
    )
    rejected: Any = desk.get(f"{page_of(run)}rejected")
    sheet = load_workbook(BytesIO(b"".join(rejected.streaming_content))).worksheets[0]
    assert "还没有写事情经过" in str(sheet["E2"].value)
    assert (Case.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_started_it_runs_in_the_background_and_ends_with_a_result(desk: Client) -> None:
    run = confirmed(desk)
    waiting = desk.get(page_of(run)).content.decode()

    import_uploaded.func(str(run.pk))

    done = desk.get(page_of(run)).content.decode()
    run.refresh_from_db()
    assert DBTaskResult.objects.get().args_kwargs == {"args": [str(run.pk)], "kwargs": {}}
    assert "正在导入" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert (run.state, run.rows_read, run.opened, run.rejected) == ("done", 3, 2, 1)
    assert "导入完毕" in done
    assert "hx-trigger" not in done
    assert not uploaded(run).exists()
    assert sorted(Case.objects.values_list("source_key", flat=True)) == ["1", "3"]
    assert set(Event.objects.values_list("actor_label", flat=True)) == {"窗口甲（和安县综治中心）"}


def test_pressing_twice_starts_it_once(desk: Client) -> None:
    run = confirmed(desk)

    again = desk.post(page_of(run), {**GUESSED, "start": "yes"})

    assert again.status_code == 409
    assert "已经开始了" in again.content.decode()
    assert DBTaskResult.objects.count() == 1


def test_stopped_half_way_it_can_go_on(desk: Client) -> None:
    run = confirmed(desk)
    ImportRun.objects.update(state="failed", why="中途停下。")

    page = desk.get(page_of(run)).content.decode()
    desk.post(f"{page_of(run)}resume")
    import_uploaded.func(str(run.pk))

    assert "没有做完：中途停下。" in page
    assert "接着导入" in page
    assert Case.objects.count() == 2
    assert desk.post(f"{page_of(run)}resume").status_code == 409


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "这个文件是空的"),
        ("编号,内容\n".encode(), "这个文件里没有内容行"),
        (b"%PDF-1.7", "这个文件其实是PDF"),
        (b"PK\x03\x04zzz", "这个表格打不开"),
    ],
)
def test_file_that_is_none_leaves_no_trace(desk: Client, content: bytes, sentence: str) -> None:
    answer = send(desk, content, source_name="热线")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="热线"' in page
    assert ImportRun.objects.count() == 0
    assert list(uploaded(ImportRun()).parent.iterdir()) == []


def test_file_that_is_too_large_is_refused(desk: Client, settings: Settings) -> None:
    settings.HESHI_IMPORT_MEGABYTES = 1

    answer = send(desk, TEXT.encode() + b"x" * 2 * 1024 * 1024)

    assert answer.status_code == 422
    assert "一次最多导入 1 MB" in answer.content.decode()


def test_only_those_who_register_import_and_only_their_own(desk: Client, county: County) -> None:
    run = confirmed(desk)

    assert at_desk(Client(), county.staff["mediator"]).get("/desk/import/").status_code == 403
    assert at_desk(Client(), county.staff["dispatcher"]).get(page_of(run)).status_code == 404
    assert at_desk(Client(), county.staff["dispatcher"]).get(f"{page_of(run)}rejected").status_code == 404
    assert (
        "留言.csv" not in at_desk(Client(), county.staff["dispatcher"]).get("/desk/import/").content.decode()
    )
    assert "留言.csv" in desk.get("/desk/import/").content.decode()
    assert Client().get("/desk/import/").status_code == 302


def test_files_with_personal_fields_do_not_stay_for_ever(desk: Client) -> None:
    run = confirmed(desk)
    import_uploaded.func(str(run.pk))
    ImportRun.objects.update(moved_at=NOON)
    before = rejected_of(run).exists()

    count = forget_files(before=NOON + timedelta(days=7))

    assert (before, count, rejected_of(run).exists()) == (True, 1, False)
    assert desk.get(f"{page_of(run)}rejected").status_code == 404


def upload(desk: Client, report: str) -> ImportRun:
    path = REPORTS / report
    desk.post("/desk/import/", {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    return ImportRun.objects.latest("started_at")


def test_the_sheets_and_the_line_of_the_headings_are_shown_and_can_be_chosen(desk: Client) -> None:
    run = upload(desk, "07-other-sheets/25-notes-sheet-first.xlsx")

    page = desk.get(page_of(run)).content.decode()
    chosen = desk.post(page_of(run), {"look": "yes", "sheet": "2月", "heading": "1"}).content.decode()

    assert "没有读：填写说明。" in page
    assert page.count("checked") == 2
    assert "F25a" in page
    assert "F25a" not in chosen
    assert "没有读：填写说明、1月。" in chosen


def test_a_line_that_is_not_there_is_refused_and_the_file_still_shown(desk: Client) -> None:
    run = upload(desk, "09-title-row/21-title-row.xlsx")

    answer = desk.post(page_of(run), {"look": "yes", "heading": "99"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 99 行没有内容，请改选列名所在的那一行。" in page
    assert "F21" in page


def test_columns_chosen_for_other_headings_are_not_used(desk: Client) -> None:
    run = upload(desk, "09-title-row/21-title-row.xlsx")
    head = head_of(desk, run)

    answer = desk.post(page_of(run), {"head": head, "heading": "4", "column-2": "body", "start": "yes"})

    assert answer.status_code == 422
    assert "列已经重新认过" in answer.content.decode()
    assert ImportRun.objects.get().state == "draft"


def test_hidden_rows_are_asked_about_before_anything_starts(desk: Client) -> None:
    run = upload(desk, "15-hidden-row/24-hidden-row.xlsx")
    head = head_of(desk, run)

    asked = desk.post(page_of(run), {"head": head, "start": "yes", "column-2": "body"})
    answered = desk.post(page_of(run), {"head": head, "start": "yes", "column-2": "body", "hidden": "leave"})

    assert asked.status_code == 422
    assert "有 1 行是隐藏的（第 5 行）" in asked.content.decode()
    assert answered.status_code == 302


def test_of_two_columns_of_one_name_the_second_can_be_chosen(desk: Client) -> None:
    run = upload(desk, "05-duplicate-headers/43-duplicate-headers.xlsx")
    page = desk.get(page_of(run)).content.decode()

    columns = {
        "column-0": "source_key",
        "column-1": "body",
        "column-3": "said_at",
        "column-5": "name",
        "column-7": "phone",
    }
    unused = {f"column-{place}": "" for place in (2, 4, 6)}
    desk.post(page_of(run), {"head": head_of(desk, run), "start": "yes", **columns, **unused})
    import_uploaded.func(str(run.pk))

    assert "像“时间”的不止一列，请核对" in page
    assert Party.objects.get().name == "反映人乙"


def test_what_a_person_has_to_check_is_listed_in_the_result(desk: Client) -> None:
    run = upload(desk, "13-kinds/15-kinds.csv")
    desk.post(page_of(run), {"head": head_of(desk, run), "start": "yes"})
    import_uploaded.func(str(run.pk))

    page = desk.get(page_of(run)).content.decode()

    assert "诉求类型不在名单里，先按系统的建议（10 处）" in page
    assert "诉求类型写的是“咨询求助”（1 处）" in page


def held_row(desk: Client) -> HeldRow:
    for words in ("路灯坏了。", "<b>井盖</b>也丢了。"):
        send(desk, f"工单编号,诉求内容\nGD1,{words}\n")
        run = ImportRun.objects.latest("started_at")
        desk.post(page_of(run), {"head": head_of(desk, run), "start": "yes"})
        import_uploaded.func(str(run.pk))
    return HeldRow.objects.get()


def test_the_same_number_with_other_words_is_shown_side_by_side_and_decided(desk: Client) -> None:
    row = held_row(desk)

    shown = desk.get("/desk/import/held/").content.decode()
    answer = desk.post(f"/desk/import/held/{row.pk}", {"choice": "added"}, follow=True).content.decode()
    again = desk.post(f"/desk/import/held/{row.pk}", {"choice": "opened"})

    assert "路灯坏了。" in shown
    assert "井盖也丢了。" in shown
    assert "补充到原案件，已办好。" in answer
    assert "没有要选定的行。" in answer
    assert again.status_code == 409
    assert Case.objects.count() == 1


def test_who_does_not_import_does_not_decide(desk: Client, county: County) -> None:
    row = held_row(desk)
    mediator = at_desk(Client(), county.staff["mediator"])

    assert mediator.get("/desk/import/held/").status_code == 403
    assert mediator.post(f"/desk/import/held/{row.pk}", {"choice": "left"}).status_code == 403
    assert desk.post(f"/desk/import/held/{row.pk}", {"choice": "burn"}).status_code == 422
