"""What a resident has said so far, one draft for each tab: sealed in a row of its own, lost to nobody and read by nobody else.

The address of a tab names its draft; a browser is known by a cookie. A page carries a signed ``proof`` of both: whoever sends it goes
on where she was, though her browser has forgotten the cookie meanwhile.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from heshi.cases.models import Attachment
from heshi.common.crypto import lookup
from heshi.common.digests import sm3
from heshi.common.keys import key_from, new_key
from heshi.intake.actions import files_of_unsent, keep_answers, unsent_of
from heshi.intake.models import UnsentReport

NAMED, ANONYMOUS = "named", "anonymous"
COOKIE: Final = "report_browser"
TOKEN_BYTES: Final = 16
MOST_OTHERS: Final = 3


@dataclass
class KeptReceipt:
    """What the receipt page shows after the draft is gone; ``body_mark`` tells the words that were sent from new ones."""

    key: str
    number: str
    follow_code: str
    phone_end: str
    at: str
    body_mark: str = ""
    identified: bool = False


@dataclass
class SaidSoFar:
    """Her answers, as they are kept."""

    body: str = ""
    township: str = ""
    village: str = ""
    place_text: str = ""
    unsure: bool = False
    lon: float | None = None
    lat: float | None = None
    contact: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    identity_no: str = ""


@dataclass
class ReportDraft(SaidSoFar):
    """Her answers with what came along; ``key`` makes sure that pressing twice makes one case."""

    key: str = field(default_factory=lambda: str(new_key()))
    files: list[Attachment] = field(default_factory=list)
    receipt: KeptReceipt | None = None
    proof: str = ""

    @property
    def told(self) -> bool:
        """Return whether we know what happened."""
        return bool(self.body or self.of_kind("voice"))

    @property
    def place_code(self) -> str | None:
        """Return the narrowest division she chose."""
        return self.village or self.township or None

    @property
    def stamp(self) -> str:
        """Return a mark of exactly what is said here: what she confirms is what she saw, or it is shown to her again."""
        files = [str(file.pk) for file in self.files]
        return sm3(json.dumps([{name: getattr(self, name) for name in ANSWERS}, files]).encode())[:32]

    def of_kind(self, kind: str) -> list[Attachment]:
        """Return what she sent of one kind."""
        return [file for file in self.files if file.kind == kind]

    def take(self, answers: dict[str, object]) -> None:
        """Take over the answers of one page."""
        for name, value in answers.items():
            setattr(self, name, value)


ANSWERS: Final = tuple(asdict(SaidSoFar()))


class Drafts:
    """What one browser has begun, each under the key of its tab."""

    def __init__(self, token: str) -> None:
        self.owner = lookup(f"report/{token}")

    def asked(self, request: HttpRequest) -> ReportDraft | None:
        """Return the draft that an address names, a fresh one where nothing was said under it yet; None where it is not hers."""
        key = key_from(request.GET.get("draft", ""))
        return self.under(key) if key else None

    def posted(self, request: HttpRequest) -> ReportDraft:
        """Return the draft of the page that was sent; a fresh one where its proof is not good."""
        key, owner = _proved(request.POST.get("draft", ""))
        key = key or key_from(request.GET.get("draft", ""))
        return (self.under(key, owner) if key else None) or self.drawn(UnsentReport(owner=self.owner))

    def under(self, key: UUID, proved: str = "") -> ReportDraft | None:
        """Return what lies under a key; None where another browser began it, unless the page ``proved`` that it is the same."""
        row = UnsentReport.objects.filter(county=settings.HESHI_COUNTY, pk=key).first()
        if row and row.owner not in {self.owner, proved}:
            return None
        return self.drawn(row or UnsentReport(pk=key, owner=self.owner))

    def others(self, key: str) -> list[ReportDraft]:
        """Return what else was begun in this browser and not handed in."""
        rows = unsent_of(self.owner).exclude(pk=key).filter(sent_at=None)[:MOST_OTHERS]
        return [draft for row in rows if (draft := self.drawn(row)).told]

    def last_sent(self) -> ReportDraft | None:
        """Return what was handed in last."""
        row = unsent_of(self.owner).exclude(sent_at=None).first()
        return self.drawn(row) if row else None

    def keep(self, draft: ReportDraft, *names: str) -> None:
        """Keep these answers of a draft until she comes back."""
        answers = {name: getattr(draft, name) for name in names}
        keep_answers(key=UUID(draft.key), owner=self.owner, answers=answers, at=timezone.now())

    def drawn(self, row: UnsentReport) -> ReportDraft:
        """Return a row as a draft, with a proof for the page that shows it."""
        answers = json.loads(row.answers) if row.answers else {}
        receipt = KeptReceipt(**json.loads(row.receipt)) if row.receipt else None
        proof = Signer(salt=COOKIE).sign(f"{row.pk}.{self.owner}")
        return ReportDraft(
            **answers, key=str(row.pk), files=list(files_of_unsent(row.pk)), receipt=receipt, proof=proof
        )


def _proved(proof: str) -> tuple[UUID | None, str]:
    """Return the key and the browser that a page was drawn for."""
    try:
        key, _dot, owner = Signer(salt=COOKIE).unsign(proof).partition(".")
    except BadSignature:
        return None, ""
    return key_from(key), owner


def with_drafts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a view what this browser has begun, and let the browser be known again."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = request.COOKIES.get(COOKIE, "")
        known = token or secrets.token_urlsafe(TOKEN_BYTES)
        answer = view(request, Drafts(known), *args, **kwargs)
        # Only where something is asked: whoever merely looks at a picture is known already.
        if not token and isinstance(answer, HttpResponse):
            remember_browser(request, answer, known)
        return answer

    return inside


def remember_browser(request: HttpRequest, answer: HttpResponse, token: str) -> None:
    """Let the browser bring its mark along, as long as a session lasts."""
    answer.set_cookie(
        COOKIE, token, max_age=settings.SESSION_COOKIE_AGE, httponly=True, samesite="Lax", secure=request.is_secure()
    )  # fmt: skip
