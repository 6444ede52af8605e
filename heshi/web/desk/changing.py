"""What it would mean to work on a case by another playbook, in the words of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heshi.cases.models import Case
from heshi.cases.record import ClockChange, ClockReplanned, ClockStarted, ClockStopped
from heshi.cases.rules.changing import Change
from heshi.clocks.rules import ClockDef, bound_in_words, due_on
from heshi.playbooks.models import PlaybookVersion
from heshi.playbooks.queries import sound
from heshi.web.kit.choices import Choice


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """Where the case would stand, and what would become of its time limits and of what is still being done."""

    title: str
    here: str
    proposed: str
    positions: Sequence[Choice]
    going_on: Sequence[str]
    anew: Sequence[str]
    ending: Sequence[str]
    beginning: Sequence[str]
    in_the_way: Sequence[str]


def ways_for(case: Case) -> list[Choice]:
    """Return the playbooks in force by which the case does not live yet."""
    versions = PlaybookVersion.objects.filter(status="published").exclude(pk=case.playbook_id).defer("texts")
    books = sound(version.pk for version in versions)
    brought = [version for version in versions if version.pk in books and books[version.pk].gathers is None]
    return [(str(version.pk), version.title) for version in sorted(brought, key=lambda one: one.title)]


def change_seen(change: Change, position: str = "") -> ChangeSeen:
    """Return what the change means for somebody who decides on it; ``position`` where she has chosen another than proposed."""
    turns = [turn for turn in change.clocks(position or change.proposed()) if not _is_internal(change, turn)]
    touched = {turn.key for turn in turns}
    running = [
        clock
        for clock in change.state.clocks.values()
        if clock.stopped_at is None
        and (clock.code, clock.round) not in touched
        and clock.task not in _internal(change)
    ]
    laws = change.new.laws
    return ChangeSeen(
        title=change.new.title,
        here=change.old.positions[change.state.position].label,
        proposed=position or change.proposed(),
        positions=[(code, there.label) for code, there in change.open_positions().items()],
        going_on=[_titled(laws, clock.code) for clock in running],
        anew=[_until(laws, turn) for turn in turns if isinstance(turn, ClockReplanned)],
        ending=[_titled(change.old.laws, turn.code) for turn in turns if isinstance(turn, ClockStopped)],
        beginning=[
            f"{_until(laws, turn)}（从登记那天算）" for turn in turns if isinstance(turn, ClockStarted)
        ],
        in_the_way=change.named(change.unknown_tasks()),
    )


def _internal(change: Change) -> set[int]:
    """Return the tasks that are for some only: whoever changes the way need not be one of them."""
    return {task.number for task in change.state.tasks.values() if task.seen_by}


def _is_internal(change: Change, turn: ClockChange) -> bool:
    clock = change.state.clocks.get(turn.key)
    return clock is not None and clock.task in _internal(change)


def _until(laws: Mapping[str, ClockDef], turn: ClockStarted | ClockReplanned) -> str:
    day = bound_in_words(turn.due) if turn.awaits_year else f"{due_on(turn.due):%-m月%-d日}到期"
    return f"{_titled(laws, turn.code)}，{day}"


def _titled(laws: Mapping[str, ClockDef], code: str) -> str:
    return laws[code].title if code in laws else code
