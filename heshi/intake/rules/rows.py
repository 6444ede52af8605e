"""One row of a file to one report, or to the sentence that says why not."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from heshi.common.refusals import Invalid
from heshi.intake.rules.markup import text_of
from heshi.intake.rules.report import LIMITS, History, Report, cleaned
from heshi.intake.rules.written import Doubt, moment_in, point_in
from heshi.intake.rules.written.doubts import is_nothing, plain_of
from heshi.intake.rules.written.moments import SHANGHAI
from heshi.intake.rules.written.telephones import RUINED
from heshi.intake.terms import (
    CLOSED_AT,
    CLOSED_WORDS,
    KIND,
    LAT,
    LON,
    RATING,
    RESULT,
    SAID_AT,
    SOURCE_KEY,
    STATUS,
)

SMEARED: Final = re.compile("[\ud800-\udfff]")
DIVISION_CODE: Final = re.compile(r"\d{6,24}")
GUARD: Final = re.compile(r'="(.*)"|=(\d+)|\'([\d+=@\-].*)', re.DOTALL)
"""What people put round a number so that a spreadsheet leaves it alone."""
NOT_A_MATTER: Final = re.compile(
    r"(?:合计|总计|小计|累计|填表人|填报人|制表人?|审核人?|负责人|填报单位|填报日期|备注|说明|注)(?:\s*[:：].*)?",
    re.DOTALL,
)
"""The lines above and below a list that count it or say who wrote it."""
STATUS_LENGTH: Final = 20
UNNUMBERED: Final = "-"


class TextSmeared(Invalid):
    """Some bytes are text in no known encoding."""

    code = "text_smeared"
    sentence = "这一行有无法识别的文字（编码不对），请在原系统重新导出为 UTF-8 格式。"


class TooManyCells(Invalid):
    """A row with more cells than there are headings: probably an unbalanced quotation mark."""

    code = "too_many_cells"
    sentence = "这一行有 {cells} 格，表头只有 {columns} 列，多半是引号或分隔符没有配对，请改正这一行。"


class NotAMatter(Invalid):
    """A line that counts the list, or says who filled it in."""

    code = "not_a_matter"
    sentence = "这一行像是合计或填表说明，没有登记；如果确实是一件诉求，请改一改第一格“{cell}”再导入。"


class SheetRow(NamedTuple):
    """A row as it stands in the file; ``why`` is set when it could not even be read as a row."""

    line: int
    cells: Sequence[str]
    why: str = ""
    sheet: str = ""
    """The name of its sheet, where more than one is read."""

    @property
    def where(self) -> str:
        """Return where a person finds it."""
        return f"{self.sheet} 第 {self.line} 行" if self.sheet else str(self.line)


class Reported(NamedTuple):
    """What a row says; ``again``: the same number stands on a row before it, with other words."""

    report: Report
    again: bool = False


@dataclass(slots=True)
class RowReader:
    """Turns rows into reports and remembers the keys it saw, so that no row hides behind another's number."""

    mapped: Mapping[str, int]
    columns: int
    at: datetime
    source_name: str = ""
    seen: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def report(self, row: SheetRow) -> Reported | None:
        """Return what a row says, None for the same row again; raises a refusal that says what is wrong with it."""
        self._check(row)
        report = self._keyed(
            self._report({name: self._cell(row, place) for name, place in self.mapped.items()})
        )
        mark = hash((report.title, report.body))
        first = self.seen.setdefault(report.source_key, (row.sheet, row.line, mark))
        if first[:2] == (row.sheet, row.line):
            return Reported(report)
        return None if first[2] == mark else Reported(report, again=True)

    def _check(self, row: SheetRow) -> None:
        if row.why:
            raise Invalid(row.why)
        if len(row.cells) > self.columns and any(row.cells[self.columns :]):
            raise TooManyCells(cells=len(row.cells), columns=self.columns)
        if any(SMEARED.search(cell) for cell in row.cells):
            raise TextSmeared
        first = next((cell.strip() for cell in row.cells if cell.strip()), "")
        # A matter of its own has words beside; a person may well begin them with 说明.
        if (
            NOT_A_MATTER.fullmatch(first)
            and sum(bool(cell.strip()) for cell in row.cells) <= self.columns // 2
        ):
            raise NotAMatter(cell=first[:20])

    def _cell(self, row: SheetRow, place: int) -> str:
        return unguarded(row.cells[place]) if place < len(row.cells) else ""

    def _report(self, given: Mapping[str, str]) -> Report:
        said = defaultdict(str, given)
        place = said["place"].strip()
        is_code = bool(DIVISION_CODE.fullmatch(place))
        said_at, doubt = moment_in(said[SAID_AT], now=self.at) if said[SAID_AT] else (None, None)
        point, nowhere = point_in(said[LON], said[LAT])
        history, more = self._history(said)
        number, ruined = _number(said["external_number"] or said[SOURCE_KEY])
        return cleaned(
            Report(
                source="import",
                source_key=_short(number) or UNNUMBERED,
                kind=said[KIND],
                topic=said["topic"],
                said_at=said_at,
                place=place if is_code else "",
                place_text=said["place_text"] or ("" if is_code else place),
                lon=point[0] if point else None,
                lat=point[1] if point else None,
                title=text_of(said["title"]),
                body=text_of(said["body"] or said["title"]),
                name=said["name"],
                phone=said["phone"],
                email=said["email"],
                address=said["address"],
                identity_no=said["identity_no"],
                number=number,
                external_number=number if said["external_number"] else "",
                status=said[STATUS].strip()[:STATUS_LENGTH],
                history=history,
                doubts=tuple(one for one in (doubt, nowhere, ruined, *more) if one),
            )
        )

    def _history(self, said: Mapping[str, str]) -> tuple[History | None, list[Doubt]]:
        """Return how the matter ended elsewhere, where the file says that it did."""
        status, written = said[STATUS].strip().lower(), said[CLOSED_AT]
        closed_at, doubt = moment_in(written, now=self.at, field=CLOSED_AT) if written else (None, None)
        if status in CLOSED_WORDS or (closed_at and not status):
            ended = History(
                closed_at=closed_at,
                result=text_of(said[RESULT]).strip(),
                rating=said[RATING].strip()[:STATUS_LENGTH],
            )
            return ended, [doubt] if doubt else []
        kept = [Doubt(CLOSED_AT, written, "not_closed")] if closed_at else []
        return None, kept + [Doubt(RESULT, text, "kept") for text in [text_of(said[RESULT]).strip()] if text]

    def _keyed(self, report: Report) -> Report:
        words = self._named(fingerprint(report))
        if report.source_key == UNNUMBERED:
            return replace(report, source_key=words)
        return replace(report, source_key=self._named(report.source_key), key_of_words=words)

    def _named(self, key: str) -> str:
        return _short(f"{self.source_name}:{key}") if self.source_name else key


