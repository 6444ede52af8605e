"""`heshi playbook …`: check, show, draw, simulate, list and publish local working methods."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from heshi.clocks.queries import library as clock_library
from heshi.clocks.rules import ClockDef
from heshi.common.refusals import Invalid, Refusal
from heshi.people.terms import ROLES
from heshi.playbooks import actions, queries
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules import Playbook, PlaybookRefused, load
from heshi.playbooks.rules.drawing import svg
from heshi.playbooks.rules.shape import Ask, ClockWork, Step
from heshi.playbooks.rules.simulating import SimulationResult, simulate
from heshi.playbooks.terms import BEYOND_STAFF, HOLDERS

MEASURES = {
    "received": "登记", "accepted": "受理", "answered": "答复", "solved": "已解决", "answered_unsolved": "已答复未解决",
    "overdue": "曾超期", "rated": "参评", "satisfied": "满意", "reopened": "重办", "closed": "办结",
}  # fmt: skip
TRIAL_CASES = 200
HOURS = {"hour": 1, "day": 24, "working_day": 34, "month": 730}


class PlaybookUnreadable(Invalid):
    """The file is missing or is no text."""

    code = "playbook_unreadable"
    sentence = "读不出预案文件“{file}”，请确认路径正确、文件是 UTF-8 文本。"


class Command(BaseCommand):
    """One door for everything about playbooks."""

    help = "预案：检查、查看、画图、模拟、列出、施行"
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
        walk = doors.add_parser("simulate", help="用虚构案件走一遍预案，看结果如何")
        walk.add_argument("name")
        walk.add_argument("--cases", type=int, default=1000)
        walk.add_argument("--seed", type=int, default=1)
        walk.add_argument("--out", type=Path)
        doors.add_parser("list", help="列出预案").add_argument("--json", action="store_true")
        doors.add_parser("publish", help="检查并施行一个预案文件").add_argument("file")

    def handle(self, *_arguments: Any, **said: Any) -> None:
        """Go through the door that was asked for; whatever is refused is said in sentences, with exit code 1."""
        try:
            getattr(self, f"_{said['door']}")(said)
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)

    def _check(self, said: dict[str, Any]) -> None:
        names = [
            *said["files"],
            *(map(str, queries.shelf().values()) if said["all"] or not said["files"] else ()),
        ]
        refused = 0
        for name in names:
            try:
                playbook = opened(name)
                simulate(playbook, cases=TRIAL_CASES, seed=1, lengths=_lengths())
            except Refusal as refusal:
                refused += 1
                self.stderr.write(_with_name(name, refusal))
            else:
                size = f"{len(playbook.positions)} 个环节，{len(playbook.steps)} 个步骤"
                self.stdout.write(f"{name}：可以施行。{playbook.title}，{size}。")
        if refused:
            sys.exit(1)

    def _show(self, said: dict[str, Any]) -> None:
        for line in told(opened(said["name"])):
            self.stdout.write(line)

    def _draw(self, said: dict[str, Any]) -> None:
        self._deliver(svg(opened(said["name"])), said["out"])

    def _simulate(self, said: dict[str, Any]) -> None:
        if said["cases"] < 1:
            raise Invalid("件数要大于零，请写 --cases 1000 这样的数。")
        playbook = opened(said["name"])
        result = simulate(playbook, cases=said["cases"], seed=said["seed"], lengths=_lengths())
        text = json.dumps(asdict(result), ensure_ascii=False, indent=2)
        if said["out"]:
            self._deliver(text + "\n", said["out"])
        for line in _summed(playbook, result):
            self.stdout.write(line)
        self.stdout.write(json.dumps(asdict(result), ensure_ascii=False))

    def _list(self, said: dict[str, Any]) -> None:
        rows = _listed()
        if said["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            where = f"第{row['version']}版 {row['status']}" if row["version"] else "未施行"
            self.stdout.write(f"{row['code']:<24}{row['title']} · {where}{'' if row['shelf'] else ' · 本地'}")

    def _publish(self, said: dict[str, Any]) -> None:
        path = _path(said["file"]) or Path(said["file"])
        opened(str(path))
        version = actions.publish_text(text=_text(path), at=timezone.now())
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


def opened(name: str) -> Playbook:
    """Return a playbook by its file, by its name on the shelf, or as it is in force; raises a Refusal."""
    path = _path(name)
    if path is None and (name.endswith((".yaml", ".yml")) or "/" in name):
        raise PlaybookUnreadable(file=name)
    if path is None:
        return queries.playbook(queries.in_force(name))
    return load(file=str(path), text=_text(path), fragments=_fragments(path), known=queries.known())


def _with_name(name: str, refusal: Refusal) -> str:
    """Return the sentence with the file it is about; a refusal at a line says so itself."""
    return str(refusal) if isinstance(refusal, PlaybookRefused | PlaybookUnreadable) else f"{name}：{refusal}"


def _path(name: str) -> Path | None:
    given = Path(name)
    return given if given.is_file() else queries.shelf().get(name)


def _fragments(path: Path) -> dict[str, str]:
    """Return the shipped fragments, and those that lie beside the file."""
    beside = path.parent / "fragments"
    return {**queries.fragments(), **{each.stem: _text(each) for each in sorted(beside.glob("*.yaml"))}}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlaybookUnreadable(file=path) from error


def _lengths() -> dict[str, timedelta]:
    """Return about how long each clock of law runs; a simulation needs no calendar."""
    return {code: timedelta(hours=_hours(clock)) for code, clock in clock_library().items() if clock.length}


def _hours(clock: ClockDef) -> float:
    return float(clock.length or 0) * HOURS.get(clock.unit, 24)


def told(playbook: Playbook) -> list[str]:
    """Return the playbook in plain lines: positions with their steps, then what is possible everywhere."""
    lines = [
        f"{playbook.title}（{playbook.code}）",
        f"出处：{playbook.source}",
        *filter(None, [playbook.about]),
        "",
    ]
    for code, position in playbook.positions.items():
        kind = "终点" if position.end else f"在{HOLDERS[position.holder]}"
        lines += [
            f"【{position.label}】{kind}{'，起点' if code == playbook.start else ''}",
            f"  群众看到：{position.resident}",
        ]
        lines += [
            f"  {_told_step(playbook, step)}" for step in playbook.steps.values() if code in step.source
        ]
    return lines


def _told_step(playbook: Playbook, step: Step) -> str:
    targets = dict.fromkeys(step.targets())
    labels = ["原地" if target == "same" else playbook.positions[target].label for target in targets]
    words = [f"{step.label}（{_who(playbook, step)}）→ {'／'.join(labels)}"]
    words += [f"填写 {'、'.join(map(_told_ask, step.asks))}"] if step.asks else []
    words += [*_told_clocks(step.clocks), *(["答复群众"] if step.answers else [])]
    return "；".join(words)


def _told_ask(ask: Ask) -> str:
    return f"{ask.label}{'*' if ask.required else ''}"


def _told_clocks(work: ClockWork) -> list[str]:
    verbs = {"start": "开始计时", "stop": "停止计时", "pause": "暂停", "resume": "恢复", "extend": "延长"}
    return [f"{word} {'、'.join(codes)}" for verb, word in verbs.items() if (codes := getattr(work, verb))]


def _who(playbook: Playbook, step: Step) -> str:
    local = playbook.words.get("roles", {})
    return "、".join(local.get(role) or ROLES.get(role) or BEYOND_STAFF.get(role, role) for role in step.who)


def _summed(playbook: Playbook, result: SimulationResult) -> list[str]:
    lines = [
        f"{playbook.title}：{result.cases} 件虚构案件，种子 {result.seed}。只说明流程通不通，不预测实际。"
    ]
    for measure, (part, whole) in result.measures.items():
        share = f"{part / whole:.1%}" if whole else "—"
        lines.append(f"  {MEASURES[measure]}：{part} / {whole} · {share}")
    ends = "，".join(f"{playbook.positions[code].label} {count}" for code, count in result.ends.items())
    lines += [f"  落在：{ends}", f"  平均 {result.mean_steps} 步，{result.mean_days} 天"]
    lines += [f"  原文数字（仅供对照）：{name} {value}" for name, value in playbook.reference.items()]
    return lines


def _listed() -> list[dict[str, Any]]:
    held = {version.code: version for version in PlaybookVersion.objects.filter(status="published")}
    rows: list[dict[str, Any]] = []
    for code, path in queries.shelf().items():
        title = str(queries.read_title(_text(path)))
        rows.append(_row(code, title, held.pop(code, None), shelf=True))
    return rows + [_row(code, version.title, version, shelf=False) for code, version in sorted(held.items())]


def _row(code: str, title: str, version: PlaybookVersion | None, *, shelf: bool) -> dict[str, Any]:
    if version is None:
        return {"code": code, "title": title, "version": None, "status": "", "digest": "", "shelf": shelf}
    status = version.get_status_display()
    return {
        "code": code, "title": version.title, "version": version.version, "status": status, "digest": version.digest,
        "shelf": shelf,
    }  # fmt: skip
