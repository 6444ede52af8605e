"""Tokens for search: the pairs of neighbouring characters, each packed into one signed 32-bit integer, without collisions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

SEARCHED: Final = re.compile(r"[0-9a-z\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
"""Letters, digits and every Chinese character: 〇 and 々 stand apart from the others, 𠮷 and thousands of names behind U+FFFF."""
PLANE: Final = 0x1_0000
SUPPLEMENTARY, FURTHER = 0x2_0000, 0x4_0000
"""The planes that hold nothing but Chinese characters: the first code in them, and the first behind them."""
BLANK: Final = 0x20
MOST: Final = 2_000
"""A statement gives at most so many tokens; what lies behind is still stored and read, only not searched."""
CIRCLE: Final = re.compile("[\u25cb\u25ef]")
"""What people type for 〇."""
UNSEEN: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Invisible marks that only choose how a character is drawn."""

Units = npt.NDArray[np.uint32]


def plain(text: str) -> str:
    """Return the text in one spelling: full-width forms folded, letters small, a circle for 〇 made a 〇."""
    return unicodedata.normalize("NFKC", UNSEEN.sub("", CIRCLE.sub("〇", text))).lower()


def tokens(text: str, *, besides: str = "") -> list[int]:
    """Return the distinct tokens of a text, in the order of their numbers; those of ``besides`` are there however long it is."""
    pairs = _pairs(text)[:MOST]
    if besides:
        pairs = np.union1d(pairs, _pairs(besides))
    found: list[int] = pairs.view(np.int32).tolist()
    return found


def _pairs(text: str) -> Units:
    units = _units(plain(text))
    # Two units of sixteen bits fit one integer exactly, so that a GIN index of integers finds pairs without collisions.
    pairs = (units[:-1] << np.uint32(16)) | units[1:]
    return np.unique(pairs[(units[:-1] != BLANK) & (units[1:] != BLANK)])


def _units(spelled: str) -> Units:
    """Return the characters that search knows in units of sixteen bits, a blank for every other one."""
    # A half of a surrogate pair can come from a broken telephone keyboard: it is passed over, not refused.
    codes = np.frombuffer(spelled.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    known = np.where(_is_searched()[np.minimum(codes, FURTHER)], codes, np.uint32(BLANK))
    if not (known >= PLANE).any():
        return known
    # A character behind U+FFFF becomes the two halves by which UTF-16 writes it; nothing else has those units.
    halves = known.tobytes().decode("utf-32-le").encode("utf-16-le")
    return np.frombuffer(halves, dtype=np.uint16).astype(np.uint32)


@cache
def _is_searched() -> npt.NDArray[np.bool_]:
    """Return for every character whether search knows it; all behind the planes of Chinese are one entry at the end."""
    known = np.zeros(FURTHER + 1, dtype=bool)
    known[:PLANE] = [bool(SEARCHED.match(chr(code))) for code in range(PLANE)]
    known[SUPPLEMENTARY:FURTHER] = True
    return known
