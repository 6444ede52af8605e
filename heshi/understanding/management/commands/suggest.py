"""`heshi suggest FILE --out FILE`: a suggested label for every row."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from heshi.understanding.actions import suggest_file


class Command(BaseCommand):
    """Write id, label and probability for each row of a file."""

    help = "为文件（列：id、title、body）的每一行写出建议事项和概率"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file to read and the file to write."""
        parser.add_argument("file", type=Path, help="CSV 文件")
        parser.add_argument("--out", type=Path, required=True, help="写到哪个文件")

    def handle(self, *, file: Path, out: Path, **_options: object) -> None:
        """Write, and say how many rows."""
        count = suggest_file(path=file, out=out)
        self.stdout.write(f"已写出 {count} 行：{out}")
