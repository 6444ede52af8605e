"""One row to one report: dates of every office, kinds in other systems' words, numbers used twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from heshi.common.refusals import Refusal
from heshi.intake.rules.report import KindUnknown, PointWrong, Report, ReportEmpty
from heshi.intake.rules.rows import (
    SHANGHAI,
    PointUnreadable,
    RowReader,
    SaidTwice,
    SheetRow,
    TextSmeared,
    TooManyCells,
    WhenImpossible,
    WhenUnreadable,
    fingerprint,
    kind_of,
    point,
    when,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
COLUMNS = {"source_key": 0, "body": 1, "said_at": 2}


def reader(columns: dict[str, int] = COLUMNS, source_name: str = "") -> RowReader:
    return RowReader(columns, 3, NOW, source_name)


@pytest.mark.parametrize(
    "text",
    [
        "2019/2/28 11:25:05", "2019-02-28 11:25:05", "2019-02-28T11:25:05", "2019.2.28 11:25:05", "2019年2月28日 11时25分5秒",
        "2019-02-28 11:25:05.000", "2019-02-28T03:25:05Z", "2019-02-28 11:25:05+08:00", "43524.475752314815",
    ],
)  # fmt: skip
def test_one_moment_in_every_way_of_writing(text: str) -> None:
    assert when(text, now=NOW) == datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI)


def test_a_day_without_a_time_begins_at_midnight_and_an_empty_cell_says_nothing() -> None:
    assert when("2019/2/28", now=NOW) == datetime(2019, 2, 28, tzinfo=SHANGHAI)
    assert when("  ", now=NOW) is None


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("昨天", WhenUnreadable), ("2019-13-01", WhenUnreadable), ("2019-02-30", WhenUnreadable), ("12", WhenUnreadable),
        ("2027-01-01", WhenImpossible), ("1900-01-01", WhenImpossible), ("nan", WhenUnreadable), ("inf", WhenUnreadable),
    ],
)  # fmt: skip
def test_impossible_time_is_refused(text: str, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        when(text, now=NOW)


def test_kinds_in_the_words_of_other_systems() -> None:
    assert [kind_of(word) for word in ("咨询", "投诉举报", "矛盾纠纷", "hazard", " ")] == [
        "inquiry", "complaint", "dispute", "hazard", "",
    ]  # fmt: skip
    with pytest.raises(KindUnknown):
        kind_of("闲聊")


def test_points() -> None:
    assert point("150.01", "30.02") == (150.01, 30.02)
    assert point(" ", "") == (None, None)
    with pytest.raises(PointUnreadable):
        point("东经", "北纬")
    with pytest.raises(PointWrong):
        point("150", "")


def test_row_becomes_a_report() -> None:
    report = reader(source_name="热线").report(SheetRow(2, ["17", "路灯坏了", "2019/2/28"]))

    assert report == Report(
        source="import",
        source_key="热线:17",
        title="路灯坏了",
        body="路灯坏了",
        said_at=datetime(2019, 2, 28, tzinfo=SHANGHAI),
    )


def test_row_without_a_number_is_known_by_its_words() -> None:
    rows = reader({"body": 1})
    cells = ["", "路灯坏了", ""]

    first, again = rows.report(SheetRow(2, cells)), rows.report(SheetRow(3, cells))

    assert first is not None
    assert (first.source_key, again) == (fingerprint(cells), None)


def test_title_stands_in_for_an_empty_body() -> None:
    report = reader({"title": 1, "body": 2, "source_key": 0}).report(SheetRow(2, ["1", "只有标题", ""]))

    assert report is not None
    assert (report.title, report.body) == ("只有标题", "只有标题")


def test_same_number_with_other_words_is_not_swallowed() -> None:
    rows = reader()
    rows.report(SheetRow(2, ["17", "路灯坏了", ""]))

    assert rows.report(SheetRow(3, ["17", "路灯坏了", ""])) is None
    with pytest.raises(SaidTwice) as refused:
        rows.report(SheetRow(4, ["17", "井盖丢了", ""]))
    assert str(refused.value) == "编号“17”在第 2 行已经出现过，内容却不同，请改正其中一个编号。"


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        (SheetRow(2, ["1", "甲", "", "多", "出"]), TooManyCells),
        (SheetRow(2, ["1", "甲\udcff", ""]), TextSmeared),
        (SheetRow(2, ["1", "", ""]), ReportEmpty),
        (SheetRow(2, ["1"]), ReportEmpty),
        (SheetRow(2, ["原样"], "引号没有配对。"), Refusal),
    ],
)
def test_row_that_cannot_be_a_case_says_why(row: SheetRow, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        reader().report(row)


def test_empty_cells_beyond_the_headings_do_no_harm() -> None:
    assert reader().report(SheetRow(2, ["1", "甲", "", "", ""])) is not None
