"""`heshi reindex`: make anew by what every case is found."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from heshi.cases.actions.indexing import reindex


class Command(BaseCommand):
    """Wanted after divisions got other names, and whenever search and files should not agree."""

    help = "重建查找：按现在的文字、地名、电话、证件号和外部编号；可重复运行，可中断"

    def handle(self, **_options: object) -> None:
        """Do it and say how many."""
        self.stdout.write(f"{reindex()} 件案件的查找已经重建。")
