"""What a notice says, where it lies, on which way it travels, and when to try again. Values in, answers out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from heshi.common.phones import is_mobile
from heshi.common.refusals import Invalid
from heshi.notices.terms import RESIDENT_WORDS, STAFF_WORDS, Words

MOST_ATTEMPTS: Final = 8
_WAITS: Final = (1, 5, 15, 60, 180, 360, 720)  # minutes after the first, second, … failure


class NoticeWordsMissing(Invalid):
    """There is no text for that event, or a place in it was not filled."""

    code = "notice_words_missing"
    sentence = "“{about}”的通知缺少{what}，请在 heshi/notices/terms.py 补上或填写后再发。"


class Way(NamedTuple):
    """A channel, and the number or address on it; an inbox needs none."""

    channel: str
    destination: str = ""


INBOX: Final = Way("inbox")


def way_to(*, phone: str = "", email: str = "", address: str = "") -> Way:
    """Return the way on which a resident is told, from what she left.

    A short message reaches mobile numbers only; on a fixed line or a 400 number somebody rings up. Who left nothing finds it on
    her own page.
    """
    if is_mobile(phone):
        return Way("sms", phone)
    if email:
        return Way("email", email)
    if phone:
        return Way("call", phone)
    return Way("print", address) if address else INBOX


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is told: the resident of a case, a person of the staff, or those at a unit (anywhere) who hold one of the roles."""

    kind: str
    unit: UUID | None = None
    roles: frozenset[str] = frozenset()
    staff: UUID | None = None
    case_id: UUID | None = None
    way: Way = INBOX

    @property
    def lies_at(self) -> str:
        """In whose inbox it lies, in one line; ``roles`` narrow a unit down to those who hold one of them."""
        if self.kind == "staff":
            return f"staff:{self.staff}"
        if self.kind == "resident":
            return f"case:{self.case_id}"
        return f"unit:{self.unit}" if self.unit else f"role:{'+'.join(sorted(self.roles))}"


def resident(case_id: UUID, way: Way) -> Addressee:
    """Return the resident of a case."""
    return Addressee("resident", case_id=case_id, way=way)


def colleague(staff: UUID) -> Addressee:
    """Return one person of the staff."""
    return Addressee("staff", staff=staff)


def desk(unit: UUID, roles: Iterable[str] = ()) -> Addressee:
    """Return those at a unit who hold one of these roles, or everybody there who works on cases."""
    return Addressee("unit", unit=unit, roles=frozenset(roles))


def everywhere(role: str) -> Addressee:
    """Return whoever holds a role, wherever."""
    return Addressee("role", roles=frozenset({role}))


def words(about: str, to_kind: str, **places: object) -> Words:
    """Return the subject and text about something for residents or for staff, its places filled; raises NoticeWordsMissing."""
    return filled(template(about, to_kind), about, **places)


def template(about: str, to_kind: str) -> Words:
    """Return the words about something for residents or for staff, their places still open; raises NoticeWordsMissing."""
    to_resident = to_kind == "resident"
    found = (RESIDENT_WORDS if to_resident else STAFF_WORDS).get(about)
    if found is None:
        raise NoticeWordsMissing(about=about, what=f"给{'群众' if to_resident else '工作人员'}的文字")
    return found


def filled(wanted: Words, about: str, **places: object) -> Words:
    """Return words with their places filled; raises NoticeWordsMissing."""
    try:
        return Words(*(part.format_map(places) for part in wanted))
    except KeyError as missing:
        raise NoticeWordsMissing(about=about, what=f"“{missing.args[0]}”") from None


def has_words(about: str, to_kind: str) -> bool:
    """Say whether there is a text about that for residents or for staff; where there is none, they are not told of it."""
    return about in (RESIDENT_WORDS if to_kind == "resident" else STAFF_WORDS)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failures: a minute, then longer and longer, up to half a day."""
    return timedelta(minutes=_WAITS[min(max(attempts, 1), len(_WAITS)) - 1])
