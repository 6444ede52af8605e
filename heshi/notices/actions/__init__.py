"""Queueing notices with the event that caused them, and sending them until they are sent."""

from heshi.notices.actions.queueing import mark_delivered, mark_read, notice, queue
from heshi.notices.actions.sending import send_due

__all__ = ["mark_delivered", "mark_read", "notice", "queue", "send_due"]
