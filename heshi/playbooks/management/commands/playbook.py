"""`heshi playbook …`: check, show, compare, draw, simulate, adopt, list and publish local working methods."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from heshi.common.refusals import Invalid, Refusal
from heshi.playbooks import actions, queries
from heshi.playbooks.management import simulate, yearly
from heshi.playbooks.management.drawing import drawn
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules import Playbook, PlaybookRefused
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.drawing import drawing_of
from heshi.playbooks.rules.simulating import SimulationResult
from heshi.playbooks.rules.telling import told
from heshi.playbooks.rules.year import Year, header


class Command(BaseCommand):
    """One door for everything about playbooks."""

    help = "预案：检查、查看、比较、画图、模拟、取用、列出、施行"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        doors = parser.add_subparsers(dest="door", required=True)
        check = doors.add_parser("check", help="检查预案文件，有误时写明文件、行号和改法")
        check.add_argument("files", nargs="*")
        check.add_argument("--all", action="store_true", help="检查自带的全部预案")
        doors.add_parser("show", help="用文字说明一个预案").add_argument("name")
        draw = doors.add_parser("draw", help="把预案画成 SVG 图")
        draw.add_argument("name")
        draw.add_argument("--out", type=Path)
        simulate.add_arguments(doors.add_parser("simulate", help="用虚构案件走一遍预案，看结果如何"))
        differ = doors.add_parser("diff", help="比较两个预案或两个版本；相同退出码 0，不同 1，读不出 2")
        differ.add_argument("old", help="名字、文件，或 名字@版本")
        differ.add_argument("new", help="名字、文件，或 名字@版本")
        adopt = doors.add_parser("adopt", help="把一个预案抄成本地的，改名后供修改")
        adopt.add_argument("name")
        adopt.add_argument("--as", dest="code", required=True, help="本地的名字")
        adopt.add_argument("--folder", type=Path, default=Path(settings.HESHI_PLAYBOOK_FOLDER))
        doors.add_parser("list", help="列出预案").add_argument("--json", action="store_true")
        doors.add_parser("publish", help="检查并施行一个预案文件").add_argument("file")

    def handle(self, *_arguments: Any, **said: Any) -> None:
        """Go through the door that was asked for; whatever is refused is said in sentences, with exit code 1."""
        try:
            getattr(self, f"_{said['door']}")(said)
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2 if said["door"] == "diff" else 1)

    def _check(self, said: dict[str, Any]) -> None:
        names = [
            *said["files"],
            *(map(str, queries.files().values()) if said["all"] or not said["files"] else ()),
        ]
        refused = 0
        for name in names:
            try:
                playbook = queries.opened(name)
                simulate.try_out(playbook)
            except Refusal as refusal:
                refused += 1
                self.stderr.write(_with_name(name, refusal))
            else:
                size = f"{len(playbook.positions)} 个环节，{len(playbook.steps)} 个步骤"
                self.stdout.write(f"{name}：可以施行。{playbook.title}，{size}。")
        if refused:
            sys.exit(1)

    def _show(self, said: dict[str, Any]) -> None:
        for line in told(queries.opened(said["name"])):
            self.stdout.write(line)

    def _draw(self, said: dict[str, Any]) -> None:
        (picture,) = drawn([drawing_of(queries.opened(said["name"]))])
        self._deliver(picture, said["out"])

    def _simulate(self, said: dict[str, Any]) -> None:
        playbook = queries.opened(said["name"])
        if said["year"]:
            result = self._year(simulate.year_of(playbook, said), said)
            lines = simulate.summed_year(playbook, result)
        else:
            result = simulate.some_cases(playbook, said)
            lines = simulate.summed(playbook, result)
            if said["out"]:
                self._deliver(json.dumps(asdict(result), ensure_ascii=False, indent=2) + "\n", said["out"])
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(json.dumps(asdict(result), ensure_ascii=False))

    def _year(self, year: Year, said: dict[str, Any]) -> SimulationResult:
        if said["out"] is None:
            return yearly.simulated(year, len)
        try:
            with said["out"].open("wb") as load:
                load.write(header(year, simulate.digest_of(said["name"], year.playbook)))
                return yearly.simulated(year, load.write)
        except OSError as error:
            raise Invalid(f"写不进“{said['out']}”，请换一个可写的位置。") from error

    def _diff(self, said: dict[str, Any]) -> None:
        found = differences(queries.opened(said["old"]), queries.opened(said["new"]))
        for sentence in found or ["两份预案的办法相同。"]:
            self.stdout.write(sentence)
        if found:
            sys.exit(1)

    def _adopt(self, said: dict[str, Any]) -> None:
        path = actions.adopt(name=said["name"], code=said["code"], folder=said["folder"])
        self.stdout.write(f"已抄到 {path}，请改动后用 heshi playbook check 检查，再施行。")
        self._check({"files": [str(path)], "all": False})

    def _list(self, said: dict[str, Any]) -> None:
        rows = _listed()
        if said["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            where = f"第{row['version']}版 {row['status']}" if row["version"] else "未施行"
            self.stdout.write(f"{row['code']:<24}{row['title']} · {where}{'' if row['shelf'] else ' · 本地'}")

    def _publish(self, said: dict[str, Any]) -> None:
        given = Path(said["file"])
        path = given if given.is_file() else queries.files().get(said["file"], given)
        queries.from_file(path)
        version = actions.publish_text(text=queries.text_of(path), at=timezone.now())
        self.stdout.write(f"{version}已施行，新案件用这一版；在办案件仍用原来的版本。")

    def _deliver(self, text: str, out: Path | None) -> None:
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Invalid(f"写不进“{out}”，请换一个可写的位置。") from error
        self.stderr.write(f"已写入 {out}")


def _with_name(name: str, refusal: Refusal) -> str:
    """Return the sentence with the file it is about; a refusal at a line says so itself."""
    return (
        str(refusal)
        if isinstance(refusal, PlaybookRefused | queries.PlaybookUnreadable)
        else f"{name}：{refusal}"
    )


def _listed() -> list[dict[str, Any]]:
    """Return every playbook that has a file here, then those in force whose file lies elsewhere."""
    held = {version.code: version for version in queries.versions(status="published")}
    local = queries.local()
    rows = [
        {"code": code, **_of_file(path), **_in_force(held.pop(code, None)), "shelf": code not in local}
        for code, path in queries.files().items()
    ]
    for code, version in sorted(held.items()):
        known = _described(queries.from_texts(version.texts))
        rows.append(
            {"code": code, **known, "file": "", "file_digest": "", **_in_force(version), "shelf": False}
        )
    return rows


def _of_file(path: Path) -> dict[str, Any]:
    """Return what a file says of itself; one that is just being written is listed with what is wrong with it."""
    try:
        known = _described(queries.from_file(path))
        digest = queries.fingerprint(queries.whole(queries.text_of(path)))
    except Refusal as refusal:
        return {
            "title": str(refusal),
            "seed": "",
            "positions": 0,
            "steps": 0,
            "file": str(path),
            "file_digest": "",
        }
    return {**known, "file": str(path), "file_digest": digest}


def _described(playbook: Playbook) -> dict[str, Any]:
    sizes = {"positions": len(playbook.positions), "steps": len(playbook.steps)}
    return {"title": playbook.title, "seed": playbook.seed, **sizes}


def _in_force(version: PlaybookVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": None, "status": "", "digest": ""}
    return {"version": version.version, "status": version.get_status_display(), "digest": version.digest}
