"""Telephones as they are written: two in one field, with an extension, with a name, covered with stars, ruined by a spreadsheet."""

from __future__ import annotations

import re
from typing import Final

from heshi.common.phones import MOBILE, digits_of, is_phone
from heshi.intake.rules.written.doubts import Doubt, is_nothing, plain_of

GAP: Final = r"[ \t\-–—.]?"
ONE: Final = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{GAP})?(1[3-9]\d(?:{GAP}\d){{8}})(?!\d)"
    rf"|(?<!\d)\(?(0\d{{2,3}}\)?{GAP}[2-9]\d{{2,3}}{GAP}\d{{4}})(?!\d)"
    rf"|(?<!\d)([48]00{GAP}\d{{3}}{GAP}\d{{4}}|[48]00{GAP}\d{{4}}{GAP}\d{{3}})(?!\d)"
    rf"|((?:\+|(?<!\d)00)(?!86)\d{{1,3}}(?:{GAP}\d){{6,12}})(?!\d)"
    r"|(?<!\d)([2-9]\d{6,7})(?!\d)"
)
"""A mobile number, a fixed line with its area code, a 400 number, a foreign number, a local one; each in a group of its own."""
RUINED: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
WHOLE: Final = re.compile(r"(\d{5,})\.0+")
COVERED: Final = re.compile(r"\d[\d\-]*[*＊xX×•●]{2,}[\d\-]*\d?")
LOST_NOUGHT: Final = re.compile(r"(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
"""A fixed line whose area code lost its nought when a spreadsheet took it for a number."""
LEFT_OVER: Final = " \t\n,，、;；/|.。:：-()（）"


def telephone_in(text: str) -> tuple[str, Doubt | None]:
    """Return the first number that can be dialled, as digits, and a doubt where something else was written beside or instead of it."""
    if text.isascii() and text.isdigit() and len(text) == 11 and text[0] == "1" and text[1] >= "3":
        return text, None  # nearly all of them
    plain = plain_of(text)
    if is_nothing(plain):
        return "", None
    whole = WHOLE.fullmatch(plain)
    plain = whole[1] if whole else plain
    if LOST_NOUGHT.fullmatch(plain) and not is_phone(plain):
        return f"0{plain}", Doubt("phone", text, "phone_nought")
    number, left = _first(plain)
    if number:
        return number, Doubt("phone", text, "phone_more") if left else None
    return "", Doubt("phone", text, _why(plain))


def _first(plain: str) -> tuple[str, str]:
    """Return the first number and whatever stands around it."""
    if is_phone(plain):
        return _dialled(digits_of(plain)), ""
    found = ONE.search(plain)
    if found is None:
        return "", ""
    number = next(group for group in found.groups() if group)
    left = plain[: found.start()] + plain[found.end() :]
    return _dialled(digits_of(number)), left.strip(LEFT_OVER)


def _dialled(digits: str) -> str:
    """Return a number as it is dialled from here: without our own country's prefix, with + for another's."""
    if MOBILE.fullmatch(digits):
        return digits[-11:]
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _why(plain: str) -> str:
    if COVERED.search(plain):
        return "phone_covered"
    return "phone_ruined" if RUINED.fullmatch(plain) else "phone_unreadable"
