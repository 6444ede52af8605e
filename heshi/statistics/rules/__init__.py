"""How a case is counted, and how figures are shown. Pure."""

from heshi.statistics.rules.contribution import (
    NOTHING,
    Contribution,
    Landmarks,
    contribution,
    difference,
    landmarks_through,
)
from heshi.statistics.rules.showing import Rate, months_between, published, rate

__all__ = [
    "NOTHING",
    "Contribution",
    "Landmarks",
    "Rate",
    "contribution",
    "difference",
    "landmarks_through",
    "months_between",
    "published",
    "rate",
]  # fmt: skip
