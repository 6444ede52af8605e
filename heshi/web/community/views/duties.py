"""What a unit does this week, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.common.refusals import Refusal
from heshi.community.actions import mark_done, skip
from heshi.community.actions.answering import DutyMoved
from heshi.community.models import Occurrence
from heshi.community.queries.rhythm import (
    PARTS,
    DutyPage,
    OccurrenceUnknown,
    duties,
    has_area,
    occurrence_for,
    units_of,
)
from heshi.community.rules.who import own_units
from heshi.community.terms import DONE, SKIPPED
from heshi.web.community.forms import DoneForm, SkipForm
from heshi.web.community.showing import answer_form, line_of, readable
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.forms import PageForm
from heshi.web.kit.paging import address

HERE: Final = "community"
HEADINGS: Final = {"overdue": "过了日子", "today": "今天", "coming": "往后", "recent": "最近填过的"}
HINTS: Final = {
    "overdue": "只是事实：做了的补写，没有做的写明原因。近的在前。",
    "today": "",
    "coming": "往后 14 天；隔得更久的，写下一次。提前做了也可以写。",
    "recent": "最近 14 天。",
}
NOTHING: Final = {
    "overdue": "没有过了日子的。", "today": "今天没有该做的。", "coming": "往后没有安排。", "recent": "最近 14 天没有填过。",
}  # fmt: skip


@require_safe
@at_desk
def week(request: DeskRequest) -> HttpResponse:
    """Show what the units do: overdue, today, ahead, answered; or one of these lists, page by page."""
    only = request.GET.get("only", "")
    only = only if only in PARTS else ""
    whole_area = request.GET.get("whose") == "area" and has_area(request.scope)
    units = units_of(request.scope, whole_area=whole_area)
    found = duties(units, today=timezone.localdate(), only=only, after=request.GET.get("after", ""))
    kept = {"whose": "area"} if whole_area else {}
    shown = {
        "heading": "这一周该做的",
        "lists": [_shown(request, name, found[name], kept, paged=bool(only)) for name in found],
        "only": only,
        "whose": "area" if whole_area else "own",
        "has_area": has_area(request.scope),
        "is_empty": not any(one.duties for one in found.values()),
        "back": address("community:week", asked=kept),
    }
    return page(request, "community/week.html", shown, here=HERE)


def _shown(
    request: DeskRequest, name: str, found: DutyPage, kept: Mapping[str, str], *, paged: bool
) -> dict[str, object]:
    today = timezone.localdate()
    more = {**kept, "only": name} | ({"after": found.following} if paged else {})
    return {
        "name": name, "heading": HEADINGS[name], "hint": HINTS[name], "nothing": NOTHING[name],
        "lines": [line_of(duty, request.scope, today=today) for duty in readable(found.duties)],
        "following": address("community:week", asked=more) if found.following else "", "paged": paged,
    }  # fmt: skip


@require_safe
@at_desk
def show(request: DeskRequest, key: UUID) -> HttpResponse:
    """Show one duty; raises OccurrenceUnknown."""
    return _page(request, occurrence_for(request.scope, key))


@require_POST
@at_desk
def done(request: DeskRequest, key: UUID) -> HttpResponse:
    """Take in what was done."""
    return _answer(request, key, DoneForm, mark_done, DONE)


@require_POST
@at_desk
def skipped(request: DeskRequest, key: UUID) -> HttpResponse:
    """Take in why it was not done."""
    return _answer(request, key, SkipForm, skip, SKIPPED)


def _answer(
    request: DeskRequest, key: UUID, kind: type[PageForm], act: Callable[..., Occurrence], state: str
) -> HttpResponse:
    """Answer a duty. What cannot be done comes back with the newest state and every typed word."""
    try:
        duty = occurrence_for(request.scope, key)
    except OccurrenceUnknown as refusal:
        return _gone(request, refusal)
    form = answer_form(kind, duty, today=timezone.localdate(), data=request.POST)
    if not form.is_valid():
        return _page(request, duty, busy=form, status=422)
    seen = form.cleaned_data.pop("revision") or 0
    if _mine_already(request, duty, state, seen):
        return _taken(request, duty)
    try:
        duty = act(duty=duty, by=request.scope, at=timezone.now(), revision=seen, **form.cleaned_data)
    except DutyMoved as refusal:
        return _again(request, key, kind, refusal)
    except Refusal as refusal:
        return _page(request, duty, busy=form, refusal=refusal, status=refusal.status)
    return _taken(request, duty)


def _mine_already(request: DeskRequest, duty: Occurrence, state: str, seen: int) -> bool:
    """Pressing twice is not a race with somebody else."""
    return (duty.revision, duty.state, duty.answered_by) == (seen + 1, state, request.user.pk)


def _taken(request: DeskRequest, duty: Occurrence) -> HttpResponse:
    said = "做了" if duty.state == DONE else "没有做，原因也记下了"
    messages.success(request, f"已记下：{duty.unit.name}“{duty.title}”{said}。")
    return redirect(
        address("community:week", asked={} if duty.unit_id in own_units(request.scope) else {"whose": "area"})
    )


def _again(request: DeskRequest, key: UUID, kind: type[PageForm], refusal: Refusal) -> HttpResponse:
    """Show the newest state with the form filled in, ready to be sent again if that is still possible."""
    try:
        duty = occurrence_for(request.scope, key)
    except OccurrenceUnknown as gone:
        return _gone(request, gone)
    data = request.POST.copy()
    data["revision"] = str(duty.revision)
    form = answer_form(kind, duty, today=timezone.localdate(), data=data)
    return _page(request, duty, busy=form, refusal=refusal, status=refusal.status)


def _gone(request: DeskRequest, refusal: Refusal) -> HttpResponse:
    """Say that there is no such duty any more, and give back what was typed."""
    typed = [request.POST[name] for name in ("words", "reason") if request.POST.get(name)]
    shown = {"heading": "没有找到这一次", "refusal": str(refusal), "typed": typed}
    return page(request, "community/gone.html", shown, here=HERE, status=refusal.status)


def _page(
    request: DeskRequest, duty: Occurrence, *, busy: PageForm | None = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    line = line_of(duty, request.scope, today=timezone.localdate(), busy=busy)
    possible = busy is not None and busy in (line.done, line.skip)
    typed = (
        []
        if possible or busy is None
        else [str(busy[name].value() or "") for name in busy.fields if name != "revision"]
    )
    shown = {
        "heading": duty.title, "line": line, "form": busy, "refusal": str(refusal or ""), "typed": [words for words in typed if words],
    }  # fmt: skip
    return page(request, "community/duty.html", shown, here=HERE, status=status)
