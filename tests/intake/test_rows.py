"""One row to one report: numbers used twice, numbers that are none, rows that are no matter, words that are markup."""

from __future__ import annotations

from datetime import datetime

import pytest

from heshi.common.refusals import Refusal
from heshi.intake.rules.report import History, Report, ReportEmpty
from heshi.intake.rules.rows import (
    NotAMatter,
    Reported,
    RowReader,
    SheetRow,
    TextSmeared,
    TooManyCells,
    fingerprint,
    unguarded,
)
from heshi.intake.rules.written import Doubt
from heshi.intake.rules.written.moments import SHANGHAI

NOW = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
COLUMNS = {"source_key": 0, "body": 1, "said_at": 2}


def reader(columns: dict[str, int] = COLUMNS, source_name: str = "") -> RowReader:
    return RowReader(columns, 3, NOW, source_name)


def test_row_becomes_a_report() -> None:
    reported = reader(source_name="热线").report(SheetRow(2, ["17", "路灯坏了", "2019/2/28"]))
    by_words = reader({"title": 1, "said_at": 2}, source_name="热线").report(
        SheetRow(2, ["17", "路灯坏了", "2019/2/28"])
    )

    assert reported
    assert by_words
    assert reported == Reported(
        Report(
            source="import",
            source_key="热线:17",
            number="17",
            key_of_words=by_words.report.source_key,
            title="路灯坏了",
            body="路灯坏了",
            said_at=datetime(2019, 2, 28, tzinfo=SHANGHAI),
        )
    )


def said(columns: dict[str, int], *cells: str) -> Report:
    reported = RowReader(columns, len(cells), NOW).report(SheetRow(2, cells))
    assert reported is not None
    return reported.report


PEOPLE = {"body": 0, "name": 1, "phone": 2, "said_at": 3, "place_text": 4}


def test_row_without_a_number_is_known_by_what_it_says() -> None:
    rows = reader({"body": 1})

    first, again = (
        rows.report(SheetRow(2, ["", "路灯坏了", ""])),
        rows.report(SheetRow(3, ["另一格", "路灯坏了", ""])),
    )

    assert first is not None
    assert (first.report.source_key, again) == (fingerprint(first.report), None)


@pytest.mark.parametrize(
    "cells",
    [
        (
            "路灯 坏了\r\n三天。",
            "甲",
            "043185551234",
            "2026/3/1",
            "石桥村",
        ),  # spaces, line ends, another way to write the date
        (
            "路灯坏了三天。",
            "甲",
            "43185551234",
            "2026-03-01 14:30",
            "石桥村 ",
        ),  # the nought a spreadsheet took; the hour of the day
    ],
)
def test_a_sheet_saved_again_says_nothing_new(cells: tuple[str, ...]) -> None:
    first = said(PEOPLE, "路灯坏了三天。", "甲", "0431-85551234", "2026年3月1日", "石桥村")

    assert said(PEOPLE, *cells).source_key == first.source_key


@pytest.mark.parametrize(
    "cells",
    [
        ("路灯坏了两天。", "甲", "13800138001", "2026/3/1", "石桥村"),
        ("路灯坏了三天。", "乙", "13800138001", "2026/3/1", "石桥村"),
        ("路灯坏了三天。", "甲", "13900139002", "2026/3/1", "石桥村"),
        ("路灯坏了三天。", "甲", "138****8001", "2026/3/1", "石桥村"),
        ("路灯坏了三天。", "甲", "13800138001", "2026/3/2", "石桥村"),
        ("路灯坏了三天。", "甲", "13800138001", "2026/3/1", "南街"),
    ],
)
def test_another_word_person_day_or_place_is_another_matter(cells: tuple[str, ...]) -> None:
    first = said(PEOPLE, "路灯坏了三天。", "甲", "13800138001", "2026/3/1", "石桥村")

    assert said(PEOPLE, *cells).source_key != first.source_key


def test_a_number_that_a_spreadsheet_ruined_is_nobodys() -> None:
    report = said(COLUMNS, "2.02403050001235E+016", "小区停电", "")

    assert report.doubts == (Doubt("external_number", "2.02403050001235E+016", "number_ruined"),)
    assert report.source_key == fingerprint(report)


def test_an_external_number_goes_before_a_number_of_its_own() -> None:
    columns = {"source_key": 0, "body": 1, "external_number": 2}

    assert said(columns, "17", "路灯坏了", "GD1").source_key == "GD1"
    assert said(columns, "17", "路灯坏了", "无").source_key != "GD1"


