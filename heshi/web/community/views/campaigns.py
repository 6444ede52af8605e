"""Campaigns: how they stand, starting one, ending one early."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heshi.common.refusals import Refusal
from heshi.community.actions import end_campaign, start_campaign
from heshi.community.actions.campaigns import CampaignNotYours
from heshi.community.models import Campaign
from heshi.community.queries import campaigns as queries
from heshi.community.queries.rhythm import has_area
from heshi.community.rules.who import may_start
from heshi.people.rules import Scope
from heshi.web.community.forms import EndForm, StartForm
from heshi.web.community.showing import place_name, sheet_of, standing_of
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.kit.paging import pager

HERE: Final = "community"


@require_safe
@at_desk
def overview(request: DeskRequest) -> HttpResponse:
    """Show the campaigns that run, and those that ended, page by page."""
    today, after = timezone.localdate(), request.GET.get("after", "")
    ended = queries.over(after=after)
    shown = {
        "heading": "行动",
        "running": [] if after else [standing_of(one, today=today) for one in queries.running()],
        "over": [standing_of(one, today=today) for one in ended.campaigns],
        "later": bool(after),
        "starts": _starts(request.scope),
        "has_area": has_area(request.scope),
    }
    return page(
        request,
        "community/campaigns.html",
        shown | pager(request, "community:campaigns", ended.following),
        here=HERE,
    )


@require_safe
@at_desk
def show(request: DeskRequest, key: UUID) -> HttpResponse:
    """Show one campaign; raises CampaignUnknown."""
    return _page(request, queries.campaign_for(key), EndForm())


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def start(request: DeskRequest) -> HttpResponse:
    """Ask which campaign to start where, and start it. Raises CampaignNotYours."""
    if not _starts(request.scope):
        raise CampaignNotYours
    form = _start_form(request.scope, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _start_page(request, form)
    if not form.is_valid():
        return _start_page(request, form, status=422)
    playbook, _slash, code = form.cleaned_data["campaign"].partition("/")
    try:
        made = start_campaign(
            by=request.scope, playbook_code=playbook, code=code, place=form.cleaned_data["place"],
            starts_on=form.cleaned_data["starts_on"], at=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _start_page(request, form, refusal=str(refusal), status=refusal.status)
    messages.success(request, f"“{made.title}”已发起，进度由系统从案件里数，不用填报。")
    return redirect("community:campaign", key=made.pk)


@require_POST
@at_desk
def end(request: DeskRequest, key: UUID) -> HttpResponse:
    """End a campaign before its last day."""
    campaign, form = queries.campaign_for(key), EndForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, form, status=422)
    try:
        ended = end_campaign(
            campaign=campaign, by=request.scope, words=form.cleaned_data["words"], at=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, queries.campaign_for(key), form, refusal=str(refusal), status=refusal.status)
    messages.success(request, f"“{ended.title}”已提前结束，数到此刻为止。")
    return redirect("community:campaign", key=key)


def _page(
    request: DeskRequest, campaign: Campaign, form: EndForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    may_end = campaign.ended_at is None and may_start(request.scope, path=campaign.path)
    sheet = sheet_of(campaign, today=timezone.localdate())
    typed = [form.data["words"]] if form.data.get("words") and not may_end else []
    shown = {
        "heading": campaign.title, "sheet": sheet, "one": sheet.standing, "campaign": campaign, "form": form, "may_end": may_end,
        "refusal": refusal, "typed": typed,
    }  # fmt: skip
    return page(request, "community/campaign.html", shown, here=HERE, status=status)


def _starts(scope: Scope) -> bool:
    """Return whether there is any place in which this person could start a campaign."""
    return any(may_start(scope, path=path) for path in scope.paths)


def _start_form(scope: Scope, data: QueryDict | None) -> StartForm:
    today: date = timezone.localdate()
    offered = [
        (f"{playbook}/{one.code}", f"{one.title}（{one.days} 天，目标 {one.target} 件）")
        for playbook, one in queries.written()
    ]
    places = [(place.code, place_name(place.code)) for place in queries.places_for(scope, on=today)]
    return StartForm(data, campaigns=offered, places=places, initial={"starts_on": today})


def _start_page(
    request: DeskRequest, form: StartForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown: dict[str, object] = {
        "heading": "发起一次行动", "form": form, "refusal": refusal, "offered": form.fields["campaign"].choices,  # type: ignore[attr-defined]
    }  # fmt: skip
    return page(request, "community/start.html", shown, here=HERE, status=status)
