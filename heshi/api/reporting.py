"""A request in, a receipt out: the same door as every other channel."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from heshi.api.models import ApiKey
from heshi.api.schemas import RequestIn
from heshi.api.terms import SEPARATOR
from heshi.cases.actions import Actor
from heshi.cases.models import Case, Event, Party
from heshi.cases.rules import statement_digest
from heshi.cases.terms import PERSONAL
from heshi.common.numbers import spoken
from heshi.common.refusals import Conflict, Invalid, Refusal
from heshi.intake.rules.markup import text_of
from heshi.intake.rules.report import Report, cleaned
from heshi.intake.terms import DOUBTS
from heshi.journey.actions import Receipt, receive_cleaned

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEY = re.compile(r"[\x21-\x7e]{1,59}")


class IdempotencyKeyMissing(Refusal):
    """Without one, a lost answer would mean a second case."""

    code = "idempotency_key_missing"
    sentence = "请在请求头 Idempotency-Key 里写这件事的唯一编号（1 到 59 个字母、数字或符号，如一个 UUID）；重发时写同一个。"


class IdempotencyKeyUsed(Conflict):
    """The same key came with something else."""

    code = "idempotency_key_used"
    sentence = "这个 Idempotency-Key 已经用来提交过另一件事（案件 {number}），新的事请换一个新的值。"


class SaidInTheFuture(Invalid):
    """Nobody can have said it yet."""

    code = "said_in_the_future"
    sentence = "said_at 是将来的时间，请核对对方系统的时钟和时区。"


def report_of(said: RequestIn, *, client: str, key: str | None, at: datetime) -> Report:
    """Return what was sent in the words of the door, checked; raises IdempotencyKeyMissing, SaidInTheFuture or what `cleaned` raises."""
    key = (key or "").strip().strip('"')
    if not KEY.fullmatch(key):
        raise IdempotencyKeyMissing
    return cleaned(
        Report(
            source="api",
            source_key=f"{client}{SEPARATOR}{key}",
            body=text_of(said.body),
            title=text_of(said.title),
            kind=said.kind,
            topic=said.topic,
            place=said.place.code,
            lon=said.place.lon,
            lat=said.place.lat,
            place_text=said.place.text,
            **{name: getattr(said.contact, name) for name in PERSONAL},
            said_at=_said_at(said.said_at, at),
            visit=said.visit,
            external_number=said.external_number,
        )
    )


def _said_at(moment: datetime | None, at: datetime) -> datetime | None:
    if moment is None:
        return None
    # Chinese systems write local time without a zone; read as UTC it would lie eight hours off.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    # A day of grace: clocks of other systems are wrong, and theirs is not a reason to lose a report.
    if moment > at + timedelta(days=1):
        raise SaidInTheFuture
    return moment


def accept(report: Report, *, key: ApiKey, at: datetime) -> Receipt:
    """Open a file for a report, or give the receipt of the first time; raises IdempotencyKeyUsed when it said something else then."""
    actor = Actor("system", key.pk, f"接口 {key.label}", frozenset({"system"}))
    receipt = receive_cleaned(reports=[report], at=at, actor=actor)[0]
    # A key that comes with something else is a mistake on their side; the first report must not swallow the second.
    if not receipt.new and not is_same(report, receipt):
        raise IdempotencyKeyUsed(number=spoken(receipt.number))
    return receipt


def is_same(report: Report, receipt: Receipt) -> bool:
    """Return whether a repeated report says what the file was opened with."""
    case = Case.objects.only("county", "facts").get(county=settings.HESHI_COUNTY, pk=receipt.case_id)
    facts = Event.objects.get(county=case.county, case=case, number=1).body.facts
    # What nobody could read, or what somebody has put right since, is no other matter.
    unread = {"lon", "lat"} if "point" in (fields := {one.field for one in receipt.doubts}) else set()
    named = {"kind", "topic", "place", "lon", "lat"} - fields - unread
    given = {name: value for name in named if (value := getattr(report, name))}
    return (
        facts["statement"] == statement_digest(report.title, report.body)
        and all(facts[name] == value for name, value in given.items())
        and ("corrected" in case.facts or _people_said(report) == _people_held(case))
    )


def _people_said(report: Report) -> tuple[str, ...]:
    return tuple(getattr(report, name) for name in PERSONAL)


def _people_held(case: Case) -> tuple[str, ...]:
    party = Party.objects.filter(county=case.county, case=case, role="reporter").order_by("id").first()
    return tuple(getattr(party, name) for name in PERSONAL) if party else ("",) * len(PERSONAL)


def receipt_as(receipt: Receipt) -> dict[str, object]:
    """Return the receipt as it is sent."""
    flags = [{"field": one.field, "detail": DOUBTS[one.why]} for one in receipt.doubts]
    content: dict[str, object] = {"flags": flags} if flags else {}
    content |= {
        "number": receipt.number,
        "spoken": spoken(receipt.number),
        "status_url": f"{settings.HESHI_PUBLIC_URL}/api/v1/requests/{receipt.number}",
    }
    return content | ({"follow_code": receipt.follow_code} if receipt.follow_code else {})
