"""Hand the draft in at the one door."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from heshi.common.digests import sm3
from heshi.common.refusals import Conflict
from heshi.intake.actions import hand_in_unsent
from heshi.intake.models import UnsentReport
from heshi.intake.rules.report import Report
from heshi.journey.actions import receive
from heshi.places.models import Division
from heshi.places.terms import TOWNSHIP
from heshi.web.kit.mapping import pin_at
from heshi.web.resident.draft import Drafts, KeptReceipt, ReportDraft

BY_VOICE = "我用录音说明了情况，请听附件里的录音。"


class DraftChanged(Conflict):
    """What would be handed in is not what was on the page that she confirmed."""

    code = "draft_changed"
    sentence = "您在别的页面改过这件事，下面是改过以后的内容，请再看一遍，对了再交。"


def hand_in(drafts: Drafts, key: str, stamp: str, *, at: datetime) -> KeptReceipt:
    """Report what the draft says and return the receipt; sent twice it is the receipt of the first time.

    ``stamp`` is that of the page she confirmed. Raises DraftChanged, or what `journey.actions.receive` raises.
    """
    given: list[KeptReceipt] = []

    def send(row: UnsentReport) -> dict[str, object]:
        draft = drafts.drawn(row)
        if draft.receipt is None and draft.stamp != stamp:
            raise DraftChanged
        given.append(draft.receipt or _sent(draft, at=at))
        return asdict(given[0])

    hand_in_unsent(key=UUID(key), owner=drafts.owner, at=at, send=send)
    return given[0]


def _sent(draft: ReportDraft, *, at: datetime) -> KeptReceipt:
    (receipt,) = receive(reports=[report_of(draft, at=at)], at=at)
    return KeptReceipt(
        key=draft.key,
        number=receipt.number,
        follow_code=receipt.follow_code,
        phone_end=draft.phone[-4:],
        at=at.isoformat(),
        body_mark=words_mark(draft.body),
        identified=bool(draft.identity_no),
    )


def words_mark(body: str) -> str:
    """Return a mark by which words that were handed in are known again."""
    return sm3(body.encode())


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
        attachments=tuple(file.pk for file in draft.files),
    )


def place_name(code: str | None) -> str:
    """Return a place as she would say it: township and village."""
    if code is None:
        return ""
    names = Division.objects.filter(code__in=[code[:9], code], level__gte=TOWNSHIP).order_by("code")
    return " ".join(names.values_list("name", flat=True))
