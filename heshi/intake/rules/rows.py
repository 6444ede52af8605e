"""One row of a file to one report, or to the sentence that says why not."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from heshi.cases.terms import KINDS
from heshi.common.refusals import Invalid
from heshi.intake.rules.report import KindUnknown, PointWrong, Report, cleaned
from heshi.intake.terms import KIND, KIND_WORDS, LAT, LON, SAID_AT, SOURCE_KEY

SHANGHAI = ZoneInfo("Asia/Shanghai")
OLDEST = datetime(1949, 10, 1, tzinfo=SHANGHAI)
DAY_ZERO_OF_SHEETS = datetime(1899, 12, 30, tzinfo=SHANGHAI)
FIRST_SHEET_DAY, LAST_SHEET_DAY = 18_000, 80_000
WHEN = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?(?:\.\d+)?[秒分]?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
SMEARED = re.compile("[\ud800-\udfff]")
KIND_OF_WORD = {word: kind for kind, words in KIND_WORDS.items() for word in words} | {
    kind: kind for kind in KINDS
}
DIVISION_CODE = re.compile(r"\d{6,24}")


class WhenUnreadable(Invalid):
    """The time makes no sense."""

    code = "when_unreadable"
    sentence = "时间“{text}”看不懂，请写成 2026-03-02 14:30 的样子，或留空。"


class WhenImpossible(Invalid):
    """The time lies in the future or in another age."""

    code = "when_impossible"
    sentence = "时间“{text}”不在 1949 年至今之间，请核对后改正，或留空。"


class PointUnreadable(Invalid):
    """A coordinate is no number."""

    code = "point_unreadable"
    sentence = "经纬度“{text}”不是数字，请写成 113.25 的样子，或者两格都留空。"


class TextSmeared(Invalid):
    """Some bytes are text in no known encoding."""

    code = "text_smeared"
    sentence = "这一行有无法识别的文字（编码不对），请在原系统重新导出为 UTF-8 格式。"


class TooManyCells(Invalid):
    """A row with more cells than there are headings: probably an unbalanced quotation mark."""

    code = "too_many_cells"
    sentence = "这一行有 {cells} 格，表头只有 {columns} 列，多半是引号或分隔符没有配对，请改正这一行。"


class SaidTwice(Invalid):
    """The same number stands on two rows with different words."""

    code = "said_twice"
    sentence = "编号“{key}”在第 {line} 行已经出现过，内容却不同，请改正其中一个编号。"


class SheetRow(NamedTuple):
    """A row as it stands in the file; ``why`` is set when it could not even be read as a row."""

    line: int
    cells: Sequence[str]
    why: str = ""


@dataclass(slots=True)
class RowReader:
    """Turns rows into reports and remembers the keys it saw, so that no row hides behind another's number."""

    mapped: Mapping[str, int]
    columns: int
    at: datetime
    source_name: str = ""
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def report(self, row: SheetRow) -> Report | None:
        """Return the report of a row, None for the same row again; raises a refusal that says what is wrong with it."""
        if row.why:
            raise Invalid(row.why)
        if len(row.cells) > self.columns and any(row.cells[self.columns :]):
            raise TooManyCells(cells=len(row.cells), columns=self.columns)
        if any(SMEARED.search(cell) for cell in row.cells):
            raise TextSmeared
        given = {name: row.cells[place] for name, place in self.mapped.items() if place < len(row.cells)}
        report = cleaned(self._report(given, row))
        return report if self._is_first(report, row.line) else None

    def _report(self, given: Mapping[str, str], row: SheetRow) -> Report:
        said = defaultdict(str, given)
        key = said[SOURCE_KEY].strip() or fingerprint(row.cells)
        place = said["place"].strip()
        is_code = bool(DIVISION_CODE.fullmatch(place))
        lon, lat = point(said[LON], said[LAT])
        return Report(
            source="import",
            source_key=f"{self.source_name}:{key}" if self.source_name else key,
            kind=kind_of(said[KIND]),
            topic=said["topic"],
            said_at=when(said[SAID_AT], now=self.at),
            place=place if is_code else "",
            place_text=said["place_text"] or ("" if is_code else place),
            lon=lon,
            lat=lat,
            title=said["title"],
            body=said["body"] or said["title"],
            name=said["name"],
            phone=said["phone"],
            address=said["address"],
            identity_no=said["identity_no"],
            external_number=said["external_number"],
        )

    def _is_first(self, report: Report, line: int) -> bool:
        mark = hash((report.title, report.body))
        first, known = self.seen.setdefault(report.source_key, (line, mark))
        if first != line and known != mark:
            raise SaidTwice(key=report.source_key, line=first)
        return first == line


def fingerprint(cells: Sequence[str]) -> str:
    """Return the key of a row that has no number of its own: the SM3 of all its cells."""
    return hashlib.new("sm3", "\x1f".join(cells).encode("utf-8", "surrogateescape")).hexdigest()


def kind_of(word: str) -> str:
    """Return the kind a word means, empty for none; raises KindUnknown."""
    plain = word.strip()
    if plain and plain not in KIND_OF_WORD:
        raise KindUnknown(kind=plain[:20], known="、".join(KINDS.values()))
    return KIND_OF_WORD.get(plain, "")


def point(lon: str, lat: str) -> tuple[float | None, float | None]:
    """Return the two coordinates of a row, None for both where the cells are empty; raises PointUnreadable or PointWrong."""
    if not lon.strip() and not lat.strip():
        return None, None
    try:
        return float(lon), float(lat)
    except ValueError as error:
        if not lon.strip() or not lat.strip():
            raise PointWrong from error
        raise PointUnreadable(text=f"{lon}，{lat}"[:40]) from error


def when(text: str, *, now: datetime) -> datetime | None:
    """Return the moment a cell names, in China's time unless it says otherwise; None for an empty cell.

    Raises WhenUnreadable or WhenImpossible.
    """
    plain = text.strip()
    if not plain:
        return None
    moment = _sheet_moment(plain) or _written_moment(plain)
    if moment is None:
        raise WhenUnreadable(text=plain[:30])
    if not OLDEST <= moment <= now + timedelta(days=1):
        raise WhenImpossible(text=plain[:30])
    return moment


def _sheet_moment(plain: str) -> datetime | None:
    """Return the moment of a spreadsheet's day number, such as 43524.4757."""
    try:
        days = float(plain)
    except ValueError:
        return None
    is_day = FIRST_SHEET_DAY <= days <= LAST_SHEET_DAY
    return DAY_ZERO_OF_SHEETS + timedelta(seconds=round(days * 86_400)) if is_day else None


def _written_moment(plain: str) -> datetime | None:
    match = WHEN.fullmatch(plain)
    if match is None:
        return None
    *numbers, zone = match.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(zone))
    except ValueError:
        return None


def _zone(zone: str | None) -> tzinfo:
    if not zone:
        return SHANGHAI
    if zone == "Z":
        return UTC
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)
