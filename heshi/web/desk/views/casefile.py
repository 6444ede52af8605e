"""One case: read it, take a step, look behind a mask, open an attachment."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.cases.actions import CaseMoved, check_unmoved, take_step
from heshi.cases.actions.looking import ReasonMissing, note_opening, note_unmasking
from heshi.cases.models import Case, Event
from heshi.cases.queries import case_for, playbook_for, state_of
from heshi.cases.queries.file import check_task, hidden_from, may_see, with_former
from heshi.cases.queries.papers import (
    AttachmentUnknown,
    WholeFile,
    attachment_of,
    file_for,
    waiting_for,
)
from heshi.cases.record import Body
from heshi.cases.rules.sight import taken_on
from heshi.common.numbers import spoken
from heshi.common.refusals import NotAllowed
from heshi.journey.actions import remember, route_again
from heshi.people.permissions import May, may
from heshi.playbooks.rules import Playbook, Step, TaskMoved
from heshi.web.desk.acting import actor_on, may_unmask, roles_on, signature
from heshi.web.desk.casefile import casefile, seen_at_desk, situation_for
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.again import kept_for
from heshi.web.kit.handing import handed_over
from heshi.web.kit.mapping import map_address, pin_at
from heshi.web.kit.steps import Answers, SentStep, check_offered, check_still_there, pressed, typed_before


class MaskStays(NotAllowed):
    """Only those who work on a case may see personal fields."""

    code = "mask_stays"
    sentence = "您的岗位只能查看脱敏后的信息；确需联系当事人的，请转告承办单位。"


@require_safe
@at_desk
def show(request: DeskRequest, number: str) -> HttpResponse:
    """Show the file, and note that it was opened."""
    file = file_for(request.scope, number)
    case = file.case
    # One address for one case, whatever was typed: else the same file is in the browser's history under five.
    if case.number != number:
        return redirect("desk:case", number=case.number)
    note_opening(
        case=case, staff_id=request.user.pk, label=signature(request, case.unit_id), at=timezone.now()
    )
    return _page(request, file, sent=_typed_before(request, file))


@require_POST
@at_desk
def take(request: DeskRequest, number: str, code: str, task: int = 0) -> HttpResponse:
    """Take a step, on the case or on one of its tasks. What cannot be done comes back with the newest state and every typed word."""
    case = case_for(request.scope, number)
    playbook, state = playbook_for(case), state_of(case)
    # A form that lay open while the case went over to another playbook: its step is known from the one before.
    book = with_former(state, playbook)
    step = book.steps.get(code)
    if step is None:
        raise Http404
    _check_sight(request, case, book, step, task)
    came = pressed(
        seen_at_desk(case, request.scope), step, request.POST, uploads=request.FILES, task=task,
        unmoved=lambda revision: _check_unmoved(case, playbook, step, revision, task),
        allowed=lambda: check_offered(playbook, situation_for(case, request.scope, task), step),
        take=lambda answers: _taken(request, case, code, answers, task),
        newest=lambda: seen_at_desk(case_for(request.scope, number), request.scope),
    )  # fmt: skip
    if isinstance(came, Case):
        return _done(request, came, step)
    newest = file_for(request.scope, number)
    return _mine_already(request, newest.case, came) or _page(request, newest, sent=came)


@require_POST
@at_desk
def unmask(request: DeskRequest, number: str) -> HttpResponse:
    """Show the personal fields once, after it is noted who asked and why."""
    file = file_for(request.scope, number)
    case = file.case
    # Whoever only checks may read and not telephone: the mask is for her.
    if not may_unmask(request.scope, case):
        raise MaskStays
    label, why = signature(request, case.unit_id), request.POST.get("why", "")
    try:
        note_unmasking(case=case, staff_id=request.user.pk, label=label, at=timezone.now(), why=why)
    except ReasonMissing as refusal:
        return _page(request, file, shown={"why": why, "why_wrong": str(refusal)}, status=refusal.status)
    return _page(request, file, unmasked=True)


@require_safe
@at_desk
def attachment(request: DeskRequest, number: str, key: UUID) -> FileResponse:
    """Open an attachment; pictures and sound are shown, everything else is handed over as a file.

    Whoever sent one with a step that was not taken yet can look at it, and nobody else.
    """
    case = case_for(request.scope, number)
    paper = waiting_for(case, str(request.user.pk)).filter(pk=key).first() or attachment_of(case, key)
    if paper.task and paper.task in hidden_from(request.scope, case, state_of(case)):
        raise AttachmentUnknown
    note_opening(
        case=case, staff_id=request.user.pk, label=signature(request, case.unit_id), at=timezone.now()
    )
    return handed_over(paper)


def _typed_before(request: DeskRequest, file: WholeFile) -> SentStep | None:
    """Return the step she had filled in when her session ended."""
    under = reverse("desk:case", args=[file.case.number])
    kept = kept_for(request.session, str(request.user.pk), under=under)
    if kept is None or not isinstance((asked := resolve(kept.path)).kwargs.get("code"), str):
        return None
    step = playbook_for(file.case).steps.get(asked.kwargs["code"])
    if step is None:
        return None
    return typed_before(seen_at_desk(file.case, request.scope), step, kept.data, asked.kwargs.get("task", 0))


def _check_unmoved(case: Case, playbook: Playbook, step: Step, revision: int, task: int) -> None:
    check_still_there(playbook, step)
    check_unmoved(case, revision, task)


def _check_sight(request: DeskRequest, case: Case, book: Playbook, step: Step, task: int) -> None:
    """Raise TaskUnknown for a task that is out of sight: for this person the case has no such task."""
    if task:
        kind = book.tasks[step.task.kind].label if step.task else step.label
        check_task(request.scope, case, task, kind=kind)


def _taken(request: DeskRequest, case: Case, code: str, answers: Answers, task: int) -> Case:
    """Take the step, remember what was decided otherwise than suggested, and route it by that again: all of it or nothing."""
    held = state_of(case).tasks.get(task) if task else None
    at, actor = timezone.now(), actor_on(request, case, held)
    with transaction.atomic():
        taken = take_step(
            case=case, step=code, actor=actor, answers=answers, at=at, revision=case.revision, task=task
        )
        remember(taken, answers, by=request.user.pk, at=at)
        if {"kind", "topic"} & answers.keys():
            taken = route_again(case=taken, at=at)
    return taken


def _mine_already(request: DeskRequest, case: Case, sent: SentStep) -> HttpResponse | None:
    """Pressing twice is not a race with somebody else: show what the first press did."""
    step = sent.button.step
    if not isinstance(sent.refusal, CaseMoved) or (answers := sent.answers()) is None:
        return None
    mine = Event.objects.filter(
        county=case.county, case=case, number__gt=sent.seen, step=step.code, actor_id=request.user.pk
    )
    # Only the very same words on the very same task are an echo: whatever else she typed must come back to her.
    echoed = any(_says(event.body, step, sent.button.task, answers) for event in mine)
    return _done(request, case, step) if echoed else None


def _says(body: Body, step: Step, task: int, answers: Answers) -> bool:
    """Return whether an act says just this, on this task or, with nought, on the case itself."""
    if step.task and taken_on(body) != task:
        return False
    said = next(
        (move.said for move in body.tasks if isinstance(move, TaskMoved) and move.number == task), body.facts
    )
    return all(said.get(name) == value for name, value in answers.items())


def _done(request: DeskRequest, case: Case, step: Step) -> HttpResponse:
    messages.success(request, f"“{step.label}”已办好，案件 {spoken(case.number)} 现在处于“{_label(case)}”。")
    if not may_see(request.scope, case):
        return redirect("desk:queue")  # it went to another unit, and out of her sight with it
    return redirect("desk:case", number=case.number)


def _label(case: Case) -> str:
    return playbook_for(case).positions[case.position].label


def _page(
    request: DeskRequest, whole: WholeFile, *, sent: SentStep | None = None, unmasked: bool = False,
    shown: dict[str, object] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    file, case = casefile(whole, request.scope, at=timezone.now(), sent=sent, unmasked=unmasked), whole.case
    roles, pin = roles_on(request.scope, case), pin_at(case.lon, case.lat)
    given = {
        "file": file,
        "case": case,
        "heading": case.title,
        "unmasked": unmasked,
        "pin": pin,
        "pin_is_beside": pin is not None and pin.is_beside(case.path),
        "map": map_address() if pin else "",
        "may_unmask": may_unmask(request.scope, case),
        "may_correct": may(roles, May.CORRECT),
        "may_change": case.is_open and may(roles, May.CHANGE_THE_WAY),
        "may_sort": case.is_open and may(roles, May.SORT),
    }
    wrong = sent.said(file.all_buttons) if sent else {}
    return page(
        request,
        "desk/case.html",
        given | wrong | (shown or {}),
        here="cases",
        status=sent.status if sent else status,
    )
