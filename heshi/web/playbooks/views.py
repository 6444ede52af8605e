"""Showing the playbooks in force, and walking a pretend case through one."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from heshi.cases.terms import KINDS, SOURCES
from heshi.common.refusals import Refusal
from heshi.playbooks.rules import Step
from heshi.web.desk.casefile import Button, typed
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.forms import PageForm
from heshi.web.playbooks import showing, trying
from heshi.web.playbooks.showing import Standing
from heshi.web.playbooks.standpoint import standpoint, step_form
from heshi.web.playbooks.trying import Walk

MOST_DIGITS = 5


class BeginForm(PageForm):
    """What kind of pretend case comes in, and by which door."""

    kind = forms.ChoiceField(label="假设来的是什么事", choices=list(KINDS.items()), initial="complaint")
    source = forms.ChoiceField(label="从哪里来", choices=list(SOURCES.items()), initial="web")


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
    form = step_form(held, act, request.POST, task=_task(request))
    try:
        if not _taken(request, found, held, act, form):
            return _walk(request, found, held, busy=_busy(request, act, form), status=422)
    except Refusal as refusal:
        return _again(request, found, held, act, refusal)
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
        return _walk(request, found, held, refusal=str(refusal), status=refusal.status)
    return _on(request, found, held, "时间已拨到下一个期限之后。")


@require_POST
@at_desk
def start_over(request: DeskRequest, code: str) -> HttpResponse:
    """Forget the walk and begin anew."""
    trying.drawer(request.session, code).clear()
    return redirect("playbooks:try", code=code)


def _held(request: DeskRequest, found: Standing) -> Walk | None:
    return trying.held(request.session, found.version.code, str(found.version.pk))


def _role(request: DeskRequest) -> str:
    return request.GET.get("as", "")


def _task(request: DeskRequest) -> int:
    """Return the task that a step is taken on; nought for one on the case itself."""
    text = request.GET.get("task", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def _busy(request: DeskRequest, act: Step, form: PageForm) -> Button:
    return Button(act, form, is_open=True, task=_task(request))


def _taken(request: DeskRequest, found: Standing, held: Walk, act: Step, form: PageForm) -> bool:
    """Say whether the form was good, and the step was taken; raises what stands against it."""
    good = form.is_valid()
    if (form.cleaned_data.get("revision") or 0) != held.revision:
        raise trying.WalkMoved
    trying.allow(held, found.book, code=act.code, role=_role(request), task=_task(request))
    if good:
        answers = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
        trying.stepped(
            held, found.book, code=act.code, role=_role(request), answers=answers, task=_task(request)
        )
    return good


def _on(request: DeskRequest, found: Standing, held: Walk, words: str) -> HttpResponse:
    """Keep the walk and show where it stands; whoever only made a note keeps her seat."""
    code = found.version.code
    trying.keep(request.session, code, held)
    messages.success(request, words)
    stays = held.acts[-1]["went_to"] == held.acts[-1]["came_from"] and _role(request)
    return redirect(reverse("playbooks:try", args=[code]) + (f"?{urlencode({'as': stays})}" if stays else ""))


def _gone(request: DeskRequest, code: str) -> HttpResponse:
    messages.warning(request, "这次试走已经不在了，请重新开始。")
    return redirect("playbooks:try", code=code)


def _again(request: DeskRequest, found: Standing, held: Walk, act: Step, refusal: Refusal) -> HttpResponse:
    data = request.POST.copy()
    data["revision"] = str(held.revision)
    busy = _busy(request, act, step_form(held, act, data, task=_task(request)))
    return _walk(request, found, held, busy=busy, refusal=str(refusal), status=refusal.status)


def _start(request: DeskRequest, found: Standing, form: BeginForm, *, status: int = 200) -> HttpResponse:
    shown = {"book": found.book, "form": form}
    return page(request, "playbooks/begin.html", shown, here="playbooks", status=status)


def _walk(
    request: DeskRequest, found: Standing, held: Walk, *, busy: Button | None = None, refusal: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    stand = standpoint(held, found.book, role=_role(request), busy=busy)
    there = [*stand.buttons, *(button for card in stand.tasks for button in card.buttons)]
    possible = any(button is busy for button in there)
    shown = {
        "book": found.book, "stand": stand, "refusal": refusal, "possible": possible,
        "form": busy.form if busy and possible else None,
        "typed": typed(busy.step, request.POST) if busy and not possible else [],
    }  # fmt: skip
    return page(request, "playbooks/try.html", shown, here="playbooks", status=status)
