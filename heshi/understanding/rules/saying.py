"""Saying how far a model can be believed, in sentences for whoever trained it."""

from __future__ import annotations

from collections.abc import Iterator

from heshi.understanding.rules.calibrating import Calibration
from heshi.understanding.rules.proving import Scores


def honesty(scores: Scores) -> Iterator[str]:
    """Yield how well its certainty fits, and what lies above the bar; for the kinds too where they were taught."""
    yield f"事项：{_said(scores['calibration'])}"
    yield f"事项（重复反映的放在同一边）：{_said(scores['grouped_calibration'])}"
    if "kind" in scores:
        yield f"类别：{_said(scores['kind']['calibration'])}"
    else:
        yield "类别：样本里没有类别（kind 列），仍按词表建议。"


def _said(found: Calibration) -> str:
    return (
        f"期望校准误差 {found['error']:.4f}；把握不低于 {found['bar']:.0%} 的占 {found['share_sure']:.1%}，"
        f"其中 {found['accuracy_sure']:.1%} 是对的；其余的停在“已登记”等人定。"
    )
