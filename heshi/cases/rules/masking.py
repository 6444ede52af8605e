"""Show as much of a personal field as the work needs, and no more (个人信息去标识化)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from heshi.cases.terms import MASKED

PHONE_HEAD, TAIL, IDENTITY_HEAD, ADDRESS_HEAD = 3, 4, 6, 6


def masked_name(name: str) -> str:
    """Return the family name and stars: 张＊＊."""
    return name[:1] + MASKED * 2 if name else ""


def masked_phone(phone: str) -> str:
    """Return the first three and last four digits; a short number keeps only its last two."""
    # A village number of six or seven digits would be told whole by its first three and last four.
    if len(phone) <= PHONE_HEAD + TAIL:
        return MASKED * 4 + phone[-2:] if phone else ""
    return phone[:PHONE_HEAD] + MASKED * 4 + phone[-TAIL:]


def masked_email(address: str) -> str:
    """Return the first letter and the server: whose mailbox it is stays covered."""
    name, at, server = address.partition("@")
    return name[:1] + MASKED * 3 + at + server if address else ""


def masked_identity(number: str) -> str:
    """Return the first six digits and stars: the place of first registration, not the date of birth."""
    return number[:IDENTITY_HEAD] + MASKED * 8 if number else ""


def masked_address(address: str) -> str:
    """Return the beginning, down to about the village."""
    return address[:ADDRESS_HEAD] + MASKED * 4 if address else ""


MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "name": masked_name,
    "phone": masked_phone,
    "email": masked_email,
    "address": masked_address,
    "identity_no": masked_identity,
}
