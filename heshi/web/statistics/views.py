"""Showing the figures: all of them to those whose work they are, the safe ones to everybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from heshi.common.refusals import Invalid, NotAllowed, Refusal
from heshi.people.permissions import May, may
from heshi.playbooks.terms import MEASURES
from heshi.statistics import queries
from heshi.statistics.rules import months_between
from heshi.statistics.rules.showing import months_back
from heshi.statistics.terms import FEW, LEAST_PUBLISHED, MEANINGS
from heshi.web.kit.access import DeskRequest, at_desk, page
from heshi.web.statistics import sheets, tables

MONTH: Final = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
USUAL_MONTHS: Final = 12
MOST_MONTHS: Final = 120
FORMS: Final = {
    "csv": ("text/csv; charset=utf-8", sheets.as_csv),
    "own.csv": ("text/csv; charset=utf-8", sheets.own_as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.as_xlsx),
}


class FiguresNotYours(NotAllowed):
    """Whoever only works on her own cases has no need of the whole county's figures."""

    code = "figures_not_yours"
    sentence = "统计由中心工作人员、统计员和评查员查看；需要数据请联系中心统计员。"


class MonthsUnusable(Invalid):
    """Not months, or the wrong way round, or too many."""

    code = "months_unusable"
    sentence = "请选择起止月份：写成 2026-03 的样子，起始月份不晚于结束月份，最多十年。"


class FormUnknown(Invalid):
    """The file can be had in two forms only."""

    code = "form_unknown"
    sentence = "只能下载为 csv 或 xlsx，请重新选择。"


@dataclass(frozen=True, slots=True)
class Span:
    """From which month to which."""

    first: str
    last: str

    @property
    def months(self) -> list[str]:
        """Return every month of the span."""
        return months_between(self.first, self.last)


@require_safe
@at_desk
def page_of_figures(request: DeskRequest) -> HttpResponse:
    """Show the figures of a span of months; a wrong span is said beside the usual one."""
    _let_in(request)
    # The usual span is shown with the complaint: whoever mistyped a month still sees figures, and not an empty page.
    today, trouble, status = timezone.localdate(), "", 200
    try:
        span = _span(request, today)
    except Refusal as refusal:
        span, trouble, status = _usual(today), str(refusal), refusal.status
    return page(
        request,
        "statistics/page.html",
        _shown(span, today) | {"trouble": trouble},
        here="statistics",
        status=status,
    )


@require_safe
@at_desk
def download(request: DeskRequest) -> HttpResponse:
    """Hand over the figures as a file; raises MonthsUnusable or FormUnknown."""
    _let_in(request)
    wanted = request.GET.get("format", "")
    if wanted not in FORMS:
        raise FormUnknown
    span = _span(request, timezone.localdate())
    kind, made = FORMS[wanted]
    response = HttpResponse(made(queries.figures(span.first, span.last)), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="heshi-{span.first}-{span.last}.{wanted}"'
    return response


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Show everybody what may be shown: counts of the last twelve months, none so small that it points at somebody."""
    today = timezone.localdate()
    span = _usual(today)
    figures = queries.figures(span.first, span.last)
    heads = [MEASURES[measure] for measure in tables.SHOWN_TO_ALL]
    shown = {
        "span": span,
        "at": today,
        "least": LEAST_PUBLISHED,
        "heads": heads,
        "whole": zip(heads, tables.public_lines([("全县", figures.all)])[0].counts, strict=True),
        "parts": [
            ("按事项", tables.public_lines(tables.named(figures, "topic"))),
            ("按乡镇街道", tables.public_lines(tables.named(figures, "township"))),
        ],
    }
    return render(request, "statistics/public.html", shown)


def _shown(span: Span, today: date) -> dict[str, object]:
    figures = queries.figures(span.first, span.last)
    counts = figures.all
    return {
        "span": span,
        "choices": _choices(today),
        "few": FEW,
        "received": f"{counts.get('received', 0):,}",
        "waiting": f"{counts.get('withdrawn', 0):,}",
        "cards": tables.cards(counts, tables.CARDS),
        "voices": tables.cards(counts, tables.VOICES),
        "buckets": tables.cards(counts, tables.BUCKETS),
        "answered": f"{counts.get('answered', 0):,}",
        "monthly": tables.monthly(figures, span.months),
        "monthly_heads": [MEASURES[measure] for measure in tables.MONTHLY],
        "tables": tables.tables(figures),
        "heads": [
            (MEASURES[measure], tables.card(counts, measure).whole_label) for measure in tables.COLUMNS
        ],
        "owns": tables.own_lines(queries.own_figures(figures), counts),
        "meanings": [(card.label, card.meaning) for card in tables.cards(counts, tuple(MEANINGS))],
    }


def _let_in(request: DeskRequest) -> None:
    if not may(request.scope.roles, May.SEE_FIGURES):
        raise FiguresNotYours


def _usual(today: date) -> Span:
    last = f"{today:%Y-%m}"
    return Span(months_back(last, USUAL_MONTHS - 1), last)


def _span(request: HttpRequest, today: date) -> Span:
    """Return the span that was asked for; raises MonthsUnusable."""
    usual = _usual(today)
    first, last = request.GET.get("from", usual.first), request.GET.get("to", usual.last)
    # Months written so compare as text; the pattern is what makes that true.
    if not (MONTH.fullmatch(first) and MONTH.fullmatch(last)) or first > last:
        raise MonthsUnusable
    if len(months_between(first, last)) > MOST_MONTHS:
        raise MonthsUnusable
    return Span(first, last)


def _choices(today: date) -> list[str]:
    """Return the months that can be chosen, the newest first: from the first that has figures, and at least the usual ones."""
    usual = _usual(today)
    # A new county has a few days of figures: a list with one month in it would look broken.
    earliest = min(queries.first_month() or usual.first, usual.first)
    return months_between(max(earliest, months_back(usual.last, MOST_MONTHS - 1)), usual.last)[::-1]
