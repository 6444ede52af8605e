"""All her answers on one page, handing them in, the receipt, and leaving nothing behind."""

from __future__ import annotations

import io
from datetime import datetime

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heshi.common.keys import key_from
from heshi.common.refusals import Refusal
from heshi.intake.actions import forget_unsent
from heshi.web.kit.following import allow, qr_code
from heshi.web.kit.mapping import pin_at
from heshi.web.kit.paging import address
from heshi.web.resident.draft import COOKIE, Drafts, KeptReceipt, ReportDraft, with_drafts
from heshi.web.resident.sending import hand_in, place_name
from heshi.web.resident.views.asking import STEPS


@require_http_methods(["GET", "HEAD", "POST"])
@with_drafts
def check(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Show all answers; by POST hand in exactly what was shown. Pressing twice gives the same receipt."""
    draft = drafts.posted(request) if request.method == "POST" else drafts.asked(request)
    if draft is None:
        return redirect("report:what")
    # Pressed twice, or sent again by going back: the receipt she has is the answer.
    if draft.receipt:
        return _to_receipt(draft)
    if missing := _first_unanswered(draft):
        return redirect(address(missing, asked={"draft": draft.key}))
    if request.method != "POST":
        return _answers(request, draft)
    try:
        receipt = hand_in(drafts, draft.key, request.POST.get("stamp", ""), at=timezone.now())
    except Refusal as refusal:
        return _answers(request, drafts.posted(request), refusal=str(refusal), status=refusal.status)
    # Who just handed it in need not prove it with four digits on the same device.
    allow(request.session, receipt.number)
    return _to_receipt(draft)


@require_GET
@with_drafts
def receipt(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Show the number, large, with a code for the telephone's camera."""
    given = _receipt(request, drafts)
    if given is None:
        return redirect("follow:ask")
    return render(
        request, "resident/receipt.html", {"receipt": given, "at": datetime.fromisoformat(given.at)}
    )


@require_GET
@with_drafts
def receipt_code(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Draw the QR code of a receipt."""
    given = _receipt(request, drafts)
    if given is None:
        raise Http404
    drawing = io.BytesIO()
    qr_code(given.number).save(drawing, kind="svg", border=2, omitsize=True)
    return HttpResponse(
        drawing.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"}
    )


@require_GET
@with_drafts
def sent_file(request: HttpRequest, drafts: Drafts, key: str) -> FileResponse:
    """Show her a photo or voice note of her own draft; nobody else can ask for it."""
    draft = drafts.asked(request)
    file = next((file for file in draft.files if str(file.pk) == key), None) if draft else None
    if file is None:
        raise Http404
    # The telephone may be a shop's or a neighbour's.
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(default_storage.open(file.stored_as), content_type=file.mime, headers=headers)


@require_POST
@with_drafts
def drop(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Forget one of the reports that were begun here and not handed in."""
    if key := key_from(request.POST.get("draft", "")):
        forget_unsent(owner=drafts.owner, key=key)
    return redirect("report:what")


@require_POST
@with_drafts
def forget(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Leave nothing on this device."""
    forget_unsent(owner=drafts.owner)
    allow(request.session)
    answer = redirect("home")
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def _to_receipt(draft: ReportDraft) -> HttpResponse:
    return redirect(address("report:receipt", asked={"draft": draft.key}))


def _receipt(request: HttpRequest, drafts: Drafts) -> KeptReceipt | None:
    found = drafts.asked(request) if "draft" in request.GET else drafts.last_sent()
    return found.receipt if found else None


def _first_unanswered(draft: ReportDraft) -> str | None:
    if not draft.told:
        return "report:what"
    if not (draft.place_code or draft.place_text or draft.unsure or draft.lon is not None):
        return "report:where"
    return None if draft.contact else "report:who"


def _answers(
    request: HttpRequest, draft: ReportDraft, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown: dict[str, object] = {"draft": draft, "place": place_name(draft.place_code), "refusal": refusal}
    shown["pin"] = pin_at(draft.lon, draft.lat)
    back = address("report:who", asked={"draft": draft.key})
    shown |= {"heading": "请核对您写的内容", "step": STEPS, "steps": STEPS, "back": back}
    return render(request, "resident/check.html", shown, status=status)
