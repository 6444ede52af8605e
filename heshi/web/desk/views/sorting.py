"""Somebody says what a case is about, with one press or from the lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from heshi.cases.actions.sorting import SortNotYours
from heshi.cases.models import Case
from heshi.cases.queries import case_for
from heshi.cases.queries.file import may_see
from heshi.common.refusals import Refusal
from heshi.journey.actions import is_held, offer_for, sort
from heshi.people.permissions import May, may
from heshi.understanding.rules.suggesting import only_guessed
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.desk.acting import actor_on, roles_on
from heshi.web.desk.forms import SortForm
from heshi.web.desk.lines import case_line
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.names import names

QUEUE = "queue"
"""What a button of the queue says of where it was pressed: there is where she goes on."""


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def sort_out(request: DeskRequest, number: str) -> HttpResponse:
    """Show what the case may be about, and keep what is said; a case that was held goes on from there."""
    case = case_for(request.scope, number)
    if not may(roles_on(request.scope, case), May.SORT):
        raise SortNotYours
    first = {"kind": case.kind, "topic": case.topic, "revision": case.revision}
    first |= dict.fromkeys(only_guessed(case.facts), "")
    form = SortForm(_said(request), topic=case.topic, initial=first)
    if request.method != "POST":
        return _page(request, case, form)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    try:
        return _sorted(request, case, form)
    except Refusal as refusal:
        newest = case_for(request.scope, number)
        if _is_so_already(newest, form):
            return _gone_on(request, newest)
        form.add_error(None, str(refusal))
        return _page(request, newest, form, status=refusal.status)


def _said(request: DeskRequest) -> dict[str, str] | None:
    """Return what was sent, from the lists or from a button that says kind and topic at once."""
    if request.method != "POST":
        return None
    kind, _space, topic = request.POST.get("choice", "").partition(" ")
    picked = {"kind": kind, "topic": topic} if kind else {}
    return {name: request.POST.get(name, "") for name in SortForm.base_fields} | picked


def _sorted(request: DeskRequest, case: Case, form: SortForm) -> HttpResponse:
    said, held = form.cleaned_data, is_held(case)
    done = sort(
        case=case, kind=said["kind"], topic=said["topic"], actor=actor_on(request, case), at=timezone.now(), revision=said["revision"],
    )  # fmt: skip
    what = f"{kind_label(done.kind)} · {topic_label(done.topic)}"
    book, unit = (
        Case.objects.select_related("playbook").get(pk=done.pk).playbook.title,
        names().unit(done.unit_id),
    )
    messages.success(
        request, f"已定为“{what}”，由{unit}承办，按“{book}”办理。" if held else f"已改为“{what}”。"
    )
    return _gone_on(request, done)


def _gone_on(request: DeskRequest, case: Case) -> HttpResponse:
    """Go on: to the way that is offered now, back to the queue, or to the case."""
    if not may_see(request.scope, case) or request.POST.get("back") == QUEUE:
        return redirect("desk:queue")
    offer = offer_for(case)
    if offer and may(roles_on(request.scope, case), May.CHANGE_THE_WAY):
        way = redirect("desk:way", number=case.number)
        way["Location"] += f"?to={offer.version}"
        return way
    return redirect("desk:case", number=case.number)


def _is_so_already(case: Case, form: SortForm) -> bool:
    """Return whether a case is already about what was said: pressing twice is not a race with somebody else."""
    said = form.cleaned_data
    return not is_held(case) and (case.kind, case.topic) == (said["kind"], said["topic"])


def _page(request: DeskRequest, case: Case, form: SortForm, *, status: int = 200) -> HttpResponse:
    row = case_line(case, at=timezone.now())
    given = {"heading": "定类别和事项", "case": case, "row": row, "form": form, "offer": offer_for(case)}
    return page(request, "desk/sort.html", given, here="cases", status=status)
