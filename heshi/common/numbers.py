"""The public number of a case: random, unguessable, typo-proof, readable over a telephone.

Eleven random digits and one Damm check digit, spoken in three groups of four. The Damm scheme finds every single wrong digit
and every swap of neighbours (H. M. Damm, 2004). Digits alone, because dialects agree on them.
"""

from __future__ import annotations

import secrets
import unicodedata

from stdnum import damm

from heshi.common.refusals import Invalid

RANDOM_DIGITS = 11
LENGTH = RANDOM_DIGITS + 1


class NumberMistyped(Invalid):
    """A digit is wrong, missing, or two are swapped."""

    code = "number_mistyped"
    sentence = "编号应为 12 位数字，您输入的编号有一位不对，请对照回执再输一次。"


def new_number() -> str:
    """Return a fresh number of twelve digits, the last one a check digit."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    # `secrets`, not `random`: with a number and four digits a case can be read.
    return digits + damm.calc_check_digit(digits)


def check_number(text: str) -> str:
    """Return the twelve digits of a typed number; full-width digits, spaces and dashes are fine.

    Raises NumberMistyped when it cannot be one of ours.
    """
    # Chinese input methods give full-width digits, and receipts are copied from pictures.
    typed = unicodedata.normalize("NFKC", text)
    digits = "".join(char for char in typed if char.isascii() and char.isdigit())
    noise = [char for char in typed if not char.isdigit() and char not in " -—–·.\t"]
    if noise or len(digits) != LENGTH or not damm.is_valid(digits):
        raise NumberMistyped
    return digits


def spoken(number: str) -> str:
    """Return the number in three groups, as it is printed and read out."""
    return "-".join(number[start : start + 4] for start in range(0, LENGTH, 4))


def new_follow_code() -> str:
    """Return four random digits for a receipt whose reporter left no telephone."""
    return f"{secrets.randbelow(10**4):04d}"
