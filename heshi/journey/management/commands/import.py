# ruff: noqa: N999 -- Django names a command after its module
"""`heshi import FILE`: bring a file of messages in, safe to run twice and after any interruption."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from msgspec.structs import replace

from heshi.common.refusals import Invalid
from heshi.intake.actions import begin_run
from heshi.intake.models import ImportRun
from heshi.intake.queries import Sheet, fingerprint_of, open_sheet
from heshi.intake.rules.columns import Mapped, guessed, places_of
from heshi.intake.rules.reading import Reading
from heshi.intake.terms import FIELDS, flag_words
from heshi.journey.importing import Totals, import_file, opened_as, try_file

SOURCE_NAME_LENGTH = 20
TOLD_EVERY_S = 2.0
HIDDEN = {None: None, "take": True, "leave": False}
MAP_HELP = f"字段：{'、'.join(FIELDS)}；“列名=”为不用这一列；同名的写“列名#2”，没有列名的写第几列，如“#4”"


class SourceNameTooLong(Invalid):
    """The name goes in front of every number of the file."""

    code = "source_name_too_long"
    sentence = "来源系统名称最多 {most} 个字，请写短一些。"


class RejectedNotXlsx(Invalid):
    """The rows come back as a workbook, whatever the file is called."""

    code = "rejected_not_xlsx"
    sentence = "未导入的行写成 Excel 文件，请把 --rejected 的文件名改成以 .xlsx 结尾。"


class HeadingUnreadable(Invalid):
    """Lines are counted from one."""

    code = "heading_unreadable"
    sentence = "“--heading {heading}”看不懂，请写行号，如 3；列名占两行的写 3-4。"


def _lines(heading: str) -> tuple[int, int]:
    """Return on which line the headings begin and how many they take, 0 where that is left open; raises HeadingUnreadable."""
    first, _, last = heading.partition("-")
    if not heading:
        return 0, 0
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise HeadingUnreadable(heading=heading)
    return int(first), int(last or first) - int(first) + 1


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
        parser.add_argument(
            "--sheet",
            dest="sheets",
            action="append",
            default=[],
            metavar="名称",
            help="读哪一张工作表，可以写几次；不写则读列名认得出的那几张",
        )
        parser.add_argument(
            "--heading", default="", metavar="行号", help="列名在第几行，如 3；占两行的写 3-4"
        )
        parser.add_argument(
            "--hidden", choices=["take", "leave"], default=None, help="隐藏的行：take 也导入，leave 不导入"
        )
        parser.add_argument("--no-time", action="store_true", help="这份表没有写反映时间")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不登记")
        parser.add_argument(
            "--rejected", type=Path, default=None, help="未导入的行写到这个文件，默认在原文件旁"
        )
        parser.add_argument("--source", default="", help="来源系统名称，写在编号前面，防止不同系统的编号相撞")

    def handle(
        self, *, file: Path, pairs: list[str], sheets: list[str], heading: str, hidden: str | None, no_time: bool, dry_run: bool,
        rejected: Path | None, source: str, **_options: object,
    ) -> None:  # fmt: skip
        """Say how the file is read, then try or import."""
        if len(source) > SOURCE_NAME_LENGTH:
            raise SourceNameTooLong(most=SOURCE_NAME_LENGTH)
        if rejected and rejected.suffix.lower() != ".xlsx":
            raise RejectedNotXlsx
        fingerprint = fingerprint_of(file)
        asked = Reading(sheets=tuple(sheets), hidden=HIDDEN[hidden], timeless=no_time)
        first, height = _lines(heading)
        asked = replace(asked, heading=first, heading_rows=height)
        reading = replace(asked, columns=places_of(open_sheet(file, asked).headings, pairs))
        self._say_reading(*opened_as(file, reading))
        if dry_run:
            totals = try_file(file, reading, source_name=source, at=timezone.now(), rejected_to=rejected)
            self._say("试导入：", totals, rejected)
            return
        run = begin_run(
            file_name=file.name,
            file_sm3=fingerprint,
            source_name=source,
            reading=reading,
            at=timezone.now(),
            by_label="命令行",
        )
        self._import(run, file, rejected or file.with_name(f"{file.stem}.未导入.xlsx"))

    def _import(self, run: ImportRun, file: Path, rejected_to: Path) -> None:
        began = time.monotonic()
        totals = Totals()

        def told(now: Totals) -> None:
            nonlocal totals
            totals = now
            progress(now)

        progress = self._progress()
        import_file(run=run, path=file, rejected_to=rejected_to, clock=timezone.now, told=told)
        self._say("导入完毕：", totals, rejected_to)
        self.stdout.write(f"用时 {time.monotonic() - began:.1f} 秒。")

    def _say_reading(self, sheet: Sheet, columns: Mapped) -> None:
        if len(sheet.leaves) > 1:
            read = "、".join(leaf.name for leaf in sheet.leaves if leaf.is_read)
            left = "、".join(
                leaf.name + ("（隐藏）" if leaf.is_hidden else "")
                for leaf in sheet.leaves
                if not leaf.is_read
            )
            self.stdout.write(f"工作表：读 {read}" + (f"；不读 {left}（要读请加 --sheet）" if left else ""))
        if sheet.headings.line > 1:
            self.stdout.write(f"列名在第 {sheet.headings.line} 行，以上不读。")
        pairs = {place: FIELDS[field] for field, place in columns.items()}
        called = [
            f"{sheet.headings.called(place)} → {pairs.get(place, '不用')}"
            for place in range(len(sheet.headings.names))
        ]
        self.stdout.write("列的对应：" + "，".join(called))
        for field, places in guessed(sheet.headings).twice.items():
            if columns.get(field) in places:
                others = "、".join(f"#{place + 1}" for place in places if place != columns[field])
                self.stdout.write(
                    f"注意：像“{FIELDS[field]}”的不止一列，用了 #{columns[field] + 1}，没用 {others}；要换请加 --map。"
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
        ended = f"（其中已办结 {totals.ended_elsewhere} 件）" if totals.ended_elsewhere else ""
        self.stdout.write(
            f"{front}共 {totals.rows} 行，新建 {totals.opened} 件{ended}，有更新 {totals.changed} 件，原已登记 {totals.known} 件，"
            f"待选定 {totals.held} 行，未导入 {totals.rejected} 行。"
        )
        for why, count in sorted(totals.flagged.items()):
            self.stdout.write(f"待核对：{flag_words(why)}（{count} 处）")
        if totals.held:
            self.stdout.write("编号登记过、内容却不同的行，请窗口或分流员到“批量导入”页面选定怎样办。")
        if totals.rejected and rejected_to:
            self.stdout.write(f"未导入的行和原因在 {rejected_to}，改正后可以只导入这个文件。")
