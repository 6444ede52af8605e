"""The pages on which a resident follows her case and answers for it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heshi.cases import queries as cases
from heshi.cases.actions import RESIDENT, check_unmoved, take_step
from heshi.cases.models import Case
from heshi.cases.queries import FollowRefused
from heshi.cases.queries.file import books_of, check_task, hidden_from, with_former
from heshi.cases.queries.papers import AttachmentUnknown, attachment_of, handed_in, waiting_for
from heshi.cases.rules import State, situation_of
from heshi.cases.rules.joining import RATES
from heshi.common.guessing import address_of, guess
from heshi.common.numbers import spoken
from heshi.common.refusals import Refusal
from heshi.notices.queries import for_resident
from heshi.people.models import Unit
from heshi.playbooks.rules import Playbook, Situation, Step, StepNotHere, offered, offered_on, waiting
from heshi.playbooks.rules.privacy import private_parts
from heshi.playbooks.rules.unspoken import sealed_kind
from heshi.web.follow import telling
from heshi.web.follow.forms import Find
from heshi.web.follow.leaving import consequences, leaves
from heshi.web.follow.rating import SURE, check_rating, said_after, sure_about
from heshi.web.kit.again import keep_sent, kept_for, let_go_of
from heshi.web.kit.following import allow, is_allowed
from heshi.web.kit.handing import handed_over
from heshi.web.kit.keeping import keeper_of
from heshi.web.kit.limits import limits_of
from heshi.web.kit.paging import address
from heshi.web.kit.steps import (
    Answers,
    SeenCase,
    SentStep,
    StepButton,
    buttons_of,
    check_offered,
    check_still_there,
    pressed,
    seen_case,
    task_in,
    typed_before,
)
from heshi.web.kit.tasks import TaskCard, card_for_her

ANY_TASK = "事项"
ENDED = "离开得久了，为了您的安全，请再填一次四位数字。刚才写的都在，填好就能接着交。"
ENDED_LOST = "离开得久了，为了您的安全，请再填一次四位数字。刚才写的太长，没能留住。"


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
    return _shown(request, case, sent=_typed_before(request, case)) if case else _to_ask(number)


@never_cache
@require_http_methods(["GET", "HEAD"])
def attachment(request: HttpRequest, number: str, key: UUID) -> HttpResponseBase:
    """Show her what she handed in, and what came with the answers she reads."""
    case = _own(request, number)
    if case is None:
        return _to_ask(number)
    mine = waiting_for(case, RESIDENT.mark).filter(pk=key).first()
    paper = mine or attachment_of(case, key)
    if not mine and not telling.shown_to_her(case, paper):
        raise AttachmentUnknown
    return handed_over(paper)


@never_cache
@require_http_methods(["POST"])
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Let her rate, add words, withdraw …: whatever the playbook gives a resident now."""
    case = _own(request, number)
    if case is None:
        kept = keep_sent(request, number)
        messages.warning(request, ENDED if kept else ENDED_LOST)
        return _to_ask(number)
    let_go_of(request.session, request.path)
    playbook, task = cases.playbook_for(case), task_in(request.POST.get("task", ""))
    # What she wrote while the case went over to another playbook comes back to her.
    book = with_former(cases.state_of(case), playbook)
    act = book.steps.get(step)
    if task:
        check_task(None, case, task, kind=ANY_TASK)
    # What is done on a task that is for some only has no name for her either.
    if act is None or sealed_kind(book, act):
        raise StepNotHere(position=playbook.positions[case.position].label, step=step)
    came = pressed(
        _seen(case), act, request.POST, uploads=request.FILES, task=task,
        unmoved=lambda revision: _check_unmoved(case, playbook, act, revision, task),
        allowed=lambda: check_offered(playbook, _situation(case, playbook, task), act),
        take=lambda answers: _taken(request, case, act, answers, task),
        newest=lambda: _seen(_newest(case)),
    )  # fmt: skip
    if isinstance(came, SentStep):
        return _shown(request, _newest(case), sent=came)
    event, state = cases.history(came, after=came.revision - 1)[-1], cases.state_of(came)
    said = said_after(came, playbook, state, act, event)
    if act.code in RATES and (main := telling.main_of(came)):
        said += main.said_after
    messages.success(request, said)
    return redirect("follow:show", number)


