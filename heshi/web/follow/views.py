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
from heshi.cases.queries.file import situation_of
from heshi.cases.queries.papers import attachment_of
from heshi.common.guessing import address_of, guess
from heshi.common.numbers import spoken
from heshi.common.refusals import Conflict, Refusal
from heshi.playbooks.rules import Playbook, Situation, Step, offered, offered_on
from heshi.web.follow import telling
from heshi.web.follow.forms import Find
from heshi.web.kit.asks import ask_form
from heshi.web.kit.following import allow, is_allowed
from heshi.web.kit.forms import PageForm
from heshi.web.kit.handing import handed_over

MOST_DIGITS = 5


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
    number_of_task = _number(request.POST.get("task", ""))
    mark = _mark(step, number_of_task)
    form = ask_form(playbook.steps[step].asks if step in playbook.steps else ())(request.POST, prefix=mark)
    if not form.is_valid():
        return _shown(request, case, wrong={mark: form}, status=422)
    answers = {name: value for name, value in form.cleaned_data.items() if name != "revision"}
    try:
        take_step(
            case=case,
            step=step,
            actor=RESIDENT,
            at=timezone.now(),
            answers=answers,
            revision=form.cleaned_data["revision"],
            task=number_of_task,
        )
    except Refusal as refusal:
        case.refresh_from_db()
        form.add_error(None, str(refusal))
        status = 409 if isinstance(refusal, Conflict) else refusal.status
        return _shown(request, case, wrong={mark: _seen_again(form, case)}, status=status)
    messages.success(request, f"“{playbook.steps[step].label}”已经记下，谢谢您。")
    return redirect("follow:show", number)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def _mark(step: str, task: int) -> str:
    """Return what tells the form of a step, on the case or on one of its tasks, from all others of the page."""
    return f"{step}-{task}" if task else step


def _found(request: HttpRequest, number: str, last_four: str) -> Case:
    """Return the case; every try counts against the number and the address. Raises FollowRefused or TooManyGuesses."""
    with guess("follow", number, address=address_of(request), at=timezone.now()):
        return cases.follow(number, last_four)


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
    playbook, state = cases.playbook_for(case), cases.state_of(case)
    position = playbook.positions[case.position]
    situation = situation_of(state, playbook, RESIDENT.roles)
    steps = _steps(case, playbook, situation, wrong or {})
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
        "tasks": _tasks(case, playbook, situation, wrong or {}),
        "main": telling.main_of(case),
        "form": next(iter((wrong or {}).values()), None),
        "heading": spoken(case.number),
    }
    return render(request, "resident/case.html", shown, status=status)


def _steps(
    case: Case, playbook: Playbook, situation: Situation, wrong: dict[str, PageForm]
) -> list[tuple[Step, PageForm]]:  # fmt: skip
    return [(step, wrong.get(step.code) or _empty_form(step, case)) for step in offered(playbook, situation)]


def _tasks(
    case: Case, playbook: Playbook, situation: Situation, wrong: dict[str, PageForm]
) -> list[tuple[telling.TaskTold, list[tuple[Step, PageForm]]]]:  # fmt: skip
    """Return what is being done side by side, each with what the resident herself can do about it."""
    return [
        (
            telling.task_told(task, playbook),
            [
                (step, wrong.get(_mark(step.code, task.number)) or _empty_form(step, case, task.number))
                for step in offered_on(playbook, situation.on(task.number, RESIDENT.roles), task)
            ],
        )
        for task in situation.tasks
    ]


def _empty_form(step: Step, case: Case, task: int = 0) -> PageForm:
    return ask_form(step.asks)(prefix=_mark(step.code, task), initial={"revision": case.revision})


def _seen_again(form: PageForm, case: Case) -> PageForm:
    """Keep what she typed; from now on the form speaks about the case as it stands now."""
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix("revision")] = str(case.revision)
    form.data = data
    return form
