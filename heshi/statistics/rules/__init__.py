"""How a case is counted, and how figures are shown. Pure."""

from heshi.statistics.rules.contribution import NOTHING, Contribution, Landmarks, contribution, difference
from heshi.statistics.rules.showing import Rate, months_between, published, rate

__all__ = [
    "NOTHING",
    "Contribution",
    "Landmarks",
    "Rate",
    "contribution",
    "difference",
    "months_between",
    "published",
    "rate",
]  # fmt: skip
