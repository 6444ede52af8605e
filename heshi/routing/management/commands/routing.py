"""`heshi routing …`: load, check, list, explain, dry run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.core.management.base import CommandParser
from django.utils import timezone

from heshi.common import yamlfiles
from heshi.common.doors import CommandWithDoors
from heshi.common.refusals import Conflict, Invalid
from heshi.routing import actions, queries
from heshi.routing.rules import explained
from heshi.routing.rules.reading import target_as
from heshi.routing.rules.shape import Rule

DEMO = Path(__file__).resolve().parents[2] / "demo" / "rules.yaml"


class RulesUnreadable(Invalid):
    """The file is missing, too big, or no UTF-8 text."""

    code = "rules_unreadable"
    sentence = "读不出规则文件“{file}”：{why}。"


class RulesBroken(Conflict):
    """Rules in force name something that no longer exists."""

    code = "rules_broken"
    sentence = "有 {count} 条施行中的规则已不能照办，相关案件先落到乡镇综治中心；请改正规则文件后重新载入。"


class Command(CommandWithDoors):
    """Everything about routing."""

    help = "分流规则：载入、检查、列出、解释一件案件的去向、试算"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open the doors."""
        door = self.doors(parser)
        load = door("load", self._load, "载入规则文件；同一个文件再载入一次不改变什么")
        load.add_argument("file", type=Path, nargs="?", default=DEMO, help="不写则载入演示县的规则")
        door("check", self._check, "施行中的规则今天还能不能照办")
        door("list", self._list, "列出施行中的规则")
        door("explain", self._explain, "这件案件为什么交给这个单位").add_argument("number")
        trial = door("dry-run", self._dry_run, "换成新规则，已有案件有哪些会改去别处")
        trial.add_argument("--rules", type=Path, default=None, help="新规则文件，不写则用施行中的规则")
        trial.add_argument("--since", type=date.fromisoformat, default=None, help="只算这一天起登记的案件")
        trial.add_argument("--limit", type=int, default=10_000, help="最多算多少件，从最近的算起")

    def _load(self, *, file: Path) -> None:
        loaded = actions.load_rules(text=text_of(file), file=file.name, at=timezone.now())
        self._warn(loaded.warnings)
        words = "已施行" if loaded.new else "内容没有变化，仍施行"
        self.stdout.write(f"{words}{loaded.rule_set}，共 {loaded.rules} 条规则。")

    def _check(self) -> None:
        rules = queries.rules_of(queries.active_set())
        self._warn(actions.warnings_about(rules))
        problems = queries.problems_now(on=timezone.localdate())
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise RulesBroken(count=len(problems))
        self.stdout.write(
            f"{len(rules)} 条规则都能照办。" if rules else "还没有载入规则，所有案件都落到乡镇综治中心。"
        )

    def _list(self) -> None:
        for rule in queries.rules_of(queries.active_set()):
            self.stdout.write(
                f"{rule.priority:>6}  {rule.code:<24} {_conditions(rule)} → {target_as(rule.target)} {rule.playbook}"
            )

    def _explain(self, *, number: str) -> None:
        case = queries.case_numbered(number)
        route = queries.decided(case)
        if route is None:
            self.stdout.write("这件案件登记时没有留下分流记录。")
            return
        unit = queries.unit_name(route["unit"])
        for line in explained(route, rules=queries.rules_cited(route), unit=unit):
            self.stdout.write(line)

    def _dry_run(self, *, rules: Path | None, since: date | None, limit: int) -> None:
        today, new = timezone.localdate(), None
        if rules:
            new = actions.checked_rules(text=text_of(rules), file=rules.name, on=today)
            self._warn(actions.warnings_about(new))
        trial = queries.tried(new, since=since, limit=limit, on=today)
        self.stdout.write(f"算了 {trial.seen} 件，有 {trial.moved} 件会改去别处。")
        for (old, other), count in trial.moves.most_common():
            self.stdout.write(f"  {old} → {other}：{count} 件，如 {'、'.join(trial.examples[old, other])}")

    def _warn(self, sentences: tuple[str, ...]) -> None:
        for sentence in sentences:
            self.stderr.write(f"提醒：{sentence}")


def _conditions(rule: Rule) -> str:
    parts = [",".join(sorted(words)) for words in (rule.kinds, rule.topics, rule.places, rule.tiers)]
    return " × ".join(part or "不限" for part in parts)


def text_of(file: Path) -> str:
    """Return a rules file as text; raises RulesUnreadable."""
    return yamlfiles.text_of(file, lambda why: RulesUnreadable(file=file.name, why=why))
