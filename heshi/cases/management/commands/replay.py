"""`heshi replay --check`: rebuild every case from its events and report any difference."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heshi.cases.actions.rebuilding import rebuild
from heshi.cases.models import Case
from heshi.cases.queries.checking import replay_differences


class Command(BaseCommand):
    """Exit code 1 when a difference was found (and, with --repair, could not be mended)."""

    help = "用事件重算每个案件，报告与现存数据的差异"

    def add_arguments(self, parser: CommandParser) -> None:
        """Checking is the default; repairing must be asked for."""
        parser.add_argument("--check", action="store_true", help="只检查，不改动（默认）")
        parser.add_argument("--repair", action="store_true", help="按事件改正现存数据")

    def handle(self, *, repair: bool, **_options: object) -> None:
        """Check, say, and mend where asked."""
        found = list(replay_differences())
        for each in found:
            self.stdout.write(str(each))
        if found and repair:
            # What cannot be read leads nowhere: its rows stay as they are.
            unread = {each.number for each in found if each.unread}
            rebuild(numbers=sorted({each.number for each in found} - unread))
            found = list(replay_differences())
        if found:
            raise CommandError(f"{len(found)} 处与事件不符，请查明原因；确认事件无误后可用 --repair 改正。")
        self.stdout.write(f"{Case.objects.count()} 件案件与事件一致。")
