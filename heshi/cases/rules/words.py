"""Tokens for search: the pairs of neighbouring characters, each packed into one signed 32-bit integer, without collisions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

SEARCHED: Final = re.compile(r"[0-9a-z\u3400-\u4dbf\u4e00-\u9fff]")
PLANE: Final = 0x1_0000
MOST: Final = 2_000
"""A statement gives at most so many tokens; what lies behind is still stored and read, only not searched."""


def plain(text: str) -> str:
    """Return the text in one spelling: full-width forms folded, letters small."""
    return unicodedata.normalize("NFKC", text).lower()


def tokens(text: str) -> list[int]:
    """Return the distinct tokens of a text, in the order of their numbers."""
    # A half of a surrogate pair can come from a broken telephone keyboard: it is passed over, not refused.
    codes = np.frombuffer(plain(text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    searched = _is_searched()[np.minimum(codes, PLANE)]
    # Two characters of sixteen bits fit one integer exactly, so that a GIN index of integers finds pairs without collisions.
    pairs = (codes[:-1] << np.uint32(16)) | codes[1:]
    found: list[int] = np.unique(pairs[searched[:-1] & searched[1:]]).view(np.int32)[:MOST].tolist()
    return found


@cache
def _is_searched() -> npt.NDArray[np.bool_]:
    """Return for every character of the basic plane whether search knows it; all others are one entry at the end."""
    return np.array([bool(SEARCHED.match(chr(code))) for code in range(PLANE)] + [False])
