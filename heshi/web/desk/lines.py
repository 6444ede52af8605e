"""A case, or a task of one, as a line of a list, in the words of its own playbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from heshi.cases.models import Case, TaskRow
from heshi.cases.queries.lanes import GUESS
from heshi.common.refusals import Damaged
from heshi.playbooks.queries import playbook as playbook_of
from heshi.playbooks.rules import Playbook
from heshi.playbooks.rules.wording import outcome_word
from heshi.understanding.rules.suggesting import KeptSuggestion, kept_suggestion
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.desk.guesses import SortChoice, choices_of, two_of
from heshi.web.kit.due import Due, due_in_words
from heshi.web.kit.names import names
from heshi.web.kit.tasks import state_word

URGENCY: Final = {
    "red": "红 · 紧急",
    "orange": "橙 · 较急",
    "yellow": "黄 · 留意",
    "blue": "蓝 · 一般",
    "green": "绿 · 平稳",
}
STOPPED: Final = "预案已停用"
"""Where a case stands whose playbook is damaged: nobody can say."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as a line of a list."""

    case: Case
    position: str
    kind: str
    topic: str
    place: str
    unit: str
    due: Due
    colour: str
    choices: Sequence[SortChoice] = ()
    """What it may be about, while nobody is sure and it waits for somebody to say."""

    @property
    def two(self) -> Sequence[SortChoice]:
        """Return the two likeliest of them."""
        return two_of(self.choices)


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One task that is asked of a unit as a line of a list."""

    row: TaskRow
    label: str
    state: str
    due: Due


def case_line(case: Case, *, at: datetime) -> CaseLine:
    """Return a case in the words of a list."""
    playbook = _playbook(case)
    given = _guessed(case, playbook)
    return CaseLine(
        case=case,
        position=_position(case, playbook),
        kind="类别待定" if given and "kinds" in given else kind_label(case.kind),
        topic="事项待定" if given and "topics" in given else topic_label(case.topic),
        place=names().place(case.place),
        unit=names().unit(case.unit_id),
        due=_due(case, playbook, at),
        colour=URGENCY.get(case.colour, ""),
        choices=choices_of(given, kind=case.kind, topic=case.topic) if given else (),
    )


def asked_line(row: TaskRow, *, at: datetime) -> AskedLine:
    """Return a task in the words of a list."""
    playbook = _playbook(row.case)
    kind = playbook.tasks.get(row.kind) if playbook else None
    return AskedLine(
        row=row,
        label=kind.label if kind else STOPPED,
        state=state_word(playbook, row.kind, row.state) if playbook and kind else "",
        due=due_in_words(row.due_at, at=at, law=playbook.laws.get(row.clock) if playbook else None),
    )


def _guessed(case: Case, playbook: Playbook | None) -> KeptSuggestion | None:
    """Return what was guessed of a case that is held because nobody is sure; a list brings it beside the case, a page in its facts."""
    beside = vars(case)
    facts = beside.get("facts") or {name: beside.get(name) for name in GUESS}
    held = bool(facts.get("unsure")) and case.is_open and playbook and case.position == playbook.start
    return kept_suggestion(facts) if held else None


def _playbook(case: Case) -> Playbook | None:
    """Return the playbook a case lives by, or None when it is damaged: one such case takes no list away from anybody."""
    try:
        return playbook_of(case.playbook_id)
    except Damaged:
        return None


def _position(case: Case, playbook: Playbook | None) -> str:
    if playbook is None:
        return STOPPED
    position = playbook.positions.get(case.position)
    return position.label if position else case.position


def _due(case: Case, playbook: Playbook | None, at: datetime) -> Due:
    """Return how long there still is; of a case that is over, how it ended."""
    if case.is_open:
        return due_in_words(case.due_at, at=at, law=playbook.laws.get(case.due_clock) if playbook else None)
    return Due((playbook and outcome_word(playbook, case.outcome)) or "已结束", "green")
