"""Sending: each notice by exactly one worker, in a transaction of its own, again and later when it fails."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from heshi.common.crypto import SealBroken
from heshi.common.refusals import Refusal
from heshi.notices.actions.channels import ChannelOff, NowhereToSend, send
from heshi.notices.models import Notice
from heshi.notices.queries import to_send
from heshi.notices.rules import MOST_ATTEMPTS, wait_after

log = logging.getLogger(__name__)


class Sent(NamedTuple):
    """How many notices left, and how many did not."""

    sent: int
    failed: int


def send_due(*, at: datetime, limit: int = 100, county: int | None = None) -> Sent:
    """Send what is due, at most `limit`, and count.

    Two workers never send the same notice: each row stays locked while it is being sent, and others step over
    it. A worker killed between the handing over and the commit leaves the row as it was, so the message may
    leave once more; it carries the notice's id, by which a receiver can tell.
    """
    sent = failed = 0
    while sent + failed < limit:
        done = _send_next(at=at, county=county)
        if done is None:
            break
        sent, failed = sent + done, failed + (not done)
    return Sent(sent, failed)


@transaction.atomic
def _send_next(*, at: datetime, county: int | None) -> bool | None:
    """Send one notice; None when there is none left that nobody else has in hand."""
    # The number stays sealed until it is sent to: one that cannot be opened holds up itself and nobody else.
    notice = (
        to_send(at=at, county=county)
        .defer("destination")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if notice is None:
        return None
    try:
        send(notice)
    except Exception as problem:  # whatever a channel does, the outbox goes on
        _put_off(notice, problem, at=at)
        return False
    notice.sent_at, notice.destination, notice.last_error = at, "", ""
    notice.save(update_fields=["sent_at", "destination", "last_error"])
    return True


def _put_off(notice: Notice, problem: Exception, *, at: datetime) -> None:
    """Note what went wrong and when to try again; a channel that is switched off does not count as a try."""
    if isinstance(problem, NowhereToSend | SealBroken):
        notice.attempts = MOST_ATTEMPTS
    elif not isinstance(problem, ChannelOff):
        notice.attempts += 1
    # Only our own sentences are kept in full: a mail server likes to quote the address it refused.
    notice.last_error = str(problem)[:200] if isinstance(problem, Refusal) else type(problem).__name__
    notice.send_after = at + wait_after(notice.attempts)
    notice.save(update_fields=["attempts", "last_error", "send_after"])
    log.warning("notice %s not sent by %s: %s", notice.pk, notice.channel, type(problem).__name__)
