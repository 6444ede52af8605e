"""The word lists that answer before anything is learnt."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Final

from heshi.cases.terms import KINDS
from heshi.common.yamlfiles import text_of
from heshi.understanding.rules.lexicon import Lexicon, LexiconBroken, read_lexicon
from heshi.understanding.rules.suggesting import Lexicons
from heshi.understanding.terms import FALLBACK_KIND, FALLBACK_TOPIC, OFFICIAL_TOPICS

FOLDER: Final = Path(__file__).parent.parent / "lexicon"


@cache
def lexicons() -> Lexicons:
    """Return the shipped word lists, read once; raises LexiconBroken."""
    return Lexicons(
        _read("kinds.yaml", KINDS, FALLBACK_KIND),
        _read("topics.yaml", OFFICIAL_TOPICS, FALLBACK_TOPIC),
    )


def _read(file: str, labels: dict[str, str], fallback: str) -> Lexicon:
    text = text_of(FOLDER / file, partial(LexiconBroken.unreadable, file))
    return read_lexicon(file=file, text=text, labels=labels, fallback=fallback)
