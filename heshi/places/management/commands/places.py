"""`heshi places …`: take in divisions and grids, rename, merge, look up."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.common.doors import CommandWithDoors
from heshi.common.refusals import Invalid
from heshi.places import actions, queries
from heshi.places.actions import Imported

COLUMNS = ("code", "name", "parent", "level")
SHOWN = 20


class PlaceFileUnreadable(Invalid):
    """The file is missing, is no text, or is no JSON."""

    code = "place_file_unreadable"
    sentence = "读不出文件“{file}”，请确认路径正确，文件是 UTF-8 或 GB18030 编码的文本。"


class ColumnsMissing(Invalid):
    """The first line of a division file lacks a column."""

    code = "columns_missing"
    sentence = "文件第一行缺少列：{columns}。请让第一行写明 code,name,parent,level。"


class Command(CommandWithDoors):
    """Everything about places."""

    help = "区划与网格：导入、改名、并入、查询"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        for one in (
            door("import", self._import, "导入区划 CSV（code,name,parent,level）"),
            door("grids", self._grids, "导入网格 GeoJSON"),
        ):
            one.add_argument("file", type=Path)
            one.add_argument("--on", type=date.fromisoformat, default=None, help="启用日，如 2026-01-01")
        door("roads", self._roads, "导入主要道路 GeoJSON（整份替换）").add_argument("file", type=Path)
        merge = door("succeed", self._succeed, "旧区划自某日起由新区划接续")
        merge.add_argument("old")
        merge.add_argument("new")
        merge.add_argument("--on", type=date.fromisoformat, default=timezone.localdate())
        rename = door("rename", self._rename, "区划自某日起改名")
        rename.add_argument("code")
        rename.add_argument("name")
        rename.add_argument("--on", type=date.fromisoformat, default=timezone.localdate())
        door("show", self._show, "旧代码今天由谁接续").add_argument("code")

    def _import(self, *, file: Path, on: date | None) -> None:
        self._report(actions.import_divisions(rows=division_rows(file), on=on), "个区划")

    def _grids(self, *, file: Path, on: date | None) -> None:
        try:
            self._report(actions.import_grids(collection=geojson(file), on=on), "个网格")
        except actions.GridsRefused as refusal:
            for reason in refusal.reasons[1:SHOWN]:
                self.stderr.write(reason)
            raise

    def _roads(self, *, file: Path) -> None:
        try:
            self._report(actions.import_roads(collection=geojson(file)), "条道路")
        except actions.RoadsRefused as refusal:
            for reason in refusal.reasons[1:SHOWN]:
                self.stderr.write(reason)
            raise

    def _succeed(self, *, old: str, new: str, on: date) -> None:
        ended = actions.succeed(old=old, new=new, on=on)
        heir = f"{ended.successor}（{ended.successor_id}）"
        self.stdout.write(f"{ended.name}（{ended.code}）自 {ended.valid_to} 起由 {heir}接续。")

    def _rename(self, *, code: str, name: str, on: date) -> None:
        division = actions.rename(code=code, name=name, on=on)
        self.stdout.write(
            f"{division.code} 现名 {division.name}。要按新名查到以前的案件，请运行一次 heshi reindex。"
        )

    def _show(self, *, code: str) -> None:
        division = queries.successor_on(code, on=timezone.localdate())
        self.stdout.write(f"{code} → {division.code} {division.name} {division.path}")

    def _report(self, done: Imported, things: str) -> None:
        for line, reason in done.refused[:SHOWN]:
            self.stderr.write(f"第 {line} 行未导入：{reason}")
        if len(done.refused) > SHOWN:
            self.stderr.write(f"另有 {len(done.refused) - SHOWN} 行未导入，请先改正以上各行再导入一次。")
        rest = f"更新 {done.changed}，原已存在 {done.same}，未导入 {len(done.refused)}"
        self.stdout.write(f"新增 {done.added} {things}，{rest}。")


def division_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a division file; raises PlaceFileUnreadable or ColumnsMissing."""
    reader = csv.DictReader(_text(file).splitlines())
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
    if missing:
        raise ColumnsMissing(columns="、".join(missing))
    return list(reader)


def geojson(file: Path) -> object:
    """Return the content of a GeoJSON file; raises PlaceFileUnreadable."""
    try:
        return json.loads(_text(file))
    except ValueError as error:
        raise PlaceFileUnreadable(file=file.name) from error


def _text(file: Path) -> str:
    """Return the text whatever program wrote it: UTF-8 with or without mark, else GB18030."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise PlaceFileUnreadable(file=file.name) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise PlaceFileUnreadable(file=file.name)
