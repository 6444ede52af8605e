"""How a case is counted, and how figures are shown. Pure."""

from heshi.statistics.rules.contribution import (
    NOTHING,
    Contribution,
    Way,
    contribution,
    difference,
    way_through,
)
from heshi.statistics.rules.showing import Rate, months_between, published, rate

__all__ = [
    "NOTHING", "Contribution", "Rate", "Way", "contribution", "difference", "months_between", "published", "rate", "way_through",
]  # fmt: skip
