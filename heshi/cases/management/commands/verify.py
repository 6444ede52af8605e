"""`heshi verify`: recompute every chain, draw every lot again, and name each case whose history was altered."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from heshi.cases.models import Case
from heshi.cases.queries.checking import broken_chains, wrong_draws
from heshi.common.numbers import spoken


class Command(BaseCommand):
    """Exit code 1 when a chain is broken, or a draw comes out otherwise."""

    help = "核对每个案件的事件链（SM3）和抽签，找出被改动过的记录"

    def handle(self, **_options: object) -> None:
        """Check and say."""
        broken = list(broken_chains())
        for each in broken:
            self.stdout.write(f"案件 {spoken(each.number)}：第 {each.event} 条记录与指纹不符")
        astray = list(wrong_draws())
        for each in astray:
            self.stdout.write(f"案件 {spoken(each.number)}：第 {each.event} 条记录的抽签，重抽的结果不同")
        if astray:
            raise CommandError(f"{len(astray)} 次抽签重抽的结果不同，请从备份核对，并保留现场。")
        if broken:
            raise CommandError(f"{len(broken)} 件案件的记录被改动过，请从备份核对，并保留现场。")
        self.stdout.write(f"{Case.objects.count()} 件案件的事件链完好。")
