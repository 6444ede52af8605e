"""Writing duties down ahead, answering them, and running campaigns."""

from heshi.community.actions.answering import mark_done, skip
from heshi.community.actions.campaigns import count_campaigns, end_campaign, start_campaign
from heshi.community.actions.planning import make_ahead, remind

__all__ = ["count_campaigns", "end_campaign", "make_ahead", "mark_done", "remind", "skip", "start_campaign"]
