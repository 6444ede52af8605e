"""Hand the draft in at the one door."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from heshi.intake.rules.report import Report
from heshi.journey.actions import receive
from heshi.places.models import Division
from heshi.places.terms import TOWNSHIP
from heshi.web.kit.mapping import pin_at
from heshi.web.resident.draft import KeptReceipt, ReportDraft

BY_VOICE = "我用录音说明了情况，请听附件里的录音。"


def send(draft: ReportDraft, *, at: datetime) -> KeptReceipt:
    """Report what the draft says and return the receipt; the draft's key makes sending twice harmless.

    Raises what `journey.actions.receive` raises.
    """
    given = receive(reports=[report_of(draft, at=at)], at=at)[0]
    return KeptReceipt(
        key=draft.key,
        number=given.number,
        follow_code=given.follow_code,
        phone_end=draft.phone[-4:],
        at=at.isoformat(),
        identified=bool(draft.identity_no),
    )


def report_of(draft: ReportDraft, *, at: datetime) -> Report:
    """Return the draft in the words of the door."""
    pin = pin_at(draft.lon, draft.lat)
    return Report(
        source="web",
        source_key=draft.key,
        body=draft.body or BY_VOICE,
        # A mark within the place she chose says it more closely: the door finds its grid by itself.
        place="" if pin and pin.spot and pin.lies_in(draft.place_code or "") else draft.place_code or "",
        lon=draft.lon,
        lat=draft.lat,
        place_text=draft.place_text,
        name=draft.name,
        phone=draft.phone,
        email=draft.email,
        identity_no=draft.identity_no,
        said_at=at,
        attachments=tuple(UUID(file.id) for file in draft.files),
    )


def place_name(code: str | None) -> str:
    """Return a place as she would say it: township and village."""
    if code is None:
        return ""
    names = Division.objects.filter(code__in=[code[:9], code], level__gte=TOWNSHIP).order_by("code")
    return " ".join(names.values_list("name", flat=True))
