"""Keep what a resident has not handed in yet: her answers in one row, each file as it comes, whatever comes at the same moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from heshi.cases.models import Attachment
from heshi.common.digests import sm3
from heshi.common.refusals import Invalid
from heshi.intake.actions.attachments import cleaned_attachment, let_go, stored_attachment, stored_name
from heshi.intake.models import UnsentReport
from heshi.intake.terms import MOST_OF_KIND, WITH_REPORT

Answers = Mapping[str, object]
KIND_WORDS: Final = {"photo": "照片一共最多 {most} 张", "voice": "录音最多 {most} 段"}


class TooManyWithReport(Invalid):
    """More photos or voice notes than one report takes."""

    code = "too_many_with_report"
    sentence = "{bound}，“{name}”没有收下。请挑最能说明问题的，先去掉用不着的再传。"


def unsent_of(owner: str) -> QuerySet[UnsentReport]:
    """Return what one browser has begun and not handed in, the newest first."""
    return UnsentReport.objects.filter(county=settings.HESHI_COUNTY, owner=owner).order_by("-moved_at")


def files_of_unsent(key: UUID) -> QuerySet[Attachment]:
    """Return the photos and voice notes that wait to be handed in with a report, in the order in which they came."""
    waiting = Attachment.objects.filter(county=settings.HESHI_COUNTY, case=None, waits_for=key)
    return waiting.filter(waits_by=WITH_REPORT).order_by("id")


@transaction.atomic
def keep_answers(*, key: UUID, owner: str, answers: Answers, at: datetime) -> None:
    """Lay these answers over what was said before under this key; the row is this browser's from now on."""
    row = _locked(key, owner, at)
    held = json.loads(row.answers) if row.answers else {}
    row.answers, row.owner, row.moved_at = json.dumps({**held, **answers}), owner, at
    row.save(update_fields=["answers", "owner", "moved_at"])


def keep_with_report(
    *, key: UUID, owner: str, kind: str, name: str, content: bytes, at: datetime
) -> Attachment:
    """Clean and keep one photo or voice note until the report is handed in.

    What was sent before under this key is not kept twice: whoever goes back and on again sends it again. ``at`` is the moment of
    the whole request: two of the same look under two names, chosen together, are meant. Raises TooManyWithReport or the refusals
    of the rules; nothing is kept then.
    """
    label, clean = cleaned_attachment(kind, name, content)
    with transaction.atomic():
        _locked(key, owner, at)
        kept = files_of_unsent(key).filter(kind=kind)
        same = kept.filter(sm3=sm3(clean.content))
        if found := same.filter(~Q(at=at) | Q(name=stored_name(label, clean))).first():
            return found
        if kept.count() >= (most := MOST_OF_KIND[kind]):
            raise TooManyWithReport(bound=KIND_WORDS[kind].format(most=most), name=label)
        return stored_attachment(kind, label, clean, at, waits_for=key, waits_by=WITH_REPORT, asked=kind)


@transaction.atomic
def hand_in_unsent(
    *, key: UUID, owner: str, at: datetime, send: Callable[[UnsentReport], Mapping[str, object]]
) -> None:
    """Let ``send`` hand the report in while nobody else can change it; what it returns is kept as the receipt, the answers are not.

    Raises what ``send`` raises, and then nothing is handed in.
    """
    row = _locked(key, owner, at)
    row.receipt = json.dumps(send(row))
    row.answers, row.owner, row.moved_at, row.sent_at = "", owner, at, row.sent_at or at
    row.save(update_fields=["answers", "owner", "receipt", "moved_at", "sent_at"])


def forget_unsent(*, owner: str = "", key: UUID | None = None, before: datetime | None = None) -> int:
    """Forget what a browser has begun (one of it, or all), or what nobody has touched since an instant; return how much."""
    left = unsent_of(owner) if owner else UnsentReport.objects.filter(county=settings.HESHI_COUNTY)
    if key:
        left = left.filter(pk=key)
    if before:
        left = left.filter(moved_at__lt=before)
    return sum(_forgotten(left, key) for key in list(left.values_list("pk", flat=True)))


@transaction.atomic
def _forgotten(left: QuerySet[UnsentReport], key: UUID) -> int:
    """Forget one, unless somebody writes in it or hands it in this moment."""
    row = left.filter(pk=key).select_for_update(skip_locked=True).first()
    if row is None:
        return 0
    for file in files_of_unsent(row.pk):
        let_go(file)
    row.delete()
    return 1


def _locked(key: UUID, owner: str, at: datetime) -> UnsentReport:
    """Return the row, held until the end of the transaction; made where there is none yet."""
    fresh = UnsentReport(pk=key, county=settings.HESHI_COUNTY, owner=owner, moved_at=at)
    # Two uploads of a page that nobody has answered yet come at the same moment, and both need the row.
    UnsentReport.objects.bulk_create([fresh], ignore_conflicts=True)
    return UnsentReport.objects.select_for_update().get(county=settings.HESHI_COUNTY, pk=key)
