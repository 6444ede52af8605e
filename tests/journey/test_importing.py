"""A whole file comes in: every row is a case, was one, or is given back with the reason; twice is as good as once."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from heshi.cases.models import Case, Remark, Statement
from heshi.common.refusals import Conflict
from heshi.intake.actions import begin_run
from heshi.intake.models import HeldRow, ImportRun
from heshi.intake.queries import FileEmpty
from heshi.intake.rules.columns import BodyColumnMissing
from heshi.intake.rules.reading import Reading
from heshi.journey import importing, weighing
from heshi.journey.actions import Receipt, receive_cleaned
from heshi.journey.deciding import report_in
from heshi.journey.importing import import_file, try_file
from tests.cast import NOON, County

pytestmark = pytest.mark.django_db(transaction=True)
HEADINGS = "编号,姓名,主题,内容,时间,电话\n"
GOOD = [
    "1,居民甲,路灯坏了,村口的路灯坏了半个月。,2026/2/27 9:05:00,13800001234",
    "2,居民乙,,广场夜里太吵。,2026-02-28 21:00:00,",
    '3,居民丙,井盖,"井盖丢了，\n很危险。",2026-03-01,',
]
BAD = [
    "4,居民丁,,,2026-03-01,",
    "5,居民戊,将来,说在前头。,2027-01-01,",
    "6,居民己,电话,电话不对。,,12345",
    "1,居民庚,同号,编号一样内容不同。,,",
    '7,居民辛,引号,"没有关上,,',
]
STREAM = Path(__file__).resolve().parents[3] / "shared/data/messages/stream.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    path.write_text(HEADINGS + "\n".join([*GOOD, *BAD]) + "\n", encoding="utf-8")
    return path


def counts(run: ImportRun) -> tuple[str, int, int, int, int, int]:
    """Return the state, and how many were read, opened, known, put to a person, rejected."""
    return run.state, run.rows_read, run.opened, run.known, run.held, run.rejected


def rejects(file: Path) -> list[list[object]]:
    """Return the rows of the file of rejects."""
    sheet = load_workbook(rejected_of(file)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def bring_in(file: Path, source_name: str = "") -> ImportRun:
    run = begin_run(
        file_name=file.name, file_sm3="0" * 64, source_name=source_name, reading=Reading(), at=NOON
    )
    return import_file(run=run, path=file, rejected_to=rejected_of(file), clock=lambda: NOON)


def rejected_of(file: Path) -> Path:
    return file.with_suffix(".rejected.xlsx")


def test_good_rows_become_cases_and_bad_ones_come_back_with_the_reason(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    run = bring_in(file)

    assert counts(run) == ("done", 8, 5, 0, 1, 2)
    assert sorted(Case.objects.values_list("source_key", "title")) == [
        ("1", "路灯坏了"), ("2", "广场夜里太吵"), ("3", "井盖"), ("5", "将来"), ("6", "电话"),
    ]  # fmt: skip
    rows = rejects(file)
    assert rows[0] == ["编号", "姓名", "主题", "内容", "时间", "电话", "行号", "原因"]
    assert [(row[0], row[6], row[7]) for row in rows[1:]] == [
        ("4", "6", "还没有写事情经过，请写一句话说明发生了什么。"),
        ('7,居民辛,引号,"没有关上,,', "10", "这一行的引号没有配对，请改正引号后再导入这一行。"),
    ]


def test_what_was_doubtful_is_kept_as_it_was_written_and_put_to_a_person(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    run = bring_in(file)

    assert sorted(Remark.objects.values_list("case__source_key", "field", "why")) == [
        ("5", "said_at", "when_impossible"), ("6", "phone", "phone_unreadable"),
    ]  # fmt: skip
    assert sorted(remark.text for remark in Remark.objects.all()) == ["12345", "2027-01-01"]
    assert run.flagged == {"when_impossible": 1, "phone_unreadable": 1}


def test_a_second_time_adds_nothing(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    bring_in(file)

    again = bring_in(file)

    assert counts(again) == ("done", 8, 0, 5, 1, 2)
    assert (Case.objects.count(), HeldRow.objects.count()) == (5, 1)


def test_the_rejected_file_can_be_mended_and_brought_in(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path, tmp_path: Path
) -> None:
    bring_in(file)
    book = load_workbook(rejected_of(file))
    book.worksheets[0]["D2"] = "现在写了内容。"
    mended = tmp_path / "mended.xlsx"
    book.save(mended)

    run = bring_in(mended)

    assert counts(run) == ("done", 2, 1, 0, 0, 1)


def test_known_number_with_other_words_is_put_to_a_person_and_a_source_name_keeps_systems_apart(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path, tmp_path: Path
) -> None:
    bring_in(file)
    other = tmp_path / "other.csv"
    other.write_text(HEADINGS + "2,居民乙,,另一个系统的第二件事。,,\n", encoding="utf-8")

    asked = bring_in(other)
    taken = bring_in(other, "热线")

    held = HeldRow.objects.get(run=asked)
    assert counts(asked) == ("done", 1, 0, 0, 1, 0)
    assert counts(taken) == ("done", 1, 1, 0, 0, 0)
    assert (held.case_id, held.where, held.state) == (Case.objects.get(source_key="2").pk, "2", "waiting")
    assert report_in(held).body == "另一个系统的第二件事。"
    assert "热线:2" in Case.objects.values_list("source_key", flat=True)


def test_interrupted_anywhere_it_goes_on(
    transactional_db: None,
    county: County,
    books: dict[str, UUID],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    long = tmp_path / "long.csv"
    long.write_text(
        "id,body\n" + "".join(f"{number},第 {number} 件事。\n" for number in range(100)), encoding="utf-8"
    )
    seen: list[int] = []

    def stop_at_the_fifth(**given: object) -> list[Receipt]:
        seen.append(1)
        if len(seen) == 5:
            raise RuntimeError("电源断了")
        return receive_cleaned(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(weighing, "receive_cleaned", stop_at_the_fifth)
    with pytest.raises(RuntimeError):
        bring_in(long)
    broken = ImportRun.objects.get()
    before = Case.objects.count()
    monkeypatch.setattr(weighing, "receive_cleaned", receive_cleaned)
    run = bring_in(long)

    assert (broken.state, 0 < before < 100) == ("failed", True)
    assert run.pk == broken.pk
    assert counts(run) == ("done", 100, 100 - before, before, 0, 0)
    assert Statement.objects.count() == Case.objects.count() == 100


def test_one_row_the_door_refuses_does_not_keep_the_others_out(
    transactional_db: None,
    county: County,
    books: dict[str, UUID],
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def not_number_two(**given: object) -> list[Receipt]:
        if any(report.source_key == "2" for report in given["reports"]):  # type: ignore[attr-defined]
            raise Conflict("这一件现在收不下。")
        return receive_cleaned(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(weighing, "receive_cleaned", not_number_two)

    run = bring_in(file)

    assert counts(run) == ("done", 8, 4, 0, 1, 3)
    assert "这一件现在收不下。" in [row[7] for row in rejects(file)]


def test_trying_says_the_same_and_writes_nothing(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    totals = try_file(file, Reading(), source_name="", at=NOON, rejected_to=rejected_of(file))

    assert (totals.rows, totals.opened, totals.held, totals.rejected) == (8, 5, 1, 2)
    assert rejected_of(file).exists()
    assert (Case.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_no_rejected_file_where_nothing_was_rejected(
    transactional_db: None, county: County, books: dict[str, UUID], tmp_path: Path
) -> None:
    good = tmp_path / "good.csv"
    good.write_text(HEADINGS + GOOD[0], encoding="utf-8")
    rejected_of(good).write_text("的旧文件")

    bring_in(good)

    assert not rejected_of(good).exists()


def test_by_command(transactional_db: None, county: County, books: dict[str, UUID], file: Path) -> None:
    out = io.StringIO()

    call_command("import", str(file), "--map", "姓名=", stdout=out)

    lines = out.getvalue().splitlines()
    assert (
        lines[0] == "列的对应：编号 → 编号，姓名 → 不用，主题 → 标题，内容 → 内容，时间 → 时间，电话 → 电话"
    )
    assert lines[1] == "导入完毕：共 8 行，新建 5 件，有更新 0 件，原已登记 0 件，待选定 1 行，未导入 2 行。"
    assert "待核对：电话打不通（1 处）" in lines
    assert "编号登记过、内容却不同的行，请窗口或分流员到“批量导入”页面选定怎样办。" in lines
    assert (file.parent / "messages.未导入.xlsx").exists()


@pytest.mark.parametrize(("text", "refused"), [("", FileEmpty), ("甲,乙\n1,2\n", BodyColumnMissing)])
def test_a_file_that_cannot_be_read_leaves_no_trace(
    transactional_db: None, county: County, tmp_path: Path, text: str, refused: type[Exception]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(refused):
        call_command("import", str(path), stdout=io.StringIO())

    assert ImportRun.objects.count() == 0


@pytest.mark.slow
@pytest.mark.skipif(not STREAM.exists(), reason="没有 ../shared/data/messages/stream.csv，跳过")
def test_the_stream_of_messages_comes_in_whole(
    transactional_db: None, county: County, books: dict[str, UUID], tmp_path: Path
) -> None:
    run = begin_run(file_name=STREAM.name, file_sm3="1" * 64, source_name="", reading=Reading(), at=NOON)

    done = import_file(run=run, path=STREAM, rejected_to=tmp_path / "rejected.xlsx", clock=lambda: NOON)

    assert counts(done) == ("done", 4024, 4024, 0, 0, 0)
    assert Case.objects.count() == 4024
