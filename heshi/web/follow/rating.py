"""A rating: what seems to contradict itself is asked about once, and whatever follows is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from heshi.cases.models import Case, Event
from heshi.cases.rules import State
from heshi.cases.rules.joining import RATES
from heshi.common.refusals import Invalid, Refusal
from heshi.playbooks.rules import Playbook, Situation, Step, decide
from heshi.web.kit.limits import limits_of

REOPENED: Final = "reopened"
BAD, GOOD = 2, 4
SURE: Final = "sure"


class RatingDoubtful(Invalid):
    """Solved and very bad, or unsolved and very good: perhaps she took the wrong end of the scale."""

    code = "rating_doubtful"
    sentence = "您选的是“{solved}”，给的却是 {score} 分（1 分最低，5 分最高）。选错了请改；没有选错，就再按一次。{follows}"


def check_rating(
    playbook: Playbook, situation: Situation, step: Step, answers: Mapping[str, object], sure: str
) -> None:
    """Raise RatingDoubtful for a rating that seems to contradict itself, unless she has said that it is meant so."""
    solved, score = answers.get("solved"), answers.get("score")
    if step.code not in RATES or not isinstance(solved, bool) or not isinstance(score, int):
        return
    if (score <= BAD if solved else score >= GOOD) and sure != mark_of_pair(solved, score):
        raise RatingDoubtful(
            solved="解决了" if solved else "没有解决",
            score=score,
            follows=_follows(playbook, situation, step, answers),
            sure=mark_of_pair(solved, score),
        )


def mark_of_pair(solved: bool, score: int) -> str:
    """Return by what a page says that just this pair is meant."""
    return f"{'yes' if solved else 'no'}-{score}"


def sure_about(refusal: Refusal | None) -> str:
    """Return what the form carries when it is sent once more after the question."""
    return str(refusal.details.get(SURE, "")) if isinstance(refusal, RatingDoubtful) else ""


def _follows(playbook: Playbook, situation: Situation, step: Step, answers: Mapping[str, object]) -> str:
    try:
        outcome = decide(playbook, situation, step.code, answers)
    except Refusal:
        return ""
    return "照这样评，这件事会退回去重新办理。" if outcome.facts.get(REOPENED) is True else ""


def is_sent_back(event: Event) -> bool:
    """Return whether an act of hers sent the case back to work."""
    return event.actor_kind == "resident" and event.body.facts.get(REOPENED) is True and not event.body.end


def said_after(case: Case, playbook: Playbook, state: State, step: Step, event: Event) -> str:
    """Return what is said to her after a step: that it is noted, and what became of the case by it."""
    noted = f"“{step.label}”已经记下，谢谢您。"
    if is_sent_back(event):
        limits = limits_of(state.clocks.values(), playbook.laws, at=event.at)
        due = min((limit.on for limit in limits if limit.running), default=None)
        by = f"，{due.year} 年 {due.month} 月 {due.day} 日以前再答复您" if due else ""
        return f"{noted}这件事没有办结，已经退回{case.unit.name}重新办理{by}。"
    moved = event.went_to != event.came_from
    return noted + (playbook.positions[case.position].resident if moved else "")
