"""Import on the desk: upload, say what the columns are, try, run, fetch what was not taken."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from heshi.cases.models import Case, Event
from heshi.intake.models import ImportRun
from heshi.journey.uploads import forget_files, import_uploaded, rejected_of, uploaded
from heshi.people.models import Staff
from tests.cast import NOON, County
from tests.web.desk import at_desk, desk_rooms  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "编号,说法,时间\n1,村口的路灯坏了。,2026-02-27\n2,,2026-02-27\n3,<script>alert(1)</script>,\n"
GUESSED = {"column-0": "source_key", "column-1": "body", "column-2": "said_at"}


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


def confirmed(desk: Client, **columns: str) -> ImportRun:
    send(desk)
    run = ImportRun.objects.get()
    desk.post(page_of(run), {**GUESSED, "start": "yes", **columns})
    run.refresh_from_db()
    return run


def test_upload_shows_the_columns_with_a_guess_and_the_first_rows(desk: Client) -> None:
    answer = desk.get(send(desk, TEXT.replace("说法", "内容"))["Location"])

    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<option value="body" selected>内容</option>' in page.replace(" >", ">")
    assert "村口的路灯坏了。" in page
    assert "&lt;script&gt;" in page
    assert Case.objects.count() == 0


def test_a_column_nobody_chose_is_asked_for_and_the_choices_stay(desk: Client) -> None:
    send(desk)
    run = ImportRun.objects.get()

    answer = desk.post(page_of(run), {**GUESSED, "column-1": "", "column-2": "title", "start": "yes"})

    page = answer.content.decode().replace(" >", ">")
    assert answer.status_code == 422
    assert "没有找到写内容的一列" in page
    assert '<option value="title" selected>标题</option>' in page
    assert ImportRun.objects.get().state == "draft"


def test_trying_counts_and_gives_the_rows_back_and_registers_nothing(desk: Client) -> None:
    send(desk)
    run = ImportRun.objects.get()

    page = desk.post(page_of(run), {**GUESSED, "try": "yes"}).content.decode()

    assert "共 3 行，可新建 2 件，原已登记 0 件，有问题 1 行。还没有登记。" in page
    rejected: Any = desk.get(f"{page_of(run)}rejected")
    assert "还没有写事情经过" in b"".join(rejected.streaming_content).decode("utf-8-sig")
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
