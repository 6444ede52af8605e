"""A report: what somebody said, as each of the four doors hands it in, and the checks all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from uuid import UUID

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from heshi.cases.terms import KINDS
from heshi.common.phones import digits_of, is_phone
from heshi.common.refusals import Invalid
from heshi.intake.rules.words import BODY_LIMIT, UNWANTED, is_email, tidy, title_from

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
IDENTITY_LENGTH = 18


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


class EntryTooLong(Invalid):
    """One of the short entries is too long to be what it should be."""

    code = "entry_too_long"
    sentence = "“{label}”有 {length} 字，最多 {limit} 字，请写短一些。"


class KindUnknown(Invalid):
    """There is no such kind of matter."""

    code = "kind_unknown"
    sentence = "没有“{kind}”这个诉求类型，可写：{known}；不清楚就留空。"


class PhoneWrong(Invalid):
    """This number cannot be dialled."""

    code = "phone_wrong"
    sentence = "电话“{phone}”打不通：手机号应为 11 位，固定电话请带区号，请改正或留空。"


class EmailWrong(Invalid):
    """No letter can reach this."""

    code = "email_wrong"
    sentence = "邮箱“{email}”不对，应是 name@example.cn 的样子，请改正或留空。"


class IdentityWrong(Invalid):
    """The check digit or the birth date does not fit."""

    code = "identity_wrong"
    sentence = "身份证号码不对，应为 18 位且末位校验相符，请对照证件再输一次或留空。"


class PointWrong(Invalid):
    """The coordinates are not on the earth, or one of the two is missing."""

    code = "point_wrong"
    sentence = "坐标不对：经度在 -180 到 180 之间，纬度在 -90 到 90 之间，两个都要写，或者都留空。"


LABELS = {
    "source_key": "编号", "topic": "事项类别", "place": "地点代码", "place_text": "地点", "name": "姓名",
    "address": "住址", "email": "邮箱", "external_number": "外部编号",
}  # fmt: skip


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


def cleaned(report: Report) -> Report:
    """Return the report fit to be kept: tidy words, a title, checked contact and place.

    Raises ReportEmpty, ReportTooLong, ReportKeyMissing, EntryTooLong, KindUnknown, PhoneWrong, EmailWrong, IdentityWrong or
    PointWrong.
    """
    body = tidy(report.body)
    _check_body(body)
    entries = {
        name: value for name in LIMITS if (value := getattr(report, name)) and (value := _entry(name, value))
    }
    if "source_key" not in entries:
        raise ReportKeyMissing
    _check_email(entries.get("email", ""))
    _check_kind(report.kind)
    _check_point(report.lon, report.lat)
    return Report(
        source=report.source,
        body=body,
        title=_title(report.title, body),
        kind=report.kind,
        lon=report.lon,
        lat=report.lat,
        phone=_phone(report.phone) if report.phone else "",
        identity_no=_identity(report.identity_no) if report.identity_no else "",
        said_at=report.said_at,
        visit=report.visit,
        attachments=report.attachments,
        playbook=report.playbook,
        **entries,
    )


def _check_body(body: str) -> None:
    if not body:
        raise ReportEmpty
    if len(body) > BODY_LIMIT:
        raise ReportTooLong(length=len(body))


def _entry(name: str, value: str) -> str:
    """Return a one-line entry without control characters and without space around it."""
    if not value.isprintable() or value[0].isspace() or value[-1].isspace():
        value = " ".join(UNWANTED.sub("", value).split())
    if len(value) > LIMITS[name]:
        raise EntryTooLong(label=LABELS[name], length=len(value), limit=LIMITS[name])
    return value


def _title(title: str, body: str) -> str:
    words = " ".join(UNWANTED.sub("", title).split()) if title else ""
    words = words or title_from(body)
    return words if len(words) <= TITLE_LIMIT else words[: TITLE_LIMIT - 1] + "…"


def _check_email(email: str) -> None:
    if email and not is_email(email):
        raise EmailWrong(email=email[:40])


def _check_kind(kind: str) -> None:
    if kind and kind not in KINDS:
        raise KindUnknown(kind=kind, known="、".join(f"{code}（{label}）" for code, label in KINDS.items()))


def _check_point(lon: float | None, lat: float | None) -> None:
    if lon is None and lat is None:
        return
    if (
        lon is None
        or lat is None
        or not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90)
    ):
        raise PointWrong


def _phone(phone: str) -> str:
    if not UNWANTED.sub("", phone).strip():
        return ""
    if not is_phone(phone):
        raise PhoneWrong(phone=phone[:20])
    return digits_of(phone)


def _identity(number: str) -> str:
    """Return the identity number in plain form; the place code is not looked up, because withdrawn codes stay valid on cards."""
    plain = "".join(digits_of(UNWANTED.sub("", number)).upper().split())
    if not plain:
        return ""
    try:
        if (
            len(plain) != IDENTITY_LENGTH
            or not plain[:-1].isdecimal()
            or plain[-1] != ric.calc_check_digit(plain)
        ):
            raise IdentityWrong
        ric.get_birth_date(plain)
    except ValidationError as error:
        raise IdentityWrong from error
    return plain