@never_cache
@require_http_methods(["GET", "HEAD"])
def leave(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Say what follows when she ends her case by a step, before she presses it."""
    case = _own(request, number)
    if case is None:
        return _to_ask(number)
    playbook, act = cases.playbook_for(case), cases.playbook_for(case).steps.get(step)
    situation = _situation(case, playbook, 0)
    if act is None or act not in offered(playbook, situation) or not leaves(playbook, act):
        return redirect("follow:show", number)
    (button,) = buttons_of(_seen(case), [act])
    shown = {
        "case": case,
        "button": button,
        "consequences": consequences(case, playbook, cases.state_of(case), situation, act),
        "heading": act.label,
        "back": reverse("follow:show", args=[number]),
    }
    return render(request, "follow/leave.html", shown)


def _taken(request: HttpRequest, case: Case, act: Step, answers: Answers, task: int) -> Case:
    playbook = cases.playbook_for(case)
    check_rating(playbook, _situation(case, playbook, task), act, answers, request.POST.get(SURE, ""))
    return take_step(
        case=case, step=act.code, actor=RESIDENT, at=timezone.now(), answers=answers, revision=case.revision, task=task
    )  # fmt: skip


def _check_unmoved(case: Case, playbook: Playbook, act: Step, revision: int, task: int) -> None:
    check_still_there(playbook, act)
    check_unmoved(case, revision, task)


def _seen(case: Case) -> SeenCase:
    """Return the case as her page is drawn from it; files of a step she did not finish wait for her."""
    return seen_case(
        case,
        keeper_of(case, RESIDENT.mark, lambda key: reverse("follow:attachment", args=[case.number, key])),
    )


def _typed_before(request: HttpRequest, case: Case) -> SentStep | None:
    """Return the step she had filled in when her session ended."""
    kept = kept_for(request.session, case.number, under=reverse("follow:show", args=[case.number]))
    code = resolve(kept.path).kwargs.get("step", "") if kept else ""
    step = cases.playbook_for(case).steps.get(code)
    return (
        typed_before(_seen(case), step, kept.data, task_in(kept.data.get("task", "")))
        if kept and step
        else None
    )


def _situation(case: Case, playbook: Playbook, task: int) -> Situation:
    return situation_of(cases.state_of(case), playbook, RESIDENT.roles, at=timezone.now(), task=task)


def _is_apart(button: StepButton, playbook: Playbook) -> bool:
    """Return whether a step has a page of its own; one that was sent and not taken is shown as it came back."""
    return leaves(playbook, button.step) and not button.is_open


def _newest(case: Case) -> Case:
    return _with_unit().get(pk=case.pk)


def _found(request: HttpRequest, number: str, last_four: str) -> Case:
    """Return the case; every try counts against the number and the address. Raises FollowRefused or TooManyGuesses."""
    with guess("follow", number, address=address_of(request), at=timezone.now()):
        return cases.follow(number, last_four)


def _own(request: HttpRequest, number: str) -> Case | None:
    # The number alone is printed and spoken; only who gave the four digits as well goes on.
    if not is_allowed(request.session, number):
        return None
    return _with_unit().filter(number=number).first()


def _with_unit() -> QuerySet[Case]:
    """Return cases with name and telephone of their units beside them; one whose unit is gone is there all the same."""
    unit = Unit.objects.filter(pk=OuterRef("unit_id"))
    return Case.objects.annotate(
        unit_name=Subquery(unit.values("name")[:1]), unit_phone=Subquery(unit.values("phone")[:1])
    )


def _to_ask(number: str) -> HttpResponse:
    return redirect(address("follow:ask", asked={"number": number[:20]}))


def _asked(request: HttpRequest, form: Find, *, status: int = 200) -> HttpResponse:
    shown = {"form": form, "heading": "我的事办到哪一步了", "back": reverse("home")}
    return render(request, "follow/ask.html", shown, status=status)


def _shown(request: HttpRequest, case: Case, *, sent: SentStep | None = None) -> HttpResponse:
    playbook, state, seen = cases.playbook_for(case), cases.state_of(case), _seen(case)
    situation = situation_of(state, playbook, RESIDENT.roles, at=timezone.now())
    buttons = buttons_of(seen, offered(playbook, situation), sent=sent)
    hidden = hidden_from(None, case, state)
    tasks = [
        card for card in _task_cards(seen, playbook, state, situation, sent) if card.number not in hidden
    ]
    papers = handed_in(case)
    told = telling.told(case, playbook, papers, state=state)
    main = telling.main_of(case)
    limits = limits_of(state.clocks.values(), cases.definitions_for(playbook), at=timezone.now())
    shown: dict[str, object] = {
        "case": case,
        "position": playbook.positions[case.position],
        "told": told,
        "answer": main.answer if main else telling.answer_in(told),
        "limits": [limit for limit in limits if limit.running],
        "openings": telling.openings(case),
        "notices": for_resident(case.pk),
        "statements": telling.statements(case),
        "files": [paper for paper in papers if not paper.event],
        "first": [button for button in buttons if button.step.code in RATES],
        "others": [
            button for button in buttons if button.step.code not in RATES and not _is_apart(button, playbook)
        ],
        "leaving": [button for button in buttons if _is_apart(button, playbook)],
        "sure": sure_about(sent.refusal) if sent else "",
        "tasks": tasks,
        "waits": waiting(playbook, situation),
        "main": main,
        "heading": spoken(case.number),
    }
    wrong = sent.said([*buttons, *(button for card in tasks for button in card.buttons)]) if sent else {}
    return render(request, "follow/case.html", shown | wrong, status=sent.status if sent else 200)


def _task_cards(
    seen: SeenCase, playbook: Playbook, state: State, situation: Situation, sent: SentStep | None
) -> list[TaskCard]:
    """Return what is being done side by side, each with what the resident herself can do about it."""
    # Tasks may be of kinds that only a playbook knows by which the case lived before.
    books, told_by, at, cards = books_of(state, playbook), with_former(state, playbook), timezone.now(), []
    for task in situation.tasks:
        steps = offered_on(playbook, situation.on(task.number, RESIDENT.roles), task)
        buttons = buttons_of(seen, steps, task=task.number, sent=sent)
        cards.append(card_for_her(task, told_by, state, buttons, at=at, private=private_parts(books, task)))
    return cards
