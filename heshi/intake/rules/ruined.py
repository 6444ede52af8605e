"""A long number that a spreadsheet ruined: 20240305000123456 became 2.02403E+16, and only its beginning is left."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from heshi.intake.rules.report import Report
from heshi.intake.rules.written.telephones import RUINED

WHY: Final = {"number_ruined": "external_number", "phone_ruined": "phone", "identity_ruined": "identity_no"}
"""What a doubt about a ruined number is called, and in which field it stood."""
PLAIN: Final = re.compile(r"\d+")


def ruins_in(report: Report) -> dict[str, str]:
    """Return, by field, the numbers of a report of which only the beginning is left."""
    return {WHY[doubt.why]: doubt.text.strip() for doubt in report.doubts if doubt.why in WHY}


def is_same_number(one: str, other: str) -> bool:
    """Return whether these are one number, of which either may have been ruined."""
    return one == other or is_ruin_of(one, other) or is_ruin_of(other, one)


def is_ruin_of(ruined: str, number: str) -> bool:
    """Return whether a spreadsheet would have written ``number`` as ``ruined``: as long, and alike as far as it was kept."""
    if not RUINED.fullmatch(ruined) or not PLAIN.fullmatch(number):
        return False
    kept = Decimal(ruined).as_tuple().digits
    return Decimal(ruined) == Decimal(f"{Decimal(number):.{len(kept) - 1}E}")
