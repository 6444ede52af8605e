"""`heshi demo`: the demo county with everything a case needs: people, playbooks in force, routing rules. Safe to run again."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from heshi.playbooks.actions import publish_shelf


class Command(BaseCommand):
    """Settle the demo county."""

    help = "装好演示县：区划、机构、人员、预案、分流规则；可重复运行"

    def handle(self, **_options: object) -> None:
        """Playbooks first, since the rules name them."""
        publish_shelf(at=timezone.now())
        call_command("load_demo", stdout=self.stdout)
        call_command("routing", "load", stdout=self.stdout)
