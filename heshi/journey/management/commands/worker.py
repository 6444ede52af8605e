"""`heshi worker`: the recurring duties in one thread, tasks from the queue in another."""

from __future__ import annotations

import os
import signal
import threading

from django.core.management.base import BaseCommand, CommandParser
from django_tasks_db.management.commands.db_worker import Worker

from heshi.journey import duties


class Command(BaseCommand):
    """Run as many as you like; each piece of work is taken by one of them."""

    help = "后台：时限提醒、统计、通知，以及排队的任务"

    def add_arguments(self, parser: CommandParser) -> None:
        """Once is for tests and for cron."""
        parser.add_argument("--once", action="store_true", help="做完眼前的事就结束")

    def handle(self, *, once: bool, **_options: object) -> None:
        """Work until told to stop."""
        tasks = _tasks(batch=once)
        if once:
            tasks.run()
            for duty in duties.duties():
                duty.done(0.0)
            return
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_seen: stopping.set())
        threading.Thread(target=tasks.run, name="tasks", daemon=True).start()
        duties.run(keep_on=lambda: not stopping.is_set())


def _tasks(*, batch: bool) -> Worker:
    return Worker(
        queue_names=["*"], interval=1, batch=batch, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id=f"heshi-{os.getpid()}", excluded_queue_names=[],
    )  # fmt: skip
