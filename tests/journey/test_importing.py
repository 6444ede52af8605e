"""A whole file comes in: every row is a case, was one, or is given back with the reason; twice is as good as once."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command

from heshi.cases.models import Case, Statement
from heshi.common.refusals import Conflict
from heshi.intake.actions import begin_run
from heshi.intake.models import ImportRun
from heshi.intake.queries import FileEmpty
from heshi.intake.rules.columns import BodyColumnMissing
from heshi.journey import importing
from heshi.journey.actions import Receipt, receive_cleaned
from heshi.journey.importing import Totals, import_file, try_file
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


def counts(run: ImportRun) -> tuple[str, int, int, int, int]:
    return run.state, run.rows_read, run.opened, run.known, run.rejected


def bring_in(file: Path, source_name: str = "") -> ImportRun:
    run = begin_run(file_name=file.name, file_sm3="0" * 64, source_name=source_name, mapping={}, at=NOON)
    return import_file(run=run, path=file, rejected_to=rejected_of(file), clock=lambda: NOON)


def rejected_of(file: Path) -> Path:
    return file.with_suffix(".rejected.csv")


def test_good_rows_become_cases_and_bad_ones_come_back_with_the_reason(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    run = bring_in(file)

    assert counts(run) == ("done", 8, 3, 0, 5)
    assert sorted(Case.objects.values_list("source_key", "title")) == [
        ("1", "路灯坏了"), ("2", "广场夜里太吵"), ("3", "井盖"),
    ]  # fmt: skip
    with rejected_of(file).open(encoding="utf-8-sig", newline="") as kept:
        rows = list(csv.reader(kept))
    assert rows[0] == ["编号", "姓名", "主题", "内容", "时间", "电话", "行号", "原因"]
    assert [(row[0], row[6], row[7]) for row in rows[1:]] == [
        ("4", "6", "还没有写事情经过，请写一句话说明发生了什么。"),
        ("5", "7", "时间“2027-01-01”不在 1949 年至今之间，请核对后改正，或留空。"),
        ("6", "8", "电话“12345”打不通：手机号应为 11 位，固定电话请带区号，请改正或留空。"),
        ("1", "9", "编号“1”在第 2 行已经出现过，内容却不同，请改正其中一个编号。"),
        ('7,居民辛,引号,"没有关上,,', "10", "这一行的引号没有配对，请改正引号后再导入这一行。"),
    ]


def test_a_second_time_adds_nothing(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    bring_in(file)

    again = bring_in(file)

    assert counts(again) == ("done", 8, 0, 3, 5)
    assert Case.objects.count() == 3


def test_the_rejected_file_can_be_mended_and_brought_in(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path, tmp_path: Path
) -> None:
    bring_in(file)
    mended = tmp_path / "mended.csv"
    text = rejected_of(file).read_text(encoding="utf-8-sig")
    mended.write_text(text.replace("12345,", "13800005678,"), encoding="utf-8-sig")

    run = bring_in(mended)

    assert counts(run) == ("done", 5, 1, 0, 4)


def test_known_number_with_other_words_is_not_dropped_and_a_source_name_keeps_systems_apart(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path, tmp_path: Path
) -> None:
    bring_in(file)
    other = tmp_path / "other.csv"
    other.write_text(HEADINGS + "2,居民乙,,另一个系统的第二件事。,,\n", encoding="utf-8")

    refused = bring_in(other)
    said = rejected_of(other).read_text(encoding="utf-8-sig")
    taken = bring_in(other, "热线")

    assert f"编号“2”已经登记为案件 {Case.objects.get(source_key='2').number}，内容却不同" in said
    assert counts(refused) == ("done", 1, 0, 0, 1)
    assert counts(taken) == ("done", 1, 1, 0, 0)
    assert sorted(Case.objects.values_list("source_key", flat=True)) == ["1", "2", "3", "热线:2"]


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

    monkeypatch.setattr(importing, "receive_cleaned", stop_at_the_fifth)
    with pytest.raises(RuntimeError):
        bring_in(long)
    broken = ImportRun.objects.get()
    before = Case.objects.count()
    monkeypatch.setattr(importing, "receive_cleaned", receive_cleaned)
    run = bring_in(long)

    assert (broken.state, 0 < before < 100) == ("failed", True)
    assert run.pk == broken.pk
    assert counts(run) == ("done", 100, 100 - before, before, 0)
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

    monkeypatch.setattr(importing, "receive_cleaned", not_number_two)

    run = bring_in(file)

    assert counts(run) == ("done", 8, 2, 0, 6)
    assert "这一件现在收不下。" in rejected_of(file).read_text(encoding="utf-8-sig")


def test_trying_says_the_same_and_writes_nothing(
    transactional_db: None, county: County, books: dict[str, UUID], file: Path
) -> None:
    totals = try_file(file, {}, source_name="", at=NOON, rejected_to=rejected_of(file))

    assert totals == Totals(8, 3, 0, 5)
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
    assert lines[1] == "导入完毕：共 8 行，新建 3 件，原已登记 0 件，未导入 5 行。"
    assert (file.parent / "messages.未导入.csv").exists()


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
    run = begin_run(file_name=STREAM.name, file_sm3="1" * 64, source_name="", mapping={}, at=NOON)

    done = import_file(run=run, path=STREAM, rejected_to=tmp_path / "rejected.csv", clock=lambda: NOON)

    assert counts(done) == ("done", 4024, 4024, 0, 0)
    assert Case.objects.count() == 4024
