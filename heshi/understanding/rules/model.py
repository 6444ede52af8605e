"""The learnt model: which grams speak for which topic, kept as plain numbers.

A model is stored as arrays and read back without executing anything, so a damaged or forged one can be refused
but can never run. Everything here is arithmetic on whole batches.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from heshi.common.refusals import Invalid
from heshi.understanding.rules.features import SLOTS, Counts, Places, count_grams, weigh
from heshi.understanding.rules.reading import Flags, Floats, Ints, Letters, grams, slots

FORMAT: Final = 3
WORD_BITS: Final = 22
NO_LEAD: Final = 0.02
"""Added to a lead before its logarithm is taken, so that two equal scores have one."""
WORD_SIZES: Final = (2, 3, 4)
_TORN: Final = (
    ValueError,
    KeyError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading arrays raises for bytes that are no arrays."""
_ARRAYS: Final = ("slots", "worth", "weights", "bias", "words")


class ModelDamaged(Invalid):
    """The stored model cannot be read."""

    code = "model_damaged"
    sentence = "存储的研判模型已损坏，暂用词表研判；请用 heshi learn 重新训练。"


@dataclass(frozen=True)
class Head:
    """One question the model answers: its possible answers, and how scores become probabilities.

    ``layer`` weighs nothing, the lead of the best score over the second and the logarithm of that lead: how likely the best is right.
    ``sharpness`` says how what remains falls on the others.
    """

    answers: tuple[str, ...]
    sharpness: float
    layer: tuple[float, float, float] = (0.0, 5.0, 0.0)


class WrittenHead(TypedDict):
    """A question as it is stored."""

    answers: list[str]
    sharpness: float
    layer: list[float]


@dataclass(frozen=True)
class Opinion:
    """For each message of a batch the numbers of the two likeliest answers, and their probabilities."""

    best: Ints
    probability: Floats
    second: Ints
    second_probability: Floats


@dataclass(frozen=True)
class Model:
    """Weights of each known gram for each answer; the topics' columns first, then the kinds' where they were learnt."""

    topic: Head
    kind: Head | None
    slots: npt.NDArray[np.int32]
    worth: Floats
    weights: Floats
    bias: Floats
    words: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @cached_property
    def row_of_slot(self) -> npt.NDArray[np.int32]:
        """Map each slot to its row of weights, -1 where the model knows nothing."""
        table = np.full(SLOTS, -1, dtype=np.int32)
        table[self.slots] = np.arange(len(self.slots), dtype=np.int32)
        return table

    @cached_property
    def is_word(self) -> Flags:
        """Tell for each word slot whether such a word was read in training."""
        table = np.zeros(1 << WORD_BITS, dtype=bool)
        table[self.words] = True
        return table

    def scores(self, letters: Letters, places: Places) -> Floats:
        """Return a score for each message and answer."""
        return self.score_counts(count_grams(letters, places))

    def score_counts(self, counts: Counts) -> Floats:
        """Return a score for each counted message and answer."""
        rows = self.row_of_slot[counts.slot]
        known = rows >= 0
        counts, rows = counts.only(known), rows[known]
        value = weigh(counts, self.worth[rows])
        total = np.tile(self.bias, (counts.messages, 1))
        if len(rows):
            first = np.flatnonzero(np.diff(counts.message, prepend=-1))
            total[counts.message[first]] += np.add.reduceat(
                self.weights[rows] * value[:, None], first, axis=0
            )
        return total

    def topic_opinion(self, scores: Floats) -> Opinion:
        """Return the likeliest topic of each message."""
        return opinion(scores[:, : len(self.topic.answers)], self.topic)

    def kind_opinion(self, scores: Floats) -> Opinion | None:
        """Return the likeliest kind of each message, if kinds were learnt."""
        return opinion(scores[:, len(self.topic.answers) :], self.kind) if self.kind else None

    def deciding_words(
        self, letters: Letters, places: Places, best: Ints, most: int
    ) -> list[tuple[str, ...]]:
        """Return the words of each message that spoke most for its topic, strongest first, as written in it."""
        warmth = np.concatenate(
            (np.zeros(1, dtype=np.float32), np.cumsum(self._warmth(letters, places, best)))
        )
        found = [grams(letters, size) for size in WORD_SIZES]
        at = np.concatenate([one.at for one in found])
        size = np.repeat(np.array(WORD_SIZES, dtype=np.int64), [len(one.at) for one in found])
        real = self.is_word[slots(np.concatenate([one.keys for one in found]), WORD_BITS)]
        at, size = at[real], size[real]
        heat = warmth[at + size] - warmth[at]
        warm = heat > 0
        return _strongest(letters, at[warm], size[warm], heat[warm], most)

    def _warmth(self, letters: Letters, places: Places, best: Ints) -> Floats:
        """Return how much each letter speaks for its message's best topic against the others."""
        rows = self.row_of_slot[places.slot]
        known = rows >= 0
        at, size, rows = places.at[known], places.size[known], rows[known]
        topics = self.weights[:, : len(self.topic.answers)]
        value = (topics[rows, best[letters.message[at]]] - self._mean_weight[rows]) * self.worth[rows]
        value /= size
        warmth = np.bincount(at, weights=value, minlength=len(letters.codes) + 1)
        pairs = size == 2
        warmth += np.bincount(at[pairs] + 1, weights=value[pairs], minlength=len(letters.codes) + 1)
        return warmth[:-1].astype(np.float32)

    @cached_property
    def _mean_weight(self) -> Floats:
        mean: Floats = self.weights[:, : len(self.topic.answers)].mean(axis=1)
        return mean


