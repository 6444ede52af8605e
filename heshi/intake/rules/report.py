"""A report: what somebody said, as each of the four doors hands it in, and the checks all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from heshi.common.refusals import Invalid
from heshi.intake.rules.words import BODY_LIMIT, UNWANTED, is_email, tidy, title_from
from heshi.intake.rules.written import Doubt, identity_in, kind_in, point_in, telephone_in
from heshi.intake.rules.written.doubts import is_nothing

TITLE_LIMIT = 60
LIMITS = {
    "source_key": 80,
    "topic": 40,
    "place": 24,
    "place_text": 200,
    "name": 60,
    "address": 200,
    "email": 120,
    "external_number": 80,
}


class ReportEmpty(Invalid):
    """Nothing was said."""

    code = "report_empty"
    sentence = "还没有写事情经过，请写一句话说明发生了什么。"


class ReportTooLong(Invalid):
    """More was said than one file takes."""

    code = "report_too_long"
    sentence = "内容有 {length} 字，最多 20000 字，请只留下主要经过，其余的作为附件交来。"


class ReportKeyMissing(Invalid):
    """Without a key the same report could be opened twice."""

    code = "report_key_missing"
    sentence = "缺少这件事的唯一编号，无法防止重复登记，请补上编号后再交。"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How a matter ended before it came to us: it comes in as closed, no clock runs, and it is not counted as our work."""

    closed_at: datetime | None = None
    result: str = ""
    rating: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody said, through one of the doors; known by (source, source key), so it may safely come twice."""

    source: str
    source_key: str
    body: str
    title: str = ""
    kind: str = ""
    topic: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    place_text: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    identity_no: str = ""
    said_at: datetime | None = None
    visit: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    external_number: str = ""
    playbook: str = ""
    """The method that somebody chose at the window; empty where the rules are to choose."""
    status: str = ""
    """What another system says of where it stands there."""
    number: str = ""
    """By which the other system knows it, whichever column that stood in."""
    key_of_words: str = ""
    """By which it would be known without its number."""
    history: History | None = None
    doubts: tuple[Doubt, ...] = ()


def list_of(key: str) -> str:
    """Return from which list a key comes (“热线” of “热线:2026030101”); empty where the list has no name."""
    return key.rpartition(":")[0]


def cleaned(report: Report) -> Report:
    """Return the report fit to be kept: tidy words, a title, and of every other field what could be read.

    What could not be read, or only in part, rejects nothing: it is among the `doubts` with the text as it was written, for a person
    to look at. Raises ReportEmpty, ReportTooLong or ReportKeyMissing.
    """
    body = tidy(report.body)
    _check_body(body)
    entries, doubts = _entries(report)
    if "source_key" not in entries:
        raise ReportKeyMissing
    kind, kind_doubt = kind_in(report.kind) if report.kind else ("", None)
    point, point_doubt = point_in(report.lon, report.lat)
    phone, phone_doubt = telephone_in(report.phone) if report.phone else ("", None)
    identity_no, identity_doubt = identity_in(report.identity_no) if report.identity_no else ("", None)
    found = (kind_doubt, point_doubt, phone_doubt, identity_doubt)
    return Report(
        source=report.source,
        body=body,
        title=_title(report.title, body),
        kind=kind,
        lon=point[0] if point else None,
        lat=point[1] if point else None,
        phone=phone,
        identity_no=identity_no,
        said_at=report.said_at,
        visit=report.visit,
        attachments=report.attachments,
        playbook=report.playbook,
        status=report.status,
        number=report.number,
        history=report.history,
        doubts=(*report.doubts, *doubts, *(doubt for doubt in found if doubt)),
        **entries,
    )


def _check_body(body: str) -> None:
    if not body:
        raise ReportEmpty
    if len(body) > BODY_LIMIT:
        raise ReportTooLong(length=len(body))


def _entries(report: Report) -> tuple[dict[str, str], list[Doubt]]:
    """Return the one-line fields that say something, and what of them is too long or no address."""
    entries, doubts = dict[str, str](), list[Doubt]()
    for name, limit in LIMITS.items():
        written = getattr(report, name)
        if not written or not (value := _entry(written)):
            continue
        if len(value) > limit:
            doubts.append(Doubt(name, written, "too_long"))
            value = value[:limit]
        if name == "email" and not is_email(value):
            doubts += [] if is_nothing(value) else [Doubt(name, written, "email_wrong")]
            continue
        entries[name] = value
    return entries, doubts


def _entry(value: str) -> str:
    """Return a one-line entry without control characters and without space around it."""
    if value.isprintable() and not value[0].isspace() and not value[-1].isspace():
        return value
    return " ".join(UNWANTED.sub("", value).split())


def _title(title: str, body: str) -> str:
    words = " ".join(UNWANTED.sub("", title).split()) if title else ""
    words = words or title_from(body)
    return words if len(words) <= TITLE_LIMIT else words[: TITLE_LIMIT - 1] + "…"
