"""The window: register for somebody who sits in front of you, without touching the mouse."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heshi.cases.actions import Actor
from heshi.cases.queries.papers import AttachmentUnknown, waiting_under
from heshi.common.keys import key_from, new_key
from heshi.common.refusals import NotAllowed, Refusal
from heshi.people.permissions import May, may
from heshi.places.queries import county_code
from heshi.understanding.actions import suggest_many
from heshi.understanding.rules import unsure_fields
from heshi.understanding.rules.suggesting import Suggestion
from heshi.web.desk.acting import signature
from heshi.web.desk.forms import FILES, Window
from heshi.web.desk.hints import share
from heshi.web.desk.visit import Visit, end, keep, visit_in
from heshi.web.desk.visit import register as register_matter
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.again import kept_for
from heshi.web.kit.following import qr_code
from heshi.web.kit.handing import handed_over
from heshi.web.kit.keeping import PRETENDING, REMOVE, Keeper, WaitingKeeper, all_kept, without_removed

FIELD_OF = {"report_empty": "body", "report_too_long": "body"}
SUGGEST_FROM = 4
EMPTY = WaitingKeeper(0, UUID(int=0), "", str)
"""Of a page on which nothing was sent yet."""


class WindowNotYours(NotAllowed):
    """Only window clerks and dispatchers register for somebody else."""

    code = "window_not_yours"
    sentence = "窗口登记由窗口接待员和分流员办理，请转告窗口同事。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def register(request: DeskRequest) -> HttpResponse:
    """Register one matter; “再登记一件” keeps the person for the next."""
    if not may(request.scope.roles, May.REGISTER):
        raise WindowNotYours
    visit = visit_in(request.session)
    if request.method != "POST":
        if kept := kept_for(request.session, str(request.user.pk), under=reverse("desk:register")):
            return _form(request, _typed(kept.data, _keeper(request, kept.data)), visit)
        form = Window(initial=_fresh(visit), keeper=EMPTY)
        # The second matter of a visit begins at the words: the person is known.
        form.fields["body" if visit.slips else "name"].widget.attrs["autofocus"] = True
        return _form(request, form, visit)
    if "new" in request.POST:
        end(request.session)
        return redirect("desk:register")
    # Sent again by a slow network: what is registered is not registered twice, and its files are no longer waiting.
    if visit.has(request.POST.get("key", "")):
        return _onward(request, visit)
    return _sent(request, visit)


def _sent(request: DeskRequest, visit: Visit) -> HttpResponse:
    """Keep the files first, whatever stands against the words: nobody sends a file twice."""
    keeper = _keeper(request, request.POST)
    if REMOVE in request.POST:
        return _form(request, _typed(without_removed(request.POST, keeper), keeper), visit)
    data = request.POST.copy()
    keys, wrong = all_kept(FILES, data.getlist(FILES.name), request.FILES.getlist(FILES.name), keeper)
    data.setlist(FILES.name, keys)
    form = Window(data, keeper=keeper)
    if "suggest" in data:
        return _form(request, _with(form, data, keeper), visit, hint=_hint(form))
    good = form.is_valid()
    if wrong:
        form.add_error(FILES.name, wrong)
    return (
        _registered(request, form, visit) if good and not wrong else _form(request, form, visit, status=422)
    )


def _keeper(request: DeskRequest, data: QueryDict) -> Keeper:
    """Return what keeps the files of this page until the matter is registered; a page without a key keeps none."""
    key = key_from(str(data.get("key", "")))
    if key is None:
        return PRETENDING
    return WaitingKeeper(
        county_code(), key, str(request.user.pk), lambda file: reverse("desk:window-file", args=[key, file])
    )


@require_safe
@at_desk
def sent_file(request: DeskRequest, key: UUID, file: UUID) -> FileResponse:
    """Show a file that waits to be registered, to the clerk who sent it and to nobody else."""
    found = waiting_under(county_code(), key, str(request.user.pk)).filter(pk=file).first()
    if found is None:
        raise AttachmentUnknown
    return handed_over(found)


def _registered(request: DeskRequest, form: Window, visit: Visit) -> HttpResponse:
    given: dict[str, object] = form.cleaned_data
    if (
        str(given["visit"]) != visit.id
    ):  # a page of an earlier visit, left open: its matter belongs to that visit
        visit = Visit(str(given["visit"]))
    actor = Actor("staff", request.user.pk, signature(request), request.scope.roles)
    try:
        register_matter(visit, given, actor=actor, at=timezone.now())
    except Refusal as refusal:
        form.add_error(FIELD_OF.get(refusal.code), str(refusal))
        return _form(request, form, visit, status=refusal.status)
    keep(request.session, visit)
    return _onward(request, visit)


def _onward(request: DeskRequest, visit: Visit) -> HttpResponse:
    if "more" in request.POST:
        return redirect("desk:register")
    return redirect("desk:receipts", visit=visit.id)


@require_safe
@at_desk
def receipts(request: DeskRequest, visit: UUID) -> HttpResponse:
    """Show the numbers of this visit, ready to print."""
    held = visit_in(request.session)
    if held.id != str(visit) or not held.slips:
        return redirect("desk:register")
    codes = [(slip, qr_code(slip.number).svg_data_uri(border=2, scale=4)) for slip in held.slips]
    shown = {"heading": "登记回执", "visit": held, "codes": codes, "at": timezone.now()}
    return page(request, "desk/receipts.html", shown, here="register")


@require_POST
@at_desk
def suggest(request: DeskRequest) -> HttpResponse:
    """Return the two choices with what the words suggest, for the script that saves a page load."""
    form = Window(request.POST)
    return render(
        request, "desk/window.html#sorting", {"form": _with(form, request.POST), "hint": share(_hint(form))}
    )


def _with(form: Window, data: QueryDict, keeper: Keeper = PRETENDING) -> Window:
    """Return the form unbound with everything typed, and the suggestion where nothing was chosen yet."""
    typed, hint = data.copy(), _hint(form)
    if hint:
        weak = unsure_fields(
            hint, kind=data.get("kind", ""), topic=data.get("topic", ""), bar=settings.HESHI_CONFIDENCE_BAR
        )
        # A weak guess is shown and not filled in: sent along unread, it would pass for what the clerk has said.
        for name, guess in (("kind", hint.kind), ("topic", hint.topic)):
            if not data.get(name) and name not in weak:
                typed[name] = guess
    return _typed(typed, keeper)


def _typed(data: QueryDict, keeper: Keeper) -> Window:
    """Return the form as it was typed, with nothing said against it."""
    return Window(initial={**data.dict(), FILES.name: data.getlist(FILES.name)}, keeper=keeper)


def _hint(form: Window) -> Suggestion | None:
    body = str(form["body"].value() or "").strip()
    return suggest_many([body])[0] if len(body) >= SUGGEST_FROM else None


def _fresh(visit: Visit) -> dict[str, object]:
    return {**visit.person, "key": new_key(), "visit": visit.id}


def _form(
    request: DeskRequest, form: Window, visit: Visit, *, hint: Suggestion | None = None, status: int = 200
) -> HttpResponse:
    shown = {"heading": "窗口登记", "form": form, "visit": visit, "hint": share(hint)}
    return page(request, "desk/window.html", shown, here="register", status=status)
