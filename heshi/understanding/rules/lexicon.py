"""The lexicon: what plain words say about a message before anything has been learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from typing import Final, cast

from jsonschema import Draft202012Validator

from heshi.common.shaping import read_shaped, validator
from heshi.common.values import JsonObject
from heshi.common.yamltext import Miswritten

TITLE_COUNTS: Final = 2.0
"""A word in the title says what the person came for; in the body it may be part of the story."""
SHARPNESS: Final = 0.7
ADVANTAGE: Final = 1.5
"""What the fallback has before any word is read."""


class LexiconBroken(Miswritten):
    """A word list is not shaped as word: weight under known classes."""

    code = "lexicon_broken"
    sentence = "词表有误，未载入："
    thing = "词表"


@dataclass(frozen=True)
class Lexicon:
    """For each word the classes it speaks for, and how strongly."""

    words: Mapping[str, tuple[tuple[str, float], ...]]
    labels: tuple[str, ...]
    fallback: str


@dataclass(frozen=True)
class Verdict:
    """The two likeliest classes with their probabilities, and the words that decided for the first, strongest first."""

    label: str
    probability: float
    words: tuple[str, ...]
    second: str = ""
    second_probability: float = 0.0


def read_lexicon(*, file: str, text: str, labels: Mapping[str, str], fallback: str) -> Lexicon:
    """Return the word list of a text; raises LexiconBroken for an unknown class or a weight that is no number."""
    draft = read_shaped(file, text, _shape(labels), LexiconBroken)
    written = cast("dict[str, dict[str, float] | None]", draft.values)
    words: dict[str, list[tuple[str, float]]] = {}
    for label, listed in written.items():
        for word, weight in (listed or {}).items():
            words.setdefault(word, []).append((label, float(weight)))
    return Lexicon({word: tuple(said) for word, said in words.items()}, tuple(labels), fallback)


def _shape(labels: Iterable[str]) -> Draft202012Validator:
    listed: JsonObject = {"type": ["object", "null"], "additionalProperties": {"type": "number"}}
    known = dict.fromkeys(labels, listed)
    return validator({"type": "object", "properties": known, "additionalProperties": False})


def judge(lexicon: Lexicon, text: str, most: int) -> Verdict:
    """Return what the words of a message say; without any known word the fallback, with little certainty."""
    title = text.partition("\n")[0]
    heard: dict[str, dict[str, float]] = {}
    for word, said in lexicon.words.items():
        if word in text:
            times = TITLE_COUNTS if word in title else 1.0
            for label, weight in said:
                heard.setdefault(label, {})[word] = weight * times
    score = {label: sum(heard.get(label, {}).values()) for label in lexicon.labels}
    score[lexicon.fallback] += ADVANTAGE
    best = max(score, key=score.__getitem__)
    second = max((label for label in score if label != best), key=score.__getitem__, default="")
    odds = {label: exp((value - score[best]) * SHARPNESS) for label, value in score.items()}
    share = 1 / sum(odds.values())
    mine = {word: weight for word, weight in heard.get(best, {}).items() if weight > 0}
    words = tuple(sorted(mine, key=mine.__getitem__, reverse=True)[:most])
    return Verdict(best, share, words, second, odds.get(second, 0.0) * share)
