"""Numbers of identity papers: the card of today is checked, every other paper is kept and flagged."""

from __future__ import annotations

import re
from typing import Final

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from heshi.intake.rules.written.doubts import Doubt, is_nothing, plain_of
from heshi.intake.rules.written.telephones import RUINED

CARD: Final = re.compile(r"\d{17}[\dX]")
OTHERS: Final = (
    re.compile(r"\d{15}"),  # the first generation of cards
    re.compile(r"[DEGPSKH][A-Z]?\d{7,8}"),  # passports
    re.compile(r"[HM]\d{8}(?:\d{2})?"),  # 港澳居民来往内地通行证
    re.compile(r"\d{8}"),  # 台湾居民来往大陆通行证
    re.compile(r"[A-Z]{3}\d{12}"),  # 外国人永久居留身份证
    re.compile(r"(?:军|士|文|警)?字?第?\d{6,8}号?"),  # 军官证、士兵证
    re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}"),  # 统一社会信用代码
)
NOISE: Final = re.compile(r"[\s\-()]")


def identity_in(text: str) -> tuple[str, Doubt | None]:
    """Return the number of a paper in plain form, and a doubt for everything but a card whose check digit and date fit.

    The place code is not looked up: withdrawn codes stay valid on cards. Source: GB 11643-1999.
    """
    plain = NOISE.sub("", plain_of(text)).upper()
    if is_nothing(plain):
        return "", None
    if CARD.fullmatch(plain):
        return (plain, None) if _is_true(plain) else ("", Doubt("identity_no", text, "identity_wrong"))
    if any(other.fullmatch(plain) for other in OTHERS):
        return plain, Doubt("identity_no", text, "identity_other")
    return "", Doubt("identity_no", text, "identity_ruined" if RUINED.fullmatch(plain) else "identity_wrong")


def _is_true(card: str) -> bool:
    try:
        ric.get_birth_date(card)
        return bool(card[-1] == ric.calc_check_digit(card))
    except ValidationError:
        return False
