"""Reading: a batch of messages as one row of tidy letters, and its n-grams as numbers.

Every message is laid out in one array of code points, and everything after that is arithmetic on whole arrays:
a thousand messages cost about as much as one would in a loop. Each tidy letter stays at the place of the letter
it came from, so whatever is found can be cut out of the message in its own words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

BATCH: Final = 512
LONGEST: Final = 4000
"""Letters read of one message; nobody needs the hundred-thousandth to know what it is about."""
TITLE_LONGEST: Final = 120
_PLANE: Final = 65536
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_SALT: Final = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True)
class Letters:
    """A batch of messages: tidy letters (0 where there is none), their message, and whether they are in its title."""

    texts: tuple[str, ...]
    codes: Ints
    message: Ints
    in_title: Flags
    starts: Ints


@dataclass(frozen=True)
class Grams:
    """The n-grams of a batch: where each begins, and a 64-bit number that stands for its letters."""

    at: Ints
    keys: Keys


@cache
def _tidy_table() -> Ints:
    """Map each code point of the basic plane to the letter it counts as; 0 for what is not a word.

    Full-width becomes half-width (NFKC), capitals become small, every digit becomes 0: which number it is says
    nothing about the matter.
    """
    table = np.zeros(_PLANE, dtype=np.int64)
    for code in range(1, _PLANE):
        tidy = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(tidy) == 1 and tidy.isalnum():
            table[code] = ord("0") if tidy.isdigit() else ord(tidy) % _PLANE
    return table


def message_text(title: str, body: str) -> str:
    """Return title and body as the one text that this room reads: the first line is the title."""
    return f"{' '.join(title.split())}\n{body}"


def lay_out(texts: Sequence[str]) -> Letters:
    """Return the messages side by side; a text of one long line counts as a body without a title."""
    cut = tuple(text[:LONGEST].replace("\0", " ") for text in texts)
    row = np.frombuffer(("\0".join(cut) + "\0").encode("utf-32-le", "replace"), dtype=np.uint32)
    ends = np.flatnonzero(row == 0).astype(np.int64)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1] + 1))
    message = np.repeat(np.arange(len(cut), dtype=np.int64), ends - starts + 1)
    codes = _tidy_table()[np.where(row < _PLANE, row, 0)]
    titles = np.array([_title_length(text) for text in cut], dtype=np.int64)
    in_title = np.arange(len(row)) - starts[message] < titles[message]
    return Letters(cut, codes, message, in_title, starts)


def _title_length(text: str) -> int:
    found = text.find("\n")
    if found >= 0:
        return found
    return len(text) if len(text) <= TITLE_LONGEST else 0


def grams(letters: Letters, size: int) -> Grams:
    """Return every n-gram of that size that no gap interrupts."""
    codes = letters.codes
    count = len(codes) - size + 1
    if count <= 0:
        return Grams(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64))
    whole = codes[:count] > 0
    keys = codes[:count].astype(np.uint64)
    for step in range(1, size):
        following = codes[step : step + count]
        whole &= following > 0
        keys = (keys * _MIX) ^ (following.astype(np.uint64) * _SALT)
    at = np.flatnonzero(whole).astype(np.int64)
    return Grams(at, spread(keys[at] + np.uint64(size)))


def spread(keys: Keys) -> Keys:
    """Mix the bits so that the upper ones depend on all of them (the finisher of splitmix64)."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def slots(keys: Keys, bits: int) -> Ints:
    """Return the table slot of each key."""
    return (keys >> np.uint64(64 - bits)).astype(np.int64)


def batches(texts: Sequence[str], size: int = BATCH) -> Iterator[Sequence[str]]:
    """Cut a long list into parts that fit the processor's cache."""
    for start in range(0, len(texts), size):
        yield texts[start : start + size]
