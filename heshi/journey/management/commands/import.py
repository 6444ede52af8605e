# ruff: noqa: N999 -- Django names a command after its module
"""`heshi import FILE`: bring a file of messages in, safe to run twice and after any interruption."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from heshi.common.refusals import Invalid
from heshi.intake.actions import begin_run
from heshi.intake.models import ImportRun
from heshi.intake.queries import fingerprint_of, open_sheet
from heshi.intake.rules.columns import mapped, parsed_pairs
from heshi.intake.terms import FIELDS
from heshi.journey.importing import Totals, import_file, try_file

SOURCE_NAME_LENGTH = 20
TOLD_EVERY_S = 2.0
MAP_HELP = f"字段：{'、'.join(FIELDS)}；“列名=”为不用这一列"


class SourceNameTooLong(Invalid):
    """The name goes in front of every number of the file."""

    code = "source_name_too_long"
    sentence = "来源系统名称最多 {most} 个字，请写短一些。"


class Command(BaseCommand):
    """Import a file."""

    help = "批量导入 CSV 或 Excel 文件：再运行一次不会重复，中断后再运行会接着做"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file, the mapping and where rejected rows go."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--map",
            dest="pairs",
            action="append",
            default=[],
            metavar="列名=字段",
            help=MAP_HELP,
        )
        parser.add_argument("--dry-run", action="store_true", help="只检查，不登记")
        parser.add_argument(
            "--rejected", type=Path, default=None, help="未导入的行写到这个文件，默认在原文件旁"
        )
        parser.add_argument("--source", default="", help="来源系统名称，写在编号前面，防止不同系统的编号相撞")

    def handle(
        self, *, file: Path, pairs: list[str], dry_run: bool, rejected: Path | None, source: str, **_options: object
    ) -> None:  # fmt: skip
        """Say what the columns are taken for, then try or import."""
        if len(source) > SOURCE_NAME_LENGTH:
            raise SourceNameTooLong(most=SOURCE_NAME_LENGTH)
        mapping = parsed_pairs(pairs)
        fingerprint = fingerprint_of(file)
        self._say_columns(file, mapping)
        if dry_run:
            totals = try_file(file, mapping, source_name=source, at=timezone.now(), rejected_to=rejected)
            self._say("试导入：", totals, rejected)
            return
        run = begin_run(
            file_name=file.name,
            file_sm3=fingerprint,
            source_name=source,
            mapping=mapping,
            at=timezone.now(),
            by_label="命令行",
        )
        self._import(run, file, rejected or file.with_name(f"{file.stem}.未导入.csv"))

    def _import(self, run: ImportRun, file: Path, rejected_to: Path) -> None:
        began = time.monotonic()
        done = import_file(
            run=run, path=file, rejected_to=rejected_to, clock=timezone.now, told=self._progress()
        )
        self._say("导入完毕：", Totals(done.rows_read, done.opened, done.known, done.rejected), rejected_to)
        self.stdout.write(f"用时 {time.monotonic() - began:.1f} 秒。")

    def _say_columns(self, file: Path, mapping: dict[str, str]) -> None:
        headings = open_sheet(file).headings
        pairs = {place: FIELDS[field] for field, place in mapped(headings, mapping).items()}
        self.stdout.write(
            "列的对应："
            + "，".join(f"{name} → {pairs.get(place, '不用')}" for place, name in enumerate(headings.names))
        )

    def _progress(self) -> Callable[[Totals], None]:
        said_at = time.monotonic()

        def told(totals: Totals) -> None:
            nonlocal said_at
            if time.monotonic() - said_at >= TOLD_EVERY_S:
                said_at = time.monotonic()
                self.stderr.write(f"已读 {totals.rows} 行，新建 {totals.opened} 件……")

        return told

    def _say(self, front: str, totals: Totals, rejected_to: Path | None) -> None:
        self.stdout.write(
            f"{front}共 {totals.rows} 行，新建 {totals.opened} 件，原已登记 {totals.known} 件，未导入 {totals.rejected} 行。"
        )
        if totals.rejected and rejected_to:
            self.stdout.write(f"未导入的行和原因在 {rejected_to}，改正后可以只导入这个文件。")
