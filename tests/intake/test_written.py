"""The small fields in every way in which people, spreadsheets and programs write them."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from heshi.intake.rules.markup import text_of
from heshi.intake.rules.written import identity_in, kind_in, moment_in, point_in, telephone_in
from heshi.intake.rules.written.moments import SHANGHAI

NOW = datetime(2026, 11, 27, 12, tzinfo=SHANGHAI)
REPORTS = Path(__file__).resolve().parents[1] / "reports"
DAY, HOUR = datetime(2024, 3, 5, tzinfo=SHANGHAI), datetime(2024, 3, 5, 15, 5, tzinfo=SHANGHAI)
NOT_ONE_MOMENT = {"3月5日", "2024-03", "05/03/2024"}
NOTHING = {"无", "—"}


def column(path: str, name: str) -> list[str]:
    with (REPORTS / path).open(encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def read(text: str) -> datetime | None:
    return moment_in(text, now=NOW)[0]


def test_thirty_three_ways_of_writing_one_day() -> None:
    written = column("10-dates/12-dates.csv", "反映时间")
    unread = {text for text in written if read(text) is None}

    assert len(written) == 33
    assert unread == NOT_ONE_MOMENT | NOTHING
    days = {moment.astimezone(SHANGHAI).date() for text in written if (moment := read(text))}
    assert days == {
        DAY.date(),
        datetime(2024, 3, 6, tzinfo=SHANGHAI).date(),
    }  # 24:00 is the next day's beginning
    assert all(moment_in(text, now=NOW)[1] for text in NOT_ONE_MOMENT)
    assert not any(moment_in(text, now=NOW)[1] for text in NOTHING)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024/3/5 下午3:05", HOUR), ("2024-3-5 3:05 PM", HOUR), ("2024年3月5日15点05分", HOUR), ("202403051505", HOUR),
        ("1709622300", HOUR), ("1709622300000", HOUR), ("2024-03-05T07:05:00.000Z", HOUR), ("Tue Mar 05 15:05:00 CST 2024", HOUR),
        ("2024/3/5 15:05:00 +0800", HOUR), ("2024-03-05 15:05 GMT+8", HOUR), ("2024年3月5日（星期二）15时5分", HOUR),
        ("5-Mar-24", DAY), ("Mar 5, 2024", DAY), ("24-3-5", DAY), ("二〇二四年三月五日", DAY), ("２０２４年３月５日", DAY),
        ("2024.03.05", DAY),
        ("45356", DAY), ("45356.0", DAY), ("2024年3月5号", DAY), ("25/12/2023", datetime(2023, 12, 25, tzinfo=SHANGHAI)),
        ("12/25/2023 8:05", datetime(2023, 12, 25, 8, 5, tzinfo=SHANGHAI)), ("2024-03-04 24:00", DAY),
        ("2024-03-05 12:30 AM", datetime(2024, 3, 5, 0, 30, tzinfo=SHANGHAI)),
        ("2024年3月5日中午12点半", datetime(2024, 3, 5, 12, 30, tzinfo=SHANGHAI)),
        ("二〇二三年十二月三十一日", datetime(2023, 12, 31, tzinfo=SHANGHAI)),
        ("2024-03-05 15:05:12.345", HOUR.replace(second=12, microsecond=345000)),
    ],
)  # fmt: skip
def test_one_moment(text: str, moment: datetime) -> None:
    assert read(text) == moment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("昨天", "when_unreadable"), ("2019-13-01", "when_unreadable"), ("2019-02-30", "when_unreadable"), ("12", "when_unreadable"),
        ("nan", "when_unreadable"), ("inf", "when_unreadable"), ("05-03-24", "when_unreadable"), ("20241301", "when_unreadable"),
        ("Mar 2024", "when_unreadable"), ("2024年3月", "when_unreadable"), ("2027-01-01", "when_impossible"), ("1900-01-01",
        "when_impossible"),
        ("2024-03-05 25:00", "when_unreadable"), ("1e309", "when_unreadable"), ("2024年3月5日左右", "when_unreadable"),
    ],
)  # fmt: skip
def test_what_names_no_moment_or_several_is_a_doubt(text: str, why: str) -> None:
    moment, doubt = moment_in(text, now=NOW)

    assert moment is None
    assert doubt is not None
    assert (doubt.field, doubt.text, doubt.why) == ("said_at", text, why)


def test_forty_two_ways_of_writing_a_telephone() -> None:
    written = column("11-phones/13-phones.csv", "电话")
    found = {text: telephone_in(text) for text in written}

    assert len(written) == 42
    assert {text for text, (number, _doubt) in found.items() if not number} == {
        "1.38E+10", "1.38001E+10", "138****8001", "无", "未留", "不详", "保密", "-", "/", "0", "匿名", "12345", "110", "95598",
        "10000000000", "1380013800", "138001380011",
    }  # fmt: skip
    assert {text for text, (number, doubt) in found.items() if not number and not doubt} == {
        "无", "未留", "不详", "保密", "-", "/", "0", "匿名",
    }  # fmt: skip
    assert {
        number for text, (number, _doubt) in found.items() if "13800138001" in text and text != "138001380011"
    } == {"13800138001"}


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("13800138001、0431-85551234", "13800138001", "phone_more"), ("0431-85551234转801", "043185551234", "phone_more"),
        ("13800138001（儿子）", "13800138001", "phone_more"), ("电话：138 0013 8001", "13800138001", "phone_more"),
        ("008613800138001", "13800138001", None), ("86-13800138001", "13800138001", None), ("13800138001.0", "13800138001", None),
        ("+852 9123 4567", "+85291234567", None), ("00852-91234567", "+85291234567", None), ("400-820-8820", "4008208820", None),
        ("（0431）85551234", "043185551234", None), ("85551234", "85551234", None), ("13800138001，", "13800138001", None),
        ("1.38E+10", "", "phone_ruined"), ("1380013XXXX", "", "phone_covered"), ("138-****-8001", "", "phone_covered"),
        ("43185551234", "043185551234", "phone_nought"), ("12345", "", "phone_unreadable"), ("打不通", "", "phone_unreadable"),
        ("父亲13800138001，母亲13900139002", "13800138001", "phone_more"),
    ],
)  # fmt: skip
def test_the_first_number_that_can_be_dialled(text: str, number: str, why: str | None) -> None:
    found, doubt = telephone_in(text)

    assert (found, doubt and doubt.why) == (number, why)
    assert doubt is None or doubt.text == text


@pytest.mark.parametrize(
    ("text", "number", "why"),
    [
        ("11010519491231002X", "11010519491231002X", None), ("11010519491231002x", "11010519491231002X", None),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", None), ("110105 19491231 002X", "11010519491231002X", None),
        ("110105194912310021", "", "identity_wrong"), ("110105491231002", "110105491231002", "identity_other"),
        ("E12345678", "E12345678", "identity_other"), ("EA1234567", "EA1234567", "identity_other"), ("H12345678", "H12345678",
        "identity_other"),
        ("12345678", "12345678", "identity_other"), ("1101051949****002X", "", "identity_wrong"), ("1.10105199003072E+017", "",
        "identity_ruined"),
        ("无", "", None), ("未提供", "", None), ("XJP123456789012", "XJP123456789012", "identity_other"),
    ],
)  # fmt: skip
def test_papers_of_every_kind(text: str, number: str, why: str | None) -> None:
    found, doubt = identity_in(text)

    assert (found, doubt and doubt.why) == (number, why)


def test_thirty_one_words_for_a_kind() -> None:
    written = column("13-kinds/15-kinds.csv", "诉求类型")
    unknown = [text for text in written if kind_in(text)[1]]

    assert len(written) == 31
    assert unknown == [
        "其他",
        "其它",
        "意见",
        "诉求",
        "咨询求助",
        "非诉求",
        "无效",
        "来访",
        "来信",
        "网上信访",
    ]
    assert [kind_in(text)[0] for text in ("Complaint", "投诉 ", "矛盾纠纷类", "劳动纠纷", "政策咨询类")] == [
        "complaint", "complaint", "dispute", "dispute", "inquiry",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lon", "lat", "point", "why"),
    [
        ("113.25", "30.02", (113.25, 30.02), None), (" ", "", None, None), ("无", "无", None, None), ("0", "0", None, "point_nowhere"),
        ("0.0", "0.0", None, "point_nowhere"), ("东经", "北纬", None, "point_unreadable"), ("150", "", None, "point_unreadable"),
        ("1132500", "300200", None, "point_unreadable"), (None, None, None, None), (0.0, 0.0, None, "point_nowhere"),
    ],
)  # fmt: skip
def test_points(
    lon: str | float | None, lat: str | float | None, point: tuple[float, float] | None, why: str | None
) -> None:
    found, doubt = point_in(lon, lat)

    assert (found, doubt and doubt.why) == (point, why)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一</p><p>二</p>", "一\n二"), ("一<br/>二<BR>三", "一\n二\n三"), ("<div style='x'>水&nbsp;电</div>", "水 电"),
        ("&ldquo;月底&rdquo;结清 &#65;", "“月底”结清 A"), ("a < b 而且 c > d", "a < b 而且 c > d"), ("甲&乙", "甲&乙"),
        ("<b>没有关上", "没有关上"), ("<style>p{}</style>字", "字"), ("<ul><li>一<li>二</ul>", "一\n二"), ("<我的>书", "<我的>书"),
    ],
)  # fmt: skip
def test_markup_is_read_as_a_person_would(markup: str, text: str) -> None:
    assert text_of(markup) == text
