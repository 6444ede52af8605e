"""The library is complete, honest about what is law, and refuses mistakes with file, line and a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from heshi.clocks import queries
from heshi.clocks.queries.loading import load_calendar, load_file
from heshi.clocks.queries.reading import FOLDER, CalendarFileWrong, ClockFileWrong
from heshi.clocks.rules import NATIONAL, due_at, due_on, plan
from heshi.clocks.terms import APPROVERS, CONSENTS, ON_EXPIRY, PAUSE_REASONS, ROLLS, UNITS
from tests.clocks.test_rules import on

LONGEST_CODE = 24  # as long as a case has room for
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
    "LAB.REVIEW": "15日",
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
    "HL.MEDIA": "3分钟",
    "HL.MAIL": "24小时",
    "HL.EMERG": "2小时",
    "HL.URGENT": "24小时",
    "HL.NORMAL": "7日",
    "HL.COMPLEX": "15日",
    "HL.STD": "5个工作日",
    "HL.DISPATCH": "立即",
    "HL.DISPATCH.SAMPLE": "6分钟",
    "HL.REVISIT": "立即",
    "CT.PICK": "2个工作日",
    "CT.ASSIGN": "3个工作日",
    "CT.CONFIRM": "3个工作日",
    "CT.ASKOTHER": "3个工作日",
    "CT.PRE": "30日",
    "CT.PRE.CAP60": "60日",
    "CT.POST.ORD": "15日",
    "CT.POST.SIMPLE": "7日",
    "CT.BACK": "立即",
    "RL.LIMIT": "2年",
    "RL.ACCEPT": "5个工作日",
    "RL.SERVE": "5个工作日",
    "RL.ANSWER": "10日",
    "RL.FORWARD": "5个工作日",
    "RL.ARB": "60日",
    "RL.AWARD.SERVE": "3个工作日",
    "RL.SUE": "30日",
    "RL.TITLE": "6个月",
    "RL.TITLE.SUE": "30日",
    "PS.MEDIATE1": "3个工作日",
    "PS.MEDIATE1.APPR": "3个工作日",
    "PS.MEDIATE2": "7个工作日",
    "PS.CASE": "30日",
    "TR.CERT": "10个工作日",
    "TR.CERT.APPR": "5个工作日",
    "TR.ASK": "10个工作日",
    "TR.ASK.AFTER": "3个工作日",
    "TR.MEDIATE": "10个工作日",
    "CU.ACCEPT": "7个工作日",
    "CU.TERMINATE": "45个工作日",
    "CU.TELL": "7个工作日",
    "CU.LIMIT": "3年",
    "RV.CHECK": "15个工作日",
    "RV.TELL": "5个工作日",
    "AR.ASK": "60日",
    "AR.ASK.OUTER": "1年",
    "AR.REVIEW": "5个工作日",
    "AR.DECIDE": "60日",
    "AR.DECIDE.SIMPLE": "30日",
    "GI.OPEN": "20个工作日",
    "LA.DECIDE": "7日",
    "LA.ASSIGN": "3日",
    "LA.OBJECT": "5日",
    "AM.ACCEPT": "5个工作日",
    "AM.ACCEPT.COMPLEX": "10个工作日",
    "AM.TRANSFER": "3个工作日",
    "SF.JUDICIAL": "2个月",
    "SF.PROC": "2个月",
    "SF.PROC.PUBLIC": "2个月",
    "SF.PROC.URGENT": "15日",
    "SF.CENTRE": "30日",
    "DV.ORDER": "72小时",
    "DV.ORDER.URGENT": "24小时",
    "DV.ORDER.TERM": "6个月",
    "DV.REVIEW.ASK": "5日",
    "PI.REPLY": "15个工作日",
    "PI.BREACH": "立即",
    "PI.BREACH.STATE": "24小时",
    "PI.IMPACT": "3年",
    "PI.SHARED": "3年",
    "HOUSE.NEXT": "5个工作日",
}
EXTENSIONS = {
    "PM.CONFIRM.DECIDE": 10,
    "XF.HANDLE": 30,
    "LAB.ARB": 15,
    "LAB.INSPECT": 30,
    "LAB.ABILITY": 30,
    "RL.ARB": 30,
    "RV.CHECK": 15,
    "AR.DECIDE": 30,
    "GI.OPEN": 20,
}
PAUSES = {
    "MED.MEDIATE": ("appraisal",),
    "MED.ADMIN": ("appraisal",),
    "XF.FINAL": ("hearing",),
    "CT.PRE": ("appraisal",),
    "CT.PRE.CAP60": ("appraisal",),
    "CU.TERMINATE": ("appraisal",),
    "PS.CASE": ("appraisal", "hearing"),
    "GI.OPEN": ("consulting",),
    "LAB.INJURY.DECIDE": ("other_organ",),
    "LAB.INJURY.CLEAR": ("other_organ",),
}
NOT_LAW = {  # local rules, drafts, customs, and what nobody has held against the text in force yet
    *("PM.ACCEPT", "PM.MEDIATE", "PM.FOLLOWUP", "PM.FOLLOWUP.MONTH", "PM.FILING", "HOUSE.NEXT"),
    *("LAB.REVIEW", "PI.REPLY"),
    *(code for code in EXPECTED if code.startswith(("HL.", "AM.", "SF."))),
    *("CT.PRE.CAP60", "RL.TITLE"),
    *("CU.TERMINATE", "CU.TELL", "CU.LIMIT", "RV.CHECK", "RV.TELL"),
}
NOTED = ("CT.PRE.CAP60", "RL.TITLE", "CU.", "RV.", "AM.", "SF.", "PM.MEDIATE", "LAB.REVIEW", "PI.", "HL.MAIL")
RULES = {  # code of a line that is not a span of time: at least, at most, of what
    "CT.CONSENT": (None, None, ""),
    "CT.CONCESSION": (None, None, ""),
    "CT.MINUTES": (None, None, ""),
    "CT.DISCLOSE": (None, None, ""),
    "CT.RECUSE": (None, None, ""),
    "RL.NOTICE": (5, None, "个工作日"),
    "RL.LANG": (None, None, ""),
    "RL.FREE": (None, None, ""),
    "RL.TITLE.KEEP": (None, None, ""),
    "PS.RESTART": (None, None, ""),
    "PS.ONCE": (None, 2, "次"),
    "PS.EXCLUDED": (None, None, ""),
    "PS.GUARDIAN": (None, None, ""),
    "PS.NO.AGENT": (None, None, ""),
    "PS.SETTLED": (None, None, ""),
    "PS.SEALED": (None, None, ""),
    "TR.START": (None, None, ""),
    "TR.NOTICE": (3, None, "个工作日"),
    "TR.WORKDAYS": (None, None, ""),
    "TR.PERSONS": (None, 3, "人"),
    "CU.GROUP": (None, 2, "人"),
    "RV.PRIVATE": (None, None, ""),
    "AR.FIRST": (None, None, ""),
    "AR.WORKDAYS": (None, None, ""),
    "LA.FIRST": (None, None, ""),
}
NEW_FAMILIES = ("court", "rural_land", "public_order", "traffic", "consumer", "administrative")


def test_every_clock_has_its_length() -> None:
    assert {code: clock.span for code, clock in queries.library().items()} == EXPECTED


@pytest.mark.parametrize(("code", "length"), EXTENSIONS.items())
def test_what_the_law_lets_lengthen_once(code: str, length: int) -> None:
    rule = queries.clock(code).extension

    assert rule is not None
    assert (rule.length, rule.times) == (length, 1)


def test_a_public_order_case_may_be_lengthened_twice_by_the_organ_above() -> None:
    rule = queries.clock("PS.CASE").extension

    assert rule is not None
    assert (rule.length, rule.times, rule.granted_by) == (30, 2, ("higher_organ",))


@pytest.mark.parametrize("code", ["CT.PRE", "CT.POST.ORD", "CT.POST.SIMPLE", "PM.MEDIATE"])
def test_mediation_goes_on_as_long_as_all_parties_agree(code: str) -> None:
    rule = queries.clock(code).extension

    assert rule is not None
    assert (rule.length, rule.times, rule.consent) == (None, None, "all_parties")


def test_a_local_cap_ends_what_consent_alone_would_not() -> None:
    cap = queries.clock("CT.PRE.CAP60")

    assert (cap.extension, cap.on_expiry, cap.trigger) == (None, "stop", queries.clock("CT.PRE").trigger)


def test_which_clocks_stop_and_for_what() -> None:
    stopping = {
        clock.code: clock.pause_reasons for clock in queries.library().values() if clock.pause_reasons
    }

    assert stopping == PAUSES


@pytest.mark.parametrize(
    ("code", "start", "last"),
    [
        ("CT.PRE", "2026-01-16", date(2026, 2, 24)),  # the thirtieth day lies in the spring festival
        ("CT.CONFIRM", "2026-02-17", date(2026, 2, 26)),
        ("AR.REVIEW", "2026-04-30", date(2026, 5, 11)),  # the fifth of the law is a working day, 9 May too
        ("RL.ARB", "2026-03-02", date(2026, 5, 6)),
        ("TR.ASK", "2026-09-21", date(2026, 10, 12)),
        # The ten, five and three days of the traffic rules are working days (art. 112).
        ("TR.ASK", "2026-02-10", date(2026, 3, 2)),
        ("TR.MEDIATE", "2026-02-10", date(2026, 3, 2)),
        ("TR.CERT", "2026-09-24", date(2026, 10, 15)),
        ("TR.ASK.AFTER", "2026-02-13", date(2026, 2, 25)),
        ("PS.MEDIATE2", "2026-02-10", date(2026, 2, 26)),
        ("CU.ACCEPT", "2026-09-17", date(2026, 9, 28)),
        ("RL.TITLE", "2026-03-31", date(2026, 9, 30)),  # no 31 September: the last day of the month
        ("SF.JUDICIAL", "2026-01-15", date(2026, 3, 16)),  # 15 March is a Sunday
    ],
)
def test_last_days_as_the_calendar_has_them(code: str, start: str, last: date) -> None:
    assert due_on(due_at(queries.clock(code), on(start))) == last


@pytest.mark.parametrize("code", EXPECTED)
def test_a_playbook_can_start_every_clock(code: str) -> None:
    found = plan(queries.clock(code), on("2026-03-02"))

    assert len(code) <= LONGEST_CODE
    assert on("2026-03-02") <= found.half_at <= found.nearly_at <= found.due_at


def test_why_names_the_start_the_length_and_the_article() -> None:
    assert queries.clock("XF.HANDLE").why == "受理之日起60日 · 信访工作条例第34条"


def test_what_is_not_law_says_so_wherever_it_is_shown() -> None:
    local = [clock for clock in queries.library().values() if not clock.verified]

    assert {clock.code for clock in local} == NOT_LAW
    assert all(clock.why.endswith("（可调整的设定，非法定）") for clock in local)
    assert all("非法定" not in clock.why for clock in queries.library().values() if clock.verified)


def test_what_still_has_to_be_checked_says_what() -> None:
    local = [
        clock for clock in queries.library().values() if clock.code.startswith(NOTED) and not clock.verified
    ]

    assert len(local) == 19
    assert [clock.code for clock in local if not clock.note] == []


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


def test_what_is_counted_backwards_or_in_persons_is_a_line_and_not_a_clock() -> None:
    new = [rule for rule in queries.standing_rules().values() if rule.family in NEW_FAMILIES]

    assert {rule.code: (rule.at_least, rule.at_most, rule.measure) for rule in new} == RULES
    assert RULES.keys() & queries.library().keys() == set()


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
        ("unit: working_day", "unit: workday", 11, "“unit”只能是：day、working_day、hour、"),
        ("unit: working_day", "unit: workday", 11, "at_once，现在写的是“workday”。"),
        ("length: 4", "length: four", 10, "“length”的写法不对，这里应当是整数，现在写的是“four”。"),
        ("length: 4", "length: -1", 10, "“length”的数值“-1”超出允许范围，不能小于 0。"),
        ("length: 4", "length: 0", 6, "at_once"),
        ("    since: 受理之日\n", "", 6, "缺少“since”"),
        ("source: one", "source: two", 6, "来源“two”没有写在 sources 里"),
        ("    length: 4\n", "    length: 4\n    length: 5\n", 11, "“length”写了两次"),
        ("code: LO.ONE", "code: lo-one", 6, "“lo-one”不是规范的代码，时限代码请用大写字母、数字和点"),
        ("title: 本地时限", "title: [", 4, "这里不是规范的 YAML"),
    ],
)
def test_a_mistake_is_refused_with_file_line_and_sentence(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    path = written(tmp_path, GOOD.replace(old, new))

    with pytest.raises(ClockFileWrong) as refused:
        load_file(path)

    assert f"local.yaml 第 {line} 行：" in str(refused.value)
    assert words in str(refused.value)


def test_everything_wrong_with_a_file_is_told_at_once(tmp_path: Path) -> None:
    second = GOOD.split("clocks:\n", 1)[1].replace("LO.ONE", "LO.TWO").replace("source: one", "source: two")
    third = second.replace("LO.TWO", "LO.SIX").replace("two", "one") + "    valid_from: 2026-02-30\n"
    rules = "standing_rules:\n  - {code: LO.RULE, title: 规矩, says: 说明, source: three, article: 第1条}\n"
    first = GOOD.replace("length: 4", "lenght: 4").replace(
        "title: 本地答复", "title: 本地答复\n    title: 又写"
    )
    path = written(tmp_path, first + second + third.replace("length: 4", "length: 04") + rules)

    with pytest.raises(ClockFileWrong) as refused:
        load_file(path)

    assert str(refused.value).splitlines() == [
        "时限文件有误，未载入：",
        "local.yaml 第 6 行：“clocks”的第 1 项缺少“length”，请补上。",
        "local.yaml 第 8 行：“title”写了两次，请删去一处。",
        "local.yaml 第 11 行：不认识的键“lenght”，是不是“length”？",
        "local.yaml 第 17 行：LO.TWO 的来源“two”没有写在 sources 里（已有：one）。",
        "local.yaml 第 31 行：“04”不是普通的数；如果是代码或文字，请给它加上引号。",
        "local.yaml 第 37 行：“2026-02-30”不是日期，请写 2026-01-31 这样的日期。",
        "local.yaml 第 39 行：LO.RULE 的来源“three”没有写在 sources 里（已有：one）。",
    ]


def test_everything_wrong_with_a_calendar_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "days.yml"
    path.write_text(
        "year: 2027\nregion: 本县\npaper: 通知\nrest: [2027-02-30]\nwork:\n  - 2027-01-04/2027-01-01\n",
        encoding="utf-8",
    )

    with pytest.raises(CalendarFileWrong) as refused:
        load_calendar([path])

    assert str(refused.value).splitlines() == [
        "放假文件有误，未载入：",
        "days.yml 第 1 行：放假文件里应写 year 或 region 中的一个：补一年的放假安排写 year，本地另外放假写 region。",
        "days.yml 第 3 行：“paper”至少写 4 个字。",
        "days.yml 第 4 行：“2027-02-30”不是日期，请写 2027-02-06 或 2027-02-06/2027-02-12。",
        "days.yml 第 6 行：“2027-01-04/2027-01-01”不是日期，请写 2027-02-06 或 2027-02-06/2027-02-12。",
    ]


def test_an_empty_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClockFileWrong, match="时限文件应由“键: 值”组成，文件是空的"):
        load_file(written(tmp_path, ""))
    with pytest.raises(ClockFileWrong, match="读不出来"):
        load_file(tmp_path / "absent.yaml")


def test_two_versions_of_a_clock_may_follow_each_other_but_not_overlap(tmp_path: Path) -> None:
    again = GOOD + "  - " + GOOD.split("  - ", 1)[1].replace("length: 4", "length: 6")
    with pytest.raises(ClockFileWrong, match=r"第 16 行：LO\.ONE 写了两次且有效期重叠"):
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
    with pytest.raises(CalendarFileWrong, match="第 2 行"):
        load_calendar([path])
    path.write_text(path.read_text(encoding="utf-8").replace("通知", "放假通知"), encoding="utf-8")
    assert load_calendar([path]).is_working_day(date(2027, 1, 1)) is False
    assert NATIONAL.knows(date(2027, 1, 1)) is False

    path.write_text("year: 2027\npaper: 放假通知\nrest:\n  - 2027-02-30\n", encoding="utf-8")
    with pytest.raises(CalendarFileWrong, match="第 4 行：“2027-02-30”不是日期"):
        load_calendar([path])


def test_the_table_in_the_documents_is_the_library() -> None:
    page = (FOLDER.parents[2] / "docs" / "clocks.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:5] for line in page.splitlines() if line.startswith("| `") and "." in line]
    shown = [[cell.strip() for cell in row] for row in rows if row[0].strip(" `") in EXPECTED]

    assert shown == [
        [f"`{clock.code}`", clock.title, clock.why.split(" · ")[0], f"{clock.source} {clock.article}"]
        for clock in queries.library().values()
    ]
