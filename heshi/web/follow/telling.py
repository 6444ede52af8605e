"""A case in a resident's words: where it stands, and every step so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from heshi.cases import queries as cases
from heshi.cases.models import Attachment, Case, Event, Opening, Statement, Tie
from heshi.cases.queries.file import hidden_from, in_its_time, with_former
from heshi.cases.queries.papers import Paper, handed_in
from heshi.cases.record import Body, ClockStaged
from heshi.cases.rules import State
from heshi.cases.rules.sight import seen_body
from heshi.cases.terms import CHANGED, JOINED_SAID, OPENED, SORTED, TICKED
from heshi.clocks.terms import Stage
from heshi.common.refusals import Damaged
from heshi.playbooks.rules import Playbook, Step
from heshi.playbooks.rules.lots import OF_STAFF
from heshi.understanding.terms import kind_label, topic_label
from heshi.web.follow.rating import is_sent_back
from heshi.web.kit.answers import in_words
from heshi.web.kit.names import names
from heshi.web.kit.story import Seen, papers_by_event, whole

HERSELF: Final = "您"
FIRST: Final = "您的诉求已经登记。"
OTHER_WAY: Final = "您的事改按“{}”办理，之前说过、办过的都还在。"
SORTED_AS: Final = "工作人员看过了您说的事，定为“{}”{}。"
BY_WAY: Final = "，按“{}”办理"
SENT_BACK: Final = "这件事退回去重新办理。"
BESIDE: Final = "一同反映的人"
BESIDE_SENT_BACK: Final = "一同反映的人说问题没有解决，这件事退回去重新办理。"
LATE: Final = "有一个期限已经过了，系统已经提醒承办单位和中心。"


class PlainAnswer(NamedTuple):
    """What was asked and said in an act, and the files that are the answer."""

    label: str
    words: str
    papers: Sequence[Paper] = ()


@dataclass(frozen=True, slots=True)
class PlainAct:
    """One step, as she reads it."""

    at: datetime
    by: str
    words: str
    answers: Sequence[PlainAnswer]
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class MainCase:
    """The case that this one became part of, as far as it concerns whoever also reported it."""

    number: str
    words: str
    is_open: bool
    told: Sequence[PlainAct]
    unit: str = ""
    sent_back: bool = False

    @property
    def said_after(self) -> str:
        """What became of it by what she said: that it goes back to work, or how it stands."""
        return SENT_BACK if self.sent_back else f"一起办的那件：{self.words}"

    @property
    def answer(self) -> PlainAct | None:
        """The newest answer, which is meant for her as well."""
        return answer_in(self.told)


def main_of(case: Case) -> MainCase | None:
    """Return the case that this one became part of, with what the office has done and answered; nothing others said.

    Where that one cannot be read, her own page still stands.
    """
    tie = Tie.objects.filter(county=case.county, case=case, how="merged").select_related("other").first()
    if tie is None:
        return None
    try:
        return _main(tie.other)
    except Damaged:
        return MainCase(tie.other.number, UNREADABLE, tie.other.is_open, ())


UNREADABLE: Final = "这件事的记录正在核对，请打电话问中心。"


def _main(other: Case) -> MainCase:
    playbook = cases.playbook_for(other)
    acts = [
        # Others reported it too: what they said to the office is theirs, only the office's answer is for all.
        act if act.is_answer else replace(act, answers=[])
        for act in told(other, playbook)
        if act.by != HERSELF
    ]
    back = bool(acts) and acts[-1].words == BESIDE_SENT_BACK
    words, unit = playbook.positions[other.position].resident, names().unit(str(other.unit_id))
    return MainCase(other.number, words, other.is_open, acts, unit, back)


def told(
    case: Case, playbook: Playbook, papers: Iterable[Paper] = (), *, state: State | None = None
) -> list[PlainAct]:
    """Return the history in plain words, oldest first; acts that concern nobody outside are left out.

    ``papers`` are the files that came with its acts; ``state`` is how the case stands, where whoever asks has read it already.
    """
    came, seen = papers_by_event(papers), _seen_by_her(case, playbook, state)
    return [
        act
        for event, book in in_its_time(cases.history(case), playbook)
        if (body := seen(event, book)) and (act := _told(event, body, book, came.get(event.number, {})))
    ]


def _seen_by_her(case: Case, playbook: Playbook, state: State | None) -> Seen:
    """Return what she may read of an event: of a task that is only for some, nothing at all."""
    if not with_former(State(facts=case.facts), playbook).tasks:
        return whole
    known = state or cases.state_of(case)
    hidden = hidden_from(None, case, known)
    return lambda event, book: seen_body(event.body, event.step, book, known, hidden)


def answer_in(acts: Sequence[PlainAct]) -> PlainAct | None:
    """Return the newest answer she was given, if there is one."""
    return next((act for act in reversed(acts) if act.is_answer and act.answers), None)


def openings(case: Case) -> Iterable[Opening]:
    """Return who opened the file, newest first."""
    return Opening.objects.filter(county=case.county, case=case).order_by("-hour")[:50]


def statements(case: Case) -> Iterable[Statement]:
    """Return what she said, in her own words."""
    return Statement.objects.filter(county=case.county, case=case).order_by("said_at")


def shown_to_her(case: Case, paper: Attachment) -> bool:
    """Return whether a file is hers, or came with an answer that she reads."""
    if not paper.event:
        return True
    acts = told(case, cases.playbook_for(case), handed_in(case))
    return paper.pk in {one.id for act in acts for answer in act.answers for one in answer.papers}


def _told(
    event: Event, body: Body, playbook: Playbook, papers: Mapping[str, Sequence[Paper]]
) -> PlainAct | None:
    if event.step == TICKED:
        return PlainAct(event.at, "系统", LATE, []) if _ran_out(body) else None
    if event.step == JOINED_SAID:
        return PlainAct(event.at, BESIDE, BESIDE_SENT_BACK, []) if is_sent_back(event) else None
    if event.step == CHANGED:
        why = PlainAnswer("理由", str(body.facts.get("changed_why", "")))
        return PlainAct(event.at, event.actor_label, OTHER_WAY.format(playbook.title), [why])
    if event.step == SORTED:
        what = f"{kind_label(str(body.facts['kind']))} · {topic_label(str(body.facts['topic']))}"
        way = BY_WAY.format(playbook.title) if body.facts.get("playbook") else ""
        return PlainAct(event.at, event.actor_label, SORTED_AS.format(what, way), [])
    step = playbook.steps.get(event.step)
    words = step.resident if step else (FIRST if event.step == OPENED else "")
    if not words:
        return None
    by = HERSELF if event.actor_kind == "resident" else event.actor_label
    answers = _answers(step, body.facts, papers) if step else []
    is_answer = bool(step and step.answers and event.actor_kind != "resident")
    # What her rating led to belongs to it: that it closed nothing is what she wants to know.
    words += SENT_BACK if is_sent_back(event) else ""
    return PlainAct(event.at, by, words, answers, is_answer=is_answer)


def _answers(
    step: Step, facts: Mapping[str, Any], papers: Mapping[str, Sequence[Paper]]
) -> list[PlainAnswer]:
    shown = [ask for ask in step.asks if not ask.private and facts.get(ask.name) not in (None, "")]
    return [
        PlainAnswer(ask.label, in_words(ask, facts[ask.name]), papers.get(ask.name, ()))
        for ask in shown
        if ask.type not in OF_STAFF
    ]


def _ran_out(body: Body) -> bool:
    return any(isinstance(change, ClockStaged) and change.stage is Stage.OVERDUE for change in body.clocks)
