"""`heshi reposts FILE --out FILE`: the likely repeats of every row."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from heshi.understanding.actions import reposts_file


class Command(BaseCommand):
    """Write id, candidate and score, at most three candidates a row."""

    help = "找出文件（列：id、title、body，可加 created_at、place）里可能重复反映的行"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file to read and the file to write."""
        parser.add_argument("file", type=Path, help="CSV 文件")
        parser.add_argument("--out", type=Path, required=True, help="写到哪个文件")

    def handle(self, *, file: Path, out: Path, **_options: object) -> None:
        """Write, and say how many rows."""
        count = reposts_file(path=file, out=out)
        self.stdout.write(f"已写出 {count} 行：{out}")
