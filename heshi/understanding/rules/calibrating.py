"""Calibrating: whether “80 %” is right eight times in ten, told by messages that neither the model nor its sharpness had seen."""

from __future__ import annotations

from typing import Final, TypedDict

import numpy as np

from heshi.understanding.rules.model import Head, leads, opinion
from heshi.understanding.rules.reading import Floats, Ints

SHARPNESS_TRIED: Final = np.geomspace(0.5, 30, 60)
BANDS: Final = 10
STRENGTH: Final = 100.0
"""How far the layer follows what it sees; it has three numbers and thousands of messages."""


class Band(TypedDict):
    """Answers that were given with about the same certainty: how certain on average, and how often right."""

    said: float
    right: float
    rows: int


class Calibration(TypedDict):
    """How far stated certainty can be believed.

    ``error`` is the expected calibration error over ten bands; ``share_sure`` the share of messages at or above ``bar``, and
    ``accuracy_sure`` how often these were answered right.
    """

    error: float
    bar: float
    share_sure: float
    accuracy_sure: float
    bands: list[Band]


def fit_sharpness(scores: Floats, right: Ints) -> float:
    """Return how sharply scores turn into shares, the same number for all answers: what least surprises on what was right."""

    def surprise(sharpness: float) -> float:
        odds = scores * sharpness
        odds = odds - odds.max(axis=1, keepdims=True)
        chosen = odds[np.arange(len(right)), right]
        return float((np.log(np.exp(odds).sum(axis=1)) - chosen).mean())

    return float(min(SHARPNESS_TRIED, key=surprise))


def fit_head(answers: tuple[str, ...], scores: Floats, right: Ints) -> Head:
    """Return the question with its certainty set by these scores, which no message that was learnt from may have given."""
    return Head(answers, fit_sharpness(scores, right), _fit_layer(scores, right))


def _fit_layer(scores: Floats, right: Ints) -> tuple[float, float, float]:
    """Return the logistic layer that tells by the lead of an answer how likely it is right (docs/decisions/0023)."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- slow import, only who trains pays

    # Nobody has seen an answer without any lead: it counts as right once and wrong once, and so there is always one of each.
    nothing = np.zeros((2, scores.shape[1]), dtype=scores.dtype)
    seen = np.concatenate((leads(scores), leads(nothing)))
    is_right = np.concatenate((scores.argmax(axis=1) == right, [True, False]))
    layer = LogisticRegression(C=STRENGTH, max_iter=1000).fit(seen, is_right)
    return float(layer.intercept_[0]), float(layer.coef_[0, 0]), float(layer.coef_[0, 1])


def calibration(scores: Floats, right: Ints, fold: Ints, *, bar: float) -> Calibration:
    """Return how far the certainty can be believed that these scores come to; each fold's is set by the other folds."""
    said, is_right = _certainty(scores, right, fold)
    band = np.minimum((said * BANDS).astype(np.int64), BANDS - 1)
    bands = [_band(said[band == number], is_right[band == number]) for number in np.unique(band)]
    sure = said >= bar
    return {
        "error": round(sum(abs(one["said"] - one["right"]) * one["rows"] for one in bands) / len(said), 4),
        "bar": bar,
        "share_sure": round(float(sure.mean()), 4),
        "accuracy_sure": round(float(is_right[sure].mean()), 4) if sure.any() else 0.0,
        "bands": bands,
    }


def _certainty(scores: Floats, right: Ints, fold: Ints) -> tuple[Floats, Floats]:
    """Return how certain each answer was, and 1 where it was right."""
    said = np.zeros(len(right), dtype=np.float32)
    for number in np.unique(fold):
        others, mine = fold != number, fold == number
        said[mine] = opinion(scores[mine], fit_head((), scores[others], right[others])).probability
    return said, (scores.argmax(axis=1) == right).astype(np.float32)


def _band(said: Floats, is_right: Floats) -> Band:
    return {
        "said": round(float(said.mean()), 4),
        "right": round(float(is_right.mean()), 4),
        "rows": len(said),
    }
