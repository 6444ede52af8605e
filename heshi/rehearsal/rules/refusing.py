"""Every way in which a playbook can say no, and which of them a simulation has met.

A simulated person does only what is offered, so nothing is ever refused by itself. At each stop somebody therefore presses once what
cannot be done there yet; what was never refused in a whole simulation is either out of reach or forbids nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from heshi.cases.rules import Actor, ClockState, State
from heshi.clocks.terms import Ticking
from heshi.common.refusals import Refusal
from heshi.playbooks.rules import Ask, Playbook, Situation, Step, Task, everywhere
from heshi.playbooks.rules.conditions import Condition, Plain
from heshi.playbooks.rules.wording import clock_word, condition_words
from heshi.rehearsal.rules.answering import UNITS, Answers, answers_to
from heshi.rehearsal.rules.playing import PlayedCase

NOT_READY: Final = "step_not_ready"
TOP: Final = "top_of_ladder"
NOT_SO: Final = "clock_not_so"
TASK_NOT_SO: Final = "task_not_so"
MISSING: Final = "answers_missing"
OUTSIDE: Final = "answer_outside"


@dataclass(frozen=True, slots=True)
class Possible:
    """One thing to which a step can say no: by which refusal, and for what (a line of its condition, a clock)."""

    step: str
    code: str
    line: int = 0
    clock: str = ""


def possible_in(step: Step) -> Iterator[Possible]:
    """Yield everything to which a step can say no."""
    yield from (Possible(step.code, NOT_READY, line) for line in range(len(step.needs.lines)))
    if step.climbs:
        yield Possible(step.code, TOP)
    turned = {*step.clocks.pause, *step.clocks.resume, *step.clocks.extend}
    yield from (Possible(step.code, NOT_SO, clock=code) for code in sorted(turned))
    if step.task:
        yield Possible(step.code, TASK_NOT_SO)
    if any(ask.required for ask in step.asks):
        yield Possible(step.code, MISSING)
    if any(_is_bounded(ask) for ask in step.asks):
        yield Possible(step.code, OUTSIDE)


def _is_bounded(ask: Ask) -> bool:
    return ask.at_most is not None and ask.type in ("number", "money", "score", "units", "lines")


def said_of(book: Playbook, one: Possible) -> str:
    """Return what was to be refused, in words."""
    step = book.steps[one.step]
    match one.code:
        case "step_not_ready":
            return (
                f"“{step.label}”要先满足：{condition_words(book, Condition((step.needs.lines[one.line],)))}"
            )
        case "top_of_ladder":
            return f"“{step.label}”已经到最高一级"
        case "clock_not_so":
            return f"“{step.label}”时“{clock_word(book, one.clock)}”不能这样动"
        case "task_not_so":
            return f"“{step.label}”时这一项不在该在的状态"
        case "answers_missing":
            return f"“{step.label}”缺了必填的"
        case _:
            return f"“{step.label}”填的数超出范围"


@dataclass(slots=True)
class Refusals:
    """What a playbook can refuse, and what of it has been met."""

    book: Playbook
    possible: Mapping[str, tuple[Possible, ...]]
    left: dict[str, list[Possible]]
    """What has not been met yet, by the position at which it may be."""
    met: set[Possible] = field(default_factory=set)

    def meet(self, one: Possible) -> None:
        """Remember that this was refused."""
        self.met.add(one)
        for position in self.book.steps[one.step].source:
            self.left[position] = [each for each in self.left[position] if each != one]

    def try_at(self, case: PlayedCase, here: Situation, at: datetime) -> None:
        """Press, at this stop, what cannot be done here and was not refused before; the case stays as it is."""
        for one in list(self.left[here.position]):
            step = self.book.steps[one.step]
            found = next(_tasks_for(step, here, one.code), None)
            if found is not None and self._stands_against(one, step, here, case.state):
                self._press(one, case, step, at, found.number)

    def try_before(
        self, case: PlayedCase, step: Step, actor: Actor, answers: Answers, at: datetime, task: int
    ) -> None:
        """Press with something missing, or too much of it, before it is done properly."""
        for one in self.possible[step.code]:
            if one.code in (MISSING, OUTSIDE) and one not in self.met:
                self._try(one, case, step, actor, _spoilt(step, answers, one.code), at, task)

    def met_by(self, step: Step, refusal: Refusal, clock: str = "") -> None:
        """Remember what the law had against a step."""
        for one in self.possible[step.code]:
            if one.code == refusal.code and one not in self.met and clock in ("", one.clock):
                self.meet(one)

    def _stands_against(self, one: Possible, step: Step, here: Situation, state: State) -> bool:
        """Say whether that stands against the step now."""
        match one.code:
            case "step_not_ready":
                return not step.needs.lines[one.line].met(here.facts)
            case "top_of_ladder":
                ladders = ((name, [*self.book.ladders[name]][-1]) for name in step.climbs)
                return any(here.facts.get(name) == top for name, top in ladders)
            case "clock_not_so":
                return _is_wrong(step, one.clock, state.latest(one.clock))
            case _:
                return True

    def _press(self, one: Possible, case: PlayedCase, step: Step, at: datetime, task: int) -> None:
        actor = Actor("staff", None, step.who[0], frozenset().union(*map(everywhere, step.who)))
        answers = answers_to(step, Random(0), NOTHING_MENTIONED, thorough=True)  # noqa: S311 -- made up
        self._try(one, case, step, actor, answers, at, task)

    def _try(
        self,
        one: Possible,
        case: PlayedCase,
        step: Step,
        actor: Actor,
        answers: Answers,
        at: datetime,
        task: int,
    ) -> None:
        try:
            case.outcome_of(step.code, actor=actor, at=at, answers=answers, task=task, presence=UNITS)
        except Refusal as refusal:
            if refusal.code == one.code:
                self.meet(one)


NOTHING_MENTIONED: Final[Mapping[str, tuple[Plain, ...]]] = {}
WHOLE: Final = Task(0, "", "")
"""Stands for the case itself, where a step is not taken on a task."""


def refusals_of(book: Playbook) -> Refusals:
    """Return what a playbook can refuse, nothing of it met yet."""
    possible = {code: tuple(possible_in(step)) for code, step in book.steps.items()}
    left = {
        position: [
            one
            for code, step in book.steps.items()
            if position in step.source
            for one in possible[code]
            if one.code not in (MISSING, OUTSIDE)
        ]
        for position in book.positions
    }
    return Refusals(book, possible, left)


def _tasks_for(step: Step, here: Situation, code: str) -> Iterator[Task]:
    """Yield on what the step would be pressed here: the case, or one of its tasks in a state that fits what is to be refused."""
    work = step.task
    if work is None:
        yield WHOLE
        return
    for task in here.tasks:
        fits = task.is_open and task.state in work.source
        if task.kind == work.kind and fits != (code == TASK_NOT_SO):
            yield task


def _is_wrong(step: Step, code: str, clock: ClockState | None) -> bool:
    wanted = Ticking.PAUSED if code in step.clocks.resume else Ticking.RUNNING
    return clock is None or clock.state is not wanted


def _spoilt(step: Step, answers: Answers, code: str) -> Answers:
    """Return the answers with one of them missing, or too large."""
    if code == MISSING:
        missing = next(ask.name for ask in step.asks if ask.required)
        return {name: answer for name, answer in answers.items() if name != missing}
    ask = next(ask for ask in step.asks if _is_bounded(ask))
    most = int(ask.at_most or 0) + 1
    many: dict[str, object] = {"units": list(UNITS)[:most], "lines": [f"第{n}样" for n in range(most)]}
    return {**answers, ask.name: many.get(ask.type, most)}
