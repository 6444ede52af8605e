"""One made-up case on its way through a playbook, step by step with the real engine, until it rests at an end."""

from __future__ import annotations

from typing import Final

from heshi.common.refusals import Refusal
from heshi.rehearsal.rules import habits
from heshi.rehearsal.rules.answering import UNITS, Answers, Talk, answers_to, likely_answers
from heshi.rehearsal.rules.choosing import DeadEnd, chosen_next
from heshi.rehearsal.rules.ground import Choice, Ground, Option
from heshi.rehearsal.rules.made_up import Act, Walk

LONGEST_WALK: Final = 400
"""A case that has not come to rest by then goes round in circles."""
SILENT_SHARE: Final = 0.4
"""How many residents leave the question after an answer unanswered, so that its time runs out."""


def walked(walk: Walk, ground: Ground) -> Walk:
    """Let a case go its way until it rests; raises DeadEnd when it stands where nobody can ever act again."""
    while (option := chosen_next(walk, ground)) is not None:
        if walk.tries == LONGEST_WALK:
            raise DeadEnd(position=ground.playbook.positions[walk.state.position].label)
        _take(walk, option, ground)
    return walk


def _take(walk: Walk, option: Option, ground: Ground) -> None:
    choice, task = option
    code, came_from = choice.step.code, walk.state.position
    state = walk.state.tasks[task].state if task else ""
    answers = _answers(walk, choice, ground)
    walk.tries += 1
    ground.refusals.try_before(walk.case, choice.step, choice.actor, answers, walk.now, task)
    try:
        walk.case.step(code, actor=choice.actor, at=walk.now, answers=answers, task=task, presence=UNITS)
    except Refusal as refusal:  # the law has something against it: a clock that does not run, a day too far
        ground.refusals.met_by(choice.step, refusal)
        walk.standing.add((code, task))
        return
    ground.steps[code] += 1
    if ground.recording:
        walk.acts.append(Act(walk.now, code, _by(choice), task, answers))
    if walk.state.position != came_from:
        _arrive(walk, ground)
    elif not task or walk.state.tasks[task].state == state:
        walk.standing.add((code, task))


def _by(choice: Choice) -> str:
    return choice.step.who[0] if choice.actor.kind != "staff" else choice.actor.label


def _answers(walk: Walk, choice: Choice, ground: Ground) -> Answers:
    if not choice.step.asks:
        return {}
    facts = walk.state.facts
    talk = Talk(facts, walk.now.date(), walk.others, ground.outcomes, choice.days)
    if ground.realistic:
        return likely_answers(choice.step, ground.random, thorough=walk.thorough, talk=talk)
    return answers_to(choice.step, ground.random, ground.mentioned, thorough=walk.thorough, talk=talk)


def _arrive(walk: Walk, ground: Ground) -> None:
    position = walk.state.position
    walk.standing.clear()
    walk.thorough = False
    ground.positions[position] += 1
    waits = ground.playbook.positions[position].holder == "resident"
    walk.silent = waits and ground.random.random() < (habits.SILENT if ground.realistic else SILENT_SHARE)
