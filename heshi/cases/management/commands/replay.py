"""`heshi replay --check`: rebuild every case from its events and report any difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from heshi.cases.actions.rebuilding import rebuild
from heshi.cases.models import Case
from heshi.cases.queries.checking import Difference, replay_differences


class Command(BaseCommand):
    """Exit code 1 when a difference was found (and, with --repair, could not be mended)."""

    help = "用事件重算每个案件，报告与现存数据的差异"

    def add_arguments(self, parser: CommandParser) -> None:
        """Checking is the default; repairing must be asked for."""
        parser.add_argument("--check", action="store_true", help="只检查，不改动（默认）")
        parser.add_argument("--repair", action="store_true", help="按事件改正现存数据")

    def handle(self, *, repair: bool, **_options: object) -> None:
        """Check, say, and mend where asked."""
        found = list(replay_differences())
        for each in found:
            self.stdout.write(_said(each))
        if found and repair:
            # What cannot be read leads nowhere: its rows stay as they are.
            unread = {each.number for each in found if each.unread}
            rebuild(numbers=sorted({each.number for each in found} - unread))
            found = list(replay_differences())
        if found:
            raise CommandError(f"{len(found)} 处与事件不符，请查明原因；确认事件无误后可用 --repair 改正。")
        self.stdout.write(f"{Case.objects.count()} 件案件与事件一致。")


PLAIN: Final = frozenset(
    {
        "position", "is_open", "revision", "opened_at", "moved_at", "closed_at", "due_at", "due_clock", "source", "kind", "tier",
        "colour", "outcome", "events", "parties",
    }
)  # fmt: skip
"""Fields whose values are codes, days and numbers; what people said, and where they live, is not printed into anybody's log."""
KEYS: Final[Mapping[str, Sequence[str]]] = {"tasks": ("number",), "clocks": ("code", "round")}


def _said(difference: Difference) -> str:
    where = difference.where
    if difference.unread:
        return where
    if difference.field in PLAIN:
        return f"{where}：现存 {difference.stored!r}，按事件应为 {difference.replayed!r}"
    which = "、".join(_which(difference))
    return f"{where}：与事件不符{f'（{which}）' if which else ''}，内容不在这里显示"


def _which(difference: Difference) -> Iterator[str]:
    """Yield what differs within a field, by name: a fact, or of which task or clock which column."""
    stored, replayed = (
        _by_name(difference.field, value) for value in (difference.stored, difference.replayed)
    )
    for name in dict.fromkeys((*stored, *replayed)):
        there, told = stored.get(name), replayed.get(name)
        if there == told:
            continue
        if isinstance(there, Mapping) and isinstance(told, Mapping) and difference.field in KEYS:
            yield f"{name} 的 {' '.join(key for key in told if there.get(key) != told[key])}"
        else:
            yield name


def _by_name(field: str, value: object) -> dict[str, object]:
    if isinstance(value, Mapping):
        return {str(name): one for name, one in value.items()}
    rows = value if isinstance(value, list) else []
    return {"/".join(str(row[key]) for key in KEYS[field]): row for row in rows}
