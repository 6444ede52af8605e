"""The files that offices really have: nothing is lost, nothing doubled, and what was chosen is what is used."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook

from heshi.cases.actions import Actor, correct
from heshi.cases.models import Case, Clock, Event, Party, Remark, Statement
from heshi.cases.queries.checking import broken_chains, replay_differences
from heshi.intake.actions import begin_run
from heshi.intake.models import HeldRow, ImportRun
from heshi.intake.queries.sheets import HiddenRows, SheetsDiffer, SheetUnknown
from heshi.intake.rules.columns import TimeNotUnderstood
from heshi.intake.rules.reading import Reading
from heshi.intake.rules.written.moments import SHANGHAI
from heshi.journey.deciding import AlreadyDecided, decide_row
from heshi.journey.importing import import_file
from heshi.notices.models import Notice
from tests.cast import NOON, County

pytestmark = pytest.mark.django_db(transaction=True)
REPORTS = Path(__file__).resolve().parents[1] / "reports"
Came = tuple[int, int, int, int, int]
Bring = Callable[..., ImportRun]


@pytest.fixture
def bring(transactional_db: None, county: County, books: dict[str, UUID], tmp_path: Path) -> Bring:
    """Return what imports a file of the reports, or one made here, as somebody chose."""

    def import_one(path: str | Path, **chosen: Any) -> ImportRun:
        file = REPORTS / path
        run = begin_run(
            file_name=file.name, file_sm3="0" * 64, source_name="", reading=Reading(**chosen), at=NOON
        )
        return import_file(run=run, path=file, rejected_to=tmp_path / "rejected.xlsx", clock=lambda: NOON)

    return import_one


def came(run: ImportRun) -> Came:
    """Return how many were opened, changed, known, put to a person, rejected."""
    return run.opened, run.changed, run.known, run.held, run.rejected


def table(path: Path, *rows: Sequence[object]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def test_a_daily_export_opens_each_order_once_and_the_second_day_brings_its_news(bring: Bring) -> None:
    assert came(bring("01-hotline-daily-export/51-hotline-day1.csv")) == (3, 0, 0, 0, 0)
    assert came(bring("01-hotline-daily-export/51-hotline-day2.csv")) == (0, 3, 0, 0, 0)
    assert came(bring("01-hotline-daily-export/51-hotline-day2.csv")) == (0, 0, 3, 0, 0)

    assert Case.objects.count() == 3
    assert {case.facts["external_status"] for case in Case.objects.all()} == {"办理中"}
    assert list(broken_chains()) == []
    assert list(replay_differences()) == []


def test_a_serial_number_hides_nobody_who_said_the_same(bring: Bring) -> None:
    assert came(bring("02-same-seq-same-words/44-seq-same-words-jan.xlsx")) == (2, 0, 0, 0, 0)
    assert came(bring("02-same-seq-same-words/44-seq-same-words-feb.xlsx")) == (2, 0, 0, 0, 0)
    assert {party.name for party in Party.objects.all()} == {"甲某", "乙某"}


def test_serial_numbers_of_two_months_are_no_identity(bring: Bring) -> None:
    assert came(bring("03-seqno-two-months/30-seqno-month1.xlsx")) == (5, 0, 0, 0, 0)
    assert came(bring("03-seqno-two-months/30-seqno-month2.xlsx")) == (5, 0, 0, 0, 0)


def test_of_two_columns_of_one_name_the_chosen_one_is_used(bring: Bring) -> None:
    bring(
        "05-duplicate-headers/43-duplicate-headers.xlsx",
        columns={3: "said_at", 5: "name", 7: "phone", 2: "", 4: "", 6: ""},
    )

    party, said = Party.objects.get(), Statement.objects.get()
    assert (party.name, party.phone) == ("反映人乙", "13900139002")
    assert said.said_at == datetime(2024, 4, 6, tzinfo=SHANGHAI)


def test_the_sheets_that_hold_the_list_are_read_and_no_others(bring: Bring) -> None:
    assert came(bring("07-other-sheets/25-notes-sheet-first.xlsx")) == (6, 0, 0, 0, 0)
    assert came(bring("07-other-sheets/26-two-month-sheets.xlsx")) == (6, 0, 0, 0, 0)
    assert came(bring("07-other-sheets/27-hidden-dict-first.xlsx")) == (3, 0, 0, 0, 0)


def test_one_sheet_can_be_chosen(bring: Bring) -> None:
    assert came(bring("07-other-sheets/26-two-month-sheets.xlsx", sheets=("2月",))) == (3, 0, 0, 0, 0)
    with pytest.raises(SheetUnknown):
        bring("07-other-sheets/26-two-month-sheets.xlsx", sheets=("3月",))
    with pytest.raises(SheetsDiffer):
        bring("07-other-sheets/25-notes-sheet-first.xlsx", sheets=("填写说明", "1月"))


def test_merged_cells_are_said_of_every_row(bring: Bring) -> None:
    bring("08-merged-cells/23-merged-data.xlsx")

    assert [(party.name, party.phone) for party in Party.objects.all()] == [("吴老太", "13800138023")] * 3
    assert {said.said_at for said in Statement.objects.all()} == {datetime(2024, 3, 5, tzinfo=SHANGHAI)}


def test_a_title_above_and_a_sum_below_are_no_matters(bring: Bring, tmp_path: Path) -> None:
    assert came(bring("09-title-row/21-title-row.xlsx")) == (3, 0, 0, 0, 2)
    assert came(bring("09-title-row/10-sep-line.csv")) == (3, 0, 0, 0, 0)


def test_headings_in_two_lines(bring: Bring, tmp_path: Path) -> None:
    path = table(
        tmp_path / "two.xlsx",
        ["石桥镇诉求登记表"], ["序号", "诉求人信息", None, "诉求内容", "登记时间"], [None, "姓名", "电话", None, None],
        [1, "甲", "13800138001", "路灯坏了。", "2026-03-01"],
    )  # fmt: skip

    assert came(bring(path)) == (1, 0, 0, 0, 0)
    assert Party.objects.get().name == "甲"


def test_text_guards_are_taken_off(bring: Bring) -> None:
    bring("11-phones/11-textguards.csv")

    assert sorted(party.phone for party in Party.objects.all()) == [
        "043185551234",
        "13800138001",
        "13800138003",
    ]
    assert "11010519491231002X" in {party.identity_no for party in Party.objects.all()}


@pytest.mark.parametrize(
    "file", ["10-dates/12-dates.csv", "11-phones/13-phones.csv", "13-kinds/15-kinds.csv"]
)
def test_no_way_of_writing_an_extra_rejects_a_report(bring: Bring, file: str) -> None:
    run = bring(file)

    assert run.rejected == 0
    assert run.opened == run.rows_read


def test_unknown_kinds_are_listed(bring: Bring) -> None:
    run = bring("13-kinds/15-kinds.csv")

    assert run.flagged["kind_unknown"] == 10
    assert run.flagged["kind=咨询求助"] == 1
    assert not Case.objects.filter(kind="").exists()  # the system's own suggestion stands


def test_hidden_rows_are_asked_about(bring: Bring) -> None:
    with pytest.raises(HiddenRows) as asked:
        bring("15-hidden-row/24-hidden-row.xlsx")

    assert "有 1 行是隐藏的（第 5 行）" in str(asked.value)
    assert came(bring("15-hidden-row/24-hidden-row.xlsx", hidden=False)) == (3, 0, 0, 0, 0)
    assert came(bring("15-hidden-row/24-hidden-row.xlsx", hidden=True)) == (1, 0, 3, 0, 0)


def test_history_comes_in_as_closed_without_a_clock(bring: Bring) -> None:
    run = bring("25-history/41-history.csv")

    case = Case.objects.get()
    assert (came(run), run.ended_elsewhere) == ((1, 0, 0, 0, 0), 1)
    assert (case.is_open, case.due_at, Clock.objects.count()) == (False, None, 0)
    assert case.closed_at == datetime(2023, 5, 20, tzinfo=SHANGHAI)
    assert case.facts["history"] == {"closed_at": "2023-05-20T00:00:00+08:00", "rating": "满意"}
    assert Statement.objects.get().said_at == datetime(2023, 5, 6, tzinfo=SHANGHAI)
    assert [(one.field, one.text, one.settled_at is not None) for one in Remark.objects.all()] == [
        ("result", "已维修", True)
    ]
    assert Party.objects.get().name == "老孙"
    assert Notice.objects.count() == 0
    assert list(replay_differences()) == []


def test_a_time_column_that_is_not_understood_is_asked_about(bring: Bring, tmp_path: Path) -> None:
    path = table(tmp_path / "when.xlsx", ["内容", "来的那个时间段"], ["路灯坏了。", "2026-03-01"])

    with pytest.raises(TimeNotUnderstood):
        bring(path)
    bring(path, columns={1: "said_at"})
    assert Statement.objects.get().said_at == datetime(2026, 3, 1, tzinfo=SHANGHAI)


def test_what_cannot_be_placed_is_flagged(bring: Bring, tmp_path: Path) -> None:
    path = table(
        tmp_path / "places.xlsx",
        ["内容", "区划代码", "类别", "经度", "纬度"],
        ["路灯坏了。", "123456789012", "星际航行", 0, 0], ["井盖丢了。", "990100001", "", 2.35, 48.85],
    )  # fmt: skip

    run = bring(path)

    assert run.opened == 2
    assert {key: run.flagged[key] for key in ("place_unknown", "topic_unknown", "point_nowhere")} == {
        "place_unknown": 1, "topic_unknown": 1, "point_nowhere": 1,
    }  # fmt: skip


def test_fifteen_digits_and_more_in_a_number_cell_are_known_to_be_ruined(
    bring: Bring, tmp_path: Path
) -> None:
    path = table(
        tmp_path / "long.xlsx",
        ["编号", "内容", "身份证号"],
        [20240305000123456, "小区停电。", 110105199003072311],
    )

    run = bring(path)

    assert run.flagged == {"number_ruined": 1, "identity_ruined": 1}
    assert Party.objects.count() == 0


HEAD = ("工单编号", "内容", "姓名", "身份证号")
WHOLE = ("202411050001234567", "小区停电三天了，没有人管。", "居民甲", "110105199003072311")
RUINED = ("2.02411E+17", "小区停电三天了，没有人管。", "居民甲", "1.10105E+17")


@pytest.mark.parametrize(("first", "second"), [(WHOLE, RUINED), (RUINED, WHOLE)])
def test_a_sheet_whose_numbers_a_spreadsheet_ruined_doubles_nothing(
    bring: Bring, tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    bring(table(tmp_path / "first.xlsx", HEAD, first))

    run = bring(table(tmp_path / "second.xlsx", HEAD, second))

    assert (run.opened, run.known + run.changed) == (0, 1)
    assert (Case.objects.count(), Party.objects.count()) == (1, 1)
    assert (Party.objects.get().identity_no, number_of(Case.objects.get())) == (WHOLE[3], WHOLE[0])
    assert came(bring(table(tmp_path / "third.xlsx", HEAD, WHOLE))) == (0, 0, 1, 0, 0)


def test_another_number_that_does_not_begin_like_the_ruined_one_is_another_matter(
    bring: Bring, tmp_path: Path
) -> None:
    bring(table(tmp_path / "first.xlsx", HEAD, WHOLE))

    run = bring(table(tmp_path / "second.xlsx", HEAD, ("2.02412E+17", *RUINED[1:])))

    assert run.opened == 1


def test_a_number_that_is_there_only_the_second_day_opens_no_second_case(
    bring: Bring, tmp_path: Path
) -> None:
    bring(table(tmp_path / "first.xlsx", ("内容", "姓名"), ("路灯坏了。", "居民甲")))
    head, one = ("编号", "内容", "姓名"), ("A-1", "路灯坏了。", "居民甲")

    run = bring(table(tmp_path / "second.xlsx", head, one, ("A-2", *one[1:])))

    assert came(run) == (1, 1, 0, 0, 0)
    assert sorted(number_of(case) for case in Case.objects.all()) == ["", "A-1"]
    again = bring(table(tmp_path / "third.xlsx", head, one, ("A-1", "路灯还是坏的。", "居民甲")))
    assert came(again) == (0, 0, 1, 1, 0)


def number_of(case: Case) -> str:
    return str(case.facts.get("external_number", ""))


def test_rejects_keep_long_numbers_and_formulas_as_text(bring: Bring, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        "编号,内容,身份证号\n20240305000123450,,110105199003072311\n=HYPERLINK(1),,+1+1\n", encoding="utf-8"
    )

    bring(path)

    rows = list(load_workbook(tmp_path / "rejected.xlsx").worksheets[0].iter_rows())
    assert [[cell.value for cell in row[:3]] for row in rows[1:]] == [
        ["20240305000123450", None, "110105199003072311"], ["=HYPERLINK(1)", None, "+1+1"],
    ]  # fmt: skip
    assert {cell.data_type for row in rows for cell in row if cell.value} == {"s"}
    assert all(cell.quotePrefix for row in rows for cell in row if cell.value)


def other_words(bring: Bring, tmp_path: Path) -> HeldRow:
    bring(table(tmp_path / "one.xlsx", ["工单编号", "诉求内容"], ["GD1", "路灯坏了。"]))
    bring(table(tmp_path / "two.xlsx", ["工单编号", "诉求内容"], ["GD1", "井盖也丢了。"]))
    return HeldRow.objects.get()


CLERK = Actor("staff", UUID(int=7), "窗口甲", frozenset({"front_desk"}))


def test_the_same_number_with_other_words_can_be_added(bring: Bring, tmp_path: Path) -> None:
    held = other_words(bring, tmp_path)

    decide_row(key=held.pk, choice="added", actor=CLERK, at=NOON)

    case = Case.objects.get()
    assert list(Statement.objects.order_by("id").values_list("body", flat=True)) == [
        "路灯坏了。",
        "井盖也丢了。",
    ]
    assert Event.objects.get(case=case, number=2).step == "said_more"
    assert came(bring(tmp_path / "two.xlsx")) == (0, 0, 1, 0, 0)
    assert list(replay_differences()) == []


def test_the_same_number_with_other_words_can_be_another_matter(bring: Bring, tmp_path: Path) -> None:
    held = other_words(bring, tmp_path)

    decide_row(key=held.pk, choice="opened", actor=CLERK, at=NOON)

    assert Case.objects.count() == 2
    assert came(bring(tmp_path / "two.xlsx")) == (0, 0, 1, 0, 0)


def test_what_was_decided_once_stays_decided(bring: Bring, tmp_path: Path) -> None:
    held = other_words(bring, tmp_path)
    decide_row(key=held.pk, choice="left", actor=CLERK, at=NOON)

    with pytest.raises(AlreadyDecided) as refused:
        decide_row(key=held.pk, choice="opened", actor=CLERK, at=NOON)

    assert str(refused.value) == "这一行已经由窗口甲选定为“不用登记”，没有再改动。"
    assert Case.objects.count() == 1
    assert came(bring(tmp_path / "two.xlsx")) == (0, 0, 1, 0, 0)


def test_what_somebody_here_put_right_is_not_overwritten_by_the_next_export(
    bring: Bring, tmp_path: Path
) -> None:
    headings = ["工单编号", "诉求内容", "电话"]
    bring(table(tmp_path / "one.xlsx", headings, ["GD1", "路灯坏了。", "13800138001"]))
    correct(case=Case.objects.get(), given={"phone": "13900139002"}, actor=CLERK, at=NOON)

    again = bring(tmp_path / "one.xlsx")

    assert came(again) == (0, 0, 1, 0, 0)
    assert Party.objects.get().phone == "13900139002"


def test_by_command_with_the_same_choices(
    transactional_db: None, county: County, books: dict[str, UUID], tmp_path: Path
) -> None:
    out = io.StringIO()
    call_command(
        "import", str(REPORTS / "07-other-sheets/26-two-month-sheets.xlsx"), "--sheet", "1月", "--heading", "1", "--rejected",
        str(tmp_path / "r.xlsx"), stdout=out,
    )  # fmt: skip

    assert "工作表：读 1月；不读 2月（要读请加 --sheet）" in out.getvalue()
    call_command(
        "import", str(REPORTS / "15-hidden-row/24-hidden-row.xlsx"), "--hidden", "leave", "--rejected", str(tmp_path / "r.xlsx"), stdout=out
    )  # fmt: skip
    assert Case.objects.count() == 6
    assert datetime.now(tz=UTC) > Case.objects.earliest("opened_at").opened_at
