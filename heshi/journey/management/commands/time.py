"""`heshi time [--confirm]`: what the clocks say, and whether they can be believed."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heshi.journey.actions.watching import believe, believed
from heshi.journey.queries import clock_doubt


class Command(BaseCommand):
    """Compare the clocks, or say that this machine's is right."""

    help = "时钟：本机几点、能不能信；核对无误后用 --confirm 让时限提醒接着走"

    def add_arguments(self, parser: CommandParser) -> None:
        """Confirm is for whoever has looked at another clock."""
        parser.add_argument("--confirm", action="store_true", help="本机时钟核对无误")

    def handle(self, *, confirm: bool, **_options: object) -> None:
        """Look, and say what was found."""
        if confirm:
            believe()
        believed()
        self.stdout.write(f"本机时间 {timezone.localtime():%Y-%m-%d %H:%M:%S}。")
        self.stdout.write(clock_doubt() or "时钟可信，时限提醒照常。")
