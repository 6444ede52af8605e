"""`heshi demo`: the demo county with everything a case needs: people, playbooks in force, routing rules. Safe to run again."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heshi.journey.settling import fit
from heshi.people.management.commands.load_demo import DEMO_PASSWORD
from heshi.playbooks.actions import publish_shelf


class Command(BaseCommand):
    """Settle the demo county."""

    help = "装好演示县：区划、机构、人员、预案、分流规则；可重复运行"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the one method that is to be tried."""
        parser.add_argument(
            "--method", default="", metavar="预案代码", help="整个县只按这一种办法办，方便从头到尾走一遍"
        )

    def handle(self, *, method: str = "", **_options: object) -> None:
        """Playbooks first, since the rules name them."""
        publish_shelf(at=timezone.now())
        call_command("load_demo", stdout=self.stdout)
        if not method:
            call_command("routing", "load", stdout=self.stdout)
            return
        accounts = fit(method, password=DEMO_PASSWORD, at=timezone.now())
        self.stdout.write(f"全县按“{method}”办。除上面的账号以外，还有：")
        for username, role, unit in accounts:
            self.stdout.write(f"  {username:<28} {role}（{unit}）")
