"""What follows when a resident ends her own case: she reads it before she presses, since there is no way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from heshi.cases.models import Case
from heshi.cases.rules import State
from heshi.cases.rules.joining import RATES
from heshi.clocks.terms import Ticking
from heshi.common.refusals import Refusal
from heshi.playbooks.rules import Outcome, Playbook, Situation, Step, decide
from heshi.playbooks.rules.shape import SAME

WITHDRAWN: Final = "withdrawn_by_applicant"


def leaves(playbook: Playbook, step: Step) -> bool:
    """Return whether a step of hers ends the case whatever she answers; a rating speaks of an end that is there already."""
    return step.code not in RATES and all(
        row.then in playbook.positions and playbook.positions[str(row.then)].end for row in step.to
    )


def consequences(
    case: Case, playbook: Playbook, state: State, situation: Situation, step: Step
) -> Sequence[str]:
    """Return in plain sentences what her step would lead to, as the case stands now."""
    try:
        outcome = decide(playbook, situation, step.code, {})
    except Refusal:  # it asks for something first; what it leads to is the same
        return [playbook.positions[str(step.to[0].then)].resident]
    return list(_told(case, playbook, state, outcome, step))


def _told(case: Case, playbook: Playbook, state: State, outcome: Outcome, step: Step) -> Iterator[str]:
    target = playbook.positions[outcome.position]
    yield target.resident
    if any(tell.who == "unit" for tell in step.tells):
        yield f"我们会告诉{case.unit.name}，请他们停下来，不再办。"
    if stops := _stopping(playbook, state, outcome):
        yield "、".join(stops) + "不再计时。"
    if open_tasks := [playbook.tasks[task.kind].label for task in state.tasks.values() if task.is_open]:
        yield "还没做完的" + "、".join(dict.fromkeys(open_tasks)) + "也不再做。"
    if outcome.facts.get("outcome") == WITHDRAWN:
        yield "这件事记作“撤回”，不算解决，也不再请您评价。"
    if not _ways_on(playbook, outcome.position):
        yield "按下去以后不能再改回来；以后想办，要重新说一次，会有新的编号。"
    yield "您说过的话、交过的材料和办理记录都留着，您用编号照样看得到。"


def _stopping(playbook: Playbook, state: State, outcome: Outcome) -> list[str]:
    titles = (
        playbook.laws[clock.code].title
        for clock in state.clocks.values()
        if clock.state is Ticking.RUNNING and clock.code in playbook.laws and clock.code not in outcome.keeps
    )
    return list(dict.fromkeys(f"“{title}”" for title in titles))


def _ways_on(playbook: Playbook, position: str) -> bool:
    """Return whether the resident herself can move the case on from there."""
    return any(
        "resident" in step.who and position in step.source and set(step.targets()) - {SAME, position}
        for step in playbook.steps.values()
    )
