"""One made-up case on its way through a playbook, step by step with the real engine, until it rests at an end."""

from __future__ import annotations

from typing import Any, Final

from heshi.playbooks.rules import habits
from heshi.playbooks.rules.answering import UNITS, Talk, answers_to, likely_answers
from heshi.playbooks.rules.choosing import DeadEnd, chosen_next
from heshi.playbooks.rules.engine import Outcome, Situation, decide
from heshi.playbooks.rules.ground import Choice, Ground, Option
from heshi.playbooks.rules.lots import pretended
from heshi.playbooks.rules.made_up import Act, Walk, turn, work_on
from heshi.playbooks.rules.shape import ClockWork

LONGEST_WALK: Final = 400
"""A case that has not come to rest by then goes round in circles."""
SILENT_SHARE: Final = 0.4
"""How many residents leave the question after an answer unanswered, so that its time runs out."""


def walked(walk: Walk, ground: Ground) -> Walk:
    """Let a case go its way until it rests; raises DeadEnd when it stands where nobody can ever act again."""
    while (option := chosen_next(walk, ground)) is not None:
        if walk.tries == LONGEST_WALK:
            raise DeadEnd(position=ground.playbook.positions[walk.position].label)
        _take(walk, option, ground)
    return walk


def _take(walk: Walk, option: Option, ground: Ground) -> None:
    choice, task = option
    step = choice.step
    answers = _answers(walk, choice, ground)
    situation = Situation(
        walk.position, walk.facts, choice.roles, walk.tasks, task, UNITS, lots=pretended(step, "walk")
    )
    outcome = decide(ground.playbook, situation, step.code, answers)
    walk.tries += 1
    if _has_law_against(walk, outcome.clocks):
        walk.standing.add((step.code, task))
        return
    if ground.recording:
        walk.acts.append(Act(walk.hour, step.code, step.who[0], task, answers))
    _note(walk, choice, outcome, ground)
    if outcome.position != walk.position:
        _arrive(walk, outcome.position, ground)
    elif not task or any(one.number == task and one.state == _state(outcome, task) for one in walk.tasks):
        walk.standing.add((step.code, task))
    walk.end = outcome.end
    walk.facts.update(outcome.facts)
    walk.taken += 1
    ground.steps[step.code] += 1
    if outcome.end or outcome.rests:
        walk.due = {code: due for code, due in walk.due.items() if code in outcome.keeps}
        walk.paused &= walk.due.keys()
    turn(walk, outcome.clocks, ground, answers)
    if outcome.tasks:
        work_on(walk, outcome.tasks, ground)


def _has_law_against(walk: Walk, work: ClockWork) -> bool:
    """Say whether a clock forbids the step: only one that runs can be paused, or made longer once; only a paused one resumed."""
    running = walk.due.keys() - walk.paused
    wanted = {*work.pause, *work.extend}
    return not (wanted <= running and walk.paused >= set(work.resume)) or not walk.extended.isdisjoint(
        work.extend
    )


def _state(outcome: Outcome, task: int) -> str:
    return next((change.state for change in outcome.tasks if change.number == task), "")


def _answers(walk: Walk, choice: Choice, ground: Ground) -> dict[str, Any]:
    if not choice.step.asks:
        return {}
    talk = Talk(walk.facts, walk.now().date(), walk.others, ground.outcomes, choice.days)
    if ground.realistic:
        return likely_answers(choice.step, ground.random, thorough=walk.thorough, talk=talk)
    return answers_to(choice.step, ground.random, ground.mentioned, thorough=walk.thorough, talk=talk)


def _arrive(walk: Walk, position: str, ground: Ground) -> None:
    walk.standing.clear()
    walk.thorough = False
    ground.positions[position] += 1
    walk.position = position
    waits = ground.playbook.positions[position].holder == "resident"
    walk.silent = waits and ground.random.random() < (habits.SILENT if ground.realistic else SILENT_SHARE)


def _note(walk: Walk, choice: Choice, outcome: Outcome, ground: Ground) -> None:
    """Remember what the measures ask about."""
    step, by = choice.step, choice.step.who[0]
    if step.code in ground.accepting and outcome.position != walk.position and not outcome.end:
        walk.flags.add("moved")
    if outcome.answers and by != "resident":
        walk.flags.add("answered")
    if outcome.answers or outcome.facts.get("outcome"):
        walk.claimed_by = by
    if walk.end and not outcome.end:
        walk.flags.add("reopened")
    if outcome.end and not walk.end:
        walk.ended = walk.hour
        walk.flags.discard("own_word")
        walk.flags |= {"own_word"} if by in (walk.claimed_by, "system") else set()
