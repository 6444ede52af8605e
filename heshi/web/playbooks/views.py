"""Showing the playbooks in force, and walking a pretend case through one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.common.refusals import Refusal
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.paging import address
from heshi.web.kit.steps import SentStep, check_offered, pressed, task_in
from heshi.web.playbooks import showing, trying
from heshi.web.playbooks.forms import BeginForm
from heshi.web.playbooks.showing import BookInForce
from heshi.web.playbooks.standpoint import seen_walk, standpoint
from heshi.web.playbooks.trying import TrialWalk


@require_safe
@at_desk
def shelf(request: DeskRequest) -> HttpResponse:
    """List the playbooks in force."""
    return page(request, "playbooks/shelf.html", {"standing": showing.in_force_now()}, here="playbooks")


@require_safe
@at_desk
def show(request: DeskRequest, code: str) -> HttpResponse:
    """Show one playbook; raises PlaybookNotInForce."""
    sheet = showing.sheet_of(showing.standing(code))
    return page(
        request, "playbooks/show.html", {"sheet": sheet, "book": sheet.standing.book}, here="playbooks"
    )


@require_safe
@at_desk
def walk(request: DeskRequest, code: str) -> HttpResponse:
    """Show the walk that is under way, or ask what kind of case to pretend."""
    found = showing.standing(code)
    held = _held(request, found)
    return _walk(request, found, held) if held else _start(request, found, BeginForm())


@require_POST
@at_desk
def begin(request: DeskRequest, code: str) -> HttpResponse:
    """Register the pretend case."""
    found, form = showing.standing(code), BeginForm(request.POST)
    if not form.is_valid():
        return _start(request, found, form, status=422)
    at, version = timezone.now(), str(found.version.pk)
    trying.keep(
        request.session, code, trying.begun(found.book, version=version, given=form.cleaned_data, at=at)
    )
    return redirect("playbooks:try", code=code)


@require_POST
@at_desk
def press(request: DeskRequest, code: str, step: str) -> HttpResponse:
    """Take a step of the walk. What cannot be done comes back with every typed word."""
    found = showing.standing(code)
    held, act = _held(request, found), found.book.steps.get(step)
    if act is None:
        raise Http404
    if held is None:
        return _gone(request, code)
    book, role = found.book, _role(request)
    task, seen = task_in(request.POST.get("task", "")), seen_walk(held)
    came = pressed(
        seen, act, request.POST, uploads=request.FILES, task=task, unmoved=lambda revision: trying.check_unmoved(held, revision),
        newest=lambda: seen,
        allowed=lambda: check_offered(book, trying.situation(held, book, role, task), act),
        take=lambda answers: trying.stepped(held, book, code=act.code, role=role, answers=answers, task=task),
    )  # fmt: skip
    if isinstance(came, SentStep):
        return _walk(request, found, held, sent=came)
    return _on(request, found, held, f"“{act.label}”走完了。")


@require_POST
@at_desk
def later(request: DeskRequest, code: str) -> HttpResponse:
    """Let the walk's time pass until the next clock has run out."""
    found = showing.standing(code)
    held = _held(request, found)
    if held is None:
        return _gone(request, code)
    try:
        trying.waited(held, found.book)
    except Refusal as refusal:
        return _walk(request, found, held, refusal=refusal)
    return _on(request, found, held, "时间已拨到下一个期限之后。")


@require_POST
@at_desk
def start_over(request: DeskRequest, code: str) -> HttpResponse:
    """Forget the walk and begin anew."""
    trying.drawer(request.session, code).clear()
    return redirect("playbooks:try", code=code)


def _held(request: DeskRequest, found: BookInForce) -> TrialWalk | None:
    return trying.held(request.session, found.version.code, str(found.version.pk))


def _role(request: DeskRequest) -> str:
    return request.GET.get("as", "")


def _on(request: DeskRequest, found: BookInForce, held: TrialWalk, words: str) -> HttpResponse:
    """Keep the walk and show where it stands; whoever only made a note keeps her seat."""
    code = found.version.code
    trying.keep(request.session, code, held)
    messages.success(request, words)
    stays = _role(request) if held.acts[-1]["went_to"] == held.acts[-1]["came_from"] else ""
    return redirect(address("playbooks:try", code, asked={"as": stays}))


def _gone(request: DeskRequest, code: str) -> HttpResponse:
    messages.warning(request, "这次试走已经不在了，请重新开始。")
    return redirect("playbooks:try", code=code)


def _start(request: DeskRequest, found: BookInForce, form: BeginForm, *, status: int = 200) -> HttpResponse:
    shown = {"book": found.book, "form": form}
    return page(request, "playbooks/begin.html", shown, here="playbooks", status=status)


def _walk(
    request: DeskRequest, found: BookInForce, held: TrialWalk, *, sent: SentStep | None = None, refusal: Refusal | None = None
) -> HttpResponse:  # fmt: skip
    stand = standpoint(held, found.book, role=_role(request), sent=sent)
    wrong = sent.said(stand.all_buttons) if sent else {"refusal": str(refusal or ""), "possible": False}
    status = sent.status if sent else refusal.status if refusal else 200
    shown = {"book": found.book, "stand": stand, **wrong}
    return page(request, "playbooks/try.html", shown, here="playbooks", status=status)
