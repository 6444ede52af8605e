"""Put right what was registered beside the words, and settle what was doubtful about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from heshi.cases.actions import correct
from heshi.cases.actions.correcting import CorrectionNotYours
from heshi.cases.actions.looking import note_unmasking
from heshi.cases.models import Case, Party, Statement
from heshi.cases.queries import case_for
from heshi.cases.queries.papers import parties_of
from heshi.cases.terms import PERSONAL
from heshi.common.refusals import Refusal
from heshi.intake.rules.written.moments import SHANGHAI
from heshi.people.permissions import May, may
from heshi.web.desk.acting import actor_on, roles_on, signature
from heshi.web.desk.forms import CorrectForm
from heshi.web.desk.remarks import RemarkLine, remarks_of
from heshi.web.kit.access import DeskRequest, at_desk, page

WHY = "核对、更正登记内容"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def correct_entries(request: DeskRequest, number: str) -> HttpResponse:
    """Show what was registered, unmasked and noted as such, and take what is right."""
    case = case_for(request.scope, number)
    if not may(roles_on(request.scope, case), May.CORRECT):
        raise CorrectionNotYours
    label = signature(request, case.unit_id)
    note_unmasking(case=case, staff_id=request.user.pk, label=label, at=timezone.now(), why=WHY)
    remarks, held = remarks_of(case, unmasked=True), _held(case)
    form = CorrectForm(
        request.POST or None, initial=held | {"revision": case.revision}, place=case.place,
        remarks=[(str(line.key), line.words) for line in remarks if line.is_open],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            return _corrected(request, case, form, held)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(request, case, form, remarks)


def _held(case: Case) -> dict[str, object]:
    """Return what is registered now, as the form writes it."""
    party = next(iter(parties_of(case)), Party())
    said = Statement.objects.filter(county=case.county, case=case).order_by("id").first()
    person = {name: getattr(party, name) for name in PERSONAL}
    # Where nobody said when, the moment of registering stands in the record; it is nobody's word and is not shown as one.
    is_told = (
        said and abs((said.said_at - case.opened_at).total_seconds()) >= 1 if case.opened_at else bool(said)
    )
    when = f"{said.said_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if said and is_told else ""
    return person | {"place": case.place, "place_text": said.place_text if said else "", "said_at": when}


def _corrected(request: DeskRequest, case: Case, form: CorrectForm, held: dict[str, object]) -> HttpResponse:
    said = form.cleaned_data
    given = {name: said[name] for name in (*PERSONAL, "place", "place_text") if said[name] != held[name]}
    if "said_at" in form.changed_data and said["said_at"]:
        given["said_at"] = said["said_at"]
    correct(
        case=case, given=given, actor=actor_on(request, case), at=timezone.now(), revision=said["revision"],
        settles=[UUID(key) for key in said.get("settled", [])],
    )  # fmt: skip
    messages.success(request, "登记内容已更正、核对，改了哪几项记在办理经过里。")
    return redirect("desk:case", number=case.number)


def _page(request: DeskRequest, case: Case, form: CorrectForm, remarks: list[RemarkLine]) -> HttpResponse:
    shown = {"heading": "核对、更正登记内容", "case": case, "form": form, "remarks": remarks}
    return page(request, "desk/correct.html", shown, here="cases", status=422 if form.errors else 200)
