"""What a resident has said so far. It lies sealed in her session, so nothing typed is lost and nobody else can read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from django.contrib.sessions.backends.base import SessionBase

from heshi.common.keys import new_key
from heshi.web.kit.drawer import Drawer

NAMED, ANONYMOUS = "named", "anonymous"


@dataclass
class SentFile:
    """One photo or voice note, already cleaned and kept."""

    id: str
    kind: str
    name: str
    stored_as: str
    mime: str


@dataclass
class ReportDraft:
    """Her answers; ``key`` makes sure that pressing twice makes one case."""

    key: str = field(default_factory=lambda: str(new_key()))
    body: str = ""
    files: list[SentFile] = field(default_factory=list)
    placed: bool = False
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

    @property
    def told(self) -> bool:
        """Return whether we know what happened."""
        return bool(self.body or self.of_kind("voice"))

    @property
    def place_code(self) -> str | None:
        """Return the narrowest division she chose."""
        return self.village or self.township or None

    def of_kind(self, kind: str) -> list[SentFile]:
        """Return what she sent of one kind."""
        return [file for file in self.files if file.kind == kind]

    def take(self, answers: dict[str, object]) -> None:
        """Take over the answers of one page."""
        for name, value in answers.items():
            setattr(self, name, value)


@dataclass
class KeptReceipt:
    """What the receipt page shows after the draft is gone."""

    key: str
    number: str
    follow_code: str
    phone_end: str
    at: str
    identified: bool = False


class ReportDrawers:
    """Both drawers of one resident: the draft and the last receipt."""

    def __init__(self, session: SessionBase) -> None:
        self.drafts, self.receipts = Drawer(session, "report_draft"), Drawer(session, "report_receipt")

    def draft(self) -> ReportDraft:
        """Return her draft, or a fresh one."""
        held = self.drafts.look()
        if held is None:
            return ReportDraft()
        return ReportDraft(**held | {"files": [SentFile(**file) for file in held["files"]]})

    def keep(self, draft: ReportDraft) -> None:
        """Keep the draft until she comes back."""
        self.drafts.put(asdict(draft))

    def receipt(self) -> KeptReceipt | None:
        """Return the last receipt given in this session."""
        held = self.receipts.look()
        return KeptReceipt(**held) if held else None

    def close(self, receipt: KeptReceipt) -> None:
        """Exchange the draft for the receipt."""
        self.receipts.put(asdict(receipt))
        self.drafts.clear()

    def forget(self) -> None:
        """Leave nothing behind, for a telephone or a screen that others use too."""
        self.drafts.clear()
        self.receipts.clear()
