"""`heshi clocks list | show CODE | due CODE --from DATETIME`: the clocks of this installation, in words."""

from __future__ import annotations

from datetime import datetime

from django.core.management.base import CommandParser

from heshi.clocks import queries
from heshi.clocks.rules import ClockDef, due_on, moment_in, plan
from heshi.clocks.terms import APPROVERS, CONSENTS, NOT_STATUTORY, ON_EXPIRY, PAUSE_REASONS, ROLLS, UNITS
from heshi.common.doors import CommandWithDoors


class Command(CommandWithDoors):
    """Show the clock library, and work out due dates."""

    help = "查看时限库，推算到期日"

    def add_arguments(self, parser: CommandParser) -> None:
        """Open a door for each question."""
        door = self.doors(parser)
        door("list", self._list, "全部时限").add_argument("--family", help="只看一类，例如 petition")
        door("show", self._show, "一个时限的全部内容").add_argument("code")
        due = door("due", self._due, "从某时起算，何时到期")
        due.add_argument("code")
        due.add_argument("--from", dest="start", required=True, help="起算时间，例如 2026-01-16T09:30")

    def _list(self, *, family: str | None) -> None:
        self.tell(
            f"{clock.code:<22}{clock.title} · {clock.why}"
            for clock in queries.library().values()
            if family in (None, clock.family)
        )

    def _show(self, *, code: str) -> None:
        self.tell(_described(queries.clock(code)))

    def _due(self, *, code: str, start: str) -> None:
        self.tell(_planned(queries.clock(code), moment_in(start)))


def _described(clock: ClockDef) -> list[str]:
    until = clock.valid_to or "至今"
    return [
        f"{clock.code}  {clock.title}",
        f"期限：{clock.why}",
        f"末日：{ROLLS[clock.roll]}",
        f"停止计算：{'、'.join(PAUSE_REASONS[reason] for reason in clock.pause_reasons) or '不停'}",
        f"延长：{_extension(clock)}",
        f"到期：{ON_EXPIRY[clock.on_expiry]}——{clock.then}",
        f"施行：{clock.valid_from or '未核实'} 起，{until}",
        f"性质：{'按所列条文' if clock.verified else NOT_STATUTORY}",
        *([f"说明：{clock.note}"] if clock.note else []),
        *([f"自带的预案不用它：{clock.reference}"] if clock.reference else []),
    ]


def _extension(clock: ClockDef) -> str:
    rule = clock.extension
    if rule is None:
        return "不能延长"
    length = f"{rule.length}{UNITS[clock.unit]}" if rule.length else "时间由各方约定"
    times = f"最多{rule.times}次" if rule.times else "次数由各方约定"
    who = "或".join(APPROVERS[role] for role in rule.granted_by)
    consent = "" if rule.consent == "none" else f"，须{CONSENTS[rule.consent]}"
    return f"{length}，{times}，由{who}批准{consent}"


def _planned(clock: ClockDef, start: datetime) -> list[str]:
    answer = plan(clock, start)
    if answer.awaits_year is not None:
        clock.calendar.check(due_on(answer.due_at))
    return [
        f"{clock.title}：{clock.why}",
        f"起算：{start:%Y-%m-%d %H:%M}（当日不计）",
        f"过半：{answer.half_at:%Y-%m-%d %H:%M}",
        f"提醒：{answer.nearly_at:%Y-%m-%d %H:%M}",
        f"到期：{_said(answer.due_at)}",
    ]


def _said(due: datetime) -> str:
    day = due_on(due)
    return f"{day} 24:00" if day != due.date() else f"{due:%Y-%m-%d %H:%M}"