def test_a_number_longer_than_we_keep_is_still_a_number() -> None:
    first, other = (
        said(COLUMNS, "长" * 100 + "1", "路灯坏了", ""),
        said(COLUMNS, "长" * 100 + "2", "路灯坏了", ""),
    )

    assert len(first.source_key) == 64
    assert first.source_key != other.source_key


def test_title_stands_in_for_an_empty_body() -> None:
    report = said({"title": 1, "body": 2, "source_key": 0}, "1", "只有标题", "")

    assert (report.title, report.body) == ("只有标题", "只有标题")


def test_same_number_with_other_words_is_said_to_be_so() -> None:
    rows = reader()
    rows.report(SheetRow(2, ["17", "路灯坏了", ""]))

    assert rows.report(SheetRow(3, ["17", "路灯坏了", ""])) is None
    again = rows.report(SheetRow(4, ["17", "井盖丢了", ""]))
    assert again is not None
    assert again.again


def test_a_line_of_another_sheet_is_another_line() -> None:
    rows = reader()

    assert rows.report(SheetRow(2, ["17", "路灯坏了", ""], sheet="1月")) is not None
    assert rows.report(SheetRow(2, ["17", "路灯坏了", ""], sheet="2月")) is None


HISTORY = {"source_key": 0, "body": 1, "status": 2, "closed_at": 3, "result": 4, "rating": 5}


@pytest.mark.parametrize(
    ("cells", "history"),
    [
        (("已办结", "2025-05-20", "已维修",
        "满意"), History(closed_at=datetime(2025, 5, 20, tzinfo=SHANGHAI), result="已维修", rating="满意")),
        (("", "2025-05-20", "", ""), History(closed_at=datetime(2025, 5, 20, tzinfo=SHANGHAI))),
        (("办结", "", "<p>已维修</p>", ""), History(result="已维修")),
        (("办理中", "2025-05-20", "", ""), None),
        (("办理中", "", "正在修", ""), None),
        (("", "", "", ""), None),
    ],
)  # fmt: skip
def test_what_ended_elsewhere_says_how(cells: tuple[str, ...], history: History | None) -> None:
    assert said(HISTORY, "1", "路灯坏了", *cells).history == history


def test_what_another_system_wrote_of_an_open_matter_is_kept() -> None:
    report = said(HISTORY, "1", "路灯坏了", "办理中", "2025-05-20", "正在修", "")

    assert report.doubts == (
        Doubt("closed_at", "2025-05-20", "not_closed"),
        Doubt("result", "正在修", "kept"),
    )
    assert report.status == "办理中"


@pytest.mark.parametrize(
    ("cell", "plain"),
    [('="13800138001"', "13800138001"), ("=13800138001", "13800138001"), ("'0431-85551234", "0431-85551234"), ("'=1+1", "=1+1"),
     ("'三八'节那天", "'三八'节那天"), ("=HYPERLINK(A1)", "=HYPERLINK(A1)"), ("'", "'"), ("", "")],
)  # fmt: skip
def test_guards_against_spreadsheets_are_taken_off(cell: str, plain: str) -> None:
    assert unguarded(cell) == plain


def test_markup_of_other_systems_is_text() -> None:
    report = said(COLUMNS, "1", "<p>路灯坏了&nbsp;三天。</p><script>x()</script><p>请修。</p>", "")

    assert report.body == "路灯坏了 三天。\n请修。"
    assert said(COLUMNS, "2", "水位<3米，甲&乙都看见了", "").body == "水位<3米，甲&乙都看见了"


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        (SheetRow(2, ["1", "甲", "", "多", "出"]), TooManyCells),
        (SheetRow(2, ["1", "甲\udcff", ""]), TextSmeared),
        (SheetRow(2, ["1", "", ""]), ReportEmpty),
        (SheetRow(2, ["1"]), ReportEmpty),
        (SheetRow(2, ["原样"], "引号没有配对。"), Refusal),
        (SheetRow(2, ["合计", "", ""]), NotAMatter),
        (SheetRow(2, ["填表人：甲", "", ""]), NotAMatter),
    ],
)
def test_row_that_cannot_be_a_case_says_why(row: SheetRow, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        reader().report(row)


def test_empty_cells_beyond_the_headings_do_no_harm() -> None:
    assert reader().report(SheetRow(2, ["1", "甲", "", "", ""])) is not None
