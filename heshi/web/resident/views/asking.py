"""The questions: what happened, where, who asks. Every answer is kept under the key of its tab."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from heshi.common.refusals import Refusal
from heshi.intake.actions import keep_with_report, let_go
from heshi.intake.rules.words import tidy
from heshi.web.kit.forms import PageForm
from heshi.web.kit.mapping import map_address
from heshi.web.kit.paging import address
from heshi.web.resident.draft import Drafts, ReportDraft, with_drafts
from heshi.web.resident.forms import What, Where, Who, degrees
from heshi.web.resident.sending import words_mark

STEPS = 4
PAGES = {
    "what": (1, What, "发生了什么事？"),
    "where": (2, Where, "事情发生在哪儿？"),
    "who": (3, Who, "怎么跟您联系？"),
}
FOLLOWING = {"what": "report:where", "where": "report:who", "who": "report:check"}
NOT_HERE = "前面写的打不开了：时间太久，或者是在别的手机、电脑上写的。请在这里重新写。"
SENT_ALREADY = "刚才那件已经交上去了，编号 {number}。下面是您新写的，接着按“下一步”是另一件；要补充前一件，请去查进展的页面。"


@require_http_methods(["GET", "HEAD", "POST"])
@with_drafts
def what(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Ask what happened; photos are kept as soon as they arrive."""
    if request.method != "POST":
        return _first_page(request, drafts)
    draft = drafts.posted(request)
    if draft.receipt:
        return _after_receipt(request, drafts, draft)
    if "remove" in request.POST:
        return _remove(request, draft, drafts)
    form = What(request.POST, request.FILES, draft=draft)
    good = form.is_valid()
    # Kept even when the words are wrong: a browser does not send a chosen file again by itself.
    refused = _keep_files(request, form, draft, drafts)
    if "body" not in form.errors:
        draft.body = form.cleaned_data.get("body", draft.body)
    drafts.keep(draft, "body")
    if not good or refused:
        return _page(request, "what", form, _again(drafts, draft), status=422)
    if "attach" in request.POST:
        return redirect(address("report:what", asked=_asked(request, draft)))
    return _onward(request, "what", draft)


