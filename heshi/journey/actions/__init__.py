"""Taking reports in, and drawing the consequences of what happened."""

from heshi.journey.actions.drawing import draw, draw_all, rebuild, retry
from heshi.journey.actions.receiving import Receipt, follow_code, receive, receive_cleaned

__all__ = ["Receipt", "draw", "draw_all", "follow_code", "rebuild", "receive", "receive_cleaned", "retry"]
