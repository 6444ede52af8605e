"""Telephone numbers as people in China write them: whether one can be dialled, and whether a short message reaches it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
DIALLED: Final = re.compile(rf"{MOBILE.pattern}|0\d{{9,11}}|[2-9]\d{{6,7}}|(?:400|800)\d{{7}}|\+\d{{8,15}}")


def digits_of(phone: str) -> str:
    """Return a telephone number as digits (a leading + stays), whatever was typed between them."""
    # Full-width digits again, and the dashes that word processors put into numbers.
    plain = unicodedata.normalize("NFKC", phone)
    return re.sub(r"[\s\-()–—.·]", "", plain)


def is_phone(phone: str) -> bool:
    """Return whether this can be dialled: a mobile number, a fixed line with area code, or a foreign number with +."""
    return bool(DIALLED.fullmatch(digits_of(phone)))


def is_mobile(phone: str) -> bool:
    """Return whether a short message reaches this number: a mobile number of the mainland, and nothing else."""
    return bool(MOBILE.fullmatch(digits_of(phone)))
