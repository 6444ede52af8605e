"""The kind of matter in the words of other systems."""

from __future__ import annotations

from typing import Final

from heshi.cases.terms import KINDS
from heshi.intake.rules.written.doubts import Doubt, is_nothing, plain_of
from heshi.intake.terms import KIND_WORDS

KIND_OF_WORD: Final = {word: kind for kind, words in KIND_WORDS.items() for word in words} | {
    kind: kind for kind in KINDS
}
DISPUTES: Final = "纠纷"


def kind_in(text: str) -> tuple[str, Doubt | None]:
    """Return the kind that a word means, empty where none is said or nobody knows it: then the system's own suggestion counts."""
    if text in KINDS:
        return text, None
    plain = plain_of(text).lower()
    if is_nothing(plain):
        return "", None
    for word in (plain, plain.removesuffix("类"), plain.removesuffix("类事项")):
        if word in KIND_OF_WORD:
            return KIND_OF_WORD[word], None
        if word.endswith(DISPUTES):
            return "dispute", None
    return "", Doubt("kind", text, "kind_unknown")
