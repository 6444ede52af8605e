"""A case in a resident's words: where it stands, and every step so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from heshi.cases import queries as cases
from heshi.cases.models import Attachment, Case, Event, Opening, Statement, Tie
from heshi.cases.record import Body, ClockStaged
from heshi.cases.terms import OPENED, TICKED
from heshi.clocks.terms import Stage
from heshi.playbooks.rules import Playbook, Step
from heshi.web.kit.answers import in_words

HERSELF: Final = "您"
FIRST: Final = "您的诉求已经登记。"
LATE: Final = "有一个期限已经过了，系统已经提醒承办单位和中心。"


@dataclass(frozen=True, slots=True)
class PlainAct:
    """One step, as she reads it."""

    at: datetime
    by: str
    words: str
    answers: Sequence[tuple[str, str]]
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class MainCase:
    """The case that this one became part of, as far as it concerns whoever also reported it."""

    number: str
    words: str
    is_open: bool
    told: Sequence[PlainAct]


def main_of(case: Case) -> MainCase | None:
    """Return the case that this one became part of, with what the office has done and answered; nothing others said."""
    tie = Tie.objects.filter(county=case.county, case=case, how="merged").select_related("other").first()
    if tie is None:
        return None
    playbook = cases.playbook_for(tie.other)
    acts = [
        # Others reported it too: what they said to the office is theirs, only the office's answer is for all.
        act if act.is_answer else replace(act, answers=[])
        for act in told(tie.other, playbook)
        if act.by != HERSELF
    ]
    return MainCase(
        tie.other.number, playbook.positions[tie.other.position].resident, tie.other.is_open, acts
    )


def told(case: Case, playbook: Playbook) -> list[PlainAct]:
    """Return the history in plain words, oldest first; acts that concern nobody outside are left out."""
    return [act for event in cases.history(case) if (act := _told(event, playbook))]


def answer_in(acts: Sequence[PlainAct]) -> PlainAct | None:
    """Return the newest answer she was given, if there is one."""
    return next((act for act in reversed(acts) if act.is_answer and act.answers), None)


def openings(case: Case) -> Iterable[Opening]:
    """Return who opened the file, newest first."""
    return Opening.objects.filter(county=case.county, case=case).order_by("-hour")[:50]


def statements(case: Case) -> Iterable[Statement]:
    """Return what she said, in her own words."""
    return Statement.objects.filter(county=case.county, case=case).order_by("said_at")


def files(case: Case) -> Iterable[Attachment]:
    """Return what she sent along."""
    return Attachment.objects.filter(county=case.county, case=case).order_by("at")


def _told(event: Event, playbook: Playbook) -> PlainAct | None:
    if event.step == TICKED:
        return PlainAct(event.at, "系统", LATE, []) if _ran_out(event.body) else None
    step = playbook.steps.get(event.step)
    words = step.resident if step else (FIRST if event.step == OPENED else "")
    if not words:
        return None
    by = HERSELF if event.actor_kind == "resident" else event.actor_label
    answers = _answers(step, event.body.facts) if step else []
    # A step that answers, taken by herself, is her agreement to it and no answer.
    is_answer = bool(step and step.answers and event.actor_kind != "resident")
    return PlainAct(event.at, by, words, answers, is_answer=is_answer)


def _answers(step: Step, facts: Mapping[str, object]) -> list[tuple[str, str]]:
    shown = [ask for ask in step.asks if not ask.private and facts.get(ask.name) not in (None, "")]
    # Colleagues are not named to her by a form; who acted signs each step.
    return [(ask.label, in_words(ask, facts[ask.name])) for ask in shown if ask.type != "staff"]


def _ran_out(body: Body) -> bool:
    return any(isinstance(change, ClockStaged) and change.stage is Stage.OVERDUE for change in body.clocks)
