"""The pages on which a resident follows her case and answers for it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heshi.cases import queries as cases
from heshi.cases.actions import RESIDENT, take_step
from heshi.cases.models import Case
from heshi.cases.queries import FollowRefused
from heshi.cases.queries.papers import attachment_of
from heshi.cases.rules import facts_now
from heshi.common.numbers import spoken
from heshi.common.refusals import Conflict, Refusal
from heshi.playbooks.rules import Playbook, Situation, Step, offered
from heshi.web import guard
from heshi.web.asks import ask_form
from heshi.web.follow import telling
from heshi.web.follow.access import allow, is_allowed
from heshi.web.follow.forms import Find
from heshi.web.forms import PageForm
from heshi.web.handing import handed_over


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for number and digits; guessing is slowed down, and the answer never says which of the two was wrong."""
    if request.method != "POST":
        return _asked(request, Find(initial={"number": request.GET.get("number", "")[:20]}))
    form = Find(request.POST)
    if not form.is_valid():
        return _asked(request, form, status=422)
    number = form.cleaned_data["number"]
    try:
        _found(request, number, form.cleaned_data["last_four"])
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _asked(request, form, status=422 if isinstance(refusal, FollowRefused) else refusal.status)
    allow(request.session, number)
    return redirect("follow:show", number)


@never_cache
@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest, number: str) -> HttpResponse:
    """Show the case to someone who has proved in this session that it is hers."""
    case = _own(request, number)
    return _shown(request, case) if case else _to_ask(number)


@never_cache
@require_http_methods(["GET", "HEAD"])
def attachment(request: HttpRequest, number: str, key: UUID) -> HttpResponseBase:
    """Show her what she handed in."""
    case = _own(request, number)
    return handed_over(attachment_of(case, key)) if case else _to_ask(number)


@never_cache
@require_http_methods(["POST"])
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Let her rate, add words, withdraw …: whatever the playbook gives a resident now."""
    case = _own(request, number)
    if case is None:
        return _to_ask(number)
    playbook = cases.playbook_for(case)
    form = ask_form(playbook.steps[step].asks if step in playbook.steps else ())(request.POST, prefix=step)
    if not form.is_valid():
        return _shown(request, case, wrong={step: form}, status=422)
    answers = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
    try:
        take_step(
            case=case,
            step=step,
            actor=RESIDENT,
            at=timezone.now(),
            answers=answers,
            revision=form.cleaned_data["revision"],
        )
    except Refusal as refusal:
        case.refresh_from_db()
        form.add_error(None, str(refusal))
        status = 409 if isinstance(refusal, Conflict) else refusal.status
        return _shown(request, case, wrong={step: _seen_again(form, case)}, status=status)
    messages.success(request, f"“{playbook.steps[step].label}”已经记下，谢谢您。")
    return redirect("follow:show", number)


def _found(request: HttpRequest, number: str, last_four: str) -> Case:
    """Return the case; every try counts against the number and the address. Raises FollowRefused or TooManyGuesses."""
    subject, address = f"follow:{number}", guard.address_of(request)
    guard.take_guess(limits={subject: guard.PER_SUBJECT, address: guard.PER_ADDRESS}, at=timezone.now())
    case = cases.follow(number, last_four)
    guard.was_right(subject=subject, address=address)
    return case


def _own(request: HttpRequest, number: str) -> Case | None:
    if not is_allowed(request.session, number):
        return None
    return Case.objects.filter(number=number).select_related("unit", "playbook").first()


def _to_ask(number: str) -> HttpResponse:
    return redirect(f"{reverse('follow:ask')}?number={number[:20]}")


def _asked(request: HttpRequest, form: Find, *, status: int = 200) -> HttpResponse:
    shown = {"form": form, "heading": "我的事办到哪一步了", "back": reverse("home")}
    return render(request, "resident/follow.html", shown, status=status)


def _shown(
    request: HttpRequest, case: Case, *, wrong: dict[str, PageForm] | None = None, status: int = 200
) -> HttpResponse:
    playbook = cases.playbook_for(case)
    position = playbook.positions[case.position]
    steps = _steps(case, playbook, wrong or {})
    told = telling.told(case, playbook)
    shown: dict[str, Any] = {
        "case": case,
        "position": position,
        "told": told,
        "answer": next((step for step in reversed(told) if step.is_answer and step.answers), None),
        "until": telling.until(case, playbook),
        "openings": telling.openings(case),
        "statements": telling.statements(case),
        "files": telling.files(case),
        "first": [pair for pair in steps if pair[0].code == "rate"],
        "others": [pair for pair in steps if pair[0].code != "rate"],
        "form": next(iter((wrong or {}).values()), None),
        "heading": spoken(case.number),
    }
    return render(request, "resident/case.html", shown, status=status)


def _steps(case: Case, playbook: Playbook, wrong: dict[str, PageForm]) -> list[tuple[Step, PageForm]]:
    situation = Situation(case.position, facts_now(cases.state_of(case), playbook), RESIDENT.roles)
    return [(step, wrong.get(step.code) or _empty_form(step, case)) for step in offered(playbook, situation)]


def _empty_form(step: Step, case: Case) -> PageForm:
    return ask_form(step.asks)(prefix=step.code, initial={"revision": case.revision})


def _seen_again(form: PageForm, case: Case) -> PageForm:
    """Keep what she typed; from now on the form speaks about the case as it stands now."""
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix("revision")] = str(case.revision)
    form.data = data
    return form
