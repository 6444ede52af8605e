"""Learning: from labelled messages to a model.

Scikit-learn is imported where it trains, because every web process loads this room and few of them ever learn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from heshi.common.refusals import Invalid
from heshi.understanding.rules.features import (
    SLOTS,
    Counts,
    count_grams,
    gram_places,
    rarity,
    telling,
    weigh,
)
from heshi.understanding.rules.model import WORD_BITS, WORD_SIZES, Head, Model
from heshi.understanding.rules.reading import Floats, Ints, Keys, batches, grams, lay_out, slots

SMOOTHING: Final = 0.5
"""Strength of the ridge: less follows single messages, more forgets rare words."""
MIN_MESSAGES: Final = 2
"""A gram that stands in one message only says nothing about the next."""
WORD_MESSAGES: Final = 5
"""A word shown as a reason was met at least this often."""
WORD_LETTERS: Final = 240
"""Letters of each message searched for words: cutting words apart is the slowest part of training."""


class TooFewLabels(Invalid):
    """There is nothing to tell apart."""

    code = "too_few_labels"
    sentence = "训练文件里至少要有两种标签，每种至少两条；现在是：{found}。请补充后再训练。"


@dataclass(frozen=True)
class Example:
    """A message whose topic a person has confirmed, and its kind where that was confirmed too."""

    text: str
    topic: str
    kind: str = ""


@dataclass(frozen=True)
class LabelQuestion:
    """What is to be learnt: the possible answers, and the number of the right one for each example."""

    answers: tuple[str, ...]
    right: Ints


@dataclass(frozen=True)
class Fitted:
    """What one training run found: for each gram that counts its worth and its weight for each answer."""

    slots: Ints
    worth: Floats
    weights: Floats
    bias: Floats


def questions(examples: Sequence[Example]) -> list[LabelQuestion]:
    """Return what these examples can teach: topics, and kinds where every one has its kind; raises TooFewLabels."""
    asked = [_question([example.topic for example in examples])]
    if all(example.kind for example in examples):
        asked.append(_question([example.kind for example in examples]))
    return asked


def _question(labels: list[str]) -> LabelQuestion:
    often = Counter(labels)
    if len(often) < 2 or min(often.values()) < 2:
        found = "、".join(f"{label} {count} 条" for label, count in often.most_common()[-8:]) or "没有一条"
        raise TooFewLabels(found=found)
    answers = tuple(sorted(often))
    place = {answer: number for number, answer in enumerate(answers)}
    return LabelQuestion(answers, np.array([place[label] for label in labels], dtype=np.int64))


def count_all(texts: Sequence[str]) -> Counts:
    """Return the gram counts of all messages."""
    parts = []
    for batch in batches(texts):
        letters = lay_out(batch)
        parts.append(count_grams(letters, gram_places(letters)))
    before = np.cumsum([0] + [part.messages for part in parts])
    message = np.concatenate([part.message + start for part, start in zip(parts, before[:-1], strict=True)])
    slot = np.concatenate([part.slot for part in parts])
    return Counts(len(texts), message, slot, np.concatenate([part.count for part in parts]))


def of_messages(counts: Counts, chosen: Ints) -> Counts:
    """Return the counts of the chosen messages, numbered anew in that order."""
    place = np.full(counts.messages, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    mine = counts.only(place[counts.message] >= 0)
    order = np.argsort(place[mine.message], kind="stable")
    return Counts(len(chosen), place[mine.message][order], mine.slot[order], mine.count[order])


def fit(counts: Counts, asked: Sequence[LabelQuestion]) -> Fitted:
    """Fit weights for every question on these messages; what a gram is worth is judged by these messages alone."""
    frequency = np.bincount(counts.slot, minlength=SLOTS)
    kept = np.flatnonzero(frequency >= min(MIN_MESSAGES, counts.messages))
    table = np.full(SLOTS, -1, dtype=np.int64)
    table[kept] = np.arange(len(kept))
    lines = counts.only(table[counts.slot] >= 0)
    column = table[lines.slot]
    told = [_told(lines.message, column, len(kept), question) for question in asked]
    worth = rarity(frequency[kept], counts.messages) * np.maximum.reduce(told)
    value = weigh(lines, worth[column])
    found = [
        _ridge(value, lines.message, column, (counts.messages, len(kept)), question) for question in asked
    ]
    weights = np.hstack([weights for weights, _ in found]).astype(np.float32)
    return Fitted(kept, worth, weights, np.concatenate([bias for _, bias in found]).astype(np.float32))


def _told(row: Ints, column: Ints, columns: int, question: LabelQuestion) -> Floats:
    """Return how much each gram tells about this question."""
    answers = len(question.answers)
    met = np.bincount(question.right[row] * columns + column, minlength=answers * columns)
    often = np.bincount(question.right, minlength=answers)
    return telling(met.reshape(answers, columns), often)


def _ridge(
    value: Floats, row: Ints, column: Ints, shape: tuple[int, int], question: LabelQuestion
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return weights and bias; each answer carries the same total weight, so that a small topic is not drowned."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 -- slow import, only who trains pays
    from sklearn.linear_model import Ridge  # noqa: PLC0415 -- the same

    matrix = csr_matrix((value, (row, column)), shape=shape)
    often = np.bincount(question.right, minlength=len(question.answers))
    weight = (1 / np.maximum(often, 1))[question.right]
    target = np.where(np.arange(len(question.answers)) == question.right[:, None], 1.0, -1.0)
    ridge = Ridge(alpha=SMOOTHING, solver="sparse_cg", tol=1e-4)
    ridge.fit(matrix, target, sample_weight=weight / weight.mean())
    return ridge.coef_.T, ridge.intercept_


def model_of(fitted: Fitted, heads: Sequence[Head], words: npt.NDArray[np.int32]) -> Model:
    """Return the fitted numbers as a model that can be asked."""
    kind = heads[1] if len(heads) > 1 else None
    kept = fitted.slots.astype(np.int32)
    return Model(heads[0], kind, kept, fitted.worth, fitted.weights, fitted.bias, words)


def readable_words(texts: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return the slots of real words met in training, so that reasons are shown in words and not in scraps of them."""
    import jieba  # noqa: PLC0415 -- slow import, only who trains pays

    jieba.setLogLevel(60)
    often: Counter[str] = Counter(chain.from_iterable(set(jieba.cut(text[:WORD_LETTERS])) for text in texts))
    met = [word for word, count in often.items() if count >= WORD_MESSAGES and len(word) in WORD_SIZES]
    found = [word_keys([word for word in met if len(word) == size], size) for size in WORD_SIZES]
    return np.unique(slots(np.concatenate(found), WORD_BITS)).astype(np.int32)


def word_keys(words: Sequence[str], size: int) -> Keys:
    """Return the gram keys of words of that length."""
    return grams(lay_out([word for word in words if not word.isascii()]), size).keys
