"""The lexicon: what plain words say about a message before anything has been learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any, Final

from heshi.common.refusals import Invalid

TITLE_COUNTS: Final = 2.0
"""A word in the title says what the person came for; in the body it may be part of the story."""
SHARPNESS: Final = 0.7
ADVANTAGE: Final = 1.5
"""What the fallback has before any word is read."""


class LexiconBroken(Invalid):
    """A word list is not shaped as word: weight under known classes."""

    code = "lexicon_broken"
    sentence = "词表 {file} 的“{label}”有误：{why}。"


@dataclass(frozen=True)
class Lexicon:
    """For each word the classes it speaks for, and how strongly."""

    words: Mapping[str, tuple[tuple[str, float], ...]]
    labels: tuple[str, ...]
    fallback: str


@dataclass(frozen=True)
class Verdict:
    """The likeliest class, its probability and the words that decided, strongest first."""

    label: str
    probability: float
    words: tuple[str, ...]


def read_lexicon(*, content: Any, labels: Mapping[str, str], fallback: str, file: str) -> Lexicon:
    """Return the word list of a file; raises LexiconBroken for an unknown class or a weight that is no number."""
    words: dict[str, list[tuple[str, float]]] = {}
    for label, listed in dict(content or {}).items():
        if label not in labels:
            raise LexiconBroken(file=file, label=label, why="没有这个类别")
        for word, weight in dict(listed or {}).items():
            if not isinstance(word, str) or not isinstance(weight, int | float):
                raise LexiconBroken(file=file, label=label, why=f"“{word}”后面应是数字权重")
            words.setdefault(word, []).append((label, float(weight)))
    return Lexicon({word: tuple(said) for word, said in words.items()}, tuple(labels), fallback)


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
    share = 1 / sum(exp((value - score[best]) * SHARPNESS) for value in score.values())
    mine = {word: weight for word, weight in heard.get(best, {}).items() if weight > 0}
    return Verdict(best, share, tuple(sorted(mine, key=mine.__getitem__, reverse=True)[:most]))
