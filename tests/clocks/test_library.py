"""The library is complete, honest about what is law, and refuses mistakes with file, line and a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from heshi.clocks import queries
from heshi.clocks.queries.loading import FOLDER, load_calendar, load_file
from heshi.clocks.queries.reading import FileWrong
from heshi.clocks.rules import NATIONAL, due_at, due_on
from heshi.clocks.terms import APPROVERS, CONSENTS, ON_EXPIRY, PAUSE_REASONS, ROLLS, UNITS
from tests.clocks.test_rules import on

EXPECTED = {  # code: length and unit, as the table of sources gives them
    "PM.ACCEPT": "3个工作日",
    "PM.MEDIATE": "30日",
    "PM.REFUSE": "立即",
    "PM.DEESC": "立即",
    "PM.CONFIRM": "30日",
    "PM.CONFIRM.ACCEPT": "3日",
    "PM.CONFIRM.DECIDE": "15日",
    "PM.ENFORCE": "2年",
    "PM.LIMITATION": "3年",
    "PM.FOLLOWUP": "7日",
    "PM.FOLLOWUP.MONTH": "30日",
    "PM.FILING": "30个工作日",
    "PM.TERM": "3年",
    "XF.REGISTER": "立即",
    "XF.DEPT": "15日",
    "XF.TELL": "15日",
    "XF.TELL2": "15日",
    "XF.OBJECT": "5个工作日",
    "XF.HANDLE": "60日",
    "XF.EXT": "30日",
    "XF.REVIEW.ASK": "30日",
    "XF.REVIEW": "30日",
    "XF.FINAL.ASK": "30日",
    "XF.FINAL": "30日",
    "MED.MEDIATE": "30个工作日",
    "MED.ADMIN.ACCEPT": "5个工作日",
    "MED.ADMIN": "30个工作日",
    "MED.AUTOPSY": "48小时",
    "MED.AUTOPSY.FROZEN": "7日",
    "MED.BODY": "14日",
    "MED.SEAL": "3年",
    "MED.FILING": "30个工作日",
    "LAB.MEDIATE": "15日",
    "LAB.ARB.LIMIT": "1年",
    "LAB.ARB.WAGE": "1年",
    "LAB.ARB.ACCEPT": "5日",
    "LAB.ARB.SERVE": "5日",
    "LAB.ARB.ANSWER": "10日",
    "LAB.ARB.FORWARD": "5日",
    "LAB.ARB": "45日",
    "LAB.SUE": "15日",
    "LAB.ANNUL": "30日",
    "LAB.INSPECT": "60个工作日",
    "LAB.INSPECT.LIMIT": "2年",
    "LAB.INJURY.EMPLOYER": "30日",
    "LAB.INJURY.WORKER": "1年",
    "LAB.INJURY.DECIDE": "60日",
    "LAB.INJURY.CLEAR": "15日",
    "LAB.ABILITY": "60日",
    "LAB.ABILITY.AGAIN": "15日",
    "HL.ANSWER": "15秒",
    "HL.WEB": "2小时",
    "HL.MEDIA": "180秒",
    "HL.EMERG": "2小时",
    "HL.URGENT": "24小时",
    "HL.NORMAL": "7日",
    "HL.COMPLEX": "15日",
    "HL.STD": "5个工作日",
    "HL.DISPATCH": "立即",
    "HL.DISPATCH.SAMPLE": "360秒",
    "HL.REVISIT": "立即",
}
EXTENSIONS = {"PM.CONFIRM.DECIDE": 10, "XF.HANDLE": 30, "LAB.ARB": 15, "LAB.INSPECT": 30, "LAB.ABILITY": 30}


def test_every_clock_has_its_length() -> None:
    assert {code: clock.span for code, clock in queries.library().items()} == EXPECTED


@pytest.mark.parametrize(("code", "length"), EXTENSIONS.items())
def test_what_the_law_lets_lengthen_once(code: str, length: int) -> None:
    rule = queries.clock(code).extension

    assert rule is not None
    assert (rule.length, rule.times) == (length, 1)


def test_why_names_the_start_the_length_and_the_article() -> None:
    assert queries.clock("XF.HANDLE").why == "受理之日起60日 · 信访工作条例第34条"


def test_what_is_not_law_says_so_wherever_it_is_shown() -> None:
    local = [clock for clock in queries.library().values() if not clock.verified]

    assert {clock.code for clock in local} >= {"PM.ACCEPT", "PM.FILING", "HL.STD", "HL.NORMAL", "HL.ANSWER"}
    assert all(clock.why.endswith("（可调整的设定，非法定）") for clock in local)
    assert all("非法定" not in clock.why for clock in queries.library().values() if clock.verified)


def test_every_verified_clock_has_a_day_it_came_into_force() -> None:
    assert [
        clock.code for clock in queries.library().values() if clock.verified and clock.valid_from is None
    ] == []


def test_every_code_in_the_schema_has_its_words() -> None:
    clocks = queries.library().values()

    assert {clock.unit for clock in clocks} <= UNITS.keys()
    assert {clock.roll for clock in clocks} <= ROLLS.keys()
    assert {clock.on_expiry for clock in clocks} <= ON_EXPIRY.keys()
    assert {reason for clock in clocks for reason in clock.pause_reasons} <= PAUSE_REASONS.keys()
    rules = [clock.extension for clock in clocks if clock.extension]
    assert {role for rule in rules for role in rule.granted_by} <= APPROVERS.keys()
    assert {rule.consent for rule in rules} <= CONSENTS.keys()


def test_lines_of_law_that_are_not_time_are_kept_beside_the_clocks() -> None:
    rules = queries.standing_rules()

    assert (rules["PM.SIZE"].at_least, rules["PM.SIZE"].at_most) == (3, 9)
    assert rules["XF.GROUP"].at_most == 5
    assert {"PM.FREE", "MED.FREE", "XF.CLOSED", "XF.NOFORWARD", "HL.CONFLICT"} <= rules.keys()


def test_an_unknown_code_suggests_the_nearest() -> None:
    with pytest.raises(queries.ClockUnknown, match=r"没有“xf.handel”，是不是“XF.HANDLE”"):
        queries.clock("xf.handel")


GOOD = """\
family: local
title: 本地时限
sources:
  one: {name: 本地办法, verified: false}
