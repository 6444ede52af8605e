"""Proving: what a model would have said about messages it had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NotRequired, TypedDict

import numpy as np

from heshi.understanding.rules.calibrating import Calibration, calibration
from heshi.understanding.rules.features import Counts
from heshi.understanding.rules.learning import LabelQuestion, fit, model_of, of_messages
from heshi.understanding.rules.model import Head
from heshi.understanding.rules.reading import Floats, Ints

FOLDS: Final = 5
SEED: Final = 20


@dataclass(frozen=True)
class Trial:
    """Scores given to every message by a model that had not seen it, and which fold it was in."""

    scores: Floats
    fold: Ints


class LabelFigures(TypedDict):
    """How well one answer is given, and on how many messages."""

    precision: float
    recall: float
    f1: float
    rows: int


class ProvenFigures(TypedDict):
    """How well a question is answered, all answers together and each of them."""

    macro_f1: float
    macro_f1_std: float
    accuracy: float
    folds: int
    calibration: Calibration
    labels: dict[str, LabelFigures]


class Scores(ProvenFigures):
    """How well topics are answered, also where likely repeats were kept apart, and kinds where they were taught."""

    rows: int
    near_duplicate_pairs: int
    grouped_macro_f1: float
    grouped_macro_f1_std: float
    grouped_calibration: Calibration
    kind: NotRequired[ProvenFigures]


def folds_of(right: Ints) -> int:
    """Return into how many parts so few examples can be cut, each answer present in every part."""
    return max(2, min(FOLDS, int(np.bincount(right)[np.unique(right)].min())))


def cross_validate(counts: Counts, asked: Sequence[LabelQuestion], groups: Ints | None = None) -> Trial:
    """Train on four fifths and score the last, five times; messages of one group stay on the same side."""
    fold = _folds(asked[0].right, groups)
    scores = np.zeros((counts.messages, sum(len(question.answers) for question in asked)), dtype=np.float32)
    for number in np.unique(fold):
        seen, unseen = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        part = [LabelQuestion(question.answers, question.right[seen]) for question in asked]
        fitted = fit(of_messages(counts, seen), part)
        heads = [Head(question.answers, 1.0) for question in asked]
        model = model_of(fitted, heads, np.zeros(0, dtype=np.int32))
        scores[unseen] = model.score_counts(of_messages(counts, unseen))
    return Trial(scores, fold)


def _folds(right: Ints, groups: Ints | None) -> Ints:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold  # noqa: PLC0415 -- slow import

    wanted = folds_of(right)
    apart = (
        groups if groups is not None and len(np.unique(groups)) >= wanted else None
    )  # nearly all one matter
    kind = StratifiedKFold if apart is None else StratifiedGroupKFold
    parts = kind(wanted, shuffle=True, random_state=SEED).split(right, right, apart)
    fold = np.zeros(len(right), dtype=np.int64)
    for number, (_, unseen) in enumerate(parts):
        fold[unseen] = number
    return fold


def figures(trial: Trial, question: LabelQuestion, *, bar: float) -> ProvenFigures:
    """Return macro-F1 over the folds with its spread, accuracy, how far its certainty can be believed, and each answer's figures."""
    from sklearn.metrics import f1_score, precision_recall_fscore_support  # noqa: PLC0415 -- slow import

    said = trial.scores.argmax(axis=1)
    right = question.right
    by_fold = [
        float(
            f1_score(
                right[trial.fold == number], said[trial.fold == number], average="macro", zero_division=0
            )
        )
        for number in np.unique(trial.fold)
    ]
    measured = precision_recall_fscore_support(
        right, said, labels=range(len(question.answers)), zero_division=0
    )
    each: dict[str, LabelFigures] = {
        answer: {
            "precision": round(float(p), 4),
            "recall": round(float(r), 4),
            "f1": round(float(f), 4),
            "rows": int(rows),
        }
        for answer, p, r, f, rows in zip(question.answers, *measured, strict=True)
    }
    return {
        "macro_f1": round(float(np.mean(by_fold)), 4),
        "macro_f1_std": round(float(np.std(by_fold)), 4),
        "accuracy": round(float((said == right).mean()), 4),
        "folds": len(by_fold),
        "calibration": calibration(trial.scores, right, trial.fold, bar=bar),
        "labels": each,
    }
