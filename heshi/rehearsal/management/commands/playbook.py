"""`heshi playbook …`: check, show, compare, draw, simulate, play a story, adopt, list and publish local working methods."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypedDict

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.common.doors import CommandWithDoors
from heshi.common.refusals import Conflict, Damaged, Invalid, Refusal
from heshi.playbooks import actions, queries
from heshi.playbooks.management.drawing import drawn
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.rules import Playbook, PlaybookRefused
from heshi.playbooks.rules.differing import differences
from heshi.playbooks.rules.drawing import drawing_of
from heshi.playbooks.rules.telling import told
from heshi.rehearsal import queries as story_queries
from heshi.rehearsal.management import simulate, yearly
from heshi.rehearsal.rules.recounting import astray, told_act
from heshi.rehearsal.rules.recounting import differences as differing
from heshi.rehearsal.rules.tallying import SimulationResult
from heshi.rehearsal.rules.year import Year, header


class StoryAstray(Conflict):
    """The playbook does something else than the story tells."""

    code = "story_astray"
    sentence = "{file}：{where}。请改预案或改故事。"


class Command(CommandWithDoors):
    """Everything about playbooks."""

    help = "预案：检查、查看、比较、画图、模拟、照故事办、取用、列出、施行"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        check = door("check", self._check, "检查预案文件，有误时写明文件、行号和改法")
        check.add_argument("files", nargs="*")
        check.add_argument("--all", dest="every", action="store_true", help="检查自带的全部预案")
        door("show", self._show, "用文字说明一个预案").add_argument("name")
        draw = door("draw", self._draw, "把预案画成 SVG 图")
        draw.add_argument("name")
        draw.add_argument("--out", type=Path)
        simulate.add_arguments(door("simulate", self._simulate, "用虚构案件走一遍预案，看结果如何"))
        story = door("story", self._story, "照一个故事把预案办一遍，头一处不同就停下，退出码 1")
        story.add_argument("file", type=Path)
        differ = door("diff", self._diff, "比较两个预案或两个版本；相同退出码 0，不同 1，读不出 2")
        differ.add_argument("old", help="名字、文件，或 名字@版本")
        differ.add_argument("new", help="名字、文件，或 名字@版本")
        adopt = door("adopt", self._adopt, "把一个预案抄成本地的，改名后供修改")
        adopt.add_argument("name")
        adopt.add_argument("--as", dest="code", required=True, help="本地的名字")
        adopt.add_argument("--folder", type=Path, default=Path(settings.HESHI_PLAYBOOK_FOLDER))
        listing = door("list", self._list, "列出预案")
        listing.add_argument("--json", dest="as_json", action="store_true")
        door("publish", self._publish, "检查并施行一个预案文件").add_argument("file")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Go through the door that was asked for; whatever is refused is said in sentences, with exit code 1."""
        try:
            super().handle(**options)
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2 if options["door"] == "diff" else 1)

    def _check(self, *, files: list[str], every: bool) -> None:
        names = [*files, *(map(str, queries.files().values()) if every or not files else ())]
        refused = 0
        for name in names:
            try:
                path = Path(name)
                playbook = queries.filed(path) if path.is_file() else queries.opened(name)
                simulate.try_out(playbook)
            except Refusal as refusal:
                refused += 1
                self.stderr.write(_with_name(name, refusal))
            else:
                size = f"{len(playbook.positions)} 个环节，{len(playbook.steps)} 个步骤"
                self.stdout.write(f"{name}：可以施行。{playbook.title}，{size}。")
        if refused:
            sys.exit(1)

    def _show(self, *, name: str) -> None:
        self.tell(told(queries.opened(name), queries.shared_words()))

    def _draw(self, *, name: str, out: Path | None) -> None:
        (picture,) = drawn([drawing_of(queries.opened(name))])
        self._deliver(picture, out)

    def _simulate(self, *, name: str, cases: int | None, year: bool, seed: int, out: Path | None) -> None:
        playbook = queries.opened(name)
        if year:
            whole = simulate.year_of(playbook, cases=cases, seed=seed, recording=out is not None)
            result = self._walked(whole, name, out)
            self.tell(simulate.summed_year(playbook, result))
        else:
            result = simulate.some_cases(playbook, cases=cases, seed=seed)
            if out:
                self._deliver(json.dumps(asdict(result), ensure_ascii=False, indent=2) + "\n", out)
            self.tell(simulate.summed(playbook, result))
        self.stdout.write(json.dumps(asdict(result), ensure_ascii=False))

    def _walked(self, year: Year, name: str, out: Path | None) -> SimulationResult:
        if out is None:
            return yearly.simulated(year, len)
        try:
            with out.open("wb") as load:
                load.write(header(year, simulate.digest_of(name, year.playbook)))
                return yearly.simulated(year, load.write)
        except OSError as error:
            raise Invalid(f"写不进“{out}”，请换一个可写的位置。") from error

    def _story(self, *, file: Path) -> None:
        stage = story_queries.stage_of(file)
        self.stdout.write(f"{stage.book.title}：{stage.story.story or file}")
        for happened in stage.play():
            self.stdout.write(told_act(stage, happened))
            if not happened.is_as_told:
                raise StoryAstray(file=file, where=astray(stage, happened))
        if different := next(differing(stage), ""):
            raise StoryAstray(file=file, where=different)
        said = "" if stage.story.expect else "（没有写 expect，只核对了每一步办成没办成）"
        self.stdout.write(f"照着办下来了：{len(stage.cases)} 件，{len(stage.story.acts)} 步{said}。")

    def _diff(self, *, old: str, new: str) -> None:
        found = differences(queries.opened(old), queries.opened(new))
        for sentence in found or ["两份预案的办法相同。"]:
            self.stdout.write(sentence)
        if found:
            sys.exit(1)

    def _adopt(self, *, name: str, code: str, folder: Path) -> None:
        path = actions.adopt(name=name, code=code, folder=folder)
        self.stdout.write(f"已抄到 {path}，请改动后用 heshi playbook check 检查，再施行。")
        self._check(files=[str(path)], every=False)

    def _list(self, *, as_json: bool) -> None:
        rows = _listed()
        if as_json:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            where = f"第{row['version']}版 {row['status']}" if row["version"] else "未施行"
            self.stdout.write(
                f"{row['code']:<24}{_in_short(row['title'])} · {where}{'' if row['shelf'] else ' · 本地'}"
            )

    def _publish(self, *, file: str) -> None:
        given = Path(file)
        path = given if given.is_file() else queries.files().get(file, given)
        queries.filed(path)
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


