"""Typed words, made safe to keep without changing what was said."""

from __future__ import annotations

import re
import unicodedata

BODY_LIMIT = 20_000
TITLE_LENGTH = 30

# NUL and its like cannot be stored; marks that turn the reading direction can make a text say something else than it shows.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
EMAIL = re.compile(r"[^@\s<>,;\"()]+@[^@\s<>,;\"().]+(?:\.[^@\s<>,;\"().]+)+")
SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def is_email(text: str) -> bool:
    """Return whether a letter could be sent there: one @, a server with a dot, nothing that ends an address."""
    return bool(EMAIL.fullmatch(text))


def tidy(text: str) -> str:
    """Return the text without control characters, with plain line ends, composed, and without space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNWANTED.sub("", lines)).strip()


def title_from(body: str) -> str:
    """Return a title made of the first words: the first sentence, or as much of it as fits."""
    first = SENTENCE_END.split(tidy(body), maxsplit=1)[0].strip()
    words = " ".join((first or tidy(body)).split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"
