"""The pages on which a resident says what happened."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heshi.common.refusals import Refusal
from heshi.intake.actions import store_attachment
from heshi.intake.rules.words import tidy
from heshi.web.kit.following import allow, qr_code
from heshi.web.kit.forms import PageForm
from heshi.web.kit.mapping import map_address, pin_at
from heshi.web.resident.draft import ReportDraft, ReportDrawers, SentFile
from heshi.web.resident.forms import What, Where, Who, degrees
from heshi.web.resident.sending import place_name, send

STEPS = 4
PAGES = {
    "what": (1, What, "发生了什么事？"),
    "where": (2, Where, "事情发生在哪儿？"),
    "who": (3, Who, "怎么跟您联系？"),
}
FOLLOWING = {"what": "report:where", "where": "report:who", "who": "report:check"}


@require_http_methods(["GET", "HEAD", "POST"])
def what(request: HttpRequest) -> HttpResponse:
    """Ask what happened; photos are kept as soon as they arrive."""
    drawers = ReportDrawers(request.session)
    draft = drawers.draft()
    if request.method != "POST":
        return _page(request, "what", What(draft=draft), draft)
    if "remove" in request.POST:
        return _remove(request, draft, drawers)
    form = What(request.POST, request.FILES, draft=draft)
    good = form.is_valid()
    # Kept even when the words are wrong: a browser does not send a chosen file again by itself.
    refused = _keep_files(request, form, draft)
    if "body" not in form.errors:
        draft.body = form.cleaned_data.get("body", draft.body)
    drawers.keep(draft)
    if not good or refused:
        return _page(request, "what", form, draft, status=422)
    return redirect("report:what") if "attach" in request.POST else _onward(request, "what")


@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest) -> HttpResponse:
    """Ask where."""
    return _ask(request, "where")


@require_GET
def villages(request: HttpRequest) -> HttpResponse:
    """Return the villages of a township as options, for the script that saves a page load."""
    form = Where(draft=ReportDraft(township=request.GET.get("township", "")))
    return render(request, "resident/villages.html", {"form": form})


@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Return in words where a mark on the map lies, with the question that it raises, for the script that set it."""
    # By POST, though nothing is changed: where somebody stands does not belong into an address that a log keeps.
    given = request.POST
    lon, lat = (degrees(given.get(name, "")) for name in ("lon", "lat"))
    form = Where(
        draft=ReportDraft(
            township=given.get("township", ""), village=given.get("village", ""), lon=lon, lat=lat
        )
    )
    form.initial.pop("settled", None)  # she has not been asked yet
    return render(request, "resident/where.html#pin", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Ask who she is."""
    return _ask(request, "who")


def _ask(request: HttpRequest, name: str) -> HttpResponse:
    drawers = ReportDrawers(request.session)
    draft = drawers.draft()
    # Somebody came in the middle, by a bookmark or after the drawer was emptied.
    if not draft.told:
        return redirect("report:what")
    form_class = PAGES[name][1]
    if request.method != "POST":
        return _page(request, name, form_class(draft=draft), draft)
    if "list" in request.POST:
        return _page(request, name, Where(draft=_half_placed(draft, request)), draft)
    form = form_class(request.POST, draft=draft)
    if not form.is_valid():
        return _page(request, name, form, draft, status=422)
    draft.take(form.cleaned_data)
    drawers.keep(draft)
    return _onward(request, name)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show all answers; by POST hand them in. Pressing twice gives the same receipt."""
    drawers = ReportDrawers(request.session)
    draft, given = drawers.draft(), drawers.receipt()
    # Pressed twice, or sent again by going back: the receipt she has is the answer.
    if request.method == "POST" and given and request.POST.get("key") == given.key:
        return redirect("report:receipt")
    if missing := _first_unanswered(draft):
        return redirect(missing)
    if request.method != "POST":
        return _answers(request, draft)
    try:
        receipt = send(draft, at=timezone.now())
    except Refusal as refusal:
        return _answers(request, draft, refusal=str(refusal), status=422)
    drawers.close(receipt)
    # Who just handed it in need not prove it with four digits on the same device.
    allow(request.session, receipt.number)
    return redirect("report:receipt")


@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the number, large, with a code for the telephone's camera."""
    given = ReportDrawers(request.session).receipt()
    if given is None:
        return redirect("follow:ask")
    return render(
        request, "resident/receipt.html", {"receipt": given, "at": datetime.fromisoformat(given.at)}
    )


@require_GET
def receipt_code(request: HttpRequest) -> HttpResponse:
    """Draw the QR code of the last receipt."""
    given = ReportDrawers(request.session).receipt()
    if given is None:
        raise Http404
    drawing = io.BytesIO()
    qr_code(given.number).save(drawing, kind="svg", border=2, omitsize=True)
    return HttpResponse(
        drawing.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"}
    )


@require_GET
def sent_file(request: HttpRequest, key: str) -> FileResponse:
    """Show her a photo or voice note of her own draft; nobody else can ask for it."""
    file = _sent(ReportDrawers(request.session).draft(), key)
    # The telephone may be a shop's or a neighbour's.
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(default_storage.open(file.stored_as), content_type=file.mime, headers=headers)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Leave nothing on this device."""
    ReportDrawers(request.session).forget()
    allow(request.session)
    return redirect("home")


def _first_unanswered(draft: ReportDraft) -> str | None:
    if not draft.told:
        return "report:what"
    if not (draft.place_code or draft.place_text or draft.unsure or draft.lon is not None):
        return "report:where"
    return None if draft.contact else "report:who"


def _onward(request: HttpRequest, name: str) -> HttpResponse:
    return redirect("report:check" if "check" in request.GET else FOLLOWING[name])


def _page(
    request: HttpRequest, name: str, form: PageForm, draft: ReportDraft, *, status: int = 200
) -> HttpResponse:
    step, _form, heading = PAGES[name]
    before = {"what": "home", "where": "report:what", "who": "report:where"}[name]
    back = reverse("report:check" if "check" in request.GET else before)
    shown = {"form": form, "draft": draft, "heading": heading, "step": step, "steps": STEPS, "back": back}
    shown |= {"map": map_address()} if name == "where" else {}
    return render(request, f"resident/{name}.html", shown, status=status)


def _half_placed(draft: ReportDraft, request: HttpRequest) -> ReportDraft:
    """Return the draft with the township just chosen, so that its villages can be listed without a script."""
    given = request.POST
    text = tidy(given.get("place_text", ""))
    return replace(
        draft, township=given.get("township", ""), village="", place_text=text, unsure="unsure" in given
    )


def _answers(
    request: HttpRequest, draft: ReportDraft, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown: dict[str, object] = {"draft": draft, "place": place_name(draft.place_code), "refusal": refusal}
    shown["pin"] = pin_at(draft.lon, draft.lat)
    shown |= {"heading": "请核对您写的内容", "step": STEPS, "steps": STEPS, "back": reverse("report:who")}
    return render(request, "resident/check.html", shown, status=status)


def _keep_files(request: HttpRequest, form: What, draft: ReportDraft) -> bool:
    """Keep every file that can be kept, and say beside the field which could not; return whether one was refused."""
    refused = False
    for field, kind in (("photos", "photo"), ("voice", "voice")):
        for file in [] if field in form.errors else request.FILES.getlist(field):
            try:
                draft.files.append(_kept(file, kind))
            except Refusal as refusal:
                form.add_error(field, str(refusal))
                refused = True
    return refused


def _kept(file: UploadedFile[bytes], kind: str) -> SentFile:
    stored = store_attachment(kind=kind, name=file.name or "", content=file.read(), at=timezone.now())
    return SentFile(
        id=str(stored.pk), kind=kind, name=stored.name, stored_as=stored.stored_as, mime=stored.mime
    )


def _remove(request: HttpRequest, draft: ReportDraft, drawers: ReportDrawers) -> HttpResponse:
    """Take one file out of the draft and keep the words as they stand on the page."""
    draft.files = [file for file in draft.files if file.id != request.POST["remove"]]
    draft.body = tidy(request.POST.get("body", draft.body))
    drawers.keep(draft)
    return redirect("report:what")


def _sent(draft: ReportDraft, key: str) -> SentFile:
    file = next((file for file in draft.files if file.id == key), None)
    if file is None:
        raise Http404
    return file
