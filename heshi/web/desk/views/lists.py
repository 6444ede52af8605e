"""The queue, the list of everything, and search."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from heshi.cases.actions.looking import note_findings
from heshi.cases.queries import CaseUnknown, case_for
from heshi.cases.queries.lists import CasePage, Only, newest, queue
from heshi.cases.queries.search import Found, search
from heshi.cases.queries.tasks import MOST_COUNTED, tasks_for, tasks_waiting
from heshi.cases.queries.wholes import FoundWhole, found_whole
from heshi.common.keys import key_from
from heshi.common.numbers import LENGTH, NumberMistyped, check_number
from heshi.common.phones import is_mobile
from heshi.common.refusals import Refusal
from heshi.people.permissions import May, may
from heshi.web.desk.acting import signature
from heshi.web.desk.gathering import books_for
from heshi.web.desk.lines import asked_line, case_line
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.names import names
from heshi.web.kit.paging import address, pager

TABS = {"all": "全部在办", "mine": "等我办", "overdue": "已超期"}
UNSURE = {"unsure": "待定类别"}
DIGITS_LIKE_A_NUMBER = 10
SNIPPET = "desk/lists.html#rows"


@require_safe
@at_desk
def due_next(request: DeskRequest) -> HttpResponse:
    """Show what is due next; whoever sees no case is led to the figures instead."""
    if request.scope.is_empty:
        return _no_cases(request)
    only = request.GET.get("only", "")
    may_sort = may(request.scope.roles, May.SORT)
    tabs = TABS | UNSURE if may_sort else TABS
    only = only if only in tabs else "all"
    unit = _unit(request.GET.get("unit", ""))
    at = timezone.now()
    found = queue(
        request.scope, at=at, after=request.GET.get("after", ""), only=cast("Only", only), unit=unit
    )
    kept = {"only": only if only != "all" else "", "unit": str(unit or "")}
    waiting = tasks_waiting(request.scope)
    shown = {
        "asked_for": f"{MOST_COUNTED}+" if waiting > MOST_COUNTED else str(waiting or ""),
        "heading": "待办",
        "tabs": tabs,
        "may_sort": may_sort,
        "only": only,
        "unit": str(unit or ""),
        "units": names().unit_choices,
        "at": at,
    }
    return page(request, "desk/queue.html", shown | _rows(request, found, "desk:queue", kept), here="queue")


@require_safe
@at_desk
def everything(request: DeskRequest) -> HttpResponse:
    """Show every case in sight, the last to come in first."""
    found = newest(request.scope, after=request.GET.get("after", ""))
    shown = _rows(request, found, "desk:cases", {}) | {
        "heading": "全部案件",
        "gathers": bool(books_for(request.scope.roles)),
    }
    return page(request, "desk/cases.html", shown, here="cases")


@require_safe
@at_desk
def tasks(request: DeskRequest) -> HttpResponse:
    """Show what other people's cases want of one's own units."""
    found = tasks_for(request.scope, after=request.GET.get("after", ""))
    at = timezone.now()
    shown: dict[str, object] = {
        "heading": "请我单位配合的",
        "tasks": [asked_line(row, at=at) for row in found.tasks],
    }
    return page(
        request, "desk/tasks.html", shown | pager(request, "desk:tasks", found.following), here="queue"
    )


@require_safe
@at_desk
def look_for(request: DeskRequest) -> HttpResponse:
    """Show what fits a question; a whole number leads straight to its case."""
    text = " ".join(request.GET.get("q", "").split())
    if not text:
        return redirect("desk:cases")
    try:
        if number := _number(text):
            return redirect("desk:case", number=case_for(request.scope, number).number)
    except CaseUnknown as refusal:
        # A landline or an order of another system may look like a number of ours.
        return _found(request, text, Found([]), refusal=refusal)
    try:
        found = search(request.scope, text=text, after=request.GET.get("after", ""))
    except Refusal as refusal:
        return _found(request, text, Found([]), refusal=refusal)
    return _found(request, text, found, hint=_mistyped(text))


def _found(
    request: DeskRequest, text: str, found: Found, *, refusal: Refusal | None = None, hint: str = ""
) -> HttpResponse:
    at, first = timezone.now(), "after" not in request.GET
    whole = found_whole(request.scope, text) if first else FoundWhole()
    _note(request, whole, at)
    known = {hit.case.pk for hit in whole.hits}
    hits = [*whole.hits, *(hit for hit in found.hits if hit.case.pk not in known)]
    refused = refusal if refusal and not hits else None
    shown = {
        "heading": "查找结果", "text": text, "first": first, "looked_back_to": found.looked_back_to,
        "rows": [(case_line(hit.case, at=at), hit.excerpt, whole.personal(hit.case)) for hit in hits],
        "refusal": str(refused or ""), "hint": "" if known else hint,
        "following": address("desk:search", asked={"q": text, "after": found.following}) if found.following else "",
    }  # fmt: skip
    return page(request, "desk/search.html", shown, here="cases", status=refused.status if refused else 200)


def _note(request: DeskRequest, whole: FoundWhole, at: datetime) -> None:
    """Note on each file that was found by what is personal who found it so; the resident can read it."""
    found = [
        (hit.case, signature(request, hit.case.unit_id), by)
        for hit in whole.hits
        if (by := whole.personal(hit.case))
    ]
    note_findings(found=found, staff_id=request.user.pk, at=at)


def _rows(request: DeskRequest, found: CasePage, name: str, kept: dict[str, str]) -> dict[str, object]:
    at = timezone.now()
    rows = [case_line(case, at=at) for case in found.cases]
    return {"rows": rows, **pager(request, name, found.following, kept=kept)}


def _no_cases(request: DeskRequest) -> HttpResponse:
    figures = may(request.scope.roles, May.SEE_FIGURES)
    return page(request, "desk/no_cases.html", {"heading": "工作台", "figures": figures})


def _unit(text: str) -> UUID | None:
    key = key_from(text)
    return key if key in names().units else None


def _number(text: str) -> str:
    try:
        return check_number(text)
    except NumberMistyped:
        return ""


def _mistyped(text: str) -> str:
    """Return a hint when the question looks like a case number with a slip in it."""
    digits = sum(char.isdigit() for char in text)
    if is_mobile(text):
        return ""
    if digits < DIGITS_LIKE_A_NUMBER or digits > LENGTH + 1 or any(char.isalpha() for char in text):
        return ""
    return str(NumberMistyped())


def not_there(request: DeskRequest, refusal: Refusal) -> HttpResponse:
    """Say that a case does not exist for this person."""
    return render(request, "desk/not_there.html", {"sentence": str(refusal)}, status=refusal.status)
