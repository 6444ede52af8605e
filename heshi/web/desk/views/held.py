"""Rows that came under a number we know, with other words: shown side by side, and a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.cases.actions import Actor
from heshi.cases.models import Case, Statement
from heshi.cases.queries.file import may_see
from heshi.common.refusals import Refusal
from heshi.intake.models import HeldRow
from heshi.intake.queries import held_waiting
from heshi.intake.rules.report import Report
from heshi.journey.deciding import decide_row, report_in
from heshi.people.permissions import May, may
from heshi.web.desk.acting import signature
from heshi.web.desk.views.importing import HERE, ImportNotYours
from heshi.web.kit.access import DeskRequest, at_desk, page

PAGE_ROWS = 10


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What stands in the case and what the row says; ``before`` is empty where this person may not see the case."""

    row: HeldRow
    case: Case
    before: Sequence[Statement]
    now: Report


@require_safe
@at_desk
def held(request: DeskRequest) -> HttpResponse:
    """Show what waits for a decision."""
    return _page(request)


@require_POST
@at_desk
def decide(request: DeskRequest, key: UUID) -> HttpResponse:
    """Carry out what was chosen for one row."""
    _only_importing(request)
    actor = Actor("staff", request.user.pk, signature(request), request.scope.roles)
    try:
        row = decide_row(key=key, choice=request.POST.get("choice", ""), actor=actor, at=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal=str(refusal), status=refusal.status)
    messages.success(request, f"{row.where}：{row.get_state_display()}，已办好。")
    return redirect("desk:held")


def _page(request: DeskRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    _only_importing(request)
    rows = Paginator(held_waiting(), PAGE_ROWS).get_page(request.GET.get("page"))
    shown = {
        "heading": "待选定的行", "rows": [_beside(request, row) for row in rows], "page_of": rows, "refusal": refusal,
        "choices": HeldRow.HeldState.choices[1:],
    }  # fmt: skip
    return page(request, "desk/held.html", shown, here=HERE, status=status)


def _only_importing(request: DeskRequest) -> None:
    if not may(request.scope.roles, May.IMPORT):
        raise ImportNotYours


def _beside(request: DeskRequest, row: HeldRow) -> SideBySide:
    case = Case.objects.get(county=row.county, pk=row.case_id)
    words = Statement.objects.filter(county=case.county, case=case).order_by("id")
    return SideBySide(row, case, list(words) if may_see(request.scope, case) else [], report_in(row))
