"""Moments in the many ways in which offices, spreadsheets and programs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from dateutil import parser as english

from heshi.intake.rules.written.doubts import Doubt, is_nothing, plain_of

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
OLDEST: Final = datetime(1949, 10, 1, tzinfo=SHANGHAI)
DAY_ZERO_OF_SHEETS: Final = datetime(1899, 12, 30, tzinfo=SHANGHAI)
FIRST_SHEET_DAY, LAST_SHEET_DAY = 18_000, 80_000
RECENT_YEARS: Final = 15
"""A year of two digits is read as one when it lies so many years back at most; 05-03-24 could be two other days."""

WEEKDAY: Final = re.compile(r"[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?")
PART_OF_DAY: Final = "上午|下午|早上|早晨|凌晨|中午|傍晚|晚上|晚间|夜里|晚|AM|PM|am|pm|A\\.M\\.|P\\.M\\."
TIME: Final = re.compile(
    rf"[\sT,]*(?P<part>{PART_OF_DAY})?\s*"
    r"(?:(?P<hour>\d{1,2})(?:\s*[:时点]\s*(?:(?P<minute>\d{1,2})|(?P<half>半))?"
    r"(?:\s*[:分]\s*(?P<second>\d{1,2})(?:\.\d+)?)?)\s*[分秒]?)?"
    rf"\s*(?P<after>{PART_OF_DAY})?\s*(?P<zone>Z|(?:GMT|UTC)?[+-]\d{{1,2}}:?(?:\d{{2}})?|GMT|UTC)?\s*"
)
DATE: Final = re.compile(r"(\d{4}|\d{2})\s*[-/.年、,]\s*(\d{1,2})\s*[-/.月、,]\s*(\d{1,2})\s*[日号]?")
TURNED: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
COMPACT: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[\sT]?(\d{2}):?(\d{2}):?(\d{2})?)?")
EPOCH: Final = re.compile(r"(1\d{9})(\d{3})?(?:\.0)?")
HAN_DATE: Final = re.compile(
    r"([〇零一二三四五六七八九]{2,4})年([元正一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
HAN: Final = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1, "正": 1}
AFTERNOON: Final = {"下午", "中午", "傍晚", "晚上", "晚间", "夜里", "晚", "pm", "p.m."}
MONTHS: Final = re.compile(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
CHINA: Final = {"CST": SHANGHAI}


def moment_in(text: str, *, now: datetime, field: str = "said_at") -> tuple[datetime | None, Doubt | None]:
    """Return the one moment that this names, in China's time unless it says otherwise; a doubt where it names none, or several."""
    quick = _iso(text)
    if quick is None:
        plain = plain_of(text)
        if is_nothing(plain):
            return None, None
        quick = _read(plain, now)
    if quick is None:
        return None, Doubt(field, text, "when_unreadable")
    if not OLDEST <= quick <= now + timedelta(days=1):
        return None, Doubt(field, text, "when_impossible")
    return quick, None


def _iso(text: str) -> datetime | None:
    """Return what nearly all programs write; a run of digits is read with more care."""
    if text[4:5] != "-" or text[7:8] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _read(plain: str, now: datetime) -> datetime | None:
    plain = HAN_DATE.sub(_in_digits, WEEKDAY.sub(" ", plain)).strip()
    for reader in (_of_a_sheet, _compact, _since_1970, _english, _turned):
        if moment := reader(plain):
            return moment
    return _in_order(plain, now)


def _in_order(plain: str, now: datetime) -> datetime | None:
    """Return year, month and day in China's order, with whatever time stands behind it."""
    date = DATE.match(plain)
    time = TIME.fullmatch(plain, date.end()) if date else None
    if date is None or time is None:
        return None
    year, month, day = (int(part) for part in date.groups())
    if len(date[1]) == 2:
        year += 2000
        if not now.year - RECENT_YEARS <= year <= now.year:
            return None
    return _on(year, month, day, time)


def _on(year: int, month: int, day: int, time: re.Match[str]) -> datetime | None:
    part = (time["part"] or time["after"] or "").lower()
    hour, minute = int(time["hour"] or 0), 30 if time["half"] else int(time["minute"] or 0)
    if part in AFTERNOON and hour < 12:
        hour += 12
    elif part in {"am", "a.m.", "凌晨"} and hour == 12:
        hour = 0
    return _moment(year, month, day, hour, minute, int(time["second"] or 0), _zone(time["zone"]))


def _moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, zone: tzinfo = SHANGHAI
) -> datetime | None:  # fmt: skip
    # 24:00 is how the end of a day is written; it is the beginning of the next one.
    over = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    try:
        return datetime(year, month, day, 0 if over else hour, minute, second, tzinfo=zone) + over
    except ValueError:
        return None


def _of_a_sheet(plain: str) -> datetime | None:
    """Return the moment of a spreadsheet's day number, such as 43524.4757."""
    try:
        days = float(plain)
    except ValueError:
        return None
    is_day = FIRST_SHEET_DAY <= days <= LAST_SHEET_DAY
    return DAY_ZERO_OF_SHEETS + timedelta(seconds=round(days * 86_400)) if is_day else None


def _compact(plain: str) -> datetime | None:
    digits = COMPACT.fullmatch(plain)
    if digits is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in digits.groups())
    return _moment(year, month, day, hour, minute, second)


def _since_1970(plain: str) -> datetime | None:
    seconds = EPOCH.fullmatch(plain)
    return datetime.fromtimestamp(int(seconds[1]), tz=SHANGHAI) if seconds else None


def _english(plain: str) -> datetime | None:
    """Return a date with the month's English name. Read twice: what it does not say differs, and then it is no date."""
    if not MONTHS.search(plain):
        return None
    read = []
    for default in (datetime(2001, 1, 1), datetime(2002, 2, 2)):  # noqa: DTZ001 -- only fills what is missing
        try:
            read.append(english.parse(plain, default=default, tzinfos=CHINA))
        except (ValueError, OverflowError):
            return None
    first, second = read
    if first != second:
        return None
    return first if first.tzinfo else first.replace(tzinfo=SHANGHAI)


def _turned(plain: str) -> datetime | None:
    """Return a date with the year last, where only one order of day and month is possible."""
    match = TURNED.match(plain)
    time = TIME.fullmatch(plain, match.end()) if match else None
    if match is None or time is None:
        return None
    one, other, year = (int(part) for part in match.groups())
    possible = {
        moment for month, day in ((one, other), (other, one)) if (moment := _on(year, month, day, time))
    }
    return possible.pop() if len(possible) == 1 else None


def _in_digits(match: re.Match[str]) -> str:
    year = "".join(str(HAN[sign]) for sign in match[1])
    return f"{year}-{_han_number(match[2])}-{_han_number(match[3])} "


def _han_number(signs: str) -> int:
    """Return 三, 十二, 二十, 二十一 or 三十一 as a number."""
    tens, ten, ones = signs.rpartition("十")
    if not ten:
        return HAN[ones] if len(ones) == 1 else 0
    return (HAN.get(tens, 0) if tens else 1) * 10 + (HAN.get(ones, 0) if ones else 0)


def _zone(zone: str | None) -> tzinfo:
    if not zone:
        return SHANGHAI
    if zone in {"Z", "GMT", "UTC"}:
        return UTC
    sign = -1 if "-" in zone else 1
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (
        int(digits[:2]) if len(digits) != 3 else int(digits[0]),
        int(digits[-2:]) if len(digits) > 2 else 0,
    )
    return timezone(sign * timedelta(hours=hours, minutes=minutes))
