"""“80 %” is to be right eight times in ten, and whoever trains a model is told how near it comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heshi.understanding.rules.calibrating import calibration
from tests.understanding.test_actions import answered

RIGHT = np.array([0, 1] * 500, dtype=np.int64)
FOLD = np.arange(1000, dtype=np.int64) % 5


def scores_right_in(share: float, margin: float) -> np.ndarray:
    """Scores that prefer the right one of two answers by a margin, in that share of a thousand messages."""
    is_right = np.arange(1000) // 10 % 100 < share * 100
    first = np.where((RIGHT == 0) == is_right, margin, -margin)
    return np.stack((first, -first), axis=1).astype(np.float32)


def test_certainty_is_brought_to_how_often_it_is_right() -> None:
    scores = scores_right_in(0.8, margin=5.0)

    found = calibration(scores, RIGHT, FOLD, bar=0.75)

    assert found["error"] < 0.02
    assert (found["share_sure"], found["accuracy_sure"]) == (1.0, 0.8)
    assert sum(band["rows"] for band in found["bands"]) == 1000


def test_what_lies_under_the_bar_counts_as_not_sure() -> None:
    found = calibration(scores_right_in(0.8, margin=5.0), RIGHT, FOLD, bar=0.9)

    assert (found["bar"], found["share_sure"], found["accuracy_sure"]) == (0.9, 0.0, 0.0)


@pytest.mark.django_db
def test_learn_says_how_far_it_can_be_believed(labelled: Path) -> None:
    lines = answered("learn", labelled)

    assert lines[1].startswith("事项：期望校准误差 0.0")
    assert "；把握不低于 80% 的占 100.0%，其中 100.0% 是对的；其余的停在“已登记”等人定。" in lines[1]
    assert lines[2].startswith("事项（重复反映的放在同一边）：期望校准误差 ")
    assert lines[3] == "类别：样本里没有类别（kind 列），仍按词表建议。"


@pytest.mark.django_db
def test_learn_says_it_for_kinds_that_were_taught(labelled: Path) -> None:
    text = labelled.read_text().replace(",市政", ",市政,complaint").replace(",劳动", ",劳动,dispute")
    labelled.write_text(text.replace("label\n", "label,kind\n"))

    assert answered("learn", labelled)[3].startswith("类别：期望校准误差 0.0")
