"""What a person must tell: ring up, hand over on paper, and what no machine could deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.cases.actions.looking import note_unmasking
from heshi.cases.models import Case, Party
from heshi.cases.queries import visible_to
from heshi.common.numbers import spoken
from heshi.common.refusals import Conflict, NotAllowed
from heshi.notices.actions import mark_not_reached, mark_told
from heshi.notices.models import Notice
from heshi.notices.queries import by_hand
from heshi.notices.terms import BY_HAND, channel_word
from heshi.people.permissions import May, may
from heshi.people.rules import Scope
from heshi.places.queries import county_code
from heshi.web.desk.acting import roles_on, signature
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.following import qr_code

SHOWN = 100


class TellingNotYours(NotAllowed):
    """Only those who work on a case tell its people."""

    code = "telling_not_yours"
    sentence = "电话告知和送达由中心窗口、分流员和承办这件事的人员办理，请转告他们。"


class ToldAlready(Conflict):
    """A colleague was quicker."""

    code = "told_already"
    sentence = "这一条已经有人告知过了，请回到列表看还剩哪些。"


@dataclass(frozen=True, slots=True)
class TellingRow:
    """One thing to tell: what it says, by which way, and what she left for it once somebody has asked to see it."""

    notice: Notice
    case: Case
    way: str
    prints: bool
    name: str = ""
    number: str = ""

    @property
    def failed(self) -> bool:
        """Whether a machine was meant to tell it and could not."""
        return self.notice.channel not in BY_HAND


def waiting(scope: Scope) -> int:
    """Return how many things this person could tell; none for whom it is not her work."""
    if not may(scope.roles, May.TELL_BY_HAND):
        return 0
    return by_hand().filter(case_id__in=visible_to(scope).values("pk")).count()


class Mark(Protocol):
    """Marks a notice as dealt with by hand; returns whether it was still to be."""

    def __call__(self, *, notice_id: UUID, county: int, at: datetime, by: str) -> bool:
        """Mark it."""


@require_safe
@at_desk
def to_tell(request: DeskRequest) -> HttpResponse:
    """List what is to be told, the longest waiting first."""
    return _page(request)


@require_POST
@at_desk
def reveal(request: DeskRequest, key: UUID) -> HttpResponse:
    """Show the number of one of them, after it is noted who asked."""
    return _page(request, revealed=_opened(request, _row(request, key)))


@require_POST
@at_desk
def told(request: DeskRequest, key: UUID) -> HttpResponse:
    """Record that she was told."""
    number = _marked(request, key, mark_told)
    messages.success(request, f"已记下：{number} 由您告知。")
    return redirect("desk:to-tell")


@require_POST
@at_desk
def not_reached(request: DeskRequest, key: UUID) -> HttpResponse:
    """Record that nobody answered; it stays in the list."""
    number = _marked(request, key, mark_not_reached)
    messages.info(request, f"已记下没有打通：{number} 排到后面，请换个时间再打。")
    return redirect("desk:to-tell")


def _marked(request: DeskRequest, key: UUID, mark: Mark) -> str:
    """Let a notice be marked by hand and return the number of its case as it is spoken; raises ToldAlready."""
    row = _row(request, key)
    by = signature(request, row.case.unit_id)
    if not mark(notice_id=key, county=county_code(), at=timezone.now(), by=by):
        raise ToldAlready
    return spoken(row.case.number)


@require_POST
@at_desk
def letter(request: DeskRequest, key: UUID) -> HttpResponse:
    """Show the letter with its receipt, ready to be printed."""
    row = _opened(request, _row(request, key))
    code = qr_code(row.case.number).svg_data_uri(border=2, scale=4)
    shown = {"heading": "告知书", "row": row, "code": code, "at": timezone.now()}
    return page(request, "desk/letter.html", shown, here="notices")


def _page(request: DeskRequest, revealed: TellingRow | None = None) -> HttpResponse:
    _check(request.scope)
    found = list(by_hand().filter(case_id__in=visible_to(request.scope).values("pk"))[: SHOWN + 1])
    cases = Case.objects.filter(county=county_code(), pk__in=[one.case_id for one in found]).in_bulk()
    rows = [_of(one, cases[one.case_id]) for one in found[:SHOWN] if one.case_id]
    rows = [revealed if revealed and revealed.notice.pk == row.notice.pk else row for row in rows]
    shown = {"heading": "要打电话、送达的", "rows": rows, "more": len(found) > SHOWN, "most": SHOWN}
    return page(request, "desk/to_tell.html", shown, here="notices")


def _check(scope: Scope) -> None:
    if not may(scope.roles, May.TELL_BY_HAND):
        raise TellingNotYours


def _row(request: DeskRequest, key: UUID) -> TellingRow:
    """Return one of those this person may tell. Raises TellingNotYours, ToldAlready or Http404."""
    _check(request.scope)
    notice = (
        Notice.objects.filter(pk=key, county=county_code(), to_kind="resident").defer("destination").first()
    )
    if notice is None or notice.case_id is None:
        raise Http404
    case = visible_to(request.scope).filter(pk=notice.case_id).first()
    if case is None:
        raise Http404
    if not roles_on(request.scope, case):
        raise TellingNotYours
    # Somebody else told her a moment ago; a second call about the same thing frightens people.
    if notice.sent_at is not None:
        raise ToldAlready
    return _of(notice, case)


def _of(notice: Notice, case: Case) -> TellingRow:
    return TellingRow(notice, case, channel_word(notice.channel), prints=notice.channel == "print")


def _opened(request: DeskRequest, row: TellingRow) -> TellingRow:
    """Return the row with the number on it; that it was looked at stands in the file, and the resident can read it."""
    note_unmasking(
        case=row.case, staff_id=request.user.pk, label=signature(request, row.case.unit_id), at=timezone.now(),
        why=f"{row.way}：{row.notice.subject}",
    )  # fmt: skip
    party = Party.objects.filter(county=row.case.county, case=row.case, role="reporter").first()
    name = party.name if party else ""
    return TellingRow(row.notice, row.case, row.way, row.prints, name, row.notice.destination)
