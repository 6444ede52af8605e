"""A case goes over to another playbook: choose it, see what that means, say why."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from heshi.cases.actions import change_of, change_way
from heshi.cases.actions.changing import ChangeNotYours
from heshi.cases.models import Case
from heshi.cases.queries import case_for
from heshi.cases.queries.file import may_see
from heshi.common.keys import key_from
from heshi.common.refusals import Refusal
from heshi.journey.actions import offer_for
from heshi.people.permissions import May, may
from heshi.web.desk.acting import actor_on, roles_on
from heshi.web.desk.changing import change_seen, ways_for
from heshi.web.desk.forms import ChangeForm
from heshi.web.desk.lines import case_line
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.names import names


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def other_way(request: DeskRequest, number: str) -> HttpResponse:
    """Show the playbooks, what another one would mean, and let the case go over to it."""
    case = case_for(request.scope, number)
    if not may(roles_on(request.scope, case), May.CHANGE_THE_WAY):
        raise ChangeNotYours
    ways = ways_for(case)
    chosen = key_from(request.POST.get("version") or request.GET.get("to", ""))
    if chosen is not None and str(chosen) not in dict(ways):
        raise Http404
    return _about(request, case, ways, chosen) if chosen else _page(request, case, {"ways": ways})


def _about(request: DeskRequest, case: Case, ways: list[tuple[str, str]], version: UUID) -> HttpResponse:
    change = change_of(case, version)
    seen = change_seen(
        change,
        request.POST.get("position", "") if request.POST.get("position") in change.open_positions() else "",
    )
    first = {"version": version, "position": seen.proposed, "revision": case.revision}
    form = ChangeForm(request.POST or None, positions=seen.positions, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            return _changed(request, case, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    unit = _new_unit(case, version)
    shown = {
        "ways": ways,
        "chosen": str(version),
        "seen": seen,
        "form": form,
        "to_unit": unit and names().unit(unit),
    }
    return _page(request, case, shown, status=422 if form.errors else 200)


def _changed(request: DeskRequest, case: Case, form: ChangeForm) -> HttpResponse:
    said = form.cleaned_data
    version = UUID(said["version"])
    change_way(
        case=case, version=version, position=said["position"], why=said["why"], actor=actor_on(request, case), at=timezone.now(),
        revision=said["revision"], unit=_new_unit(case, version),
    )  # fmt: skip
    messages.success(request, "已改换办法，之前办过的都还在；请看过以后接着办。")
    return (
        redirect("desk:case", number=case.number) if may_see(request.scope, case) else redirect("desk:queue")
    )


def _new_unit(case: Case, version: UUID) -> UUID | None:
    """Return the unit that gets a case with the way that is offered for it, None where that stays as it is."""
    offer = offer_for(case)
    return offer.unit if offer and offer.version == version and offer.unit != case.unit_id else None


def _page(request: DeskRequest, case: Case, shown: dict[str, object], *, status: int = 200) -> HttpResponse:
    row = case_line(case, at=timezone.now())
    given = {"heading": "改换办法", "case": case, "row": row, "now": case.playbook.title} | shown
    return page(request, "desk/way.html", given, here="cases", status=status)