def _short(key: str) -> str:
    """Return a key as it can be kept; of one that is too long, its SM3."""
    return (
        key
        if len(key) <= LIMITS["source_key"]
        else hashlib.new("sm3", key.encode("utf-8", "surrogateescape")).hexdigest()
    )


def unguarded(cell: str) -> str:
    """Return what stands inside ="…" or behind an apostrophe that keeps a spreadsheet from reading it as a number."""
    if cell[:1] not in {"=", "'"}:
        return cell
    guarded = GUARD.fullmatch(cell.strip())
    return next((part for part in guarded.groups() if part is not None), cell) if guarded else cell


def _number(written: str) -> tuple[str, Doubt | None]:
    """Return by which number the other system knows a matter; one that a spreadsheet ruined belongs to many."""
    plain = plain_of(written)
    if is_nothing(plain):
        return "", None
    if RUINED.fullmatch(plain):
        return "", Doubt("external_number", written, "number_ruined")
    return " ".join(plain.split()), None


def fingerprint(report: Report) -> str:
    """Return by what a row without a number is known: the SM3 of who said what, on which day and where, as far as it was read.

    Columns nobody uses, another way of writing the date, white space and a nought that a spreadsheet took from the front of a
    telephone make no other matter of it.
    """
    day = f"{report.said_at.astimezone(SHANGHAI):%Y-%m-%d}" if report.said_at else ""
    person = (report.name, report.phone.lstrip("0"), report.identity_no, report.email, report.address)
    where = (report.place, report.place_text, _rounded(report.lon), _rounded(report.lat))
    held = {"phone": report.phone, "identity_no": report.identity_no, SAID_AT: day, "point": where[-1]}
    unread = sorted(plain_of(one.text) for one in report.doubts if not held.get(one.field, "-"))
    parts = ("".join(report.body.split()), *person, day, *where, *unread)
    return hashlib.new("sm3", "\x1f".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _rounded(degrees: float | None) -> str:
    return "" if degrees is None else f"{degrees:.5f}"
