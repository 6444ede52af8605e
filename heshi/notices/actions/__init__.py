"""Building notices, putting them into the outbox, and sending them until they are sent."""

from heshi.notices.actions.building import built
from heshi.notices.actions.queueing import mark_not_reached, mark_read, mark_told, queue
from heshi.notices.actions.sending import send_due

__all__ = ["built", "mark_not_reached", "mark_read", "mark_told", "queue", "send_due"]