def _strongest(letters: Letters, at: Ints, size: Ints, heat: Floats, most: int) -> list[tuple[str, ...]]:
    """Choose for each message its warmest words, none inside another."""
    message = letters.message[at]
    order = np.lexsort((-heat, message))
    bounds = np.searchsorted(message[order], np.arange(len(letters.texts) + 1))
    chosen: list[tuple[str, ...]] = []
    for number, text in enumerate(letters.texts):
        warmest = order[bounds[number] : min(bounds[number + 1], bounds[number] + 8 * most)]
        start = letters.starts[number]
        spans = zip((at[warmest] - start).tolist(), size[warmest].tolist(), strict=True)
        chosen.append(_without_overlap([text[begin : begin + length] for begin, length in spans], most))
    return chosen


def _without_overlap(words: list[str], most: int) -> tuple[str, ...]:
    chosen: list[str] = []
    for word in words:
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == most:
            break
    return tuple(chosen)


def leads(scores: Floats) -> Floats:
    """Return how far the best score of each message lies before the second, and the logarithm of that."""
    two = np.partition(scores, -2, axis=1)[:, -2:]
    lead = two[:, 1] - two[:, 0]
    return np.stack((lead, np.log(lead + NO_LEAD)), axis=1)


def opinion(scores: Floats, head: Head) -> Opinion:
    """Turn scores into the two likeliest answers and how likely each is."""
    row = np.arange(len(scores))
    best = scores.argmax(axis=1).astype(np.int64)
    odds = np.exp((scores - scores.max(axis=1, keepdims=True)) * head.sharpness)
    sure = 1 / (1 + np.exp(-(head.layer[0] + leads(scores) @ np.array(head.layer[1:]))))
    odds[row, best] = 0.0
    second = odds.argmax(axis=1).astype(np.int64)
    left = (1 - sure) * odds[row, second] / odds.sum(axis=1)
    return Opinion(best, sure.astype(np.float32), second, np.minimum(sure, left).astype(np.float32))


def pack(model: Model) -> bytes:
    """Return the model as bytes: named arrays and one JSON description."""
    heads = [
        {"answers": head.answers, "sharpness": head.sharpness, "layer": head.layer}
        for head in (model.topic, model.kind)
        if head
    ]
    about = json.dumps({"format": FORMAT, "heads": heads}, ensure_ascii=False)
    kept = io.BytesIO()
    arrays = {name: getattr(model, name) for name in _ARRAYS}
    arrays["weights"] = model.weights.astype(np.float16)
    np.savez_compressed(kept, about=np.frombuffer(about.encode(), dtype=np.uint8), **arrays)
    return kept.getvalue()


def unpack(content: bytes) -> Model:
    """Read a packed model back; raises ModelDamaged."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            parts = {name: arrays[name] for name in _ARRAYS}
    except _TORN as error:
        raise ModelDamaged from error
    if about.get("format") != FORMAT:
        raise ModelDamaged
    heads = [_head(head) for head in about["heads"]]
    parts["weights"] = parts["weights"].astype(np.float32)
    return Model(heads[0], heads[1] if len(heads) > 1 else None, **parts)


def _head(kept: WrittenHead) -> Head:
    base, lead, log_lead = kept["layer"]
    return Head(tuple(kept["answers"]), kept["sharpness"], (base, lead, log_lead))