@require_http_methods(["GET", "HEAD", "POST"])
@with_drafts
def where(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Ask where."""
    return _ask(request, "where", drafts)


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
@with_drafts
def who(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Ask who she is."""
    return _ask(request, "who", drafts)


def _first_page(request: HttpRequest, drafts: Drafts) -> HttpResponse:
    """Show the first question under the key of its tab: each tab that comes without one gets its own."""
    draft = drafts.asked(request)
    if draft is None:
        if "draft" in request.GET:
            messages.warning(request, NOT_HERE)
        return redirect(address("report:what", asked={"draft": ReportDraft().key}))
    if draft.receipt:
        return redirect(address("report:receipt", asked={"draft": draft.key}))
    others = [] if draft.told else drafts.others(draft.key)
    return _page(request, "what", What(draft=draft), draft, others=others)


def _after_receipt(request: HttpRequest, drafts: Drafts, sent: ReportDraft) -> HttpResponse:
    """She went back to what is handed in: new words are another report, the same ones are only an echo."""
    body = tidy(request.POST.get("body", ""))
    assert sent.receipt is not None  # noqa: S101 -- the caller has looked
    if not body or words_mark(body) == sent.receipt.body_mark:
        return redirect(address("report:receipt", asked={"draft": sent.key}))
    fresh = ReportDraft(body=body)
    drafts.keep(fresh, "body")
    messages.warning(request, SENT_ALREADY.format(number=sent.receipt.number))
    return redirect(address("report:what", asked={"draft": fresh.key}))


def _ask(request: HttpRequest, name: str, drafts: Drafts) -> HttpResponse:
    draft = drafts.posted(request) if request.method == "POST" else drafts.asked(request)
    # Somebody came in the middle, by a bookmark or with a browser that has forgotten who it is.
    if draft is None or (request.method != "POST" and not draft.told and not draft.receipt):
        return _back_to_the_beginning(request, draft)
    if draft.receipt:
        return redirect(address("report:receipt", asked={"draft": draft.key}))
    form_class = PAGES[name][1]
    if request.method != "POST":
        return _page(request, name, form_class(draft=draft), draft)
    if "list" in request.POST:
        return _page(request, name, Where(draft=_half_placed(draft, request)), draft)
    form = form_class(request.POST, draft=draft)
    if not form.is_valid():
        return _page(request, name, form, draft, status=422)
    draft.take(form.cleaned_data)
    drafts.keep(draft, *form.cleaned_data)
    return _onward(request, name, draft)


def _back_to_the_beginning(request: HttpRequest, draft: ReportDraft | None) -> HttpResponse:
    if "draft" in request.GET:
        messages.warning(request, NOT_HERE)
    return redirect(address("report:what", asked={"draft": draft.key if draft else ""}))


def _onward(request: HttpRequest, name: str, draft: ReportDraft) -> HttpResponse:
    following = "report:check" if "check" in request.GET else FOLLOWING[name]
    return redirect(address(following, asked={"draft": draft.key}))


def _asked(request: HttpRequest, draft: ReportDraft) -> dict[str, str]:
    return {"draft": draft.key, "check": request.GET.get("check", "")}


def _page(
    request: HttpRequest,
    name: str,
    form: PageForm,
    draft: ReportDraft,
    *,
    others: list[ReportDraft] | None = None,
    status: int = 200,
) -> HttpResponse:
    step, _form, heading = PAGES[name]
    before = {"what": "home", "where": "report:what", "who": "report:where"}[name]
    before = "report:check" if "check" in request.GET else before
    back = reverse(before) if before == "home" else address(before, asked={"draft": draft.key})
    shown = {"form": form, "draft": draft, "heading": heading, "step": step, "steps": STEPS, "back": back}
    shown |= {"map": map_address()} if name == "where" else {}
    return render(request, f"resident/{name}.html", shown | {"others": others or []}, status=status)


def _half_placed(draft: ReportDraft, request: HttpRequest) -> ReportDraft:
    """Return the draft with the township just chosen, so that its villages can be listed without a script."""
    given = request.POST
    text = tidy(given.get("place_text", ""))
    return replace(
        draft, township=given.get("township", ""), village="", place_text=text, unsure="unsure" in given
    )


def _keep_files(request: HttpRequest, form: What, draft: ReportDraft, drafts: Drafts) -> bool:
    """Keep every file that can be kept, and say beside the field which could not; return whether one was refused."""
    refused, now = False, timezone.now()
    for field, kind in (("photos", "photo"), ("voice", "voice")):
        for file in [] if field in form.errors else request.FILES.getlist(field):
            try:
                _keep_file(file, kind, draft, drafts, now)
            except Refusal as refusal:
                form.add_error(field, str(refusal))
                refused = True
    return refused


def _keep_file(
    file: UploadedFile[bytes], kind: str, draft: ReportDraft, drafts: Drafts, now: datetime
) -> None:
    keep_with_report(
        key=UUID(draft.key), owner=drafts.owner, kind=kind, name=file.name or "", content=file.read(), at=now
    )


def _again(drafts: Drafts, draft: ReportDraft) -> ReportDraft:
    """Return the draft with the files that are kept by now."""
    return drafts.under(UUID(draft.key)) or draft


def _remove(request: HttpRequest, draft: ReportDraft, drafts: Drafts) -> HttpResponse:
    """Take one file out of the draft and keep the words as they stand on the page."""
    for file in draft.files:
        if str(file.pk) == request.POST["remove"]:
            let_go(file)
    draft.body = tidy(request.POST.get("body", draft.body))
    drafts.keep(draft, "body")
    return redirect(address("report:what", asked=_asked(request, draft)))