clocks:
  - code: LO.ONE
    title: 本地答复
    trigger: accepted
    since: 受理之日
    length: 4
    unit: working_day
    on_expiry: overdue
    then: 说明原因
    source: one
    article: 第1条
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "local.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("length: 4", "lenght: 4", 10, "不认识的键“lenght”，是不是“length”"),
        ("unit: working_day", "unit: workday", 11, "“unit”只能是 day、working_day"),
        ("length: 4", "length: four", 10, "“length”应当是整数"),
        ("length: 4", "length: -1", 10, "不能小于 0"),
        ("length: 4", "length: 0", 6, "at_once"),
        ("    since: 受理之日\n", "", 6, "缺少“since”"),
        ("source: one", "source: two", 6, "来源“two”没有写在 sources 里"),
        ("    length: 4\n", "    length: 4\n    length: 5\n", 11, "“length”写了两次"),
        ("code: LO.ONE", "code: lo-one", 6, "写法不对"),
        ("title: 本地时限", "title: [", 4, "不是合格的 YAML"),
    ],
)
def test_a_mistake_is_refused_with_file_line_and_sentence(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    path = written(tmp_path, GOOD.replace(old, new))

    with pytest.raises(FileWrong) as refused:
        load_file(path)

    assert f"local.yaml 第{line}行" in str(refused.value)
    assert words in str(refused.value)


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileWrong, match="内容是空的"):
        load_file(written(tmp_path, ""))
    with pytest.raises(FileWrong, match="读不出来"):
        load_file(tmp_path / "absent.yaml")


def test_two_versions_of_a_clock_may_follow_each_other_but_not_overlap(tmp_path: Path) -> None:
    again = GOOD + "  - " + GOOD.split("  - ", 1)[1].replace("length: 4", "length: 6")
    with pytest.raises(FileWrong, match=r"第16行：LO\.ONE 写了两次且有效期重叠"):
        load_file(written(tmp_path, again))

    first, second = (
        GOOD + "    valid_to: 2025-12-31\n",
        again.removeprefix(GOOD) + "    valid_from: 2026-01-01\n",
    )
    assert [clock.length for clock in load_file(written(tmp_path, first + second))] == [4, 6]


def test_a_county_may_replace_a_clock_and_add_holidays(tmp_path: Path, settings: Settings) -> None:
    written(tmp_path, GOOD.replace("LO.ONE", "HL.STD"))
    days = tmp_path / "days.yml"
    days.write_text("region: 某地\npaper: 某地放假办法\nrest: [2026-06-09]\n", encoding="utf-8")
    settings.HESHI_CLOCK_FOLDERS, settings.HESHI_CALENDAR_FILES = [tmp_path], [days]
    queries.forget()

    try:
        found = queries.clock("HL.STD")

        assert (found.length, len(queries.library())) == (4, len(EXPECTED))
        assert due_on(due_at(found, on("2026-06-08"))) == date(2026, 6, 15)
    finally:
        settings.HESHI_CLOCK_FOLDERS, settings.HESHI_CALENDAR_FILES = [], []
        queries.forget()


def test_a_calendar_file_adds_a_year_or_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "days.yml"
    path.write_text(
        "year: 2027\npaper: 通知\nrest: [2027-01-01/2027-01-03]\nwork: [2027-01-04]\n", encoding="utf-8"
    )
    with pytest.raises(FileWrong, match="第2行"):
        load_calendar([path])
    path.write_text(path.read_text(encoding="utf-8").replace("通知", "放假通知"), encoding="utf-8")
    assert load_calendar([path]).is_working_day(date(2027, 1, 1)) is False
    assert NATIONAL.knows(date(2027, 1, 1)) is False

    path.write_text("year: 2027\npaper: 放假通知\nrest:\n  - 2027-02-30\n", encoding="utf-8")
    with pytest.raises(FileWrong, match="第4行：“2027-02-30”不是日期"):
        load_calendar([path])


def test_the_table_in_the_documents_is_the_library() -> None:
    page = (FOLDER.parents[2] / "docs" / "clocks.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:5] for line in page.splitlines() if line.startswith("| `") and "." in line]
    shown = [[cell.strip() for cell in row] for row in rows if row[0].strip(" `") in EXPECTED]

    assert shown == [
        [f"`{clock.code}`", clock.title, clock.why.split(" · ")[0], f"{clock.source} {clock.article}"]
        for clock in queries.library().values()
    ]
