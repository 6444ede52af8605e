"""`heshi serve`: web and worker under one supervisor, with the embedded database when none is set."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from heshi.common import start, supervisor


class Command(BaseCommand):
    """Serve until Ctrl-C."""

    help = "提供网页服务和后台任务；Ctrl-C 全部停下。"
    # Starting and stopping must work even while some page is broken.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen and how wide."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *, host: str, port: int, processes: int, threads: int, **_options: object) -> None:
        """Refuse a busy port, then serve."""
        supervisor.refuse_busy_port(host, port)
        family = supervisor.children(
            host=host, port=port, processes=processes, threads=threads, logs=settings.HESHI_VAR / "log"
        )
        data = settings.HESHI_POSTGRES if start.uses_embedded() else None
        supervisor.serve(
            family, host=host, port=port, data=data,
            when_ready=lambda: self.stdout.write(f"http://{host}:{port}/ 已开始服务，Ctrl-C 停止。"),
        )  # fmt: skip
