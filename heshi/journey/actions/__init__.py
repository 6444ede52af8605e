"""Taking reports in, and drawing the consequences of what happened."""

from heshi.journey.actions.drawing import draw, draw_all, rebuild, retry
from heshi.journey.actions.each import regrade, settle, tick
from heshi.journey.actions.receiving import Receipt, doubts_of, follow_code, receive, receive_cleaned
from heshi.journey.actions.sorting import FittingWay, is_held, offer_for, remember, route_again, sort
from heshi.journey.actions.watching import believe, believed

__all__ = [
    "FittingWay", "Receipt", "believe", "believed", "doubts_of", "draw", "draw_all", "follow_code", "is_held", "offer_for", "rebuild",
    "receive", "receive_cleaned", "regrade", "remember", "retry", "route_again", "settle", "sort", "tick",
]  # fmt: skip