class Description(TypedDict):
    """What a playbook says of itself."""

    title: str
    seed: str
    positions: int
    steps: int


class OfFile(Description):
    """What lies in a file; both are empty where it lies elsewhere."""

    file: str
    file_digest: str


class InForce(TypedDict):
    """The version in force, None where there is none."""

    version: int | None
    status: str
    digest: str


class Listed(OfFile, InForce):
    """A playbook as the list shows it."""

    code: str
    shelf: bool


def _listed() -> list[Listed]:
    """Return every playbook that has a file here, then those in force whose file lies elsewhere."""
    held = {version.code: version for version in queries.versions(status="published")}
    queries.sound(version.pk for version in held.values())  # all of them in one look
    local = queries.local()
    rows = [
        Listed(code=code, **_of_file(path), **_in_force(held.pop(code, None)), shelf=code not in local)
        for code, path in queries.files().items()
    ]
    for code, version in sorted(held.items()):
        rows.append(Listed(code=code, **_of_version(version), **_in_force(version), shelf=False))
    return rows


def _of_version(version: PlaybookVersion) -> OfFile:
    """Return what a version without a file says of itself; one that cannot be read is listed by its title."""
    try:
        known = _described(queries.playbook(version.pk))
    except Damaged:
        known = Description(title=version.title, seed="", positions=0, steps=0)
    return OfFile(**known, file="", file_digest="")


def _of_file(path: Path) -> OfFile:
    """Return what a file says of itself; one that is just being written is listed with what is wrong with it."""
    try:
        known = _described(queries.filed(path))
        digest = queries.fingerprint(queries.whole(queries.text_of(path)))
    except Refusal as refusal:
        return OfFile(title=str(refusal), seed="", positions=0, steps=0, file=str(path), file_digest="")
    return OfFile(**known, file=str(path), file_digest=digest)


def _in_short(title: str) -> str:
    """Return a title in one line: of a file that is refused only that it is, in how many places; the check tells the rest."""
    _first, *problems = title.splitlines()
    return f"有误（{len(problems)} 处），不能施行，请用 heshi playbook check 查看" if problems else title


def _described(playbook: Playbook) -> Description:
    return Description(
        title=playbook.title, seed=playbook.seed, positions=len(playbook.positions), steps=len(playbook.steps)
    )


def _in_force(version: PlaybookVersion | None) -> InForce:
    if version is None:
        return InForce(version=None, status="", digest="")
    status = version.get_status_display() if queries.sound([version.pk]) else UNREADABLE
    return InForce(version=version.version, status=status, digest=version.digest)


UNREADABLE: Final = "读不出来，已停用"
"""What is in force and takes no case all the same."""
