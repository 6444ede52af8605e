"""From many cases one: find those with a common cause, choose, and make a file of its own from them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from heshi.cases.actions import Actor, gather
from heshi.cases.actions.gathering import GatheringNotYours
from heshi.cases.queries import visible_to
from heshi.common.numbers import spoken
from heshi.common.refusals import Refusal
from heshi.people.queries import county_centre
from heshi.web.desk.acting import signature
from heshi.web.desk.forms import GatherForm
from heshi.web.desk.gathering import LookedFor, books_for, candidates, clusters
from heshi.web.desk.lines import case_line
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.choices import topic_choices
from heshi.web.kit.names import names


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def from_many(request: DeskRequest) -> HttpResponse:
    """Show what recurs and the cases that fit; with a title and a choice, make one file from them."""
    books = books_for(request.scope.roles)
    if not books:
        raise GatheringNotYours(title="由多件案件提出", who="分流员、督办员、领导、联系法官或评查员")
    finding = LookedFor(request.GET.get("topic", "")[:40], request.GET.get("place", "")[:24])
    form = GatherForm(request.POST or None, books=[(str(book.pk), book.title) for book in books])
    if request.method == "POST" and form.is_valid():
        try:
            return _made(request, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _shown(request, form, finding)


def _made(request: DeskRequest, form: GatherForm) -> HttpResponse:
    chosen = visible_to(request.scope).filter(number__in=request.POST.getlist("number"))
    actor = Actor("staff", request.user.pk, signature(request), request.scope.roles)
    opened = gather(
        cases=list(chosen), version=UUID(form.cleaned_data["version"]), title=form.cleaned_data["title"],
        why=form.cleaned_data["why"], unit_id=county_centre().pk, actor=actor, at=timezone.now(),
    )  # fmt: skip
    messages.success(request, f"已立件，编号 {spoken(opened.number)}。")
    return redirect("desk:case", number=opened.number)


def _shown(request: DeskRequest, form: GatherForm, finding: LookedFor) -> HttpResponse:
    at = timezone.now()
    found = candidates(request.scope)
    shown = {
        "heading": "从许多件里看出共同的原因",
        "form": form,
        "finding": finding,
        "clusters": clusters(found),
        "rows": [case_line(case, at=at) for case in found if finding.fits(case)][:100],
        "chosen": set(request.POST.getlist("number")),
        "topics": topic_choices(),
        "places": names().place_choices(),
        "looked": len(found),
    }
    return page(request, "desk/gather.html", shown, here="cases", status=422 if form.errors else 200)
